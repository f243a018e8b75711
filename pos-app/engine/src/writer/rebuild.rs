//! Proving that the tables are what the facts say, and making them so.

use super::{
    Writer, check,
    refold::{certificate, fold_in_tx},
};
use crate::{
    device,
    enrolment::Member,
    journal::{self, JournalError, LogRow, Place},
    platform::{self, StoreError},
    product, tables,
};
use duka_ledger::{
    fold,
    rule::{LogState, judge},
    table::{Cell, Digest, Table, Value, Write},
};
use duka_sync::TableDigest;
use rusqlite::Connection;

/// The setting that says which version of the fold made the tables.
const FOLDED_BY: &str = "fold";
/// Entries read at once.
const PAGE: u32 = 1_000;

/// Digests before and after the tables were folded anew; equal unless a table was damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// How many facts were folded.
    pub facts: u64,
    /// As the tables were.
    pub before: Vec<TableDigest>,
    /// As the facts say.
    pub after: Vec<TableDigest>,
}

impl Rebuilt {
    /// Whether the tables were what the facts say.
    pub fn is_same(&self) -> bool {
        self.before == self.after
    }
}

/// A digest per table, from the rows that are there; and one of which entries are flagged.
pub(crate) fn digests(db: &Connection) -> Result<Vec<TableDigest>, StoreError> {
    let named = |name: &str, digest: Digest| TableDigest { table: name.to_owned(), digest: digest.text() };
    let tables = Table::ALL.into_iter();
    let mut digests: Vec<_> = tables.map(|table| Ok(named(table.name, tables::digest(db, table)?))).collect::<Result<_, StoreError>>()?;
    let mut flagged = Digest::default();
    for (log, seq) in journal::flagged(db)? {
        flagged.add(&[log.device.into_value(), Value::Id(*log.scope.id_bytes()), seq.into_value()]);
    }
    digests.push(named("flag", flagged));
    Ok(digests)
}

impl Writer {
    /// Empties every table that follows from facts and folds all facts again, in one transaction.
    pub(crate) fn rebuild(&mut self) -> Result<Rebuilt, JournalError> {
        let me = self.shared.joined()?;
        let tx = platform::begin(self.db.writing())?;
        let before = digests(&tx)?;
        let facts = fold_all_in_tx(&tx, &me, &mut |_| ())?;
        let after = digests(&tx)?;
        platform::commit(tx)?;
        Ok(Rebuilt { facts, before, after })
    }

    /// Whether an older (or newer) version folded the tables that are there.
    pub(crate) fn is_folded_by_another_version(&self) -> Result<bool, StoreError> {
        let by: Option<u32> = platform::load_setting(self.reading(), FOLDED_BY)?;
        Ok(by != Some(fold::version()))
    }
}

/// Says that this version folds the tables.
fn folded_by_this_version_in_tx(tx: &Connection) -> Result<(), StoreError> {
    platform::save_setting_in_tx(tx, FOLDED_BY, &fold::version())
}

/// Empties every table that follows from facts and folds all facts; `told` hears how many are done.
pub(crate) fn fold_all_in_tx(tx: &Connection, me: &Member, told: &mut dyn FnMut(u64)) -> Result<u64, StoreError> {
    for table in Table::ALL {
        if table.write != Write::Record {
            tables::clear_in_tx(tx, table)?;
        }
    }
    product::clear_in_tx(tx)?;
    let mut logs = journal::logs(tx)?;
    // The server's own log first: it says who the others are.
    logs.sort_by_key(|log| log.log.device != me.server_device);
    let mut facts = 0;
    for log in logs {
        facts += fold_log_in_tx(tx, me, log, &mut |of_log| told(facts + of_log))?;
    }
    folded_by_this_version_in_tx(tx)?;
    Ok(facts)
}

fn fold_log_in_tx(tx: &Connection, me: &Member, mut log: LogRow, told: &mut dyn FnMut(u64)) -> Result<u64, StoreError> {
    if log.seq == 0 {
        // Nothing of it is held: its writer's certificate may still be to come.
        return Ok(0);
    }
    let Some(certificate) = certificate(tx, me, log.log.device)? else {
        return Err(StoreError::Corrupt(format!("the log {} is of a device that the server never certified", log.log)));
    };
    let writer = device::writer(tx, certificate)?;
    log.state = LogState::default();
    let (mut from, mut facts) = (1, 0);
    loop {
        let page = journal::entry_in(tx, log.n, from, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        from = last.entry().seq.saturating_add(1);
        for (sealed, stood) in page {
            let verdict = fold_in_tx(tx, judge(&writer, &mut log.state, &sealed, &check::record))?;
            if journal::Stood::of(&verdict) != stood {
                journal::set_stood_in_tx(tx, Place::of(log.n, sealed.entry().seq)?, &verdict)?;
            }
            facts += 1;
        }
        told(facts);
    }
    journal::advance_in_tx(tx, &log)?;
    Ok(facts)
}
