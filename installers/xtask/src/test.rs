//! All tests: the screens and the programs that the end-to-end tests start, then `cargo test`.

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
    let mut command = cargo();
    command.arg("test");
    command.args(args).env("DUKA_TILL", built.program("duka-till")?).env("DUKA_SERVER", built.program("duka-server")?);
    step("running the tests", || run(&mut command))
}
