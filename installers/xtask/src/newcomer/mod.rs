//! The README, tried by somebody whose machine has nothing but Debian, git, a C compiler and Rust.

mod proof;
mod system;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::purpose::Purpose;
use crate::readme;
use crate::run::{ask, root, run_aside, step};
use crate::setup;
use system::System;

/// Where the clone stands in the bare system.
const CLONE: &str = "/root/duka";

/// Options of `newcomer`.
#[derive(clap::Args)]
pub struct Options {
    /// Where the system is made (12 GB); it must not exist, and is removed when all went well
    #[arg(long, value_name = "DIR", default_value = "/var/tmp/duka-newcomer")]
    folder: PathBuf,
    /// Keep the system, also when all went well; a failed run keeps it until the next one
    #[arg(long)]
    keep: bool,
}

/// Makes a bare system, runs the README's commands in it and looks at what they leave.
pub fn newcomer(options: &Options) -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "this tries Debian: run it on Linux");
    let root = ask(Command::new("id").arg("-u")).is_some_and(|it| it.trim() == "0");
    ensure!(root, "a bare Debian is made by root alone: run it as root");
    setup::ensure(Purpose::Newcomer)?;
    let commands = commands()?;
    let system = System::make(&options.folder)?;
    step("cloning the committed tree", || clone(&system))?;
    for command in &commands {
        let said = step(command, || system.run(CLONE, command))?;
        let proof = proof::of(command, &said, |path| system.files(path))?;
        eprintln!("» {command}: {proof}");
    }
    if options.keep {
        eprintln!("» the system is kept in {}", options.folder.display());
        return Ok(());
    }
    step("removing the system", || system.remove())
}

fn commands() -> Result<Vec<String>> {
    let readme = fs::read_to_string(root().join("README.md")).context("reading the README")?;
    let commands = readme::commands(&readme);
    ensure!(!commands.is_empty(), "the README has no commands to try");
    Ok(commands)
}

/// Clones what is committed here, and says so if that is not what stands here.
fn clone(system: &System) -> Result<()> {
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(root()).args(args);
        command
    };
    let Some(revision) = ask(&mut git(&["rev-parse", "HEAD"])).map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()) else {
        bail!("this is no git repository: there is nothing to clone");
    };
    if ask(&mut git(&["status", "--porcelain"])).is_some_and(|it| !it.trim().is_empty()) {
        eprintln!("» what is not committed is left out");
    }
    let to = system.inside(CLONE);
    run_aside(Command::new("git").args(["clone", "--quiet", "--no-local", "--no-checkout"]).arg(root()).arg(&to))?;
    run_aside(Command::new("git").arg("-C").arg(&to).args(["checkout", "--quiet", "--detach", &revision]))
}
