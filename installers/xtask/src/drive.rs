//! The workloads: `demo`, `replay` and `bench` live in `duka-tests`; this builds what they drive and becomes them.

use std::ffi::OsString;
use std::process::Command;

use anyhow::Result;

use crate::run::{become_program, build, step};
use crate::setup::{self, Purpose};
use crate::ui;

/// A sub-command of `duka-drive`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// A shop to click through: drives the till's window and the server's program.
    Demo,
    /// Real trading data through the libraries; no window.
    Replay,
    /// Measurements, of the window too.
    Bench,
}

impl Workload {
    fn name(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Replay => "replay",
            Self::Bench => "bench",
        }
    }

    fn purpose(self) -> Purpose {
        match self {
            Self::Demo => Purpose::Demo,
            Self::Replay => Purpose::Replay,
            Self::Bench => Purpose::Bench,
        }
    }
}

/// Runs a workload with its arguments, in the release profile. Standard output is the workload's alone.
pub fn drive(workload: Workload, args: &[OsString]) -> Result<()> {
    setup::ensure(workload.purpose())?;
    let mut driver = if workload == Workload::Replay { driver_alone()? } else { driver_with_programs()? };
    become_program(driver.arg(workload.name()).args(args))
}

fn driver_alone() -> Result<Command> {
    let built = step("building the driver", || build(&["--release", "-p", "duka-tests", "--bin", "duka-drive"]))?;
    Ok(Command::new(built.program("duka-drive")?))
}

/// One build for the three programs, so that they share every dependency with the same features.
fn driver_with_programs() -> Result<Command> {
    ui::build(ui::Mode::Release)?;
    let packages = ["--release", "-p", "duka-tests", "-p", "duka-till", "-p", "duka-server"];
    let programs = ["--bin", "duka-drive", "--bin", "duka-till", "--bin", "duka-server"];
    let built = step("building the till, the server and the driver", || build(&[&packages[..], &programs[..]].concat()))?;
    let mut driver = Command::new(built.program("duka-drive")?);
    driver.env("DUKA_TILL", built.program("duka-till")?).env("DUKA_SERVER", built.program("duka-server")?);
    setup::add_cargo_programs_to_path(&mut driver);
    Ok(driver)
}
