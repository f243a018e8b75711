//! All tests: the screens and the programs that the end-to-end tests start, then `cargo test`, also of what the screens are made of.

use std::ffi::OsString;

use anyhow::Result;

use crate::purpose::Purpose;
use crate::run::{build, cargo, run, step};
use crate::setup;
use crate::ui;

/// Runs all tests, or those of the packages that `args` name; `args` are those of `cargo test`.
pub fn test(args: &[OsString]) -> Result<()> {
    setup::ensure(Purpose::Test)?;
    ui::build(ui::Mode::Dev)?;
    let built = step("building programs and tests", || build(&["--bins", "--tests"]))?;
    let test = |args: &[OsString], more: &[&str]| {
        let mut command = cargo();
        command.arg("test").args(more).args(args);
        command.env("DUKA_TILL", built.program("duka-till")?).env("DUKA_SERVER", built.program("duka-server")?);
        run(&mut command)
    };
    // They are no default members, and so tested only when they are named. Who chooses by anything but a test's name chooses from the others.
    let own = args.iter().filter_map(|arg| arg.to_str()).take_while(|arg| *arg != "--");
    let chooses = own.filter(|arg| arg.starts_with('-')).any(|arg| arg != "--no-fail-fast");
    let screens = match chooses {
        true => Ok(()),
        false => step("running the tests of the screens", || test(args, &["-p", "duka-ui-kit", "-p", "duka-ui-till"])),
    };
    step("running the tests", || test(args, &[])).and(screens)
}
