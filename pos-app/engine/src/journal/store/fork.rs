//! The table `fork`: other branches of logs (I3).

use crate::platform::{StoreError, to_i64};
use duka_ledger::SealedEntry;
use rusqlite::{Connection, params};

/// Keeps the other branch of a log and marks it (I3). Doing it again changes nothing.
pub(crate) fn note_fork_in_tx(tx: &Connection, n: i64, branch: &[SealedEntry]) -> Result<(), StoreError> {
    tx.prepare_cached("update log set forked = 1 where n = ?1")?.execute([n])?;
    let mut insert = tx.prepare_cached("insert or ignore into fork (log, seq, hash, bytes) values (?1, ?2, ?3, ?4)")?;
    for entry in branch {
        insert.execute(params![n, to_i64(entry.entry().seq), entry.hash().as_bytes(), entry.bytes()])?;
    }
    Ok(())
}
