//! The program behind a window, found by its data folder: it is the driver's child, not ours.

use anyhow::{Context, Result, ensure};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fd::OwnedFd,
    io::{Errno, retry_on_intr},
    process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal},
};
use std::{fs, path::Path, time::Duration};

/// A handle of a running program, which stays its own even when its number is given to another.
pub(super) struct Program(OwnedFd);

impl Program {
    /// The program that runs on this data folder.
    pub(super) fn on(data: &Path) -> Result<Self> {
        let wanted = format!("\0--data\0{}\0", data.display());
        let process = fs::read_dir("/proc")?
            .flatten()
            .find(|process| fs::read(process.path().join("cmdline")).is_ok_and(|line| String::from_utf8_lossy(&line).contains(&wanted)));
        let number = process.and_then(|process| process.file_name().to_str()?.parse().ok()).and_then(Pid::from_raw);
        let number = number.with_context(|| format!("no program runs on {}", data.display()))?;
        Ok(Self(pidfd_open(number, PidfdFlags::empty())?))
    }

    /// Ends it as a power cut does, and waits until it is gone.
    pub(super) fn kill(&self) -> Result<()> {
        let sent = pidfd_send_signal(&self.0, Signal::KILL);
        // It may have ended by itself.
        if sent != Err(Errno::SRCH) {
            sent?;
        }
        self.wait(Duration::from_secs(60))
    }

    /// Waits until it has ended.
    pub(super) fn wait(&self, at_most: Duration) -> Result<()> {
        ensure!(self.ends_within(at_most)?, "the till's program does not end");
        Ok(())
    }

    /// Whether it has ended.
    pub(super) fn has_ended(&self) -> Result<bool> {
        self.ends_within(Duration::ZERO)
    }

    fn ends_within(&self, time: Duration) -> Result<bool> {
        let limit = Timespec::try_from(time)?;
        Ok(retry_on_intr(|| poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(&limit)))? > 0)
    }
}
