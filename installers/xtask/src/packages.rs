//! The system packages that Duka needs on Linux: one table for what they are called and how to see that they are there.

/// What a package is needed for; each level includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Compiling anything native.
    Native,
    /// Compiling the till's window.
    Window,
    /// Running tills and servers for a test, a measurement or a demonstration.
    Run,
}

/// How to see, without a package manager, that a package is there.
#[derive(Debug, Clone, Copy)]
pub enum Probe {
    /// `pkg-config --exists NAME` succeeds.
    Library(&'static str),
    /// A program of this name is on the path.
    Program(&'static str),
    /// `fc-list NAME` prints something.
    Font(&'static str),
}

/// A system package, by the names that three families of Linux give it.
#[derive(Debug)]
pub struct Package {
    pub level: Level,
    pub debian: &'static str,
    pub fedora: &'static str,
    pub arch: &'static str,
    pub probe: Probe,
}

/// All packages, in the order in which they are told.
pub const PACKAGES: [Package; 14] = {
    use Level::{Native, Run, Window};
    use Probe::{Font, Library, Program};
    const fn package(level: Level, debian: &'static str, fedora: &'static str, arch: &'static str, probe: Probe) -> Package {
        Package { level, debian, fedora, arch, probe }
    }
    [
        package(Native, "build-essential", "gcc-c++", "base-devel", Program("c++")),
        package(Native, "pkg-config", "pkgconf-pkg-config", "pkgconf", Program("pkg-config")),
        package(Native, "libudev-dev", "systemd-devel", "systemd-libs", Library("libudev")),
        package(Window, "libwebkit2gtk-4.1-dev", "webkit2gtk4.1-devel", "webkit2gtk-4.1", Library("webkit2gtk-4.1")),
        package(Window, "librsvg2-dev", "librsvg2-devel", "librsvg", Library("librsvg-2.0")),
        package(Window, "libxdo-dev", "libxdo-devel", "xdotool", Library("libxdo")),
        // Receipts in any script are drawn with these.
        package(Run, "fonts-noto-core", "google-noto-sans-fonts", "noto-fonts", Font("Noto Sans")),
        package(Run, "fonts-noto-cjk", "google-noto-sans-cjk-fonts", "noto-fonts-cjk", Font("Noto Sans CJK SC")),
        package(Run, "xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb", Program("Xvfb")),
        package(Run, "webkit2gtk-driver", "webkitgtk6.0", "webkitgtk-6.0", Program("WebKitWebDriver")),
        package(Run, "dbus-x11", "dbus-daemon", "dbus", Program("dbus-run-session")),
        // Tests pull the plug of a window with it.
        package(Run, "procps", "procps-ng", "procps-ng", Program("pgrep")),
        package(Run, "postgresql", "postgresql-server", "postgresql", Program("initdb")),
        // `bench` counts flushes to disk with it.
        package(Run, "strace", "strace", "strace", Program("strace")),
    ]
};

/// The Debian packages of a level that `dpkg-query -W -f '${Package} ${db:Status-Status}\n'` does not report as installed.
pub fn missing_on_debian(level: Level, dpkg_report: &str) -> Vec<&'static str> {
    let installed = |name: &str| dpkg_report.lines().any(|line| line.split_once(' ') == Some((name, "installed")));
    up_to(level).map(|it| it.debian).filter(|name| !installed(name)).collect()
}

/// The packages of a level that a look at the system does not find.
pub fn missing_elsewhere(level: Level, is_there: impl Fn(Probe) -> bool) -> Vec<&'static Package> {
    up_to(level).filter(|it| !is_there(it.probe)).collect()
}

fn up_to(level: Level) -> impl Iterator<Item = &'static Package> {
    PACKAGES.iter().filter(move |it| it.level <= level)
}

/// What a person should type on a Linux without apt.
pub fn advice(missing: &[&Package]) -> String {
    let names = |name: fn(&Package) -> &'static str| {
        let mut names: Vec<_> = missing.iter().map(|it| name(it)).collect();
        names.sort_unstable();
        names.dedup();
        names.join(" ")
    };
    format!(
        "  Fedora:  sudo dnf install {}\n  Arch:    sudo pacman -S --needed {}\n  others:  what Debian calls {}",
        names(|it| it.fedora),
        names(|it| it.arch),
        names(|it| it.debian)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_dpkg_does_not_know_or_that_was_removed_is_missing() {
        let report = "build-essential installed\npkg-config config-files\n";
        assert_eq!(missing_on_debian(Level::Native, report), ["pkg-config", "libudev-dev"]);
        let report = "pkg-config installed\nbuild-essential installed\nlibudev-dev installed\n";
        assert!(missing_on_debian(Level::Native, report).is_empty());
    }

    #[test]
    fn a_level_includes_those_before_it_and_none_after() {
        let window = missing_on_debian(Level::Window, "");
        assert!(window.contains(&"build-essential") && window.contains(&"libwebkit2gtk-4.1-dev"));
        assert!(!window.contains(&"postgresql"));
        assert_eq!(missing_on_debian(Level::Run, "").len(), PACKAGES.len());
    }

    #[test]
    fn advice_names_the_missing_packages_of_each_system() {
        let missing = missing_elsewhere(Level::Run, |probe| !matches!(probe, Probe::Program("pgrep") | Probe::Library("libxdo")));
        let advice = advice(&missing);
        assert!(advice.contains("dnf install libxdo-devel procps-ng\n"), "{advice}");
        assert!(advice.contains("pacman -S --needed procps-ng xdotool\n"), "{advice}");
        assert!(advice.ends_with("libxdo-dev procps"), "{advice}");
    }
}
