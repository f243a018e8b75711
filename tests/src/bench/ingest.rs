//! Facts a second into the server, verified and projected, against a bare batched insert of the same rows.

use super::{
    Options,
    fixture::{import, products_csv},
    measure::Figure,
};
use crate::{
    company::TestCompany,
    server::{Storage, TestServer},
    till::TestTill,
};
use anyhow::{Context, Result};
use duka_api::till::{OpenShift, ProductQuery};
use duka_core::{CompanyId, Currency, Money, Quantity, ReceiptId, Timestamp, Unit};
use duka_pos::SaleLineInput;
use duka_server::platform::db::{Connection, Db};
use duka_sync::{MAX_BODY_BYTES, Next};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const SALES: usize = 20_000;
const LINES: usize = 3;

/// On both engines.
pub(super) fn ingest(_: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    for (storage, name) in [(Storage::Sqlite, "ingest_sqlite"), (Storage::Postgres, "ingest_postgres")] {
        let folder = tempfile::tempdir()?;
        let server = TestServer::start(storage, folder.path())?;
        let (company, till) = till_with_sales(&server, folder.path())?;
        let rate = SALES as f64 / take_in(&server, &till)?.as_secs_f64();
        let floor = SALES as f64 / bare_insert(&server, storage, company, folder.path())?;
        server.stop()?;
        found(Figure {
            name: name.to_owned(),
            n: SALES,
            unit: "facts/s",
            p50: rate,
            p99: rate,
            floor,
            ratio: rate / floor,
            target: "≥ 0.5 of the floor".to_owned(),
            ok: rate / floor >= 0.5,
        });
    }
    Ok(())
}

/// Sells at a real till that the server knows.
fn till_with_sales(server: &TestServer, folder: &Path) -> Result<(CompanyId, TestTill)> {
    let company = TestCompany::found(server.admin(), "Bench", "Shop", Currency::try_new("GBP")?)?;
    let till = TestTill::open(&folder.join("till"), 1, Timestamp::parse_utc("2026-01-05 08:00:00").context("a date")?)?;
    till.enrol(&server.address(), &company.register("B1")?.code, "Bench")?;
    import(&till, &products_csv(1_000)?, &mut |_, _| ())?;
    let float = Money::try_new(295, Currency::try_new("GBP")?)?;
    till.engine.run(move |till| till.shift_open(&OpenShift { operator: "Bench".to_owned(), float }))?;
    // What is there before the sales goes ahead, unmeasured.
    till.session(&server.address())?.drive(duka_sync::Event::Asked, &mut |_| ());

    let products: Vec<_> =
        till.engine.read(|reader| reader.product_list(&ProductQuery::default()))?.rows.into_iter().map(|row| row.product).collect();
    let now = Timestamp::parse_utc("2026-01-05 09:00:00").context("a date")?;
    for sale in 0..SALES {
        let lines: Vec<SaleLineInput> = (0..LINES)
            .filter_map(|line| products.get((sale * LINES + line) % products.len()))
            .map(|product| SaleLineInput {
                product: *product,
                quantity: Quantity::whole(1, Unit::Each).unwrap_or(Quantity::ONE),
                // Real prices: a sale of nothing would post nothing.
                unit_price: float,
                discount: duka_pricing::Discount::None,
                note: None,
            })
            .collect();
        let receipt = ReceiptId::new(now.plus_micros(i64::try_from(sale)? * 1_000_000), &crate::till::Seeded::new(u64::try_from(sale)?));
        till.engine.run(move |till| till.sale_complete_lines(receipt, &lines))?;
    }
    Ok((company.company, till))
}

/// How long the server takes to take in all that the till brings, in messages of the largest size.
fn take_in(server: &TestServer, till: &TestTill) -> Result<Duration> {
    let mut peer = till.engine.read(duka_pos::Reader::peer)?;
    let mut taken = Duration::ZERO;
    loop {
        let (asked, request) = till.engine.read(move |reader| {
            let request = reader.sync_request(&mut peer, MAX_BODY_BYTES)?;
            Ok::<_, duka_pos::SyncError>((peer, request))
        })?;
        let begun = Instant::now();
        let answer = server.exchange(&request.bytes)?;
        taken += begun.elapsed();
        let (heard, next) = till.engine.run(move |till| {
            let mut peer = asked;
            let next = till.sync_take(&mut peer, request.ticket, &answer)?.next;
            Ok::<_, duka_pos::SyncError>((peer, next))
        })?;
        peer = heard;
        if next != Next::More {
            return Ok(taken);
        }
    }
}

/// Seconds to insert the sales' rows, as they stand in the server's tables, into the same empty tables with nothing else done.
fn bare_insert(server: &TestServer, storage: Storage, company: CompanyId, folder: &Path) -> Result<f64> {
    server.block_on(async {
        let pieces = super::ingest_floor::pieces(server.database(), company).await?;
        let empty = match storage {
            Storage::Sqlite => Connection::Sqlite { path: folder.join("floor.sqlite"), readers: 2 },
            Storage::Postgres => Connection::Postgres { url: crate::postgres::fresh_database(), connections: 2 },
        };
        let empty = Db::open(&empty).await?;
        let begun = Instant::now();
        for piece in &pieces {
            piece.insert(&empty).await?;
        }
        let seconds = begun.elapsed().as_secs_f64();
        empty.close().await;
        Ok(seconds)
    })
}
