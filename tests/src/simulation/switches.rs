//! The simulation's hand on `duka_core::planted`. Without the feature nothing is planted, nobody dies inside a commit, and all run this version.

/// A version of Duka that a place runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// How many versions of the fold it is behind.
    pub behind: u32,
    /// The kind of fact that it does not know yet.
    pub unknown: Option<u16>,
}

impl Version {
    /// What the till says that it is.
    pub fn name(&self) -> String {
        format!("1.{}", 9_u32.saturating_sub(self.behind))
    }
}

/// What came of letting a place work.
pub enum Worked<T> {
    /// It did.
    Done(T),
    /// Its process died inside a commit.
    Died,
}

#[cfg(feature = "planted")]
pub use on::*;

#[cfg(feature = "planted")]
mod on {
    use super::{Version, Worked};
    use duka_core::planted;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    /// Whether the product was built to be broken.
    pub const AVAILABLE: bool = true;

    /// Lets a place work, as the version that it runs, until it is done or so many moments around commits have passed; `left` counts them.
    pub fn work<T>(version: &Version, left: &mut Option<u32>, work: impl FnOnce() -> T) -> Worked<T> {
        planted::run_as(planted::Version { behind: version.behind, unknown: version.unknown.into_iter().collect() });
        planted::arm(*left);
        let done = catch_unwind(AssertUnwindSafe(work));
        *left = planted::left();
        planted::arm(None);
        planted::run_as(planted::Version::default());
        match done {
            Ok(done) => Worked::Done(done),
            Err(panic) if panic.is::<planted::Killed>() => Worked::Died,
            Err(panic) => resume_unwind(panic),
        }
    }

    /// Plants the bug that breaks an invariant, in this thread; none: takes it out.
    pub fn plant(invariant: Option<&str>) {
        planted::plant(planted::Bug::ALL.iter().find(|(name, _)| Some(*name) == invariant).map(|(_, bug)| *bug));
    }
}

#[cfg(not(feature = "planted"))]
pub use off::*;

#[cfg(not(feature = "planted"))]
mod off {
    use super::{Version, Worked};

    /// Whether the product was built to be broken.
    pub const AVAILABLE: bool = false;

    /// Lets a place work; who is to die dies when it is done.
    pub fn work<T>(_: &Version, left: &mut Option<u32>, work: impl FnOnce() -> T) -> Worked<T> {
        let done = work();
        if left.take().is_some() { Worked::Died } else { Worked::Done(done) }
    }

    /// Nothing can be planted.
    pub const fn plant(_: Option<&str>) {}
}

/// The invariants that a planted bug can break.
pub fn plantable() -> impl Iterator<Item = &'static str> {
    duka_core::planted::Bug::ALL.iter().map(|(invariant, _)| *invariant)
}
