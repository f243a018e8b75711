//! Judging logs again from their first entries, on two threads: the one way for whoever compares tables with facts and whoever fills them.

use super::{apply::certified, check};
use crate::{
    enrolment::Member,
    journal::{self, LogRow, Place, Raw},
    platform::StoreError,
};
use duka_ledger::rule::{Judged, LogState, Refold, StoredVerdict};
use rusqlite::Connection;
use std::{sync::mpsc, thread};

/// Entries read at once.
const PAGE: u32 = 500;
/// Pieces that are read or made before they are taken, at most.
const AHEAD: usize = 2;

/// Every log; the server's own first, since it says who the others are.
pub(super) fn logs(db: &Connection, me: &Member) -> Result<Vec<LogRow>, StoreError> {
    let mut logs = journal::logs(db)?;
    logs.sort_by_key(|log| log.log.device != me.server_device);
    Ok(logs)
}

/// An entry that was judged again, and how it stood before.
pub(super) struct Rejudged {
    pub(super) place: Place,
    pub(super) stood: StoredVerdict,
    pub(super) judged: Judged,
}

impl Rejudged {
    /// Whether something else becomes of it than stood.
    pub(super) fn is_new(&self) -> bool {
        StoredVerdict::from(&self.judged.verdict) != self.stood
    }
}

/// Judges a log from its first entry on, and gives where it stands behind the last. This thread reads the entries and takes what is made of a page of
/// them; they are judged, and that is made, on another.
pub(super) fn judge_log<M: Send>(
    db: &Connection,
    me: &Member,
    log: &LogRow,
    mut make: impl FnMut(Rejudged) -> Result<M, StoreError> + Send,
    take: impl FnMut(Vec<M>) -> Result<(), StoreError>,
) -> Result<LogState, StoreError> {
    // Whose certificate is missing, of that all waits: it may still come.
    let mut refold = Refold::new(certified(db, me, log.log.device)?);
    let mut from = 1;
    let read = || {
        let page = journal::entry_bytes_in(db, log.n, from, PAGE)?;
        from = page.last().map_or(from, |last| last.place.seq().saturating_add(1));
        Ok(Some(page).filter(|page| !page.is_empty()))
    };
    let judge = |page: Vec<Raw>| {
        let one = |Raw { place, verdict, bytes }| {
            let sealed = journal::open_entry(bytes)?;
            make(Rejudged { place, stood: verdict, judged: refold.judge(&sealed, &check::record) })
        };
        page.into_iter().map(one).collect::<Result<Vec<M>, _>>()
    };
    on_two_threads(read, judge, take)?;
    Ok(refold.state().clone())
}

/// Work in three steps, piece by piece: this thread reads pieces and takes what is made of each, in their order; another makes it meanwhile.
pub(super) fn on_two_threads<R: Send, M: Send>(
    mut read: impl FnMut() -> Result<Option<R>, StoreError>,
    mut make: impl FnMut(R) -> Result<M, StoreError> + Send,
    mut take: impl FnMut(M) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    thread::scope(|scope| {
        let (read_to, to_make) = mpsc::sync_channel(AHEAD);
        let (made, to_take) = mpsc::sync_channel(AHEAD);
        let making = scope.spawn(move || {
            for piece in to_make {
                let piece = make(piece);
                let failed = piece.is_err();
                if made.send(piece).is_err() || failed {
                    break;
                }
            }
        });
        let (mut under_way, mut read_to) = (0, Some(read_to));
        loop {
            while let Some(to) = read_to.as_ref().filter(|_| under_way < AHEAD) {
                // It takes no more when it has ended over what it could not make, of which it tells.
                if read()?.is_some_and(|piece| to.send(piece).is_ok()) {
                    under_way += 1;
                } else {
                    read_to = None;
                }
            }
            if under_way == 0 {
                break;
            }
            let Ok(piece) = to_take.recv() else { break };
            under_way -= 1;
            take(piece?)?;
        }
        drop(read_to);
        making.join().map_err(|_| StoreError::Fault("what a second thread makes ended in a panic".into()))
    })
}
