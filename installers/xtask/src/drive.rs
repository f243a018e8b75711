//! The workloads: `demo`, `replay`, `sim` and `bench` live in `duka-tests`; this builds what they drive and becomes them.

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
    /// Everything that can go wrong, through the libraries; no window.
    Sim,
    /// Measurements, of the window too.
    Bench,
}

impl Workload {
    fn name(self) -> &'static str {
        match self {
            Self::Demo => "demo",
            Self::Replay => "replay",
            Self::Sim => "sim",
            Self::Bench => "bench",
        }
    }

    fn purpose(self, args: &[OsString]) -> Purpose {
        match self {
            Self::Demo => Purpose::demo(args),
            Self::Replay | Self::Sim => Purpose::replay(args),
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
    let mut driver = match workload {
        Workload::Replay | Workload::Sim => driver_alone(workload)?,
        Workload::Demo | Workload::Bench => driver_with_programs(workload)?,
    };
    become_program(driver.arg(workload.name()).args(args))
}

fn driver_alone(workload: Workload) -> Result<Command> {
    // Only a simulation may break the product on purpose; a release with this feature does not compile.
    let features: &[&str] = if workload == Workload::Sim { &["--features", "duka-tests/planted"] } else { &[] };
    let args = [workload.profile(), &["--bin", "duka-drive"], features].concat();
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::run::{ask, cargo};

    /// A dependency that only tests have may ask a shared one for a feature; then demo and tests each compile that one, and all upon it,
    /// for themselves. The remedy is to ask for the feature in the workspace's own table.
    #[test]
    fn no_dependency_has_other_features_in_the_tests_than_in_a_demo() {
        let tree = |edges| -> BTreeSet<String> {
            let said = ask(cargo().args(["tree", "--locked", "--prefix", "none", "--format", "{p} {f}", "--edges", edges]));
            said.unwrap_or_default().lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
        };
        let (programs, tests) = (tree("normal,build"), tree("normal,build,dev"));
        assert!(programs.iter().any(|line| line.starts_with("duka-till ")), "cargo tells the dependencies: {programs:?}");
        assert_eq!(programs.difference(&tests).collect::<Vec<_>>(), Vec::<&String>::new());
    }
}
