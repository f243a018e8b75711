//! What a tracer wrote, line by line, as system calls: where each was entered and where it was left, with every string byte for byte.
//!
//! The lines stand in the order in which the tracer stopped the process: a thread goes on only after its line was written, so whatever one call
//! could have caused stands behind it.

use anyhow::{Context, Result, bail, ensure};
use std::{
    collections::HashMap,
    ffi::OsString,
    os::unix::ffi::OsStringExt,
    path::{Path, PathBuf},
};

/// `/dev/`
const DEVICE: &str = r"\x2f\x64\x65\x76\x2f";

/// A system call of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub thread: u32,
    pub name: String,
    arguments: Vec<String>,
    result: String,
}

/// What a line tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The kernel was asked; what it fills in is not known yet.
    Entered(Call),
    /// The kernel answered.
    Left(Call),
}

/// Reads lines one after the other.
#[derive(Default)]
pub struct Reader {
    /// What each thread is in, as far as its line was written.
    unfinished: HashMap<u32, String>,
}

impl Reader {
    /// One or two stages of a call, or none for what is no call.
    pub fn read(&mut self, line: &str) -> Result<Vec<Stage>> {
        let (thread, said) = line.split_once(' ').context("no thread")?;
        let (thread, said) = (thread.parse().context("no thread")?, said.trim_start());
        if said.starts_with("+++") || said.starts_with("---") {
            return Ok(Vec::new());
        }
        if let Some(begun) = said.strip_suffix("<unfinished ...>") {
            let call = Call::read(thread, begun.trim_end().trim_end_matches(','), "")?;
            self.unfinished.insert(thread, begun.to_owned());
            return Ok(vec![Stage::Entered(call)]);
        }
        if let Some(rest) = said.strip_prefix("<... ") {
            let begun = self.unfinished.remove(&thread).context("a call goes on that never began")?;
            let (_, rest) = rest.split_once(" resumed>").context("a call goes on without its name")?;
            let (call, result) = answered(rest)?;
            return Ok(vec![Stage::Left(Call::read(thread, &(begun + call), result)?)]);
        }
        let (call, result) = answered(said)?;
        let call = Call::read(thread, call, result)?;
        Ok(vec![Stage::Entered(call.clone()), Stage::Left(call)])
    }
}

/// The call up to its last argument, and its result. Strings are all digits, so the last ` = ` is the one.
fn answered(said: &str) -> Result<(&str, &str)> {
    let (call, result) = said.rsplit_once(" = ").context("a call without a result")?;
    Ok((call.trim_end().strip_suffix(')').context("a call that does not end")?, result))
}

impl Call {
    fn read(thread: u32, call: &str, result: &str) -> Result<Self> {
        let (name, arguments) = call.split_once('(').context("a call without arguments")?;
        Ok(Self { thread, name: name.to_owned(), arguments: split(arguments), result: result.to_owned() })
    }

    /// What came back, if it was no fault.
    pub fn result(&self) -> Option<u64> {
        self.result.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    }

    fn argument(&self, place: usize) -> Result<&str> {
        self.arguments.get(place).map(String::as_str).with_context(|| format!("{} has no argument {place}", self.name))
    }

    /// An argument as it was written.
    pub fn says(&self, place: usize, word: &str) -> bool {
        self.arguments.get(place).is_some_and(|argument| argument.split('|').any(|flag| flag == word))
    }

    /// An argument that is a number.
    pub fn number(&self, place: usize) -> Result<usize> {
        self.argument(place)?.parse().with_context(|| format!("argument {place} of {} is no number", self.name))
    }

    /// The number of an open file.
    pub fn descriptor(&self, place: usize) -> Result<i32> {
        let digits = self.argument(place)?.split('<').next().unwrap_or_default();
        digits.parse().with_context(|| format!("argument {place} of {} is no open file", self.name))
    }

    /// What an open file is called now; none for one that has no name any more, or never had.
    pub fn named(&self, place: usize) -> Result<Option<PathBuf>> {
        file_name(self.argument(place)?)
    }

    /// Whether it is no file at all: a pipe, a terminal, a socket.
    pub fn is_outlet(&self, place: usize) -> bool {
        let name = self.arguments.get(place).and_then(|argument| argument.split_once('<'));
        name.is_some_and(|(_, name)| !unescape(name).unwrap_or_default().starts_with(b"/") || name.starts_with(DEVICE))
    }

    /// What the file that was opened is called.
    pub fn opened(&self) -> Result<Option<PathBuf>> {
        file_name(&self.result)
    }

    /// A path that was given, below the folder that was given with it.
    pub fn path(&self, place: usize, folder: Option<usize>) -> Result<PathBuf> {
        let path = PathBuf::from(OsString::from_vec(self.bytes(place)?));
        let folder = match folder {
            Some(folder) => self.named(folder)?,
            None => None,
        };
        let path = folder.map_or_else(|| path.clone(), |folder| folder.join(&path));
        ensure!(path.is_absolute(), "{} has a path that is known only below the process's own folder: {}", self.name, path.display());
        Ok(path)
    }

    /// The bytes of a string.
    pub fn bytes(&self, place: usize) -> Result<Vec<u8>> {
        let text = self.argument(place)?;
        let digits = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        unescape(digits.with_context(|| format!("argument {place} of {} is no whole string", self.name))?)
    }

    /// The bytes of a list of strings.
    pub fn gathered(&self, place: usize) -> Result<Vec<u8>> {
        let parts = self.argument(place)?.split("iov_base=").skip(1);
        let strings = parts.map(|part| part.split('"').nth(1).context("a list of something else than strings"));
        let strings: Vec<_> = strings.collect::<Result<_>>()?;
        strings.into_iter().map(unescape).collect::<Result<Vec<_>>>().map(|parts| parts.concat())
    }
}

/// The name in `3</tmp/x>`; a file that was removed has a mark behind it.
fn file_name(text: &str) -> Result<Option<PathBuf>> {
    let Some((_, name)) = text.split_once('<') else { return Ok(None) };
    let Some(name) = name.strip_suffix('>') else { return Ok(None) };
    let name = PathBuf::from(OsString::from_vec(unescape(name)?));
    Ok(Some(name).filter(|name| name.is_absolute()))
}

/// Arguments between commas that stand outside of brackets.
fn split(arguments: &str) -> Vec<String> {
    let mut split = vec![String::new()];
    let mut depth = 0_i32;
    for c in arguments.chars() {
        depth += i32::from(matches!(c, '[' | '{' | '(')) - i32::from(matches!(c, ']' | '}' | ')'));
        match (c, depth) {
            (',', 0) => split.push(String::new()),
            _ => split.last_mut().into_iter().for_each(|argument| argument.push(c)),
        }
    }
    split.into_iter().map(|argument| argument.trim().to_owned()).collect()
}

/// Bytes written as `\x0a`; what stands between them means itself.
fn unescape(text: &str) -> Result<Vec<u8>> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).context("half a byte")?;
        bytes.push(u8::from_str_radix(digits, 16).with_context(|| format!("{digits} is no byte"))?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    Ok(bytes)
}

/// Whether `path` is the folder or below it.
pub fn inside(path: &Path, folder: &Path) -> bool {
    path.starts_with(folder)
}

/// Refuses what would change files in a way that is not followed here.
pub fn not_followed(call: &Call, folder: &Path) -> Result<()> {
    for place in 0..call.arguments.len() {
        if let Ok(Some(path)) = call.named(place)
            && inside(&path, folder)
        {
            bail!("{} on {} is not followed by this test", call.name, path.display());
        }
    }
    Ok(())
}

#[test]
fn a_call_that_others_interrupt_is_put_together_and_its_strings_are_whole() {
    let mut reader = Reader::default();
    let begun = r#"7  pwrite64(3<\x2f\x61>, "\x22\x2c\x29", 3, 4096 <unfinished ...>"#;
    let [Stage::Entered(entered)] = &reader.read(begun).unwrap()[..] else { panic!("it is entered") };
    assert_eq!((entered.result(), entered.bytes(1).unwrap()), (None, b"\",)".to_vec()));
    assert!(reader.read("8  fsync(4<\\x2f\\x62>(deleted)) = 0").unwrap().iter().all(|stage| match stage {
        Stage::Entered(call) | Stage::Left(call) => call.named(0).unwrap().is_none(),
    }));
    let [Stage::Left(left)] = &reader.read("7  <... pwrite64 resumed>) = 3").unwrap()[..] else { panic!("it is left") };
    assert_eq!((left.result(), left.number(3).unwrap(), left.named(0).unwrap()), (Some(3), 4096, Some("/a".into())));
    let failed = reader.read(r#"7  unlink("\x2f\x61") = -1 ENOENT (No such file or directory)"#).unwrap();
    assert!(matches!(&failed[1], Stage::Left(call) if call.result().is_none() && call.path(0, None).unwrap() == Path::new("/a")));
    let list = reader.read(r#"7  writev(9<socket:[1]>, [{iov_base="\x48", iov_len=1}, {iov_base="\x49\x4a", iov_len=2}], 2) = 3"#).unwrap();
    assert!(matches!(&list[0], Stage::Entered(call) if call.gathered(1).unwrap() == b"HIJ" && call.named(0).unwrap().is_none()));
}
