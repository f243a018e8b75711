//! Table log.

use super::{hash, log_id, number, scope_id, stored};
use crate::platform::db::{Db, DbError, Query, Tx};
use duka_core::{CompanyId, DeviceId, ShopId, planted};
use duka_ledger::{Hash, Head, Held, LogId, fold, rule::LogState};
use uuid::Uuid;

/// A log, and where it stands.
#[derive(Clone, Debug)]
pub struct Log {
    /// Its number in this database.
    pub number: i64,
    /// Which log.
    pub id: LogId,
    /// Its last entry.
    pub seq: u64,
    /// And that one's hash.
    pub hash: Hash,
    /// Where it stands by the rules.
    pub state: LogState,
    /// The version of the fold that the tables follow it by; 0 when it is to be folded again.
    pub folded: u32,
}

impl Log {
    /// What is held of it.
    pub const fn held(&self) -> Held {
        Held { seq: self.seq, hash: self.hash }
    }

    /// Whether the tables follow it as this version folds.
    pub fn is_current(&self) -> bool {
        self.folded == fold::version()
    }
}

/// What is held of a log, without where it stands by the rules: that takes kilobytes, and an exchange needs this of hundreds of logs.
#[derive(Clone, Copy, Debug)]
pub struct HeldLog {
    /// Its number in this database.
    pub number: i64,
    /// Its last entry; place 0 for none. Every piece is taken with its writer's signature, so this place is a signed one.
    pub head: Head,
    /// How far its device said that it had written.
    pub claimed: u64,
}

impl HeldLog {
    /// As the check of a piece asks for it.
    pub const fn held(&self) -> Held {
        Held { seq: self.head.seq, hash: self.head.hash }
    }
}

#[derive(sqlx_macros::FromRow)]
struct HeldRow {
    log: i64,
    device: Uuid,
    scope: Uuid,
    seq: i64,
    hash: Vec<u8>,
    claimed: i64,
}

impl HeldRow {
    fn read(self, company: CompanyId) -> HeldLog {
        let head = Head { log: log_id(company, self.device, self.scope), seq: number(self.seq), hash: hash(&self.hash) };
        HeldLog { number: self.log, head, claimed: number(self.claimed) }
    }
}

#[derive(sqlx_macros::FromRow)]
struct LogRow {
    log: i64,
    device: Uuid,
    scope: Uuid,
    seq: i64,
    hash: Vec<u8>,
    state: Vec<u8>,
    folded: i64,
}

impl LogRow {
    /// A state that cannot be read (of another version, or damaged) is found out again by folding the log.
    fn read(self, company: CompanyId) -> Log {
        let state = minicbor::decode(&self.state).ok();
        Log {
            number: self.log,
            id: log_id(company, self.device, self.scope),
            seq: number(self.seq),
            hash: hash(&self.hash),
            folded: if state.is_some() { u32::try_from(self.folded).unwrap_or(0) } else { 0 },
            state: state.unwrap_or_default(),
        }
    }
}

const FIND: &str = "SELECT log, device, scope, seq, hash, state, folded FROM log WHERE company = $1 AND device = $2 AND scope = $3";

/// The log, if anything is held of it.
pub async fn find_in_tx(tx: &mut Tx, company: CompanyId, log: LogId) -> Result<Option<Log>, DbError> {
    one(tx.query(FIND), company, log).await
}

/// `query` is [`FIND`], locking the row or not.
async fn one(query: Query<'_>, company: CompanyId, log: LogId) -> Result<Option<Log>, DbError> {
    let row = query.bind(company.uuid()).bind(log.device.uuid()).bind(scope_id(log)).fetch_optional::<LogRow>().await?;
    Ok(row.map(|row| row.read(company)))
}

/// The log, made if need be, for this transaction alone.
pub async fn lock_in_tx(tx: &mut Tx, company: CompanyId, log: LogId) -> Result<Log, DbError> {
    if let Some(log) = one(tx.query_locked(FIND), company, log).await? {
        return Ok(log);
    }
    tx.query(
        "INSERT INTO log (company, device, scope, hash, state, folded) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (company, device, scope) DO NOTHING",
    )
    .bind(company.uuid())
    .bind(log.device.uuid())
    .bind(scope_id(log))
    .bind(Hash::NONE.as_bytes().to_vec())
    .bind(encoded(&LogState::default()))
    .bind(i64::from(fold::version()))
    .execute()
    .await?;
    one(tx.query_locked(FIND), company, log).await?.ok_or(DbError::Other(sqlx::Error::RowNotFound))
}

fn encoded(state: &LogState) -> Vec<u8> {
    // Encoding into a Vec cannot fail: the state has no fallible encoders.
    minicbor::to_vec(state).unwrap_or_default()
}

/// Saves where a log stands.
pub async fn save_in_tx(tx: &mut Tx, company: CompanyId, log: &Log) -> Result<(), DbError> {
    let changed = tx
        .query("UPDATE log SET seq = $3, hash = $4, lamport = $5, state = $6, folded = $7 WHERE company = $1 AND log = $2")
        .bind(company.uuid())
        .bind(log.number)
        .bind(stored(log.seq))
        .bind(log.hash.as_bytes().to_vec())
        .bind(stored(log.state.lamport()))
        .bind(encoded(&log.state))
        .bind(i64::from(log.folded))
        .execute()
        .await?;
    if changed == 1 { Ok(()) } else { Err(DbError::Other(sqlx::Error::RowNotFound)) }
}

/// Remembers how far a device says now that it has written.
pub async fn claim_in_tx(tx: &mut Tx, company: CompanyId, log: LogId, seq: u64) -> Result<(), DbError> {
    let held = lock_in_tx(tx, company, log).await?;
    tx.query("UPDATE log SET claimed = $3 WHERE company = $1 AND log = $2 AND claimed <> $3")
        .bind(company.uuid())
        .bind(held.number)
        .bind(stored(seq))
        .execute()
        .await
        .map(drop)
}

/// Forgets what a device said that it still had to bring.
pub async fn forget_claims_in_tx(tx: &mut Tx, company: CompanyId, device: DeviceId) -> Result<(), DbError> {
    tx.query("UPDATE log SET claimed = 0 WHERE company = $1 AND device = $2")
        .bind(company.uuid())
        .bind(device.uuid())
        .execute()
        .await
        .map(drop)
}

/// Has a device's logs folded again.
pub(in crate::journal) async fn mark_outdated(tx: &mut Tx, company: CompanyId, device: DeviceId) -> Result<(), DbError> {
    tx.query("UPDATE log SET folded = 0 WHERE company = $1 AND device = $2")
        .bind(company.uuid())
        .bind(device.uuid())
        .execute()
        .await
        .map(drop)
}

/// Has one log folded again.
pub(in crate::journal) async fn mark_log_outdated(tx: &mut Tx, company: CompanyId, log: i64) -> Result<(), DbError> {
    tx.query("UPDATE log SET folded = 0 WHERE company = $1 AND log = $2").bind(company.uuid()).bind(log).execute().await.map(drop)
}

/// The log with this number.
pub(in crate::journal) async fn at(tx: &mut Tx, company: CompanyId, log: i64) -> Result<Option<Log>, DbError> {
    let query = tx.query("SELECT log, device, scope, seq, hash, state, folded FROM log WHERE company = $1 AND log = $2");
    let row = query.bind(company.uuid()).bind(log).fetch_optional::<LogRow>().await?;
    Ok(row.map(|row| row.read(company)))
}

/// Whether any log of a company is to be folded again.
pub async fn is_any_outdated_in_tx(tx: &mut Tx, company: CompanyId) -> Result<bool, DbError> {
    let query = tx.query("SELECT log FROM log WHERE company = $1 AND folded <> $2 LIMIT 1");
    Ok(query.bind(company.uuid()).bind(i64::from(fold::version())).fetch_optional::<(i64,)>().await?.is_some())
}

/// Companies with logs that another version folded, or that are to be folded again; a page of them, by id.
pub async fn outdated(db: &Db, after: CompanyId) -> Result<Vec<CompanyId>, DbError> {
    let rows = db
        .query("SELECT DISTINCT company FROM log WHERE folded <> $1 AND company > $2 ORDER BY company LIMIT 1000")
        .bind(i64::from(fold::version()))
        .bind(after.uuid())
        .fetch_all::<(Uuid,)>()
        .await?;
    Ok(rows.into_iter().map(|(company,)| CompanyId::from_uuid(company)).collect())
}

/// All logs of a company: two for each device.
pub async fn logs_in_tx(tx: &mut Tx, company: CompanyId) -> Result<Vec<Log>, DbError> {
    let rows = tx
        .query("SELECT log, device, scope, seq, hash, state, folded FROM log WHERE company = $1 ORDER BY log")
        .bind(company.uuid())
        .fetch_all::<LogRow>()
        .await?;
    Ok(rows.into_iter().map(|row| row.read(company)).collect())
}

/// What is held of the logs of a company and one of its shops (I9): two for each device.
pub(in crate::journal) async fn held_logs(tx: &mut Tx, company: CompanyId, shop: Option<ShopId>) -> Result<Vec<HeldLog>, DbError> {
    let text = if planted::is(planted::Bug::OtherShopShown) {
        "SELECT log, device, scope, seq, hash, claimed FROM log WHERE company = $1 OR scope = $2 ORDER BY log"
    } else {
        "SELECT log, device, scope, seq, hash, claimed FROM log WHERE company = $1 AND (scope = $1 OR scope = $2) ORDER BY log"
    };
    let rows = tx.query(text).bind(company.uuid()).bind(shop.map(ShopId::uuid)).fetch_all::<HeldRow>().await?;
    Ok(rows.into_iter().map(|row| row.read(company)).collect())
}

/// What is held of a log.
pub async fn held_in_tx(tx: &mut Tx, company: CompanyId, log: LogId) -> Result<Option<HeldLog>, DbError> {
    let row = tx
        .query("SELECT log, device, scope, seq, hash, claimed FROM log WHERE company = $1 AND device = $2 AND scope = $3")
        .bind(company.uuid())
        .bind(log.device.uuid())
        .bind(scope_id(log))
        .fetch_optional::<HeldRow>()
        .await?;
    Ok(row.map(|row| row.read(company)))
}

/// What is known of a log.
#[derive(sqlx_macros::FromRow)]
pub struct LogSummary {
    /// Its device.
    pub device: Uuid,
    /// The company's id or the shop's.
    pub scope: Uuid,
    /// Entries that are held.
    pub seq: i64,
    /// The last entry that the device told of.
    pub claimed: i64,
    /// Entries that break a rule.
    pub flagged: i64,
    /// Entries that wait for a newer version.
    pub waiting: i64,
}

/// Of the logs of some devices. (SQLite takes an index of the rows that are not 0 only where it is told that they are not.)
pub async fn summaries(tx: &mut Tx, company: CompanyId, devices: &[Uuid]) -> Result<Vec<LogSummary>, DbError> {
    tx.fetch_in(
        "SELECT device, scope, seq, claimed, \
             (SELECT COUNT(*) FROM entry WHERE entry.company = log.company AND entry.log = log.log AND entry.state <> 0 AND entry.state = 2) AS flagged, \
             (SELECT COUNT(*) FROM entry WHERE entry.company = log.company AND entry.log = log.log AND entry.state <> 0 AND entry.state = 1) AS waiting \
         FROM log WHERE company = $1 AND device IN",
        &[company.uuid()],
        devices,
    )
    .await
}

/// Of all logs: what the server has seen.
pub(in crate::journal) async fn largest_lamport(tx: &mut Tx, company: CompanyId) -> Result<u64, DbError> {
    let (largest,) =
        tx.query("SELECT COALESCE(MAX(lamport), 0) FROM log WHERE company = $1").bind(company.uuid()).fetch_one::<(i64,)>().await?;
    Ok(number(largest))
}
