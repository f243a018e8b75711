//! A program's run, as what it did to one folder and what it told the outside, in order.

use super::trace::{Call, Reader, Stage, inside, not_followed};
use anyhow::{Context, Result, bail, ensure};
use std::{
    collections::HashMap,
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Command,
};

/// Every call that can change a file, tell the outside something, or (for a server) hear something of it. A `?` stands before those that not
/// every processor has. What changes a file in a way that is not followed is traced too, and refused.
const CALLS: &str = "trace=?open,openat,?openat2,?creat,close,write,pwrite64,writev,?pwritev,?pwritev2,ftruncate,?truncate,fallocate,\
    fsync,fdatasync,?sync,?syncfs,?sync_file_range,msync,?rename,?renameat,?renameat2,?unlink,unlinkat,?mkdir,mkdirat,?rmdir,?link,linkat,\
    ?symlink,symlinkat,?sendfile,?copy_file_range,?splice,mmap,lseek,?dup,?dup2,dup3,?io_uring_setup,sendto,sendmsg,recvfrom";
/// Longer than any string of a call here; one that is cut is refused.
const LONGEST: &str = "16777216";

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A file was made, empty; if it was there, it stayed.
    Made(PathBuf),
    /// A folder was made.
    FolderMade(PathBuf),
    /// Bytes were written; without a place, at the end.
    Written { path: PathBuf, at: Option<usize>, bytes: Vec<u8> },
    /// A file was cut, or grew by zeros, to this length.
    Length(PathBuf, usize),
    /// The disk was asked to keep a file or a folder, under this number.
    SyncBegun(u32, PathBuf),
    /// What had been written when it was asked is kept.
    SyncEnded(u32),
    /// It has another name; what had that name is gone.
    Renamed(PathBuf, PathBuf),
    /// It has another name besides.
    Linked(PathBuf, PathBuf),
    /// It is gone.
    Removed(PathBuf),
    /// Bytes are about to leave through standard output or a socket.
    Told(Vec<u8>),
    /// Bytes came through a socket.
    Heard(Vec<u8>),
}

impl std::fmt::Display for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = |path: &Path| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        match self {
            Self::Made(path) => write!(f, "{} was made", name(path)),
            Self::FolderMade(path) => write!(f, "the folder {} was made", name(path)),
            Self::Written { path, at: Some(at), bytes } => write!(f, "{} bytes were written at {at} of {}", bytes.len(), name(path)),
            Self::Written { path, at: None, bytes } => write!(f, "{} bytes were written at the end of {}", bytes.len(), name(path)),
            Self::Length(path, length) => write!(f, "{} got the length {length}", name(path)),
            Self::SyncBegun(_, path) => write!(f, "a sync of {} began", name(path)),
            Self::SyncEnded(_) => f.write_str("a sync ended"),
            Self::Renamed(from, to) => write!(f, "{} became {}", name(from), name(to)),
            Self::Linked(path, other) => write!(f, "{} is also {}", name(path), name(other)),
            Self::Removed(path) => write!(f, "{} was removed", name(path)),
            Self::Told(bytes) => write!(f, "{} bytes were told", bytes.len()),
            Self::Heard(bytes) => write!(f, "{} bytes were heard", bytes.len()),
        }
    }
}

/// A tracer that is to run `program`, and to write what it does into `log`; the program's arguments follow.
pub fn traced(program: &Path, log: &Path) -> Command {
    let mut command = Command::new("strace");
    // `-xx`: bytes as digits, so that nothing in them looks like the tracer's own words. `-y`: the names of open files.
    command.args(["-f", "-qq", "-y", "-xx", "-s", LONGEST, "-e", "signal=none", "-e", CALLS, "-o"]).arg(log).arg(program);
    command
}

/// Fails with what to do where a process may not be traced: without a recording nothing would be tested.
pub fn tracing_works() -> Result<()> {
    let tried = Command::new("strace").args(["-f", "-qq", "-o", "/dev/null", "true"]).output();
    let tried = tried.context("strace records what a till does to its disk: `cargo xtask setup` installs it")?;
    let told = String::from_utf8_lossy(&tried.stderr).into_owned();
    ensure!(
        tried.status.success(),
        "processes may not be traced here, so a power cut cannot be tested: {}\n\
         In a container, start it with `--cap-add=SYS_PTRACE`; elsewhere set kernel.yama.ptrace_scope to 1 or 0.",
        told.trim()
    );
    Ok(())
}

/// What the tracer's `log` tells of `folder`, which must have a canonical path.
pub fn read(log: &Path, folder: &Path) -> Result<Vec<Event>> {
    let mut following = Following { folder, places: HashMap::new(), events: Vec::new() };
    let mut reader = Reader::default();
    for (number, line) in BufReader::new(File::open(log)?).lines().enumerate() {
        let line = line?;
        let stages = reader.read(&line).and_then(|stages| stages.iter().try_for_each(|stage| following.take(stage)));
        stages.with_context(|| format!("line {} of the recording: {}", number + 1, line.chars().take(200).collect::<String>()))?;
    }
    Ok(following.events)
}

struct Following<'f> {
    folder: &'f Path,
    /// Where writing without a place goes on, per open file; none: at its end.
    places: HashMap<i32, Option<usize>>,
    events: Vec<Event>,
}

impl Following<'_> {
    fn take(&mut self, stage: &Stage) -> Result<()> {
        match stage {
            Stage::Entered(call) => self.entered(call),
            // What failed changed nothing.
            Stage::Left(call) if call.result().is_some() => self.left(call),
            Stage::Left(_) => Ok(()),
        }
    }

    /// What counts from the moment in which it is asked for: telling, and what a sync covers.
    fn entered(&mut self, call: &Call) -> Result<()> {
        match call.name.as_str() {
            "fsync" | "fdatasync" => {
                if let Some(path) = self.kept(call.named(0)?) {
                    self.events.push(Event::SyncBegun(call.thread, path));
                }
            }
            "write" | "sendto" if call.is_outlet(0) => self.events.push(Event::Told(call.bytes(1)?)),
            "writev" if call.is_outlet(0) => self.events.push(Event::Told(call.gathered(1)?)),
            _ => {}
        }
        Ok(())
    }

    /// What counts once it is done.
    fn left(&mut self, call: &Call) -> Result<()> {
        match call.name.as_str() {
            "open" | "creat" => self.opened(call, 1)?,
            "openat" => self.opened(call, 2)?,
            "close" => drop(self.places.remove(&call.descriptor(0)?)),
            "lseek" => drop(self.places.insert(call.descriptor(0)?, Some(number(call)?))),
            "write" => self.written(call, None)?,
            "pwrite64" => self.written(call, Some(call.number(3)?))?,
            "ftruncate" => {
                if let Some(path) = self.kept(call.named(0)?) {
                    self.events.push(Event::Length(path, call.number(1)?));
                }
            }
            "fsync" | "fdatasync" => {
                if self.kept(call.named(0)?).is_some() {
                    self.events.push(Event::SyncEnded(call.thread));
                }
            }
            "rename" => self.renamed(call.path(0, None)?, call.path(1, None)?)?,
            "renameat" | "renameat2" => self.renamed(call.path(1, Some(0))?, call.path(3, Some(2))?)?,
            "link" => self.linked(call.path(0, None)?, call.path(1, None)?)?,
            "linkat" => self.linked(call.path(1, Some(0))?, call.path(3, Some(2))?)?,
            "unlink" | "rmdir" => self.changed(call.path(0, None)?, Event::Removed),
            "unlinkat" => self.changed(call.path(1, Some(0))?, Event::Removed),
            "mkdir" => self.changed(call.path(0, None)?, Event::FolderMade),
            "mkdirat" => self.changed(call.path(1, Some(0))?, Event::FolderMade),
            "recvfrom" => self.events.push(Event::Heard(call.bytes(1)?)),
            // Private memory is nobody's disk; the shared memory of a database is made anew after a power cut.
            "mmap" if !call.says(3, "MAP_SHARED") || !call.says(2, "PROT_WRITE") => {}
            "mmap" if call.named(4)?.is_none_or(|path| is_shared_memory(&path)) => {}
            "sendto" | "sendmsg" => {}
            "writev" if call.is_outlet(0) => {}
            "sync" | "io_uring_setup" => bail!("{} is not followed by this test", call.name),
            _ => not_followed(call, self.folder)?,
        }
        Ok(())
    }

    fn opened(&mut self, call: &Call, flags: usize) -> Result<()> {
        let Some(path) = self.kept(call.opened()?) else { return Ok(()) };
        let place = if call.says(flags, "O_APPEND") { None } else { Some(0) };
        self.places.insert(i32::try_from(number(call)?)?, place);
        if call.says(flags, "O_CREAT") {
            self.events.push(Event::Made(path.clone()));
        }
        if call.says(flags, "O_TRUNC") {
            self.events.push(Event::Length(path, 0));
        }
        Ok(())
    }

    /// Writes at a place, or where the last write ended.
    fn written(&mut self, call: &Call, at: Option<usize>) -> Result<()> {
        let Some(path) = self.kept(call.named(0)?) else { return Ok(()) };
        let mut bytes = call.bytes(1)?;
        bytes.truncate(number(call)?);
        let at = match (at, self.places.get_mut(&call.descriptor(0)?)) {
            (Some(at), _) => Some(at),
            (None, Some(Some(place))) => Some(std::mem::replace(place, *place + bytes.len())),
            (None, Some(None)) => None,
            (None, None) => bail!("a file is written to that was not seen to be opened"),
        };
        self.events.push(Event::Written { path, at, bytes });
        Ok(())
    }

    fn renamed(&mut self, from: PathBuf, to: PathBuf) -> Result<()> {
        self.stays(&from, &to)?;
        self.changed(from, |from| Event::Renamed(from, to));
        Ok(())
    }

    fn linked(&mut self, path: PathBuf, other: PathBuf) -> Result<()> {
        self.stays(&path, &other)?;
        self.changed(path, |path| Event::Linked(path, other));
        Ok(())
    }

    fn stays(&self, from: &Path, to: &Path) -> Result<()> {
        ensure!(inside(from, self.folder) == inside(to, self.folder), "{} came from outside, or went there", from.display());
        Ok(())
    }

    fn changed(&mut self, path: PathBuf, event: impl FnOnce(PathBuf) -> Event) {
        self.events.extend(self.kept(Some(path)).map(event));
    }

    /// What of the folder survives a power cut at all.
    fn kept(&self, path: Option<PathBuf>) -> Option<PathBuf> {
        path.filter(|path| inside(path, self.folder) && !is_shared_memory(path))
    }
}

fn number(call: &Call) -> Result<usize> {
    Ok(usize::try_from(call.result().context("it failed")?)?)
}

/// What programs on one database share while they run; SQLite makes it anew when the first of them opens the database.
pub fn is_shared_memory(path: &Path) -> bool {
    path.to_string_lossy().ends_with("-shm")
}
