//! Embeds the screens that `cargo xtask ui` builds, and compiles again when they change.

use std::{error::Error, fs, path::Path};

const SCREENS: &str = "../../target/ui/till";

const NOT_BUILT: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>Duka</title>
<h1>The screens are not built</h1>
<p>This program was compiled before its screens. Run <code>cargo xtask ui</code>, then build <code>duka-till</code> again.</p>
</html>
";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={SCREENS}");
    let screens = Path::new(SCREENS);
    if !screens.exists() {
        fs::create_dir_all(screens)?;
        fs::write(screens.join("index.html"), NOT_BUILT)?;
    }
    tauri_build::try_build(tauri_build::Attributes::new())?;
    Ok(())
}
