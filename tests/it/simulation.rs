//! Some seeds of the simulation, on both engines, and that a run follows from its seed. `cargo xtask sim` runs more of them, kills inside
//! commits, mixes versions, and looks for bugs that were planted.

use duka_tests::{
    server::Storage,
    simulation::{Outcome, Setup, run_seed},
};

fn survives(seed: u64, storage: Storage) -> Outcome {
    let outcome = run_seed(Setup { seed, tills: 4, hours: 3, storage });
    assert!(outcome.violations.is_empty(), "seed {seed}: {:#?}", outcome.violations);
    outcome
}

#[test]
fn tills_and_server_come_to_the_same_through_all_that_goes_wrong() {
    let faults: u64 = (1..=6).map(|seed| survives(seed, Storage::Sqlite).faults.of("till killed")).sum();
    assert!(faults > 0, "nobody was killed");
}

#[test]
fn they_come_to_the_same_on_postgres_too() {
    for seed in 11..=13 {
        survives(seed, Storage::Postgres);
    }
}

#[test]
fn a_run_follows_from_its_seed_alone() {
    let (once, again) = (survives(21, Storage::Sqlite), survives(21, Storage::Sqlite));
    assert_eq!(once, again);
}

#[test]
fn both_engines_come_to_the_same_tables() {
    let (sqlite, postgres) = (survives(22, Storage::Sqlite), survives(22, Storage::Postgres));
    assert_eq!(sqlite.digest, postgres.digest);
}
