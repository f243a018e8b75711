// Sets the theme before anything is drawn, then starts the screens.
import init from './duka-ui-till.js';

let chosen = null;
try {
  chosen = localStorage.getItem('duka.theme');
} catch {
  // Storage is forbidden: the system decides.
}
const dark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.dataset.theme = dark ? 'dark' : 'light';

init({ module_or_path: './duka-ui-till_bg.wasm' }).catch((error) => {
  const boot = document.getElementById('boot');
  if (boot) {
    boot.textContent = `Duka's screens could not be started. Close the window and open it again. (${error})`;
  }
});
