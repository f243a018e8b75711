//! A bare Debian in a folder: made by debootstrap, with what somebody has who has just installed Rust.
//!
//! Commands run in it with mounts and processes of their own, so that both vanish with the command, however it ends. What this machine
//! needs to reach the network (package sources, certificates, cargo's configuration, the environment) is carried over as it is found.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::run::{ask, listen, run_aside, step};

/// What the README asks for besides Rust, and certificates, without which neither apt nor git reaches an HTTPS server.
const PACKAGES: &str = "ca-certificates,git,gcc,libc6-dev";
/// What rustup calls itself by, to stand in for the programs of the toolchain.
const STAND_INS: [&str; 6] = ["cargo", "rustc", "rustdoc", "rustfmt", "cargo-fmt", "cargo-clippy"];
/// Told by the folders that are ours to remove.
const MARK: &str = "made-by-cargo-xtask-newcomer";
const PATH: &str = "/root/.cargo/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Run with: the system's root, the toolchains' folder, where to be, what to run.
const ENTER: &str = r#"
set -e
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount --bind "$2" "$1/root/.rustup"
mount -o remount,bind,ro "$1/root/.rustup"
exec chroot "$1" sh -c 'cd "$1" && exec sh -c "$2"' sh "$3" "$4"
"#;

/// A bare system.
pub struct System {
    folder: PathBuf,
    toolchains: PathBuf,
}

impl System {
    /// Makes one in `folder`; what an earlier run left there is removed.
    pub fn make(folder: &Path) -> Result<Self> {
        let toolchains = rust_folder("RUSTUP_HOME", ".rustup")?;
        let system = Self { folder: folder.to_owned(), toolchains };
        if folder.join(MARK).exists() {
            step("removing what an earlier run left", || system.remove())?;
        }
        ensure!(!folder.exists(), "{} exists and was not made by this command; choose another --folder", folder.display());
        fs::create_dir_all(folder)?;
        fs::write(folder.join(MARK), "")?;

        let origin = ask(Command::new("apt-get").args(["indextargets", "--format", "$(ORIGIN) $(CODENAME) $(COMPONENT) $(REPO_URI)"]));
        let targets = origin.context("apt does not answer: this needs Debian or Ubuntu")?;
        let (codename, mirror) = mirror(&targets).context("this machine's apt has no lists of Debian: run `apt-get update`")?;
        step(&format!("making a bare {codename}"), || {
            let include = format!("--include={PACKAGES}");
            run_aside(Command::new("debootstrap").args(["--variant=minbase", &include, codename]).arg(system.inside("/")).arg(mirror))
        })?;
        system.carry_network()?;
        system.carry_rust()?;
        Ok(system)
    }

    /// Where a path of the system is for us.
    pub fn inside(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        self.folder.join("debian").join(path.strip_prefix("/").unwrap_or(path))
    }

    /// The files of one of its folders, by name and size.
    pub fn files(&self, folder: &Path) -> Result<Vec<(String, u64)>> {
        let entries = fs::read_dir(self.inside(folder))?;
        entries
            .map(|entry| entry.and_then(|it| Ok((it.file_name().to_string_lossy().into_owned(), it.metadata()?.len()))).map_err(Into::into))
            .collect()
    }

    /// Runs a command in it, tells its output as it comes and gives it.
    pub fn run(&self, folder: &str, command: &str) -> Result<String> {
        let mut enter = Command::new("unshare");
        enter.args(["--mount", "--pid", "--fork", "--kill-child", "--", "sh", "-c", ENTER, "sh"]);
        enter.arg(self.inside("/")).arg(&self.toolchains).args([folder, command]);
        enter.env_clear().envs(env::vars_os().filter(|(name, _)| is_carried(name))).env("HOME", "/root").env("PATH", PATH);
        listen(&mut enter)
    }

    /// Takes it away.
    pub fn remove(&self) -> Result<()> {
        let mounts = fs::read_to_string("/proc/self/mounts")?;
        let within = self.folder.to_string_lossy();
        if let Some(mount) = mounts.lines().find(|line| line.contains(&*within)) {
            bail!("something is mounted in {within}, which would be removed with it: {mount}");
        }
        fs::remove_dir_all(&self.folder).with_context(|| format!("removing {within}"))
    }

    /// Package sources, names of hosts, certificates, and whatever file a variable of the environment names.
    fn carry_network(&self) -> Result<()> {
        for path in ["/etc/apt", "/etc/ssl/certs", "/usr/local/share/ca-certificates", "/etc/hosts", "/etc/resolv.conf"] {
            self.copy(Path::new(path))?;
        }
        let named = env::vars_os().filter(|(name, _)| is_carried(name)).map(|(_, value)| PathBuf::from(value));
        for file in named.filter(|it| it.is_absolute() && it.is_file() && !self.inside(it).exists()) {
            self.copy(&file)?;
        }
        Ok(())
    }

    /// rustup by the names that it answers to, and cargo's configuration; nothing that cargo downloaded or installed.
    fn carry_rust(&self) -> Result<()> {
        let cargo = rust_folder("CARGO_HOME", ".cargo")?;
        let (home, programs) = (self.inside("/root/.cargo"), self.inside("/root/.cargo/bin"));
        fs::create_dir_all(&programs)?;
        fs::create_dir_all(self.inside("/root/.rustup"))?;
        fs::copy(cargo.join("bin/rustup"), programs.join("rustup")).context("this needs Rust by rustup")?;
        for name in STAND_INS {
            std::os::unix::fs::symlink("rustup", programs.join(name))?;
        }
        for name in ["config.toml", "config", "credentials.toml"] {
            if cargo.join(name).is_file() {
                fs::copy(cargo.join(name), home.join(name))?;
            }
        }
        Ok(())
    }

    /// Copies a file or a folder to its own place in the system; none is fine.
    fn copy(&self, path: &Path) -> Result<()> {
        if !path.exists() {
            return Ok(());
        }
        let to = self.inside(path);
        fs::create_dir_all(to.parent().context("a file has a folder")?)?;
        let mut command = Command::new("cp");
        // A file may be a link to something that the system lacks; the links in a folder point to what its packages brought.
        if path.is_dir() {
            command.arg("-a").arg(path.join("."))
        } else {
            command.args(["-L", "--remove-destination"]).arg(path)
        };
        run_aside(command.arg(to))
    }
}

/// The release of this machine and the mirror that it has it from, by apt's own words: origin, codename, component, address.
fn mirror(targets: &str) -> Option<(&str, &str)> {
    targets.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        let (origin, codename, component, address) = (words.next()?, words.next()?, words.next()?, words.next()?);
        // Not its updates.
        let is_it = matches!(origin, "Debian" | "Ubuntu") && component == "main" && !codename.contains('-');
        is_it.then_some((codename, address))
    })
}

/// Whether a variable of our environment is the machine's way to the network, or anything else that is not about this process and person.
fn is_carried(name: &OsStr) -> bool {
    const OURS: [&str; 13] = [
        "CARGO",
        "CARGO_HOME",
        "CARGO_TARGET_DIR",
        "DISPLAY",
        "HOME",
        "LD_LIBRARY_PATH",
        "OLDPWD",
        "PATH",
        "PWD",
        "RUSTUP_HOME",
        "SHLVL",
        "TMPDIR",
        "WAYLAND_DISPLAY",
    ];
    const GROUPS: [&str; 7] = ["CARGO_BIN_", "CARGO_MANIFEST_", "CARGO_PKG_", "DBUS_", "DUKA_", "SUDO_", "XDG_"];
    name.to_str().is_some_and(|name| !OURS.contains(&name) && !GROUPS.iter().any(|group| name.starts_with(group)))
}

/// A folder of rustup's or cargo's own: where the variable says, or in the home folder.
fn rust_folder(variable: &str, name: &str) -> Result<PathBuf> {
    let folder = env::var_os(variable).map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(name)));
    folder.filter(|it| it.is_dir()).with_context(|| format!("there is no {name} folder: this needs Rust by rustup"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_that_of_the_release_and_neither_its_updates_nor_somebody_elses() {
        let targets = "Elsewhere stable main https://packages.example/deb/\n\
                       Debian trixie-security main http://mirror.example/security/\n\
                       Debian trixie contrib http://mirror.example/debian/\n\
                       Debian trixie main http://mirror.example/debian/\n";
        assert_eq!(mirror(targets), Some(("trixie", "http://mirror.example/debian/")));
        assert_eq!(mirror("Elsewhere stable main https://packages.example/deb/\n"), None);
    }

    #[test]
    fn the_way_to_the_network_is_carried_over_and_this_process_is_not() {
        for name in ["https_proxy", "NO_PROXY", "SSL_CERT_FILE", "CARGO_REGISTRIES_MINE_INDEX", "CARGO_HTTP_CAINFO", "CARGO_NET_RETRY"] {
            assert!(is_carried(name.as_ref()), "{name}");
        }
        for name in ["HOME", "PATH", "CARGO_TARGET_DIR", "CARGO_PKG_NAME", "DISPLAY", "XDG_RUNTIME_DIR", "DUKA_TILL"] {
            assert!(!is_carried(name.as_ref()), "{name}");
        }
    }
}
