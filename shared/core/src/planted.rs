//! What the simulation breaks on purpose: faults that it must find, a plug that it pulls in the middle of a commit, and versions of Duka that
//! never were.
//!
//! Everything here is off, and compiled away, unless the feature `planted` is on. No release can have it: it does not compile there.

#[cfg(all(feature = "planted", not(debug_assertions)))]
compile_error!("the feature `planted` breaks Duka on purpose; no release may have it");

/// A bug that breaks one of the invariants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bug {
    /// I1: a till says that something is done whose transaction was not committed.
    UnkeptPromise,
    /// I2: a sale that is asked for again is sold again.
    SoldTwice,
    /// I3: nobody looks whether what came is another branch of a log.
    ForkUnseen,
    /// I4: a stock move that comes late is not counted at the till that it came to.
    LateIsNothing,
    /// I5: a refund leaves the tax where it was.
    TaxKept,
    /// I7: a number is skipped now and then, and nobody minds.
    NumberSkipped,
    /// I8: a sale whose label is older than its shift's is flagged.
    LabelDecides,
    /// I9: the server sends a till what another shop of the company wrote.
    OtherShopShown,
    /// I10: the server forgets what it refused.
    RefusedForgotten,
    /// I12: a till edits records in the name of its server.
    BorrowedActor,
}

impl Bug {
    /// All of them, by invariant.
    pub const ALL: [(&'static str, Self); 10] = [
        ("I1", Self::UnkeptPromise),
        ("I2", Self::SoldTwice),
        ("I3", Self::ForkUnseen),
        ("I4", Self::LateIsNothing),
        ("I5", Self::TaxKept),
        ("I7", Self::NumberSkipped),
        ("I8", Self::LabelDecides),
        ("I9", Self::OtherShopShown),
        ("I10", Self::RefusedForgotten),
        ("I12", Self::BorrowedActor),
    ];
}

#[cfg(not(feature = "planted"))]
mod switches {
    use super::Bug;

    /// Whether a bug is planted: never.
    pub const fn is(_: Bug) -> bool {
        false
    }

    /// Whether this version knows a kind of fact that is in its list: always.
    pub const fn knows(_: u16) -> bool {
        true
    }

    /// The version of the fold: as it is.
    pub const fn fold_version(version: u32) -> u32 {
        version
    }

    /// Something is about to be committed.
    pub const fn committing() {}

    /// Something was committed.
    pub const fn committed() {}
}

#[cfg(feature = "planted")]
mod switches {
    use super::Bug;
    use std::cell::{Cell, RefCell};

    /// A version of Duka that a place runs.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Version {
        /// How many versions of the fold it is behind.
        pub behind: u32,
        /// Kinds of facts that it does not know yet.
        pub unknown: Vec<u16>,
    }

    /// What a process that was killed unwinds with: nothing of it runs on but destructors.
    #[derive(Clone, Copy, Debug)]
    pub struct Killed;

    thread_local! {
        static BUG: Cell<Option<Bug>> = const { Cell::new(None) };
        static VERSION: RefCell<Version> = RefCell::default();
        /// Moments before and after commits that are left until the process dies.
        static LEFT: Cell<Option<u32>> = const { Cell::new(None) };
    }

    /// Plants a bug in everything that runs on this thread, or takes it out.
    pub fn plant(bug: Option<Bug>) {
        BUG.set(bug);
    }

    /// Whether a bug is planted.
    pub fn is(bug: Bug) -> bool {
        BUG.get() == Some(bug)
    }

    /// What runs on this thread from now on is of this version.
    pub fn run_as(version: Version) {
        VERSION.set(version);
    }

    /// Whether this version knows a kind of fact that is in its list.
    pub fn knows(kind: u16) -> bool {
        VERSION.with_borrow(|version| !version.unknown.contains(&kind))
    }

    /// The version of the fold.
    pub fn fold_version(version: u32) -> u32 {
        let behind = VERSION.with_borrow(|version| version.behind);
        // 0 says that something is to be folded again, so an older one is told by a number far above.
        if behind == 0 { version } else { u32::MAX.saturating_sub(behind) }
    }

    /// Has the process die at the moment that so many moments are before; none: not.
    pub fn arm(left: Option<u32>) {
        LEFT.set(left);
    }

    /// How many moments are left.
    pub fn left() -> Option<u32> {
        LEFT.get()
    }

    /// Something is about to be committed.
    pub fn committing() {
        moment();
    }

    /// Something was committed.
    pub fn committed() {
        moment();
    }

    fn moment() {
        match LEFT.get() {
            Some(0) => {
                LEFT.set(None);
                // Unlike a panic it calls no hook and is no fault.
                std::panic::resume_unwind(Box::new(Killed));
            }
            left => LEFT.set(left.map(|left| left.saturating_sub(1))),
        }
    }
}

pub use switches::*;
