//! What a till and the server really hold, read from their books without their own code.

use super::office::Office;
use anyhow::{Context, Result};
use duka_core::{CompanyId, DeviceId, ReceiptId, ShopId};
use duka_ledger::{Hash, LogId, Scope, SealedEntry};
use rusqlite::{Connection, OpenFlags};
use std::{collections::BTreeMap, path::Path};
use uuid::Uuid;

/// Entries of all logs in order, and where they are signed.
#[derive(Debug, Default)]
pub struct Journal {
    /// Entries in order.
    pub logs: BTreeMap<LogId, Vec<SealedEntry>>,
    /// Signatures by log and place.
    pub signed: Vec<(LogId, u64, [u8; 64])>,
}

/// A receipt as a table has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldReceipt {
    /// Whose it is.
    pub device: DeviceId,
    /// Of that one's numbers.
    pub series: String,
    /// Its number there.
    pub number: i64,
    /// Which.
    pub receipt: ReceiptId,
    /// Its total, minor units.
    pub gross: i64,
    /// What its paper says, if that is another number.
    pub printed: Option<(String, i64)>,
}

impl HeldReceipt {
    /// Its number as printed.
    pub fn paper_number(&self) -> String {
        let (series, number) = self.printed.as_ref().map_or((&self.series, self.number), |(series, number)| (series, *number));
        duka_ledger::shown_number(series, u64::try_from(number).unwrap_or(0))
    }
}

type ReceiptColumns = (Uuid, String, i64, Uuid, i64, Option<String>, Option<i64>);

/// What is in a till's file.
pub struct TillBooks(Connection);

impl TillBooks {
    /// Opens a till's database to look into.
    #[allow(clippy::disallowed_methods, reason = "a witness reads the file as it is")]
    pub fn open(path: &Path) -> Result<Self> {
        Ok(Self(Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?))
    }

    /// Its journal.
    pub fn journal(&self) -> Result<Journal> {
        let mut journal = Journal::default();
        let mut numbers = BTreeMap::new();
        for log in self.logs()? {
            journal.logs.insert(log.1, Vec::new());
            numbers.insert(log.0, log.1);
        }
        let mut statement = self.0.prepare("select place, bytes from entry order by place")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        for row in rows {
            let (place, bytes) = row?;
            let log = numbers.get(&(place >> 40)).context("an entry is of a log")?;
            journal.logs.entry(*log).or_default().push(SealedEntry::open(bytes)?);
        }
        let mut statement = self.0.prepare("select place, signature from signed_head order by place")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 64]>(1)?)))?;
        for row in rows {
            let (place, signature) = row?;
            let log = numbers.get(&(place >> 40)).context("a signature is of a log")?;
            journal.signed.push((*log, u64::try_from(place & ((1 << 40) - 1))?, signature));
        }
        Ok(journal)
    }

    fn logs(&self) -> Result<Vec<(i64, LogId)>> {
        let mut statement = self.0.prepare("select n, device, scope, scope_id from log order by n")?;
        let rows = statement.query_map([], |row| {
            let id: [u8; 16] = row.get(3)?;
            let scope =
                if row.get::<_, i64>(2)? == 0 { Scope::Company(CompanyId::from_bytes(id)) } else { Scope::Shop(ShopId::from_bytes(id)) };
            Ok((row.get(0)?, LogId { device: DeviceId::from_bytes(row.get(1)?), scope }))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Who it is.
    pub fn device(&self) -> Result<DeviceId> {
        Ok(DeviceId::from_bytes(self.0.query_row("select device from enrolment", [], |row| row.get(0))?))
    }

    /// How far it holds a company's log of a device.
    pub fn held(&self, device: DeviceId) -> Result<u64> {
        let held: i64 =
            self.0.query_row("select coalesce(max(seq), 0) from log where device = ?1", [device.as_bytes()], |row| row.get(0))?;
        Ok(u64::try_from(held)?)
    }

    /// Its receipts.
    pub fn receipts(&self) -> Result<Vec<HeldReceipt>> {
        let text = "select device, number, receipt, gross, series, printed_series, printed_number from receipt order by device, number";
        let mut statement = self.0.prepare(text)?;
        let rows = statement.query_map([], |row| {
            let (device, receipt) = (DeviceId::from_bytes(row.get(0)?), ReceiptId::from_bytes(row.get(2)?));
            let printed = row.get::<_, Option<String>>(5)?.zip(row.get(6)?);
            Ok(HeldReceipt { device, series: row.get(4)?, number: row.get(1)?, receipt, gross: row.get(3)?, printed })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The sum over all accounts by currency.
    pub fn sums(&self) -> Result<Vec<(String, i64)>> {
        let mut statement = self.0.prepare("select currency, sum(balance) from account group by currency")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// The server's journal of a company.
pub fn server_journal(office: &mut Office, company: CompanyId) -> Result<Journal> {
    let rows = office.must(async |state| {
        let logs = state.db.query("SELECT log, device, scope FROM log WHERE company = $1 ORDER BY log");
        let logs = logs.bind(company.uuid()).fetch_all::<(i64, Uuid, Uuid)>().await?;
        let entries = state.db.query("SELECT log, bytes FROM entry WHERE company = $1 ORDER BY log, seq");
        let entries = entries.bind(company.uuid()).fetch_all::<(i64, Vec<u8>)>().await?;
        let signed = state.db.query("SELECT log, seq, signature FROM signed_head WHERE company = $1 ORDER BY log, seq");
        let signed = signed.bind(company.uuid()).fetch_all::<(i64, i64, Vec<u8>)>().await?;
        Ok::<_, duka_server::platform::db::DbError>((logs, entries, signed))
    })?;
    let id = |device, scope: Uuid| {
        let of_company = scope == company.uuid();
        let scope = if of_company { Scope::Company(company) } else { Scope::Shop(ShopId::from_uuid(scope)) };
        LogId { device: DeviceId::from_uuid(device), scope }
    };
    let numbers: BTreeMap<i64, LogId> = rows.0.into_iter().map(|(n, device, scope)| (n, id(device, scope))).collect();
    let mut journal = Journal { logs: numbers.values().map(|log| (*log, Vec::new())).collect(), signed: Vec::new() };
    for (n, bytes) in rows.1 {
        let log = numbers.get(&n).context("an entry is of a log")?;
        journal.logs.entry(*log).or_default().push(SealedEntry::open(bytes)?);
    }
    for (n, seq, signature) in rows.2 {
        let log = numbers.get(&n).context("a signature is of a log")?;
        let signature = signature.try_into().ok().context("a signature has 64 bytes")?;
        journal.signed.push((*log, u64::try_from(seq)?, signature));
    }
    Ok(journal)
}

/// The server's receipts of a shop.
pub fn server_receipts(office: &mut Office, company: CompanyId, shop: ShopId) -> Result<Vec<HeldReceipt>> {
    let rows = office.must(async |state| {
        let text = "SELECT device, series, number, receipt, gross, printed_series, printed_number FROM receipt WHERE company = $1 AND shop = $2 ORDER BY device, number";
        let rows = state.db.query(text).bind(company.uuid()).bind(shop.uuid());
        rows.fetch_all::<ReceiptColumns>().await
    })?;
    let held = |(device, series, number, receipt, gross, printed_series, printed_number): ReceiptColumns| HeldReceipt {
        device: DeviceId::from_uuid(device),
        series,
        number,
        receipt: ReceiptId::from_uuid(receipt),
        gross,
        printed: printed_series.zip(printed_number),
    };
    Ok(rows.into_iter().map(held).collect())
}

/// The server's sums over all accounts of a company, by shop and currency.
pub fn server_sums(office: &mut Office, company: CompanyId) -> Result<Vec<(Uuid, String, i64)>> {
    office.must(async |state| {
        let rows = state.db.query(
            "SELECT shop, CAST(currency AS TEXT), CAST(SUM(balance) AS BIGINT) FROM account WHERE company = $1 GROUP BY shop, currency ORDER BY shop, currency",
        );
        rows.bind(company.uuid()).fetch_all::<(Uuid, String, i64)>().await
    })
}

/// What the server did not let in, and kept.
#[derive(Debug)]
pub struct Refused {
    /// Pieces: their writer, the scope of the log, and where they began.
    pub pieces: Vec<(Uuid, Uuid, i64)>,
    /// Devices of which it kept another branch of a log.
    pub forked: Vec<Uuid>,
}

/// What the server of a company did not let in.
pub fn server_refused(office: &mut Office, company: CompanyId) -> Result<Refused> {
    office.must(async |state| {
        let pieces = state.db.query("SELECT writer, scope, seq FROM quarantine WHERE company = $1 ORDER BY id");
        let pieces = pieces.bind(company.uuid()).fetch_all::<(Uuid, Uuid, i64)>().await?;
        let forks = "SELECT log.device FROM fork JOIN log ON log.log = fork.log AND log.company = fork.company WHERE fork.company = $1";
        let forks = state.db.query(forks).bind(company.uuid()).fetch_all::<(Uuid,)>().await?;
        Ok::<_, duka_server::platform::db::DbError>(Refused { pieces, forked: forks.into_iter().map(|(device,)| device).collect() })
    })
}

/// How many entries the server holds.
pub fn server_facts(office: &mut Office) -> Result<u64> {
    let (count,) = office.must(async |state| state.db.query("SELECT COUNT(*) FROM entry").fetch_one::<(i64,)>().await)?;
    Ok(u64::try_from(count)?)
}

/// The hash of an entry, if it is held.
pub fn hash_at(journal: &Journal, log: &LogId, seq: u64) -> Option<Hash> {
    let index = usize::try_from(seq.checked_sub(1)?).ok()?;
    journal.logs.get(log)?.get(index).map(SealedEntry::hash)
}
