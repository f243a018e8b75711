//! Proving, rebuilding and mending: how fast chained entries are verified, tables folded anew from facts, and a damaged database made anew.

use super::{Options, fixture::products_csv, measure::Figure};
use crate::till::TestTill;
use anyhow::{Context, Result, ensure};
use duka_api::till::{OpenShift, ProductQuery};
use duka_core::{Currency, DeviceId, Money, Quantity, ReceiptId, ShopId, Timestamp, Unit};
use duka_ledger::{
    Batch, DeviceKey, Entry, Fact, Hash, Head, Held, LogId, Scope, SealedEntry, TechnicalEvent, TechnicalKind, verify_batch,
};
use duka_pos::SaleLineInput;
use duka_sync::MAX_ENTRIES;
use std::{path::Path, time::Instant};

const ENTRIES: usize = 200_000;
const SALES: usize = 20_000;
const SALVAGED: usize = 100_000;

/// Chain and signature of pieces of the largest size, against hashing the same bytes alone.
pub(super) fn verify(_: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    let key = DeviceKey::from_secret([7; 32]);
    let log = LogId { device: DeviceId::from_bytes([1; 16]), scope: Scope::Shop(ShopId::from_bytes([2; 16])) };
    let pieces = chain(log, &key)?;
    let begun = Instant::now();
    let mut held = Held::NOTHING;
    for piece in &pieces {
        let verified = verify_batch(piece, held, &key.public(), |_| None)?;
        let last = verified.fresh.last().context("all are new")?;
        held = Held { seq: last.entry().seq, hash: last.hash() };
    }
    let rate = ENTRIES as f64 / begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    for bytes in pieces.iter().flat_map(|piece| &piece.entries) {
        std::hint::black_box(Hash::of(bytes));
    }
    let floor = ENTRIES as f64 / begun.elapsed().as_secs_f64();
    found(rate_figure("verify", ENTRIES, rate, floor, 200_000.0, "entries/s"));
    Ok(())
}

fn chain(log: LogId, key: &DeviceKey) -> Result<Vec<Batch>> {
    let fact = |number: usize| {
        let detail = format!("an entry about as large as a sale {number} {}", "x".repeat(450));
        Fact::TechnicalEvent(TechnicalEvent { kind: TechnicalKind::Started, detail, operator: None, before: None })
    };
    let (mut prev, mut seq, mut pieces) = (Hash::NONE, 0_u64, Vec::new());
    while seq < u64::try_from(ENTRIES)? {
        let mut entries = Vec::with_capacity(MAX_ENTRIES);
        while entries.len() < MAX_ENTRIES && seq < u64::try_from(ENTRIES)? {
            seq += 1;
            let fact = fact(usize::try_from(seq)?);
            let (kind, body) = (fact.kind().number(), fact.encode()?.into());
            let entry = Entry { log, seq, prev, lamport: seq, at: Timestamp::EPOCH, offset_minutes: 0, operator: None, kind, body };
            let sealed = SealedEntry::seal(entry)?;
            prev = sealed.hash();
            entries.push(sealed.bytes().to_vec().into());
        }
        pieces.push(Batch { log, entries, head: key.sign_head(Head { log, seq, hash: prev }) });
    }
    Ok(pieces)
}

/// A rebuild of a till, against reading and hashing its facts alone: where nothing is wrong, so that all is folded and compared and nothing is
/// written (`journal_rebuild`); and where a verdict is, so that all tables are made anew after that (`journal_refold`).
pub(super) fn rebuild(_: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let till = sold(folder.path(), SALES)?;
    let mut measure = |name, least, sound| {
        let begun = Instant::now();
        let rebuilt = till.engine.rebuild()?;
        let time = begun.elapsed().as_secs_f64();
        ensure!(rebuilt.is_same() == sound, "{name}: {rebuilt:?}");
        let facts = rebuilt.facts as f64;
        found(rate_figure(name, usize::try_from(rebuilt.facts)?, facts / time, facts / read_and_hash(&till)?, least, "facts/s"));
        Ok(())
    };
    measure("journal_rebuild", 100_000.0, true)?;
    damage_a_verdict(&till)?;
    measure("journal_refold", 40_000.0, false)
}

/// A database in which damage was found, made anew, against reading the same file and hashing its pages.
pub(super) fn salvage(_: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    let folder = tempfile::tempdir()?;
    drop(sold(folder.path(), SALVAGED)?);
    let (path, now) = (folder.path().join("till.sqlite"), Timestamp::parse_utc("2026-01-06 08:00:00").context("a date")?);
    let begun = Instant::now();
    for page in std::fs::read(&path)?.chunks(4_096) {
        std::hint::black_box(Hash::of(page));
    }
    let floor = begun.elapsed().as_secs_f64();
    // Whatever page it was, the same is done.
    std::fs::write(folder.path().join("till.sqlite.damaged"), "a page")?;
    let begun = Instant::now();
    let till = TestTill::open(folder.path(), 1, now)?;
    let time = begun.elapsed().as_secs_f64();
    let news = till.engine.run(|till| till.state())?.salvaged.context("the database was made anew")?;
    ensure!(news.is_whole() && news.sales == u64::try_from(SALVAGED)?, "all of it is there: {news:?}");
    let facts = SALVAGED as f64;
    found(rate_figure("salvage", SALVAGED, facts / time, facts / floor, 20_000.0, "facts/s"));
    Ok(())
}

/// A till that has sold so often.
fn sold(folder: &Path, sales: usize) -> Result<TestTill> {
    let now = Timestamp::parse_utc("2026-01-05 08:00:00").context("a date")?;
    let till = TestTill::open(folder, 1, now)?;
    till.enrol_alone("Bench")?;
    super::fixture::import(&till, &products_csv(1_000)?, &mut |_, _| ())?;
    let float = Money::zero(Currency::try_new("GBP")?);
    till.engine.run(move |till| till.shift_open(&OpenShift { operator: "Bench".to_owned(), float }))?;
    let rows = till.engine.read(|reader| reader.product_list(&ProductQuery::default()))?.rows;
    let products: Vec<_> = rows.into_iter().map(|row| (row.product, row.fields.price)).collect();
    till.engine.run(move |till| {
        for sale in 0..sales {
            let lines: Vec<SaleLineInput> = (0..3)
                .filter_map(|line| products.get((sale * 3 + line) % products.len()))
                .map(|(product, unit_price)| SaleLineInput {
                    product: *product,
                    quantity: Quantity::whole(1, Unit::Each).unwrap_or(Quantity::ONE),
                    unit_price: *unit_price,
                    discount: duka_pricing::Discount::None,
                    note: None,
                })
                .collect();
            let seed = u64::try_from(sale).unwrap_or_default();
            till.sale_complete_lines(ReceiptId::new(now, &crate::till::Seeded::new(seed)), &lines)?;
        }
        Ok::<_, duka_pos::SaleError>(())
    })?;
    Ok(till)
}

#[allow(clippy::disallowed_methods, reason = "to damage a database as no till would")]
fn damage_a_verdict(till: &TestTill) -> Result<()> {
    let database = rusqlite::Connection::open(till.folder().join("till.sqlite"))?;
    database.execute("UPDATE entry SET state = 2, reason = '' WHERE place = (SELECT max(place) FROM entry)", [])?;
    Ok(())
}

#[allow(clippy::disallowed_methods, reason = "the floor is a bare connection")]
fn read_and_hash(till: &TestTill) -> Result<f64> {
    let database = rusqlite::Connection::open(till.folder().join("till.sqlite"))?;
    let begun = Instant::now();
    let mut statement = database.prepare("SELECT bytes FROM entry ORDER BY place")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        std::hint::black_box(Hash::of(row.get_ref(0)?.as_blob()?));
    }
    Ok(begun.elapsed().as_secs_f64())
}

fn rate_figure(name: &str, n: usize, rate: f64, floor: f64, least: f64, unit: &'static str) -> Figure {
    Figure {
        name: name.to_owned(),
        n,
        unit,
        p50: rate,
        p99: rate,
        floor,
        ratio: rate / floor,
        target: format!("≥ {least} {unit}"),
        ok: rate >= least,
    }
}
