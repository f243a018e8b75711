//! Proving that the tables are what the facts say.

use super::{JournalError, project::apply_in_tx, store};
use crate::{
    account, device,
    platform::{self, StoreError},
    product, receipt, record, shift, stock,
    till::Till,
};
use duka_ledger::table::Table;
use duka_sync::TableDigest;
use rusqlite::Connection;

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

/// A digest per table, from the rows that are there.
pub(crate) fn digests_in_tx(db: &Connection) -> Result<Vec<TableDigest>, StoreError> {
    Table::ALL
        .into_iter()
        .map(|table| {
            let digest = match table {
                Table::Account => account::digest(db)?,
                Table::Stock => stock::digest(db)?,
                Table::Receipt => receipt::digest(db)?,
                Table::ReceiptLine => receipt::line_digest(db)?,
                Table::Shift => shift::digest(db)?,
                Table::Product => product::digest(db)?,
            };
            Ok(TableDigest { table: table.name().to_owned(), digest: digest.text() })
        })
        .collect()
}

impl Till {
    /// A digest per table (I4); reads them whole.
    pub fn digests(&self) -> Result<Vec<TableDigest>, StoreError> {
        digests_in_tx(&self.db.connection)
    }

    /// Drops every projection and folds all facts again, by (lamport, device, seq), in one transaction.
    pub fn rebuild(&mut self) -> Result<Rebuilt, JournalError> {
        let server = self.me()?.server_device;
        let tx = platform::begin(&mut self.db.connection)?;
        let before = digests_in_tx(&tx)?;
        for clear in [device::clear_in_tx, product::clear_in_tx, record::clear_in_tx, receipt::clear_in_tx, shift::clear_in_tx] {
            clear(&tx)?;
        }
        stock::clear_in_tx(&tx)?;
        account::clear_in_tx(&tx)?;
        let places = store::places_in_order(&tx)?;
        let mut facts = 0_u64;
        for place in places {
            let Some(entry) = store::entry_at(&tx, place)? else { continue };
            let outcome = apply_in_tx(&tx, place, &entry, server)?;
            store::set_state_in_tx(&tx, place, outcome.state())?;
            facts += 1;
        }
        let after = digests_in_tx(&tx)?;
        platform::commit(tx)?;
        self.reload()?;
        Ok(Rebuilt { facts, before, after })
    }
}
