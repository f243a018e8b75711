//! Judging a log from its beginning.

use super::SyncError;
use crate::{
    device,
    journal::{self, JournalError, Log, Repeats, Stored},
    platform::db::Tx,
};
use duka_core::CompanyId;
use duka_ledger::{
    SealedEntry,
    rule::{Judged, LogState, Writer, judge},
};

/// Entries read at once.
pub(super) const PAGE: i64 = 500;

/// How far a log was judged.
pub(super) struct LogFold {
    /// What holds of its writer.
    pub(super) writer: Writer,
    /// Where it stands.
    pub(super) state: LogState,
    /// The last entry that was judged.
    pub(super) seq: u64,
    repeats: Repeats,
}

impl LogFold {
    /// At the beginning of a log.
    pub(super) async fn begin_in_tx(tx: &mut Tx, log: &Log) -> Result<Self, SyncError> {
        let device = device::find_in_tx(tx, log.id.device).await?;
        let writer = device.ok_or_else(|| JournalError::Damaged(format!("the certificate of the writer of {}", log.id)))?.writer;
        Ok(Self { writer, state: LogState::default(), seq: 0, repeats: Repeats::default() })
    }

    /// Judges the next entry.
    pub(super) fn next(&mut self, sealed: &SealedEntry) -> Judged {
        let mut judged = judge(&self.writer, &mut self.state, sealed, &journal::check_record);
        self.repeats.check(&mut judged);
        self.seq = sealed.entry().seq;
        judged
    }
}

/// Judges all that `tx` sees of a log, and shows each entry with what becomes of it.
pub(super) async fn fold_in_tx(
    tx: &mut Tx,
    company: CompanyId,
    log: &Log,
    mut seen: impl FnMut(&Stored, Judged) -> Result<(), SyncError>,
) -> Result<LogFold, SyncError> {
    let mut fold = LogFold::begin_in_tx(tx, log).await?;
    loop {
        let page = journal::entries_in_tx(tx, company, log, fold.seq, PAGE).await?;
        if page.is_empty() {
            return Ok(fold);
        }
        for stored in page {
            let judged = fold.next(&stored.sealed);
            seen(&stored, judged)?;
        }
    }
}
