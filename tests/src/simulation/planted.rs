//! Whether the simulation finds what was broken on purpose: for each invariant one bug is planted, and seeds are run until it is seen.

use super::{Options, run_seed, switches};
use anyhow::{Result, ensure};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    thread,
};

/// In so many seeds each bug must be found.
const SEEDS: u64 = 200;

/// For each invariant the first seed by which its bug was found; none if it was not.
pub(super) fn search(options: &Options) -> Result<BTreeMap<&'static str, Option<u64>>> {
    ensure!(switches::AVAILABLE, "nothing can be planted in this build; `cargo xtask sim --planted` makes the right one");
    let left = Mutex::new(switches::plantable().collect::<Vec<_>>());
    let found = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..options.jobs() {
            scope.spawn(|| {
                while let Some(invariant) = { left.lock().unwrap_or_else(PoisonError::into_inner).pop() } {
                    let seed = first_seed(options, invariant);
                    found.lock().unwrap_or_else(PoisonError::into_inner).insert(invariant, seed);
                }
            });
        }
    });
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn first_seed(options: &Options, invariant: &'static str) -> Option<u64> {
    let seen = |seed: &u64| {
        switches::plant(Some(invariant));
        let outcome = run_seed(options.setup(*seed));
        switches::plant(None);
        outcome.violations.iter().find(|violation| violation.invariant == invariant).map(|violation| {
            eprintln!("the bug planted for {invariant} is found by seed {seed}: {}", violation.detail);
        })
    };
    (options.from..options.from.saturating_add(SEEDS)).find(|seed| seen(seed).is_some())
}
