//! Everything that can be said about the sources without running them.

use anyhow::Result;

use crate::purpose::Purpose;
use crate::run::{cargo, run_aside, step};
use crate::setup;
use crate::ui;

const SCREENS: [&str; 6] = ["--target", "wasm32-unknown-unknown", "-p", "duka-ui-kit", "-p", "duka-ui-till"];
const NO_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// Options of `check`.
#[derive(clap::Args)]
pub struct Options {
    /// Leave out cargo-deny, which is compiled (minutes) when it is missing
    #[arg(long)]
    no_deny: bool,
    /// Also compare dependencies with the published security advisories, which are downloaded from GitHub
    #[arg(long, conflicts_with = "no_deny")]
    advisories: bool,
}

/// Checks format, lints, dependencies and the wasm build; the quick ones first.
pub fn check(options: &Options) -> Result<()> {
    setup::ensure(Purpose::Check)?;
    step("format", || run_aside(cargo().args(["fmt", "--all", "--check"])))?;
    // Before clippy: the till program embeds the screens, so even checking it needs them.
    ui::build(ui::Mode::Dev)?;
    step("clippy, programs", || run_aside(cargo().args(["clippy", "--all-targets"]).args(NO_WARNINGS)))?;
    step("clippy, screens", || run_aside(cargo().arg("clippy").args(ui::DEV).args(SCREENS).args(NO_WARNINGS)))?;
    if options.no_deny { Ok(()) } else { deny(options.advisories) }
}

fn deny(advisories: bool) -> Result<()> {
    if !setup::on_path("cargo-deny") {
        setup::cargo_program("cargo-deny")?;
    }
    let mut command = cargo();
    command.args(["deny", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]);
    if advisories {
        command.arg("advisories");
    } else {
        eprintln!("» security advisories are left out: they need a download, add --advisories");
    }
    setup::add_cargo_programs_to_path(&mut command);
    step("licences, bans and sources of dependencies", || run_aside(&mut command))
}
