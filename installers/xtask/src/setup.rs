//! Installs what is missing: system packages, parts of the Rust toolchain, programs from crates.io.
//!
//! Quick when nothing is missing, since every command starts here.

use std::env;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::packages::{self, Probe, Use};
use crate::purpose::Purpose;
use crate::run::{ask, cargo, run_aside, step};

const WASM: &str = "wasm32-unknown-unknown";

/// Installs what the purpose needs and the machine lacks, or says exactly what to install.
pub fn ensure(purpose: Purpose) -> Result<()> {
    if !purpose.uses().is_empty() {
        system_packages(purpose.uses())?;
    }
    if purpose.builds_screens() {
        wasm_target()?;
    }
    if purpose.checks_sources() {
        component("cargo-fmt", "rustfmt")?;
        component("cargo-clippy", "clippy")?;
    }
    if purpose == Purpose::Everything {
        eprintln!("» everything is there");
    }
    Ok(())
}

fn system_packages(uses: &[Use]) -> Result<()> {
    if cfg!(target_os = "macos") {
        return told_once("macOS: `xcode-select --install`; for the tests also `brew install postgresql`. Window tests run on Linux only.");
    }
    if cfg!(windows) {
        return told_once(
            "Windows: Visual Studio Build Tools with C++, the WebView2 runtime; for the tests also PostgreSQL. Window tests run on Linux only.",
        );
    }
    let names: Vec<_> = packages::PACKAGES.iter().map(|it| it.debian).collect();
    match ask(Command::new("dpkg-query").args(["-W", "-f", "${Package} ${db:Status-Status}\n"]).args(names)) {
        Some(report) => install_with_apt(&packages::missing_on_debian(uses, &report)),
        None => {
            let missing = packages::missing_elsewhere(uses, is_there);
            if missing.is_empty() {
                return Ok(());
            }
            bail!("these system packages are missing; install them and run the command again:\n{}", packages::advice(&missing))
        }
    }
}

/// Other systems cannot be looked into: the advice is given while there is no wasm target, that is, the first time.
fn told_once(advice: &str) -> Result<()> {
    if !has_wasm_target() {
        eprintln!("» needed on {advice}");
    }
    Ok(())
}

fn install_with_apt(missing: &[&str]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    let by_hand = format!("these Debian packages are missing; as root run: apt-get install -y --no-install-recommends {names}");
    let root = ask(Command::new("id").arg("-u")).is_some_and(|it| it.trim() == "0");
    if !root && !on_path("sudo") {
        bail!("{by_hand}");
    }
    step("refreshing Debian's package lists", || run_aside(apt(root).args(["-qq", "update"])))
        .unwrap_or_else(|error| eprintln!("» {error}; going on with the old lists"));
    // We only want PostgreSQL's programs, not a server that starts with the machine; if this fails there is one more.
    if missing.contains(&"postgresql") {
        let _ = run_aside(as_root(root).args(["sh", "-c", QUIET_POSTGRESQL, "sh", "/etc/postgresql-common"]));
    }
    step(&format!("installing {} Debian packages", missing.len()), || {
        run_aside(apt(root).args(["-q", "install", "-y", "--no-install-recommends"]).args(missing))
    })
    .context(by_hand)
}

/// Tells a PostgreSQL that is about to be installed for the first time not to create a database of its own.
const QUIET_POSTGRESQL: &str = r"
test -e $1 && exit
mkdir -p $1
printf '# %s\n%s\n' 'By cargo xtask setup of Duka: its tests start servers of their own.' 'create_main_cluster = false' > $1/createcluster.conf
";

fn apt(root: bool) -> Command {
    let mut command = as_root(root);
    command.args(["DEBIAN_FRONTEND=noninteractive", "UCF_FORCE_CONFFOLD=1", "apt-get", "-o", "DPkg::Lock::Timeout=300"]);
    command
}

/// `env`, directly or through sudo; without a person to ask for a password, sudo answers at once.
fn as_root(root: bool) -> Command {
    if root {
        return Command::new("env");
    }
    let mut command = Command::new("sudo");
    command.args(if io::stdin().is_terminal() { &["env"][..] } else { &["-n", "env"][..] });
    command
}

fn is_there(probe: Probe) -> bool {
    match probe {
        Probe::Library(name) => Command::new("pkg-config").args(["--exists", name]).status().is_ok_and(|it| it.success()),
        Probe::Program(name) => on_path(name),
        Probe::Font(name) => ask(Command::new("fc-list").arg(name)).is_some_and(|it| !it.trim().is_empty()),
    }
}

fn has_wasm_target() -> bool {
    let folder = ask(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM]));
    folder.is_some_and(|it| Path::new(it.trim()).is_dir())
}

fn wasm_target() -> Result<()> {
    if has_wasm_target() {
        return Ok(());
    }
    step("installing the wasm32 target", || run_aside(Command::new("rustup").args(["target", "add", WASM]))).with_context(|| {
        format!("Rust cannot build for {WASM}: run `rustup target add {WASM}`, or install your system's package of it (Debian: libstd-rust-dev-wasm32)")
    })
}

fn component(program: &str, name: &str) -> Result<()> {
    // rustup leaves a stand-in on the path that fails when the component is not installed.
    if Command::new(program).arg("--version").output().is_ok_and(|it| it.status.success()) {
        return Ok(());
    }
    step(&format!("installing {name}"), || run_aside(Command::new("rustup").args(["component", "add", name])))
        .with_context(|| format!("{program} is missing: run `rustup component add {name}`"))
}

/// Installs a program from crates.io where cargo puts them, compiled quickly rather than well: it works for seconds.
pub fn cargo_program(name: &str) -> Result<()> {
    let install = |locked: &[&str]| {
        let mut command = cargo();
        command.args(["install", "--debug", name]).args(locked);
        command.env("CARGO_PROFILE_DEV_DEBUG", "false").env("CARGO_INCREMENTAL", "0");
        run_aside(&mut command)
    };
    // A mirror may lack the very releases that a lock file names: then let cargo choose.
    step(&format!("installing {name}"), || install(&["--locked"]).or_else(|_| install(&[])))
        .with_context(|| format!("{name} could not be installed: try `cargo install {name}`"))
}

/// Whether a program is on the path or among those that cargo installed.
pub fn on_path(name: &str) -> bool {
    let mut folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    folders.extend(cargo_programs());
    folders.iter().any(|it| it.join(name).with_extension(env::consts::EXE_EXTENSION).is_file())
}

/// Lets a child find what `cargo install` installed, even where the person's path does not include it.
pub fn add_cargo_programs_to_path(command: &mut Command) {
    let mut folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    folders.extend(cargo_programs());
    if let Ok(path) = env::join_paths(folders) {
        command.env("PATH", path);
    }
}

fn cargo_programs() -> Option<PathBuf> {
    let home = env::var_os("CARGO_INSTALL_ROOT").or_else(|| env::var_os("CARGO_HOME")).map(PathBuf::from);
    home.or_else(|| Some(env::home_dir()?.join(".cargo"))).map(|it| it.join("bin"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn postgresql_is_kept_quiet_only_where_it_never_was() {
        let etc = tempfile::tempdir().unwrap();
        let folder = etc.path().join("postgresql-common");
        let quiet = || run_aside(Command::new("sh").args(["-c", QUIET_POSTGRESQL, "sh"]).arg(&folder)).unwrap();
        let file = folder.join("createcluster.conf");
        quiet();
        assert!(std::fs::read_to_string(&file).unwrap().ends_with("own.\ncreate_main_cluster = false\n"));
        std::fs::write(&file, "theirs").unwrap();
        quiet();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "theirs");
    }
}
