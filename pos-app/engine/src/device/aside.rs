//! What devices wrote that counts for nothing here.

use super::store;
use crate::{journal, platform::StoreError};
use duka_api::till::{Aside, AsideEntry};
use duka_ledger::{Kind, rule::VerdictKind};
use rusqlite::Connection;

/// Entries that break a rule or wait: counted, and the last ones told.
pub(crate) fn set_aside(db: &Connection) -> Result<Aside, StoreError> {
    let (waiting, flagged) = journal::counts(db)?;
    let mut entries = Vec::new();
    for stands in [VerdictKind::Flagged, VerdictKind::Waiting] {
        for (sealed, reason) in journal::with_verdict(db, stands, Aside::SHOWN)? {
            let entry = sealed.entry();
            let kind = Kind::from_number(entry.kind).map_or_else(|| format!("kind {}", entry.kind), |kind| kind.name().to_owned());
            entries.push(AsideEntry {
                // The server's certificate is no fact.
                series: store::certificate(db, entry.log.device)?.map(|certificate| certificate.series).unwrap_or_default(),
                seq: entry.seq,
                at: sealed.local_time(),
                waits: stands == VerdictKind::Waiting,
                detail: format!("{kind}: {reason}"),
            });
        }
    }
    Ok(Aside { flagged, waiting, entries })
}
