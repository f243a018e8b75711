//! The floor of taking in: the same rows, in the same tables and pieces, as durable, with nothing verified, judged or looked up.

use anyhow::{Context, Result};
use duka_core::{CompanyId, ShopId};
use duka_ledger::{
    Body, Scope, SealedEntry, fold,
    table::{Kind, Owner, Row, Table, Value, Write},
};
use duka_server::platform::db::{Arguments, Db, Insert, Tx};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Entries of a transaction, as many as the server takes in one.
const PIECE: usize = 1_000;

/// What a transaction inserts.
pub(super) struct Piece {
    entries: Vec<(i64, SealedEntry)>,
    /// Rows by table; those of sums added up, as any batch would.
    rows: Vec<(&'static Table, Vec<Vec<Value>>)>,
    place: (CompanyId, ShopId),
}

/// All that a server holds of one shop's sales, piece by piece.
pub(super) async fn pieces(full: &Db, company: CompanyId) -> Result<Vec<Piece>> {
    let stored: Vec<(i64, Vec<u8>)> = full.query("SELECT log, bytes FROM entry WHERE kind = 3 ORDER BY log, seq").fetch_all().await?;
    let mut entries = Vec::with_capacity(stored.len());
    for (log, bytes) in stored {
        entries.push((log, SealedEntry::open(bytes)?));
    }
    let of_logs = entries.chunk_by(|one, next| one.0 == next.0);
    of_logs.flat_map(|entries| entries.chunks(PIECE)).map(|entries| piece(entries, company)).collect()
}

fn piece(entries: &[(i64, SealedEntry)], company: CompanyId) -> Result<Piece> {
    let mut once = BTreeMap::<&str, (&'static Table, Vec<Vec<Value>>)>::new();
    let mut sums = BTreeMap::<(&str, String), Row>::new();
    let mut shop = None;
    for (_, sealed) in entries {
        if let Scope::Shop(of) = sealed.entry().log.scope {
            shop = Some(of);
        }
        let Body::Known(fact) = sealed.body()? else { continue };
        for row in fold::rows(sealed.entry(), &fact)? {
            match row.table.write {
                Write::Once | Write::Record => once.entry(row.table.name).or_insert_with(|| (row.table, Vec::new())).1.push(row.values),
                Write::Sum => add(&mut sums, row)?,
            }
        }
    }
    let mut rows: Vec<_> = once.into_values().collect();
    for row in sums.into_values() {
        match rows.iter_mut().find(|(table, _)| table.name == row.table.name) {
            Some((_, values)) => values.push(row.values),
            None => rows.push((row.table, vec![row.values])),
        }
    }
    Ok(Piece { entries: entries.to_vec(), rows, place: (company, shop.context("sales stand in a shop's log")?) })
}

fn add(sums: &mut BTreeMap<(&str, String), Row>, row: Row) -> Result<()> {
    let key = format!("{:?}", row.values.get(..row.table.key));
    match sums.get_mut(&(row.table.name, key.clone())) {
        None => drop(sums.insert((row.table.name, key), row)),
        Some(sum) => {
            for (sum, more) in sum.values.iter_mut().zip(&row.values).skip(row.table.key) {
                if let (Value::Integer(sum), Value::Integer(more)) = (sum, more) {
                    *sum = sum.checked_add(*more).context("a sum")?;
                }
            }
        }
    }
    Ok(())
}

impl Piece {
    /// The number of the log whose entries they are.
    pub(super) fn log(&self) -> i64 {
        self.entries.first().map_or(0, |(log, _)| *log)
    }

    /// One transaction.
    pub(super) async fn insert(&self, empty: &Db) -> Result<()> {
        const ENTRY: Insert<'static> =
            Insert { into: "entry", columns: &["company", "log", "seq", "hash", "kind", "state", "reason", "bytes"], tail: "" };
        let (company, shop) = self.place;
        let mut tx = empty.begin().await?;
        tx.insert(ENTRY, &self.entries, |(log, sealed), to| {
            let entry = sealed.entry();
            to.bind(company.uuid()).bind(*log).bind(i64::try_from(entry.seq).unwrap_or(i64::MAX));
            to.bind(sealed.hash().as_bytes().to_vec()).bind(i64::from(entry.kind)).bind(0_i64).bind(String::new());
            to.bind(sealed.bytes().to_vec());
        })
        .await?;
        for (table, rows) in &self.rows {
            insert_rows(&mut tx, table, rows, (company, shop)).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

async fn insert_rows(tx: &mut Tx, table: &'static Table, rows: &[Vec<Value>], (company, shop): (CompanyId, ShopId)) -> Result<()> {
    let mut columns = vec!["company"];
    columns.extend((table.owner == Owner::Shop).then_some("shop"));
    let key = columns.len() + table.key;
    columns.extend(table.columns.iter().map(|column| column.name));
    let tail = match table.write {
        Write::Once | Write::Record => String::new(),
        Write::Sum => {
            let key = columns.get(..key).unwrap_or_default().join(", ");
            let sums = table.other_columns().iter().map(|column| format!("{0} = {1}.{0} + excluded.{0}", column.name, table.name));
            format!("ON CONFLICT ({key}) DO UPDATE SET {}", sums.collect::<Vec<_>>().join(", "))
        }
    };
    tx.insert(Insert { into: table.name, columns: &columns, tail: &tail }, rows, |values, to| {
        to.bind(company.uuid());
        if table.owner == Owner::Shop {
            to.bind(shop.uuid());
        }
        values.iter().zip(table.columns).for_each(|(value, column)| bind(to, value, column.kind));
    })
    .await?;
    Ok(())
}

fn bind(to: &mut Arguments, value: &Value, kind: Kind) {
    match value {
        Value::Id(id) => to.bind(Uuid::from_bytes(*id)),
        Value::Bool(value) => to.bind(*value),
        Value::Integer(value) => to.bind(*value),
        Value::Text(text) => to.bind(text.clone()),
        Value::Bytes(bytes) => to.bind(bytes.clone()),
        Value::Null => match kind {
            Kind::Id => to.bind(None::<Uuid>),
            Kind::Bool => to.bind(None::<bool>),
            Kind::Integer => to.bind(None::<i64>),
            Kind::Currency | Kind::Text => to.bind(None::<String>),
            Kind::Bytes => to.bind(None::<Vec<u8>>),
        },
    };
}
