//! The simulation: the real tills and the real server in one thread, with seeded clocks, ids, network, disks and scheduler. Everything that can
//! go wrong does; then all is mended, and each invariant is looked at.
//!
//! `cargo xtask sim` runs it. A run follows from its seed alone, so a seed that fails can be run again.

mod admin;
mod cashier;
mod faults;
mod heal;
mod held;
mod hostile;
mod invariants;
mod line;
mod office;
mod place;
mod planted;
mod promises;
mod report;
mod schedule;
mod surroundings;
mod switches;
mod talk;
mod witness;
mod world;

pub use report::{Counts, Outcome, Report, Violation};
pub use world::Setup;

use crate::server::Storage;
use anyhow::Result;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};
use world::World;

/// What to simulate.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// How many seeds
    #[arg(long, default_value_t = 20)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// How many tills, in three shops of two companies
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(2..=40))]
    tills: u16,
    /// How long the shops are open
    #[arg(long, default_value_t = 8)]
    hours: u64,
    /// Where the server keeps its books
    #[arg(long, value_enum, default_value_t = Storage::Sqlite)]
    engine: Storage,
    /// Runs at the same time; 0: as many as the machine has processors
    #[arg(long, default_value_t = 0)]
    jobs: usize,
    /// Look for a bug that was planted for each invariant, in at most 200 seeds each
    #[arg(long)]
    planted: bool,
    /// The last line is one JSON object
    #[arg(long)]
    json: bool,
}

impl Options {
    fn setup(&self, seed: u64) -> Setup {
        Setup { seed, tills: usize::from(self.tills), hours: self.hours, storage: self.engine }
    }

    fn jobs(&self) -> usize {
        if self.jobs > 0 { self.jobs } else { thread::available_parallelism().map_or(1, usize::from) }
    }

    /// How to run a seed again.
    fn again(&self, seed: u64) -> String {
        let engine = if self.engine == Storage::Postgres { " --engine postgres" } else { "" };
        format!("cargo xtask sim --seeds 1 --from {seed} --tills {} --hours {}{engine}", self.tills, self.hours)
    }
}

/// One run; what stopped it is a violation as well.
pub fn run_seed(setup: Setup) -> Outcome {
    let run = World::found(setup).and_then(World::run);
    run.unwrap_or_else(|fault| {
        let violation = Violation { invariant: "unexpected", detail: format!("{fault:#}") };
        Outcome { violations: vec![violation], ..Outcome::default() }
    })
}

/// Runs seeds, and looks for planted bugs if that is asked for; whether all is well.
pub fn run(options: &Options) -> Result<bool> {
    let report = Mutex::new(Report::default());
    let next = AtomicU64::new(options.from);
    let end = options.from.saturating_add(options.seeds);
    thread::scope(|scope| {
        for _ in 0..options.jobs() {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end {
                        return;
                    }
                    let outcome = run_seed(options.setup(seed));
                    tell(options, seed, &outcome);
                    report.lock().unwrap_or_else(PoisonError::into_inner).add(seed, &outcome);
                }
            });
        }
    });
    let mut report = report.into_inner().unwrap_or_else(PoisonError::into_inner);
    report.failed.sort_unstable();
    if options.planted {
        report.planted = planted::search(options)?;
    }
    if options.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        println!("{} seeds, {} steps, {} facts; failed: {:?}", report.seeds, report.steps, report.facts, report.failed);
        println!("faults: {}", serde_json::to_string(&report.faults)?);
        if options.planted {
            println!("planted, and by which seed found: {}", serde_json::to_string(&report.planted)?);
        }
    }
    Ok(report.is_well())
}

fn tell(options: &Options, seed: u64, outcome: &Outcome) {
    if outcome.violations.is_empty() {
        return;
    }
    eprintln!("seed {seed} fails; run it again with: {}", options.again(seed));
    for violation in &outcome.violations {
        eprintln!("  {}: {}", violation.invariant, violation.detail);
    }
}
