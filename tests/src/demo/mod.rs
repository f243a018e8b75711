//! A company with tills on real products, and the till's window: opened where there is a display, driven through a short day where there is none.

mod day;
mod stage;

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use stage::Stage;
use std::{
    path::{Path, PathBuf},
    process::Command,
};
use tokio::{
    runtime::Runtime,
    signal::unix::{SignalKind, signal},
};

/// How to show Duka.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// How many tills the shop has; the window of the first one (or two, without a display) is opened
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=20))]
    tills: u16,
    /// Begin anew: forget the company of an earlier demo
    #[arg(long)]
    fresh: bool,
    /// Where the demo's data lives
    #[arg(long, value_name = "DIR", default_value = "demo")]
    folder: PathBuf,
    /// Drive a short day without a window for people, also where there is a display
    #[arg(long)]
    drive: bool,
}

/// Shows Duka; true when all went as it should.
pub fn run(options: &Options) -> Result<bool> {
    let till = program("DUKA_TILL")?;
    let display = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    // A driven day begins on an empty company, so that its figures can be checked.
    let drive = options.drive || !display;
    if options.fresh || drive {
        forget(&options.folder)?;
    }
    let mut stage = Stage::set(&options.folder, options.tills.max(if drive { 2 } else { 1 }))?;
    println!("server    {}/docs", stage.server.address());
    println!("admin     token in {}", options.folder.join("server").join("admin-token").display());
    if drive {
        return day::drive(&mut stage, &till);
    }
    show(&stage, &till)
}

/// Opens the window of the first till and waits until it is closed.
fn show(stage: &Stage, till: &Path) -> Result<bool> {
    let first = stage.tills.first().context("the shop has a till")?;
    println!("till      {}", first.folder.display());
    println!("receipts  {} (written when the window is closed)", stage.receipts().display());
    println!("The window is opening. Open a shift, then scan or type a name, F12, Enter. Close the window to end.");
    let went_well = Runtime::new()?.block_on(shown(till, &first.folder))?;
    stage.save_receipts()?;
    Ok(went_well)
}

/// Opens the window and waits until it is closed, or closes it when the demo is interrupted: the server must not outlive it.
async fn shown(till: &Path, data: &Path) -> Result<bool> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut window = Command::new(till).arg("--data").arg(data).spawn().with_context(|| format!("{} cannot be started", till.display()))?;
    let process = Pid::from_child(&window);
    let mut closed = tokio::task::spawn_blocking(move || window.wait());
    tokio::select! {
        status = &mut closed => return Ok(status??.success()),
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    // If it ended in this very moment, all is well too.
    let _ = kill_process(process, Signal::TERM);
    closed.await??;
    Ok(false)
}

/// Removes an earlier demo, and nothing else that somebody may keep in the folder that was named.
fn forget(folder: &Path) -> Result<()> {
    let is_empty = || std::fs::read_dir(folder).is_ok_and(|mut within| within.next().is_none());
    if !folder.exists() || is_empty() {
        return Ok(());
    }
    ensure!(
        folder.join(stage::MARK).exists(),
        "{} was not made by a demo: choose another --folder, or remove it yourself",
        folder.display()
    );
    std::fs::remove_dir_all(folder).context("the earlier demo cannot be removed")
}

/// A program whose path `cargo xtask` gives.
fn program(name: &str) -> Result<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).with_context(|| format!("{name} names the program; start this with `cargo xtask demo`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_that_begins_anew_removes_the_earlier_one_and_never_a_folder_of_somebody_elses() {
        let folder = tempfile::tempdir().expect("a folder");
        let (demo, photos) = (folder.path().join("demo"), folder.path().join("photos"));
        for (place, file) in [(&demo, stage::MARK), (&photos, "wedding.png")] {
            std::fs::create_dir(place).expect("a folder");
            std::fs::write(place.join(file), "").expect("a file");
        }
        forget(&demo).expect("it is a demo's");
        forget(&demo).expect("there is nothing to remove");
        assert!(forget(&photos).expect_err("it is somebody's").to_string().contains("--folder"));
        assert!(!demo.exists() && photos.join("wedding.png").exists());
    }
}
