//! Digests of the tables that tills hold too, and of what both keep from counting (I4).

use super::{JournalError, store};
use crate::platform::{
    db::Tx,
    table::{self, Place},
};
use duka_api::http::{DigestView, DigestsView};
use duka_core::{CompanyId, ShopId};
use duka_ledger::table::{Digest, Owner, Table, Value, combined};

/// The name of the digest over the entries that break a rule.
const FLAG: &str = "flag";
const PAGE: i64 = 5_000;

/// Of every table, for a company and one of its shops, computed from the rows that are there.
pub async fn digests_in_tx(tx: &mut Tx, company: CompanyId, shop: ShopId) -> Result<Vec<(&'static str, Digest)>, JournalError> {
    let mut digests = Vec::with_capacity(Table::ALL.len() + 1);
    for table in Table::ALL {
        let place = Place { company, shop: (table.owner == Owner::Shop).then_some(shop) };
        digests.push((table.name, table::digest(tx, place, table, |_| ()).await?));
    }
    digests.push((FLAG, flagged(tx, company, shop).await?));
    Ok(digests)
}

async fn flagged(tx: &mut Tx, company: CompanyId, shop: ShopId) -> Result<Digest, JournalError> {
    let (mut digest, mut log, mut seq) = (Digest::default(), 0, 0);
    loop {
        let rows = store::entry::flagged_after(tx, company, shop, (log, seq), PAGE).await?;
        let Some(last) = rows.last() else { return Ok(digest) };
        (log, seq) = (last.log, last.seq);
        for row in rows {
            digest.add(&[Value::Id(row.device.into_bytes()), Value::Id(row.scope.into_bytes()), Value::Integer(row.seq)]);
        }
    }
}

/// As people see them.
pub fn view(digests: &[(&'static str, Digest)]) -> DigestsView {
    let tables: Vec<DigestView> =
        digests.iter().map(|(table, digest)| DigestView { table: (*table).to_owned(), digest: digest.text() }).collect();
    let combined = combined(tables.iter().map(|view| (view.table.clone(), view.digest.clone())));
    DigestsView { tables, combined }
}
