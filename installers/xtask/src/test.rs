//! All tests: the screens and the programs that the end-to-end tests start, then `cargo test`.

use std::ffi::OsString;

use anyhow::Result;

use crate::run::{build, cargo, run, step};
use crate::setup::{self, Purpose};
use crate::ui;

/// Every package but the screens, which exist for wasm32 only.
pub const NATIVE: [&str; 5] = ["--workspace", "--exclude", "duka-ui-kit", "--exclude", "duka-ui-till"];

/// Runs all tests, or those of the packages that `args` name; `args` are those of `cargo test`.
pub fn test(args: &[OsString]) -> Result<()> {
    setup::ensure(Purpose::Test)?;
    ui::build(ui::Mode::Release)?;
    // The programs are built together with the tests: a build of their own would choose other features for shared
    // dependencies and compile most of them a second time.
    let built = step("building programs and tests", || build(&[&NATIVE[..], &["--bins", "--tests"]].concat()))?;
    let mut command = cargo();
    command.arg("test");
    if !names_packages(args) {
        command.args(NATIVE);
    }
    command.args(args).env("DUKA_TILL", built.program("duka-till")?).env("DUKA_SERVER", built.program("duka-server")?);
    setup::add_cargo_programs_to_path(&mut command);
    step("running the tests", || run(&mut command))
}

/// Whether the arguments of cargo itself (those before `--`) choose packages.
fn names_packages(args: &[OsString]) -> bool {
    let words = args.iter().map(|it| it.to_string_lossy()).take_while(|it| it != "--");
    words.into_iter().any(|it| it == "--package" || it.starts_with("--package=") || (it.starts_with("-p") && !it.starts_with("--")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_package_replaces_the_whole_workspace() {
        let names = |words: &[&str]| names_packages(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert!(names(&["-p", "duka-core"]));
        assert!(names(&["-pduka-core"]));
        assert!(names(&["--no-fail-fast", "--package=duka-core"]));
        assert!(!names(&["a_sale"]));
        assert!(!names(&["--", "-p"]));
        assert!(!names(&["--profile", "release"]));
    }
}
