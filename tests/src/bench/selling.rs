//! What a cashier waits for: scan, search, commit; and the manager's import.

use super::{
    Options,
    fixture::{barcode, import as import_file, products_csv, till_selling, till_with_products},
    measure::{Figure, Times},
};
use crate::till::{TestTill, morning};
use anyhow::{Context, Result, ensure};
use duka_api::till::{ProductSearch, Scan, Scanned, Tender};
use duka_core::Barcode;
use rusqlite::Connection;
use std::{collections::BTreeSet, path::Path, process::Command, time::Instant};

const SCANS: usize = 5_000;
const LINES: usize = 20;

fn spread(number: usize, count: usize) -> usize {
    number.wrapping_mul(7_368_787) % count
}

/// Barcode to repriced basket of 20 lines, against a bare prepared SELECT by unique key: on products that nobody asked for since the program
/// started (pages come from the disk or the system's cache), and again on the same ones.
pub(super) fn scan(options: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    for count in [options.products.min(100_000), options.products] {
        let till = till_with_products(count)?;
        let codes = |turn: usize| -> Vec<String> { (0..SCANS).map(|number| barcode(spread(number * 2 + turn, count))).collect() };
        let (ours, others) = (codes(0), codes(1));
        // First touch compares different products, so that neither finds pages that the other brought in.
        let first_floor = bare_select(till.folder(), &others)?;
        let first = scans(&till, &ours)?;
        let again = scans(&till, &ours)?;
        let again_floor = bare_select(till.folder(), &ours)?;
        for (name, times, floor) in [("first", first, first_floor), ("again", again, again_floor)] {
            let figure = Figure::new(format!("scan_{count}_{name}"), "µs", &times).against(floor.p50());
            let ok = times.p99() <= 1_000.0 && figure.ratio <= 5.0;
            found(figure.asked("p99 ≤ 1000 µs and ratio ≤ 5", ok));
        }
    }
    Ok(())
}

/// The times of scans that make a basket of 20 lines: the last of each basket.
fn scans(till: &TestTill, codes: &[String]) -> Result<Times> {
    let work = codes.to_vec();
    let times = till.engine.run(move |till| {
        let mut times = Vec::with_capacity(work.len());
        for (number, code) in work.into_iter().enumerate() {
            if number % LINES == 0 {
                till.basket_abort()?;
            }
            let scan = Scan { code };
            let begun = Instant::now();
            let scanned = till.basket_scan(&scan)?;
            let time = super::measure::micros(begun.elapsed());
            if !matches!(scanned, Scanned::Added { .. }) {
                return Err(duka_api::Problem::new(duka_core::ErrorCode::Internal, "a barcode of the fixture is unknown"));
            }
            // The first scans of each basket reprice less than a full one: only the last counts.
            if number % LINES == LINES - 1 {
                times.push(time);
            }
        }
        Ok(times)
    })?;
    Ok(Times::from_micros(times))
}

fn bare_select(folder: &Path, codes: &[String]) -> Result<Times> {
    let database = read_only(folder)?;
    let mut select = database.prepare("SELECT product FROM barcode WHERE code = ?1")?;
    Times::of(codes, |code| {
        let found: i64 = select.query_row([code], |row| row.get(0))?;
        ensure!(found > 0);
        Ok(())
    })
}

#[allow(clippy::disallowed_methods, reason = "the floor is a bare connection, beside the engine's")]
fn read_only(folder: &Path) -> Result<Connection> {
    Ok(Connection::open_with_flags(folder.join("till.sqlite"), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?)
}

/// The first 20 products as a name is typed, letter by letter.
pub(super) fn search(options: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    let till = till_with_products(options.products)?;
    let typed: Vec<String> = ["chocolate", "bread", "heart holder", "thé", "milk", "bag vin", "conf"]
        .iter()
        .flat_map(|word| (1..=word.chars().count()).map(|letters| word.chars().take(letters).collect()))
        .collect();
    let queries: Vec<String> = typed.iter().cycle().take(typed.len() * 10).cloned().collect();
    let work = queries.clone();
    let times = till.engine.read(move |reader| {
        let mut times = Vec::new();
        for text in work {
            let search = ProductSearch { text, limit: 20 };
            let begun = Instant::now();
            let rows = reader.product_search(&search)?;
            times.push(super::measure::micros(begun.elapsed()));
            std::hint::black_box(rows);
        }
        Ok::<_, duka_api::Problem>(times)
    })?;
    let times = Times::from_micros(times);
    let codes: Vec<String> = (0..SCANS).map(|number| barcode(spread(number, options.products))).collect();
    let floor = bare_select(till.folder(), &codes)?;
    let figure = Figure::new(format!("search_{}", options.products), "µs", &times).against(floor.p50());
    found(figure.asked("p99 ≤ 5000 µs", times.p99() <= 5_000.0));
    Ok(())
}

const SALES: usize = 1_000;

/// A durable sale of 10 lines, against one durable insert of the same bytes; and how many flushes it costs.
pub(super) fn commit(_: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let till = small_till(folder.path())?;
    let (times, bytes) = sell(&till, SALES)?;
    let floor = bare_insert(folder.path(), bytes, SALES)?;
    let flushes = flushes_per_sale()?;
    let figure = Figure::new("commit_10_lines", "µs", &times).against(floor.p50());
    let ok = figure.ratio <= 2.0;
    found(figure.asked("ratio ≤ 2", ok));
    // Checkpoints between sales flush too; they are not part of a sale but cannot be told from outside.
    found(Figure::single("commit_flushes", "flushes", SALES, flushes).against(1.0).asked("1 a sale", flushes < 1.1));
    Ok(())
}

fn small_till(folder: &Path) -> Result<TestTill> {
    till_selling(folder, &products_csv(1_000)?, &mut |_, _| ())
}

/// Sells baskets of 10 lines; gives the times of the payments and the size of a sale's entry.
fn sell(till: &TestTill, sales: usize) -> Result<(Times, usize)> {
    let times = till.engine.run(move |till| {
        let mut times = Vec::new();
        for sale in 0..sales {
            for line in 0..10 {
                till.basket_scan(&Scan { code: barcode((sale * 10 + line * 7) % 1_000) })?;
            }
            let basket = till.basket()?;
            let tender = Tender { receipt: basket.receipt, tendered: None, shown: basket.gross };
            let begun = Instant::now();
            till.sale_complete(&tender)?;
            times.push(super::measure::micros(begun.elapsed()));
        }
        Ok::<_, duka_api::Problem>(times)
    })?;
    let bytes: i64 =
        read_only(till.folder())?.query_row("SELECT length(bytes) FROM entry ORDER BY length(bytes) DESC LIMIT 1", [], |row| row.get(0))?;
    Ok((Times::from_micros(times), usize::try_from(bytes)?))
}

/// One durable insert of as many bytes, in the same kind of database.
#[allow(clippy::disallowed_methods, reason = "the floor is a bare connection")]
fn bare_insert(folder: &Path, bytes: usize, count: usize) -> Result<Times> {
    let database = Connection::open(folder.join("floor.sqlite"))?;
    database.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE entry (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL);",
    )?;
    let body = vec![7_u8; bytes];
    let mut insert = database.prepare("INSERT INTO entry (bytes) VALUES (?1)")?;
    Times::of(0..count, |_| {
        insert.execute([&body])?;
        Ok(())
    })
}

/// Sells in a process of its own under a tracer that counts flushes; the difference of a long and a short run leaves out the start.
fn flushes_per_sale() -> Result<f64> {
    let count = |sales: usize| -> Result<f64> {
        let log = tempfile::NamedTempFile::new()?;
        let status = Command::new("strace")
            .args(["-f", "-qq", "-e", "trace=fsync,fdatasync", "-o"])
            .arg(log.path())
            .arg(std::env::current_exe()?)
            .args(["bench", "--child", "commit"])
            .env("DUKA_BENCH_SALES", sales.to_string())
            .status()
            .context("strace counts the flushes; `cargo xtask setup` installs it")?;
        ensure!(status.success(), "the child that sells failed");
        let traced = std::fs::read_to_string(log.path())?;
        Ok(traced.lines().filter(|line| line.contains("sync(")).count() as f64)
    };
    Ok((count(1_200)? - count(200)?) / 1_000.0)
}

/// Sells `DUKA_BENCH_SALES` baskets, for [`flushes_per_sale`].
pub(super) fn commit_child() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let till = small_till(folder.path())?;
    sell(&till, std::env::var("DUKA_BENCH_SALES")?.parse()?)?;
    Ok(())
}

/// 100,000 real products from CSV at a till; where the real file is not there, as many made ones.
pub(super) fn import(_: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    let file = real_products()?.map_or_else(|| products_csv(100_000), Ok)?;
    let rows = file.iter().filter(|byte| **byte == b'\n').count().saturating_sub(1);
    let folder = tempfile::tempdir()?;
    let till = TestTill::open(folder.path(), 1, morning()?)?;
    till.enrol_alone("Bench")?;
    let begun = Instant::now();
    import_file(&till, &file, &mut |_, _| ())?;
    let seconds = begun.elapsed().as_secs_f64();
    let floor = bare_import(folder.path(), &file)?;
    found(Figure::single("import_100000", "s", rows, seconds).against(floor).asked("≤ 5 s", seconds <= 5.0));
    Ok(())
}

/// The same rows into a bare table with a unique barcode, in one transaction.
#[allow(clippy::disallowed_methods, reason = "the floor is a bare connection")]
fn bare_import(folder: &Path, file: &[u8]) -> Result<f64> {
    let begun = Instant::now();
    let mut database = Connection::open(folder.join("floor.sqlite"))?;
    database.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE product (barcode TEXT PRIMARY KEY, name TEXT, price TEXT);",
    )?;
    let work = database.transaction()?;
    {
        let mut insert = work.prepare("INSERT OR IGNORE INTO product (barcode, name, price) VALUES (?1, ?2, ?3)")?;
        for row in csv::Reader::from_reader(file).records() {
            let row = row?;
            insert.execute([row.get(3), row.get(0), row.get(1)])?;
        }
    }
    work.commit()?;
    Ok(begun.elapsed().as_secs_f64())
}

/// Open Food Facts names and barcodes, with a price derived from the barcode, if `DUKA_BENCH_PRODUCTS` names such a file (barcode,name).
fn real_products() -> Result<Option<Vec<u8>>> {
    let Some(path) = std::env::var_os("DUKA_BENCH_PRODUCTS") else { return Ok(None) };
    let source = flate2::read::GzDecoder::new(std::fs::File::open(path)?);
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["name", "price", "tax", "barcode"])?;
    // The source lists two items twice, as UPC-A and as EAN-13.
    let mut listed = BTreeSet::new();
    for row in csv::Reader::from_reader(source).records() {
        let row = row?;
        if !Barcode::parse(row.get(0).unwrap_or_default()).is_ok_and(|code| listed.insert(code)) {
            continue;
        }
        let (code, name) = (row.get(0).unwrap_or_default(), row.get(1).unwrap_or_default());
        let cents: u64 = code.bytes().rev().take(4).fold(0, |sum, digit| sum * 10 + u64::from(digit - b'0'));
        let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(200).collect();
        let name = if name.is_empty() { code.to_owned() } else { name };
        file.write_record([name, format!("{}.{:02}", cents / 100, cents % 100), "20".to_owned(), code.to_owned()])?;
    }
    Ok(Some(file.into_inner()?))
}
