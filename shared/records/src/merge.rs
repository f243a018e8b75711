//! Merging what others wrote, whatever they wrote.
//!
//! The rules have looked at a change by itself before it comes here ([`crate::check`]), but only a document shows whether it fits to those that
//! it builds on. One that does not, as a device that means harm may write it, is left out. Whether it fits rests on the change and its
//! ancestors alone, which it names by their hashes: so whoever holds the same changes leaves out the same ones, in whatever order they
//! came (I4).

use crate::{
    chunk,
    document::{Document, Reading, RecordError, reading, unreadable},
};
use automerge::{AutoCommit, Change, ChangeHash, SaveOptions};
use std::{
    collections::{HashMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
    slice,
};

/// A document after changes from elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The document to store.
    pub document: Document,
    /// What it says.
    pub reading: Reading,
    /// Why changes were left out: one reason for each.
    pub left_out: Vec<String>,
}

/// Takes changes from elsewhere into a stored document (none: the first of a record). Taking one twice changes nothing (I2); one that does not
/// fit is left out. Fails only where the stored document cannot be read.
pub fn merge_and_read<'c>(document: Option<&[u8]>, changes: impl IntoIterator<Item = &'c [u8]>) -> Result<Merged, RecordError> {
    let mut doc = open(document)?;
    let (mut new, mut left_out) = (Vec::new(), Vec::new());
    for bytes in changes {
        match Change::from_bytes(bytes.to_vec()) {
            Ok(change) if doc.get_change_by_hash(&change.hash()).is_some() => {}
            Ok(change) => new.push(change),
            Err(fault) => left_out.push(fault.to_string()),
        }
    }
    // Each builds on all there is, as is usual: then the document is its ancestors.
    let in_line = is_in_line(&mut doc, &new) && new.iter().all(|change| extend(&mut doc, change).is_ok());
    if let (true, Ok(document)) = (in_line, readable(&mut doc)) {
        return Ok(Merged { document, reading: reading(&doc), left_out });
    }
    let mut doc = sort_out(document, new, &mut left_out)?;
    Ok(Merged { document: doc.save_nocompress(), reading: reading(&doc), left_out })
}

/// Takes one change into a stored document; an error when it does not fit.
pub fn merge(document: Option<&[u8]>, change: &[u8]) -> Result<Document, RecordError> {
    let Merged { document, mut left_out, .. } = merge_and_read(document, [change])?;
    left_out.pop().map_or(Ok(document), |fault| Err(RecordError::Change(fault)))
}

fn open(document: Option<&[u8]>) -> Result<AutoCommit, RecordError> {
    document.map_or_else(|| Ok(AutoCommit::new()), |bytes| AutoCommit::load(bytes).map_err(unreadable))
}

fn is_in_line(doc: &mut AutoCommit, new: &[Change]) -> bool {
    let sorted = |hashes: &[ChangeHash]| {
        let mut hashes = hashes.to_vec();
        hashes.sort_unstable();
        hashes
    };
    let mut heads = sorted(&doc.get_heads());
    let waits = !doc.get_missing_deps(&[]).is_empty();
    !waits
        && new.iter().all(|change| {
            let follows = sorted(change.deps()) == heads;
            heads = vec![change.hash()];
            follows
        })
}

/// What hostile bytes make the library fail at, or stop at, is a reason like any other.
fn caught<T>(merge: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(merge)).unwrap_or_else(|_| Err("it cannot be merged with those it builds on".to_owned()))
}

/// Applies a change to the document of its ancestors. After a fault the document is good for nothing.
fn extend(doc: &mut AutoCommit, change: &Change) -> Result<(), String> {
    caught(|| {
        doc.set_actor(change.actor_id().clone());
        let before = doc.get_last_local_change().map_or(0, |last| last.seq());
        let built_on = change.deps().iter().filter_map(|hash| doc.get_change_by_hash(hash)).map(|change| change.max_op()).max();
        if change.seq() != before.saturating_add(1) {
            return Err(format!("it is its author's change {} and builds on change {before}", change.seq()));
        }
        // Else one that leaps to the last number there is would leave none for those who build on it.
        if change.start_op().get() != built_on.unwrap_or(0).saturating_add(1) {
            return Err("it does not number its operations on from those it builds on".to_owned());
        }
        doc.apply_changes([change.clone()]).map_err(|fault| fault.to_string())
    })
}

/// The document as bytes that can be read again.
fn readable(doc: &mut AutoCommit) -> Result<Document, String> {
    caught(|| {
        let bytes = doc.save_nocompress();
        AutoCommit::load(&bytes).map_err(|fault| fault.to_string())?;
        Ok(bytes)
    })
}

/// Tries each change by itself, as soon as all that it builds on is there.
fn sort_out(document: Option<&[u8]>, new: Vec<Change>, left_out: &mut Vec<String>) -> Result<AutoCommit, RecordError> {
    let (mut doc, mut pool) = part(document)?;
    pool.extend(new);
    let mut seen = HashSet::new();
    pool.retain(|change| seen.insert(change.hash()));
    let mut applied: Vec<Change> = doc.get_changes(&[]);
    let mut hashes: HashSet<ChangeHash> = applied.iter().map(Change::hash).collect();
    while let Some(ready) = pool.iter().position(|change| change.deps().iter().all(|hash| hashes.contains(hash))) {
        let change = pool.remove(ready);
        match fits(&applied, &change).and_then(|()| with(&doc, slice::from_ref(&change))) {
            Ok(next) => {
                doc = next;
                hashes.insert(change.hash());
                applied.push(change);
            }
            Err(fault) => left_out.push(fault),
        }
    }
    // These wait inside the document for what they build on: all at once, as is usual, else each as far as it lets itself be kept.
    if let Ok(next) = with(&doc, &pool) {
        return Ok(next);
    }
    for change in pool {
        match with(&doc, slice::from_ref(&change)) {
            Ok(next) => doc = next,
            Err(fault) => left_out.push(fault),
        }
    }
    Ok(doc)
}

/// Whether a change can be applied to its ancestors.
fn fits(applied: &[Change], change: &Change) -> Result<(), String> {
    let by_hash: HashMap<ChangeHash, &Change> = applied.iter().map(|change| (change.hash(), change)).collect();
    let (mut ancestors, mut ahead) = (HashSet::new(), change.deps().to_vec());
    while let Some(hash) = ahead.pop() {
        if ancestors.insert(hash) {
            ahead.extend(by_hash.get(&hash).map(|change| change.deps()).unwrap_or_default());
        }
    }
    let past = applied.iter().filter(|change| ancestors.contains(&change.hash())).cloned();
    let mut doc = AutoCommit::new();
    caught(|| doc.apply_changes(past).map_err(|fault| fault.to_string()))?;
    extend(&mut doc, change)?;
    readable(&mut doc).map(drop)
}

/// The document with more changes, which may have to wait in it.
fn with(doc: &AutoCommit, changes: &[Change]) -> Result<AutoCommit, String> {
    let mut next = doc.clone();
    caught(|| next.apply_changes(changes.iter().cloned()).map_err(|fault| fault.to_string()))?;
    readable(&mut next)?;
    Ok(next)
}

/// A document without the changes that wait in it, and these.
fn part(document: Option<&[u8]>) -> Result<(AutoCommit, Vec<Change>), RecordError> {
    let mut doc = open(document)?;
    if doc.get_missing_deps(&[]).is_empty() {
        return Ok((doc, Vec::new()));
    }
    let whole = doc.save_nocompress();
    let bare = doc.save_with_options(SaveOptions { deflate: false, retain_orphans: false });
    // What waits stands behind the rest.
    let mut rest = whole.get(bare.len()..).unwrap_or_default();
    let mut waiting = Vec::new();
    while let Some(length) = chunk::length(rest)
        && let Some((chunk, behind)) = rest.split_at_checked(length)
    {
        waiting.push(Change::from_bytes(chunk.to_vec()).map_err(unreadable)?);
        rest = behind;
    }
    if !rest.is_empty() {
        return Err(unreadable("what waits in it is cut off"));
    }
    Ok((open(Some(&bare))?, waiting))
}

#[cfg(test)]
mod tests;
