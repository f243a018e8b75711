//! The workloads: `demo`, `replay` and `bench` live in `duka-tests`; this builds what they drive and becomes them.

use std::ffi::OsString;
use std::process::Command;

use anyhow::Result;

use crate::purpose::Purpose;
use crate::run::{become_program, build, step};
use crate::setup;
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

    fn purpose(self, args: &[OsString]) -> Purpose {
        match self {
            Self::Demo => Purpose::demo(args),
            Self::Replay => Purpose::replay(args),
            Self::Bench => Purpose::Bench,
        }
    }

    /// The profile of the tests, so that nothing is compiled twice; measurements have that of a release.
    fn profile(self) -> &'static [&'static str] {
        if self == Self::Bench { &["--release"] } else { &[] }
    }
}

/// Runs a workload with its arguments. Standard output is the workload's alone.
pub fn drive(workload: Workload, args: &[OsString]) -> Result<()> {
    setup::ensure(workload.purpose(args))?;
    let mut driver = if workload == Workload::Replay { driver_alone(workload)? } else { driver_with_programs(workload)? };
    become_program(driver.arg(workload.name()).args(args))
}

fn driver_alone(workload: Workload) -> Result<Command> {
    let args = [workload.profile(), &["--bin", "duka-drive"]].concat();
    Ok(Command::new(step("building the driver", || build(&args))?.program("duka-drive")?))
}

fn driver_with_programs(workload: Workload) -> Result<Command> {
    ui::build(if workload == Workload::Bench { ui::Mode::Release } else { ui::Mode::Dev })?;
    let args = [workload.profile(), &["--bin", "duka-drive", "--bin", "duka-till", "--bin", "duka-server"]].concat();
    let built = step("building the till, the server and the driver", || build(&args))?;
    let mut driver = Command::new(built.program("duka-drive")?);
    driver.env("DUKA_TILL", built.program("duka-till")?).env("DUKA_SERVER", built.program("duka-server")?);
    Ok(driver)
}
