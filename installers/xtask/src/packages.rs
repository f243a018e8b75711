//! The system packages that Duka needs on Linux: one table for what they are called, what they are for, and how to see that they are there.

/// What a package is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Compiling anything native.
    Compile,
    /// Compiling the till's window.
    Window,
    /// Receipts in any script.
    Receipts,
    /// Driving a window on a display that nobody sees.
    Drive,
    /// A server on PostgreSQL.
    Postgres,
    /// Ending programs from a test as an operator does.
    Signal,
    /// Following what a program does to its disk.
    Trace,
    /// A bare Debian beside this one.
    Newcomer,
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
    pub used: Use,
    pub debian: &'static str,
    pub fedora: &'static str,
    pub arch: &'static str,
    pub probe: Probe,
}

/// All packages, in the order in which they are told.
pub const PACKAGES: [Package; 12] = {
    use Probe::{Font, Library, Program};
    use Use::{Compile, Drive, Newcomer, Postgres, Receipts, Signal, Trace, Window};
    const fn package(used: Use, debian: &'static str, fedora: &'static str, arch: &'static str, probe: Probe) -> Package {
        Package { used, debian, fedora, arch, probe }
    }
    [
        package(Compile, "build-essential", "gcc-c++", "base-devel", Program("c++")),
        package(Compile, "pkg-config", "pkgconf-pkg-config", "pkgconf", Program("pkg-config")),
        package(Window, "libwebkit2gtk-4.1-dev", "webkit2gtk4.1-devel", "webkit2gtk-4.1", Library("webkit2gtk-4.1")),
        package(Receipts, "fonts-noto-core", "google-noto-sans-fonts", "noto-fonts", Font("Noto Sans")),
        package(Receipts, "fonts-noto-cjk", "google-noto-sans-cjk-fonts", "noto-fonts-cjk", Font("Noto Sans CJK SC")),
        package(Drive, "xvfb", "xorg-x11-server-Xvfb", "xorg-server-xvfb", Program("Xvfb")),
        package(Drive, "webkit2gtk-driver", "webkitgtk6.0", "webkitgtk-6.0", Program("WebKitWebDriver")),
        package(Drive, "dbus-daemon", "dbus-daemon", "dbus", Program("dbus-run-session")),
        package(Postgres, "postgresql", "postgresql-server", "postgresql", Program("initdb")),
        package(Signal, "procps", "procps-ng", "procps-ng", Program("kill")),
        package(Trace, "strace", "strace", "strace", Program("strace")),
        package(Newcomer, "debootstrap", "debootstrap", "debootstrap", Program("debootstrap")),
    ]
};

/// The Debian packages for these uses that `dpkg-query -W -f '${Package} ${db:Status-Status}\n'` does not report as installed.
pub fn missing_on_debian(uses: &[Use], dpkg_report: &str) -> Vec<&'static str> {
    let installed = |name: &str| dpkg_report.lines().any(|line| line.split_once(' ') == Some((name, "installed")));
    packages_for(uses).map(|it| it.debian).filter(|name| !installed(name)).collect()
}

/// The packages for these uses that a look at the system does not find.
pub fn missing_elsewhere(uses: &[Use], is_there: impl Fn(Probe) -> bool) -> Vec<&'static Package> {
    packages_for(uses).filter(|it| !is_there(it.probe)).collect()
}

fn packages_for(uses: &[Use]) -> impl Iterator<Item = &'static Package> {
    PACKAGES.iter().filter(move |it| uses.contains(&it.used))
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
        assert_eq!(missing_on_debian(&[Use::Compile], report), ["pkg-config"]);
        let report = "pkg-config installed\nbuild-essential installed\n";
        assert!(missing_on_debian(&[Use::Compile], report).is_empty());
    }

    #[test]
    fn only_what_is_needed_is_asked_for() {
        assert_eq!(missing_on_debian(&[Use::Drive], ""), ["xvfb", "webkit2gtk-driver", "dbus-daemon"]);
        assert_eq!(missing_on_debian(&[Use::Postgres, Use::Trace], ""), ["postgresql", "strace"]);
        assert!(missing_on_debian(&[], "").is_empty());
    }

    #[test]
    fn advice_names_the_missing_packages_of_each_system() {
        let missing = missing_elsewhere(&[Use::Window, Use::Signal, Use::Trace], |probe| matches!(probe, Probe::Program("strace")));
        let advice = advice(&missing);
        assert!(advice.contains("dnf install procps-ng webkit2gtk4.1-devel\n"), "{advice}");
        assert!(advice.contains("pacman -S --needed procps-ng webkit2gtk-4.1\n"), "{advice}");
        assert!(advice.ends_with("libwebkit2gtk-4.1-dev procps"), "{advice}");
    }
}
