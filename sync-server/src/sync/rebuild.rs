//! Proves that the tables are the fold of the facts, and mends them where they are not (ADR 11).
//!
//! The whole is compared as one moment of the database shows it, while others go on writing; only what differs is written, in short steps.

use super::{SyncError, fold::fold_in_tx, refold::refold_alone};
use crate::{
    company,
    journal::{self, Log},
    platform::{
        Platform,
        db::{Alone, Lock, Tx},
        table::{self, Place, Rows},
    },
    product,
};
use duka_api::http::{MendedTable, Rebuilt};
use duka_core::{CompanyId, RecordId};
use duka_ledger::{
    Hash, LogId,
    rule::StoredVerdict,
    table::{Digest, Owner, Row, Table, Value, Write},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Rows mended at once.
const STEP: usize = 500;
/// Records compared, and mended, at once.
const RECORDS: i64 = 200;
/// How often verdicts may turn out to be wrong.
const ROUNDS: usize = 3;

/// Where tables differ from the journal, and in what.
#[derive(Default)]
struct Differences {
    facts: u64,
    /// Logs of which something else is to become.
    logs: BTreeMap<LogId, u64>,
    /// Tables of rows that come in once.
    once: Vec<(Place, &'static Table)>,
    /// What has to be added for the sums to be right.
    sums: Vec<(Place, Row)>,
    records: BTreeSet<RecordId>,
}

/// Compares a company's tables with its journal, and mends them.
pub async fn rebuild(platform: &Platform, company: CompanyId) -> Result<Rebuilt, SyncError> {
    journal::exists(platform, company).await?;
    let mut alone = platform.db.alone(company.uuid()).await?;
    let mut mended = BTreeMap::<&'static str, u64>::new();
    for _ in 0..ROUNDS {
        let found = compare(&alone, company).await?;
        let mut count = |table: &'static str, rows: u64| {
            if rows > 0 {
                *mended.entry(table).or_default() += rows;
            }
        };
        for (log, entries) in &found.logs {
            refold_alone(platform, &mut alone, company, *log).await?;
            count("entry", *entries);
        }
        if found.logs.values().any(|entries| *entries > 0) {
            // What follows from them is compared when it does follow.
            continue;
        }
        for (place, table) in found.once {
            count(table.name, mend_once(platform, &alone, place, table).await?);
        }
        for rows in found.sums.chunks(STEP) {
            // Added twice they would be wrong again.
            alone.hold().await?;
            mend_sums(platform, company, rows).await?;
            rows.iter().for_each(|(_, row)| count(row.table.name, 1));
        }
        count("product", mend_records(platform, company, &found.records).await?);
        let equal = mended.is_empty();
        if !equal {
            tracing::error!(%company, ?mended, "the tables were not what the facts say; they are now");
        }
        let mended = mended.into_iter().map(|(table, rows)| MendedTable { table: table.to_owned(), rows }).collect();
        return Ok(Rebuilt { facts: found.facts, equal, mended });
    }
    Err(SyncError::NeverEqual)
}

async fn compare(alone: &Alone, company: CompanyId) -> Result<Differences, SyncError> {
    let mut tx = alone.snapshot().await?;
    let mut found = Differences::default();
    let mut digests = BTreeMap::<(Place, &'static str), Digest>::new();
    let mut sums = BTreeMap::<Place, Rows>::new();
    let logs = journal::logs_in_tx(&mut tx, company).await?;
    for log in &logs {
        let place = Place::of(company, log.id.scope);
        let mut wrong = 0_u64;
        let fold = fold_in_tx(&mut tx, company, log, |stored, judged| {
            wrong += u64::from(StoredVerdict::from(&judged.verdict) != stored.verdict);
            found.facts += u64::from(stored.sealed.kind().is_some());
            for row in judged.rows {
                match row.table.write {
                    Write::Once | Write::Record => digests.entry((place, row.table.name)).or_default().add(&row.values),
                    Write::Sum => sums.entry(place).or_default().add(row)?,
                }
            }
            Ok(())
        })
        .await?;
        if wrong > 0 || *fold.state() != log.state || !log.is_current() {
            found.logs.insert(log.id, wrong);
        }
    }
    for place in places(&mut tx, company, &logs).await? {
        for table in Table::ALL.into_iter().filter(|table| (table.owner == Owner::Shop) == place.shop.is_some()) {
            match table.write {
                Write::Once => {
                    let expected = digests.remove(&(place, table.name)).unwrap_or_default();
                    if table::digest(&mut tx, place, table, |_| ()).await? != expected {
                        found.once.push((place, table));
                    }
                }
                Write::Sum => {
                    let off = sums_off(&mut tx, place, table, sums.get(&place)).await?;
                    found.sums.extend(off.into_iter().map(|row| (place, row)));
                }
                Write::Record => {}
            }
        }
    }
    let mut after = RecordId::from_bytes([0; 16]);
    while let (differing, Some(last)) = product::compare_in_tx(&mut tx, company, after, RECORDS).await? {
        found.records.extend(differing);
        after = last;
    }
    Ok(found)
}

/// The company, and every shop of it.
async fn places(tx: &mut Tx, company: CompanyId, logs: &[Log]) -> Result<BTreeSet<Place>, SyncError> {
    let shops = company::shops_in_tx(tx, company).await?.into_iter().map(|shop| Place { company, shop: Some(shop) });
    let of_logs = logs.iter().map(|log| Place::of(company, log.id.scope));
    Ok(shops.chain(of_logs).chain([Place { company, shop: None }]).collect())
}

/// What has to be added to the sums that are there for them to be those of the facts.
async fn sums_off(tx: &mut Tx, place: Place, table: &'static Table, expected: Option<&Rows>) -> Result<Vec<Row>, SyncError> {
    let mut off = Rows::default();
    for row in expected.into_iter().flat_map(Rows::sums).filter(|row| row.table.name == table.name) {
        off.add(row)?;
    }
    let mut held = Vec::new();
    table::digest(tx, place, table, |values| held.push(values.to_vec())).await?;
    for values in held {
        off.subtract(Row { table, values })?;
    }
    Ok(off.sums().filter(|row| !table::is_absent(table, &row.values)).collect())
}

/// Sixteen bytes of a hash, enough to tell rows apart.
fn fingerprint(values: &[Value]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(Hash::of(&minicbor::to_vec(values).unwrap_or_default()).as_bytes().split_at(16).0);
    half
}

/// Mends a table whose rows come in once: those that no fact gave go, those that are missing or wrong are put there.
async fn mend_once(platform: &Platform, alone: &Alone, place: Place, table: &'static Table) -> Result<u64, SyncError> {
    let company = place.company;
    let key = |values: &[Value]| fingerprint(values.get(..table.key).unwrap_or(values));
    let mut tx = alone.snapshot().await?;
    let logs: Vec<Log> =
        journal::logs_in_tx(&mut tx, company).await?.into_iter().filter(|log| Place::of(company, log.id.scope) == place).collect();
    let mut expected = HashMap::new();
    for log in &logs {
        fold_in_tx(&mut tx, company, log, |_, judged| {
            for row in judged.rows.iter().filter(|row| row.table.name == table.name) {
                expected.insert(key(&row.values), fingerprint(&row.values));
            }
            Ok(())
        })
        .await?;
    }
    let mut wrong = Vec::new();
    table::digest(&mut tx, place, table, |values| match expected.get(&key(values)) {
        Some(right) if *right == fingerprint(values) => drop(expected.remove(&key(values))),
        _ => wrong.push(values.to_vec()),
    })
    .await?;
    let mut missing = Vec::new();
    for log in &logs {
        fold_in_tx(&mut tx, company, log, |_, judged| {
            let of_table = judged.rows.into_iter().filter(|row| row.table.name == table.name);
            missing.extend(of_table.filter(|row| expected.contains_key(&key(&row.values))));
            Ok(())
        })
        .await?;
    }
    drop(tx);

    let mended = wrong.len().max(missing.len());
    let (mut wrong, mut missing) = (wrong.into_iter(), missing.into_iter());
    loop {
        let (out, into): (Vec<_>, Vec<_>) = (wrong.by_ref().take(STEP).collect(), missing.by_ref().take(STEP).collect());
        if out.is_empty() && into.is_empty() {
            return Ok(u64::try_from(mended).unwrap_or(u64::MAX));
        }
        let mut tx = platform.db.begin_locked(company.uuid(), Lock::Exclusive).await?;
        let mut rows = Rows::default();
        for values in out {
            table::remove(&mut tx, place, table, &values).await?;
        }
        for row in into {
            // A wrong row under its key may come in a later step.
            table::remove(&mut tx, place, table, &row.values).await?;
            rows.add(row)?;
        }
        table::write(&mut tx, place, rows).await?;
        tx.commit().await?;
    }
}

/// Adds what the sums lack; whatever was added since they were compared stays.
async fn mend_sums(platform: &Platform, company: CompanyId, off: &[(Place, Row)]) -> Result<(), SyncError> {
    let mut rows = BTreeMap::<Place, Rows>::new();
    for (place, row) in off {
        rows.entry(*place).or_default().add(row.clone())?;
    }
    let mut tx = platform.db.begin_locked(company.uuid(), Lock::Exclusive).await?;
    for (place, rows) in rows {
        table::write(&mut tx, place, rows).await?;
    }
    Ok(tx.commit().await?)
}

async fn mend_records(platform: &Platform, company: CompanyId, records: &BTreeSet<RecordId>) -> Result<u64, SyncError> {
    let all: Vec<RecordId> = records.iter().copied().collect();
    for some in all.chunks(usize::try_from(RECORDS).unwrap_or(STEP)) {
        let mut tx = platform.db.begin_locked(company.uuid(), Lock::Exclusive).await?;
        product::remake_in_tx(&mut tx, company, &some.iter().copied().collect()).await?;
        tx.commit().await?;
    }
    Ok(u64::try_from(all.len()).unwrap_or(u64::MAX))
}
