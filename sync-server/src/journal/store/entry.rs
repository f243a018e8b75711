//! Tables entry, signed_head.

use super::{super::JournalError, hash, log::Log, scope_id, stored};
use crate::platform::db::{DbError, Insert, Tx};
use duka_core::{CompanyId, ShopId};
use duka_ledger::{
    Hash, LogId, SealedEntry,
    rule::{StoredVerdict, Verdict, VerdictKind},
};
use uuid::Uuid;

/// An entry with what became of it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The entry.
    pub sealed: SealedEntry,
    /// What became of it.
    pub verdict: StoredVerdict,
}

/// The hash of a held entry, of the log with this number.
pub async fn hash_at_in_tx(tx: &mut Tx, company: CompanyId, log: i64, seq: u64) -> Result<Option<Hash>, DbError> {
    let found = tx
        .query("SELECT hash FROM entry WHERE company = $1 AND log = $2 AND seq = $3")
        .bind(company.uuid())
        .bind(log)
        .bind(stored(seq))
        .fetch_optional::<(Vec<u8>,)>()
        .await?;
    Ok(found.map(|(bytes,)| hash(&bytes)))
}

/// The hashes of some held entries of a log, by place.
pub(in crate::journal) async fn hashes(
    tx: &mut Tx,
    company: CompanyId,
    log: LogId,
    places: &[i64],
) -> Result<Vec<(i64, Vec<u8>)>, DbError> {
    tx.fetch_in(
        "SELECT entry.seq, entry.hash FROM log JOIN entry ON entry.company = log.company AND entry.log = log.log \
         WHERE log.company = $1 AND log.device = $2 AND log.scope = $3 AND entry.seq IN",
        &[company.uuid(), log.device.uuid(), scope_id(log)],
        places,
    )
    .await
}

/// Adds entries; each with what became of it.
pub(in crate::journal) async fn insert_entries(
    tx: &mut Tx,
    company: CompanyId,
    log: i64,
    entries: &[(SealedEntry, Verdict)],
) -> Result<(), DbError> {
    const ENTRY: Insert =
        Insert { into: "entry", columns: &["company", "log", "seq", "hash", "kind", "state", "reason", "bytes"], tail: "" };
    tx.insert(ENTRY, entries, |(sealed, verdict), row| {
        let StoredVerdict { kind, reason } = verdict.into();
        row.bind(company.uuid())
            .bind(log)
            .bind(stored(sealed.entry().seq))
            .bind(sealed.hash().as_bytes().to_vec())
            .bind(i64::from(sealed.entry().kind))
            .bind(kind.number())
            .bind(reason.unwrap_or_default())
            .bind(sealed.bytes().to_vec());
    })
    .await
    .map(drop)
}

/// Keeps a device's signature over its log up to a place.
pub async fn sign_in_tx(tx: &mut Tx, company: CompanyId, log: &Log, seq: u64, signature: &[u8; 64]) -> Result<(), DbError> {
    tx.query("INSERT INTO signed_head (company, log, seq, signature) VALUES ($1, $2, $3, $4) ON CONFLICT (company, log, seq) DO NOTHING")
        .bind(company.uuid())
        .bind(log.number)
        .bind(stored(seq))
        .bind(signature.to_vec())
        .execute()
        .await
        .map(drop)
}

/// An entry's size, and the signature over it if its log was ever signed there.
#[derive(sqlx_macros::FromRow)]
pub(in crate::journal) struct SizeRow {
    pub(in crate::journal) seq: i64,
    pub(in crate::journal) size: i64,
    pub(in crate::journal) hash: Vec<u8>,
    pub(in crate::journal) signature: Option<Vec<u8>>,
}

/// Of the places `from..=to` of a log, at most `limit`.
pub(in crate::journal) async fn sizes(
    tx: &mut Tx,
    company: CompanyId,
    log: i64,
    (from, to): (i64, i64),
    limit: i64,
) -> Result<Vec<SizeRow>, DbError> {
    tx.query(
        "SELECT entry.seq, CAST(length(entry.bytes) AS BIGINT) AS size, entry.hash, signed_head.signature FROM entry \
         LEFT JOIN signed_head ON signed_head.company = entry.company AND signed_head.log = entry.log AND signed_head.seq = entry.seq \
         WHERE entry.company = $1 AND entry.log = $2 AND entry.seq >= $3 AND entry.seq <= $4 ORDER BY entry.seq LIMIT $5",
    )
    .bind(company.uuid())
    .bind(log)
    .bind(from)
    .bind(to)
    .bind(limit)
    .fetch_all()
    .await
}

pub(in crate::journal) async fn bytes(tx: &mut Tx, company: CompanyId, log: i64, from: i64, to: i64) -> Result<Vec<Vec<u8>>, DbError> {
    let rows = tx
        .query("SELECT bytes FROM entry WHERE company = $1 AND log = $2 AND seq >= $3 AND seq <= $4 ORDER BY seq")
        .bind(company.uuid())
        .bind(log)
        .bind(from)
        .bind(to)
        .fetch_all::<(Vec<u8>,)>()
        .await?;
    Ok(rows.into_iter().map(|(bytes,)| bytes).collect())
}

/// A page of a log's entries.
pub async fn entries_in_tx(tx: &mut Tx, company: CompanyId, log: &Log, after: u64, limit: i64) -> Result<Vec<Stored>, JournalError> {
    let rows = tx
        .query("SELECT state, reason, bytes FROM entry WHERE company = $1 AND log = $2 AND seq > $3 ORDER BY seq LIMIT $4")
        .bind(company.uuid())
        .bind(log.number)
        .bind(stored(after))
        .bind(limit)
        .fetch_all::<(i64, String, Vec<u8>)>()
        .await?;
    rows.into_iter().map(|(state, reason, bytes)| read(state, reason, bytes)).collect()
}

fn read(state: i64, reason: String, bytes: Vec<u8>) -> Result<Stored, JournalError> {
    let sealed = SealedEntry::open(bytes).map_err(|fault| JournalError::Damaged(fault.to_string()))?;
    Ok(Stored { sealed, verdict: verdict(state, reason)? })
}

fn verdict(state: i64, reason: String) -> Result<StoredVerdict, JournalError> {
    let kind = VerdictKind::from_number(state).ok_or_else(|| JournalError::Damaged(format!("an entry has the state {state}")))?;
    Ok(StoredVerdict { kind, reason: Some(reason).filter(|reason| !reason.is_empty()) })
}

/// An entry that waits, as far as it can be read, and where.
pub(in crate::journal) struct Waiting {
    pub(in crate::journal) place: (CompanyId, i64, i64),
    pub(in crate::journal) stored: Result<Stored, JournalError>,
}

/// A page of the entries that wait, of all companies.
pub(in crate::journal) async fn waiting_after(tx: &mut Tx, after: (CompanyId, i64, i64), limit: i64) -> Result<Vec<Waiting>, DbError> {
    let rows = tx
        .query(
            "SELECT company, log, seq, state, reason, bytes FROM entry \
             WHERE state <> 0 AND state = 1 AND (company, log, seq) > ($1, $2, $3) ORDER BY company, log, seq LIMIT $4",
        )
        .bind(after.0.uuid())
        .bind(after.1)
        .bind(after.2)
        .bind(limit)
        .fetch_all::<(Uuid, i64, i64, i64, String, Vec<u8>)>()
        .await?;
    let waiting = |(company, log, seq, state, reason, bytes)| Waiting {
        place: (CompanyId::from_uuid(company), log, seq),
        stored: read(state, reason, bytes),
    };
    Ok(rows.into_iter().map(waiting).collect())
}

/// Says anew what became of an entry that stood as `before`; false, and nothing is changed, where it does not any more.
pub async fn set_verdict_in_tx(
    tx: &mut Tx,
    company: CompanyId,
    log: &Log,
    (seq, before): (u64, VerdictKind),
    verdict: &Verdict,
) -> Result<bool, DbError> {
    let StoredVerdict { kind, reason } = verdict.into();
    let changed = tx
        .query("UPDATE entry SET state = $4, reason = $5 WHERE company = $1 AND log = $2 AND seq = $3 AND state = $6")
        .bind(company.uuid())
        .bind(log.number)
        .bind(stored(seq))
        .bind(kind.number())
        .bind(reason.unwrap_or_default())
        .bind(before.number())
        .execute()
        .await?;
    Ok(changed == 1)
}

/// Where an entry that breaks a rule stands.
#[derive(sqlx_macros::FromRow)]
pub(in crate::journal) struct FlaggedRow {
    pub(in crate::journal) log: i64,
    pub(in crate::journal) device: Uuid,
    pub(in crate::journal) scope: Uuid,
    pub(in crate::journal) seq: i64,
}

/// A page of the entries that break a rule, of the logs that a reader of `shop` may read (I9).
pub(in crate::journal) async fn flagged_after(
    tx: &mut Tx,
    company: CompanyId,
    shop: ShopId,
    after: (i64, i64),
    limit: i64,
) -> Result<Vec<FlaggedRow>, DbError> {
    tx.query(
        "SELECT log.log, log.device, log.scope, entry.seq FROM log JOIN entry ON entry.company = log.company AND entry.log = log.log \
         WHERE entry.company = $1 AND (log.scope = $1 OR log.scope = $2) AND entry.state <> 0 AND entry.state = 2 \
         AND (entry.log, entry.seq) > ($3, $4) \
         ORDER BY entry.log, entry.seq LIMIT $5",
    )
    .bind(company.uuid())
    .bind(shop.uuid())
    .bind(after.0)
    .bind(after.1)
    .bind(limit)
    .fetch_all()
    .await
}
