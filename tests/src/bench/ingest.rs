//! Facts a second into the server over HTTP, unpacked, verified, judged and projected, against a bare batched insert of the same rows.

use super::{
    Options,
    fixture::{open_shift, products_csv},
    ingest_floor,
    measure::Figure,
    messages,
};
use crate::{
    company::TestCompany,
    server::{Storage, TestServer},
    till::{Seeded, TestTill, line_of, morning},
};
use anyhow::{Result, ensure};
use duka_api::till::ProductQuery;
use duka_core::{CompanyId, Currency, Money, ProductId, Quantity, ReceiptId};
use duka_pos::SaleLineInput;
use duka_server::platform::db::{Connection, Db};
use std::{collections::BTreeMap, path::Path, time::Instant};

const TILLS: usize = 4;
const SALES: usize = 5_000;
const LINES: usize = 3;
const PRODUCTS: usize = 3_000;

/// On both engines: some tills bring what they sold, each in messages of the largest size, one after the other.
pub(super) fn ingest(_: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    for (storage, name, least) in [(Storage::Sqlite, "ingest_sqlite", 50_000.0), (Storage::DurablePostgres, "ingest_postgres", 0.0)] {
        let folder = tempfile::tempdir()?;
        let server = TestServer::start(storage, folder.path())?;
        let company = TestCompany::found(server.admin(), "Bench", "Shop", Currency::try_new("GBP")?)?;
        company.import(products_csv(PRODUCTS)?)?;
        let backlogs = (0..TILLS).map(|number| backlog(&server, &company, folder.path(), number)).collect::<Result<Vec<_>>>()?;
        let sales = TILLS * SALES;
        let begun = Instant::now();
        std::thread::scope(|scope| {
            let bring = |backlog: &'_ Vec<Vec<u8>>| -> Result<()> {
                let client = crate::http_client().build()?;
                backlog.iter().try_for_each(|body| post(&client, &server.address(), body.clone()))
            };
            let threads: Vec<_> = backlogs.iter().map(|backlog| scope.spawn(move || bring(backlog))).collect();
            threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow::anyhow!("a till's thread panicked"))?)
        })?;
        let rate = sales as f64 / begun.elapsed().as_secs_f64();
        let held: (i64,) = server.block_on(server.database().query("SELECT COUNT(*) FROM receipt").fetch_one())?;
        ensure!(usize::try_from(held.0)? == sales, "the server took {} of {sales} sales", held.0);
        let floor = sales as f64 / bare_insert(&server, storage, company.company, folder.path())?;
        server.stop()?;
        let figure = Figure::single(name, "facts/s", sales, rate).against(floor);
        let ok = figure.ratio >= 0.7 && rate >= least;
        found(figure.asked(format!("≥ 0.7 of the floor and ≥ {least}"), ok));
    }
    Ok(())
}

fn post(client: &reqwest::blocking::Client, server: &str, body: Vec<u8>) -> Result<()> {
    let answer =
        client.post(format!("{server}/api/sync/v1/exchange")).header("content-type", "application/octet-stream").body(body).send()?;
    ensure!(answer.status().is_success(), "{}: {}", answer.status(), answer.text().unwrap_or_default());
    answer.bytes()?;
    Ok(())
}

/// Sells at a real till that the server knows; gives the compressed messages that bring it.
fn backlog(server: &TestServer, company: &TestCompany, folder: &Path, number: usize) -> Result<Vec<Vec<u8>>> {
    let morning = morning()?;
    let till = TestTill::open(&folder.join(format!("till-{number}")), u64::try_from(number)? + 1, morning)?;
    till.enrol(&server.address(), &company.register(&format!("B{number}"))?.code, "Bench")?;
    // What is there before the sales goes ahead, unmeasured; and the products come.
    open_shift(&till)?;
    till.session(&server.address())?.drive(duka_sync::Event::Asked, &mut |_| ());
    let (device, held) = messages::known(&till)?;
    let products = products(&till)?;
    let now = morning.plus_micros(3_600_000_000);
    for sale in 0..SALES {
        let at = |line: usize| (sale * LINES + line + number * 911) % products.len();
        let lines: Vec<SaleLineInput> = (0..LINES).filter_map(|line| products.get(at(line)).copied()).map(one_of).collect();
        let seed = u64::try_from(number * SALES + sale)?;
        let receipt = ReceiptId::new(now.plus_micros(i64::try_from(sale)? * 1_000_000), &Seeded::new(seed));
        till.engine.run(move |till| till.sale_complete_lines(receipt, &lines))?;
    }
    let sealed = messages::sealed(&till, device, company.company, held)?;
    sealed.iter().map(|message| Ok(zstd::encode_all(message.as_slice(), 3)?)).collect()
}

/// Every product with its price.
fn products(till: &TestTill) -> Result<Vec<(ProductId, Money)>> {
    let (mut all, mut query) = (Vec::new(), ProductQuery::default());
    loop {
        let asked = query.clone();
        let page = till.engine.read(move |reader| reader.product_list(&asked))?;
        all.extend(page.rows.into_iter().map(|row| (row.product, row.fields.price)));
        match page.next {
            Some(next) => query.after = Some(next),
            None => return Ok(all),
        }
    }
}

fn one_of((product, unit_price): (ProductId, Money)) -> SaleLineInput {
    line_of(product, Quantity::ONE, unit_price)
}

/// Seconds to insert the sales' rows, as they stand in the server's tables, into the same empty tables with nothing else done: over as many
/// connections as there are tills.
fn bare_insert(server: &TestServer, storage: Storage, company: CompanyId, folder: &Path) -> Result<f64> {
    let pieces = server.block_on(ingest_floor::pieces(server.database(), company))?;
    let empty = match storage {
        Storage::Sqlite => Connection::Sqlite { path: folder.join("floor.sqlite"), readers: 2 },
        Storage::Postgres | Storage::DurablePostgres => Connection::Postgres { url: crate::postgres::durable_database(), connections: 8 },
    };
    let empty = server.block_on(Db::open(&empty))?;
    let mut logs = BTreeMap::<i64, Vec<ingest_floor::Piece>>::new();
    pieces.into_iter().for_each(|piece| logs.entry(piece.log()).or_default().push(piece));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        let insert =
            |pieces: &Vec<ingest_floor::Piece>| -> Result<()> { pieces.iter().try_for_each(|piece| server.block_on(piece.insert(&empty))) };
        let threads: Vec<_> = logs.values().map(|pieces| scope.spawn(move || insert(pieces))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?)
    })?;
    let seconds = begun.elapsed().as_secs_f64();
    server.block_on(empty.close());
    Ok(seconds)
}
