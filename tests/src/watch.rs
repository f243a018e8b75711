//! The moment in which somebody else writes to a file.

use anyhow::Result;
use rustix::{fd::OwnedFd, fs::inotify};
use std::{mem::MaybeUninit, path::Path};

/// Notices that a file is written to.
pub struct Watch(OwnedFd);

impl Watch {
    /// From now on it is noticed.
    pub fn begin(file: &Path) -> Result<Self> {
        let watch = inotify::init(inotify::CreateFlags::CLOEXEC)?;
        inotify::add_watch(&watch, file, inotify::WatchFlags::MODIFY)?;
        Ok(Self(watch))
    }

    /// Waits until it was written to.
    pub fn written(self) -> Result<()> {
        let mut room = [MaybeUninit::uninit(); 512];
        inotify::Reader::new(self.0, &mut room).next()?;
        Ok(())
    }
}
