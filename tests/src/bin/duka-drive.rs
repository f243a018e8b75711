//! Drives workloads through the real till engine and the real server. `cargo xtask` calls it; see there for the commands.

use clap::{Parser, Subcommand};
use duka_tests::{bench, demo, replay, selling, simulation};
#[cfg(target_os = "linux")]
use duka_tests::{fixture, short_day};
use std::process::ExitCode;

#[derive(Parser)]
#[command(about = "Drives workloads through the real till engine and the real server")]
struct Arguments {
    #[command(subcommand)]
    workload: Workload,
}

#[derive(Subcommand)]
enum Workload {
    /// Sells real invoices on N tills that go offline and come back, and proves that all add up
    Replay(replay::Options),
    /// Measures the numbers Duka promises, each against a floor measured in the same run
    Bench(bench::Options),
    /// Sets up a company with two tills on real products and opens (or drives) the till's window
    Demo(demo::Options),
    /// Runs tills and server through all that can go wrong, from seeds, and looks at each invariant
    Sim(simulation::Options),
    /// Sells without end at one till, for tests that pull its plug
    #[command(hide = true)]
    Sell(selling::Options),
    /// Trades a short day at one till and says what it confirms, for tests that cut its power
    #[cfg(target_os = "linux")]
    #[command(hide = true)]
    Day(short_day::Options),
    /// Makes a shop as this version leaves it, to be kept and opened by every later one
    #[cfg(target_os = "linux")]
    Fixture(fixture::Options),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().workload {
        Workload::Replay(options) => replay::run(&options),
        Workload::Bench(options) => bench::run(&options),
        Workload::Demo(options) => demo::run(&options),
        Workload::Sim(options) => simulation::run(&options),
        Workload::Sell(options) => selling::run(&options),
        #[cfg(target_os = "linux")]
        Workload::Day(options) => short_day::run(&options),
        #[cfg(target_os = "linux")]
        Workload::Fixture(options) => fixture::run(&options),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => {
            eprintln!("{fault:#}");
            ExitCode::FAILURE
        }
    }
}
