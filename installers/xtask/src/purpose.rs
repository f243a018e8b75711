//! What a command needs of the machine.

use std::env;
use std::ffi::OsString;

use crate::packages::Use;

/// What the machine is to be made ready for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Building the screens.
    Ui,
    /// Checking the sources.
    Check,
    /// Replaying trading data.
    Replay {
        /// On a server whose books are in PostgreSQL.
        postgres: bool,
    },
    /// Showing a shop.
    Demo {
        /// The window is driven by a program, not by a person.
        driven: bool,
    },
    /// Measuring.
    Bench,
    /// Running all tests.
    Test,
    /// Trying the README on a bare system.
    Newcomer,
    /// All but the last.
    Everything,
}

impl Purpose {
    /// A replay with these arguments.
    pub fn replay(args: &[OsString]) -> Self {
        let says = |at: usize, word: &str| args.get(at).is_some_and(|it| it == word);
        let postgres = (0..args.len()).any(|at| says(at, "--engine=postgres") || (says(at, "--engine") && says(at + 1, "postgres")));
        Self::Replay { postgres }
    }

    /// A demo with these arguments, on this machine: driven when asked for, and where nobody could see a window.
    pub fn demo(args: &[OsString]) -> Self {
        let display = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()));
        Self::Demo { driven: !display || args.iter().any(|it| it == "--drive") }
    }

    /// The uses whose packages must be there.
    pub fn uses(self) -> &'static [Use] {
        use Use::{Compile, Drive, Newcomer, Postgres, Receipts, Signal, Trace, Window};
        match self {
            Self::Ui => &[],
            Self::Check => &[Compile, Window],
            Self::Replay { postgres: false } => &[Compile],
            Self::Replay { postgres: true } => &[Compile, Postgres],
            Self::Demo { driven: false } => &[Compile, Window, Receipts],
            Self::Demo { driven: true } => &[Compile, Window, Receipts, Drive],
            Self::Test | Self::Bench | Self::Everything => &[Compile, Window, Receipts, Drive, Postgres, Signal, Trace],
            Self::Newcomer => &[Newcomer],
        }
    }

    /// Whether screens are compiled, for wasm32.
    pub fn builds_screens(self) -> bool {
        !matches!(self, Self::Replay { .. } | Self::Newcomer)
    }

    /// Whether formatting and lints are looked at.
    pub fn checks_sources(self) -> bool {
        matches!(self, Self::Check | Self::Everything)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<OsString> {
        words.iter().map(OsString::from).collect()
    }

    #[test]
    fn a_demo_that_nobody_sees_has_what_drives_a_window_and_a_person_is_spared_it() {
        assert_eq!(Purpose::demo(&words(&["--fresh", "--drive"])), Purpose::Demo { driven: true });
        assert!(Purpose::Demo { driven: true }.uses().contains(&Use::Drive));
        assert!(!Purpose::Demo { driven: false }.uses().contains(&Use::Drive));
        for driven in [true, false] {
            assert!(!Purpose::Demo { driven }.uses().contains(&Use::Postgres), "a demo's server needs no PostgreSQL");
        }
    }

    #[test]
    fn a_replay_has_postgresql_only_when_it_is_asked_for_and_neither_screens_nor_a_window() {
        assert!(Purpose::replay(&words(&["--engine", "postgres"])).uses().contains(&Use::Postgres));
        assert!(Purpose::replay(&words(&["--seed", "1", "--engine=postgres"])).uses().contains(&Use::Postgres));
        for spared in [words(&[]), words(&["--engine", "sqlite"]), words(&["--data", "postgres"])] {
            assert_eq!(Purpose::replay(&spared).uses(), [Use::Compile]);
        }
        assert!(!Purpose::Replay { postgres: true }.builds_screens());
    }

    #[test]
    fn whoever_set_up_everything_lacks_nothing_later() {
        let all = Purpose::Everything.uses();
        for purpose in [Purpose::Check, Purpose::Test, Purpose::Bench, Purpose::Demo { driven: true }, Purpose::Replay { postgres: true }] {
            assert!(purpose.uses().iter().all(|it| all.contains(it)), "{purpose:?}");
        }
    }
}
