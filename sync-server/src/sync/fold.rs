//! Judging a log from its beginning.

use super::SyncError;
use crate::{
    device,
    journal::{self, Log, Stored},
    platform::db::Tx,
};
use duka_core::CompanyId;
use duka_ledger::rule::{Judged, Refold, Writer};

/// Entries of a step, or read at once.
pub(super) const PAGE: i64 = 256;

/// The writer of a log, as far as its certificate is here.
pub(super) async fn writer_in_tx(tx: &mut Tx, log: &Log) -> Result<Option<Writer>, SyncError> {
    Ok(device::find_in_tx(tx, log.id.device).await?.map(|device| device.writer))
}

/// Judges all that `tx` sees of a log, and shows each entry with what becomes of it.
pub(super) async fn fold_in_tx(
    tx: &mut Tx,
    company: CompanyId,
    log: &Log,
    mut seen: impl FnMut(&Stored, Judged) -> Result<(), SyncError>,
) -> Result<Refold, SyncError> {
    let mut fold = Refold::new(writer_in_tx(tx, log).await?);
    loop {
        let page = journal::entries_in_tx(tx, company, log, fold.seq(), PAGE).await?;
        if page.is_empty() {
            return Ok(fold);
        }
        for stored in page {
            let judged = fold.judge(&stored.sealed, &journal::check_record);
            seen(&stored, judged)?;
        }
    }
}
