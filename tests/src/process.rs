//! Child processes that end with their owner, together with all that they started.

use anyhow::{Context, Result};
use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
};

/// A child process with all that it started.
pub struct Group(Child);

impl Group {
    /// Starts it.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        let named = command.get_program().to_string_lossy().into_owned();
        Ok(Self(command.process_group(0).spawn().with_context(|| format!("{named} cannot be started; `cargo xtask setup` installs it"))?))
    }

    /// Starts it and gives the first line of its output that `wanted` takes.
    pub fn spawn_until<T>(command: &mut Command, mut wanted: impl FnMut(&str) -> Option<T>) -> Result<(Self, T)> {
        let mut group = Self::spawn(command.stdout(Stdio::piped()))?;
        let output = group.0.stdout.take().context("the child's output is piped")?;
        let mut lines = BufReader::new(output).lines();
        while let Some(line) = lines.next().transpose()? {
            if let Some(found) = wanted(&line) {
                // Read on, so that the child never stands before a full pipe.
                std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
                return Ok((group, found));
            }
        }
        anyhow::bail!("{} ended before it was ready", command.get_program().to_string_lossy())
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Ends it as a power cut does.
    pub fn kill(mut self) -> Result<()> {
        signal(&self.0, "-KILL")?;
        self.0.wait()?;
        Ok(())
    }

    /// Asks it to end, and waits.
    pub fn end(mut self) -> Result<()> {
        signal(&self.0, "-TERM")?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            let _ = signal(&self.0, "-TERM");
            let _ = self.0.wait();
        }
    }
}

fn signal(child: &Child, signal: &str) -> Result<()> {
    Command::new("kill").args([signal, "--", &format!("-{}", child.id())]).stderr(Stdio::null()).status()?;
    Ok(())
}
