//! Sells real invoices through the real engine on N tills that go offline and come back, against a real server, and proves that all adds up.

mod invoices;
mod report;
mod selling;

use crate::{
    company::{TestCompany, rows_of},
    server::{Storage, TestServer},
    till::{Seeded, TestTill},
};
use anyhow::{Context, Result, ensure};
use duka_core::{Currency, ProductId, Timestamp};
use duka_sync::{Event, Phase};
use flate2::read::GzDecoder;
use invoices::{Invoice, Invoices};
use report::{Amounts, Lines, Rejected, Report, Seconds};
use selling::{Counts, Seller};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Read},
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

/// How to replay.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The invoices: CSV, plain or gzipped (InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice)
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// How many tills share the selling
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u16).range(1..=200))]
    tills: u16,
    /// Decides which till sells what, and when tills are offline
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the server keeps its books
    #[arg(long, value_enum, default_value_t)]
    engine: Storage,
    /// End with one JSON object on the last line
    #[arg(long)]
    json: bool,
}

/// Replays; true when everything converged and added up.
pub fn run(options: &Options) -> Result<bool> {
    let begun = Instant::now();
    let currency = Currency::try_new("GBP")?;
    let invoices = invoices::read(open(&options.data)?, currency).with_context(|| options.data.display().to_string())?;
    eprintln!("{} rows, {} invoices, {} products", invoices.rows, invoices.invoices.len(), invoices.items.len());

    let folder = tempfile::tempdir()?;
    let server = TestServer::start(options.engine, folder.path())?;
    let company = TestCompany::found(server.admin(), "Replay", "Gift shop", currency)?;
    stock_the_catalogue(&company, &invoices, currency)?;
    let tills = enrol(options, &company, folder.path())?;
    let products = Arc::new(products_of(&tills, &invoices)?);
    eprintln!("{} tills enrolled, all products there after {:.1} s; selling", tills.len(), begun.elapsed().as_secs_f64());

    let sold = Instant::now();
    let (mut sellers, counts) = sell(options, &company, tills, &invoices, &products)?;
    let sell_seconds = sold.elapsed().as_secs_f64();
    eprintln!("sold after {sell_seconds:.1} s; bringing all tills together");

    let joined = Instant::now();
    bring_together(&mut sellers)?;
    let sync_seconds = joined.elapsed().as_secs_f64();

    let seconds = Seconds { sell: sell_seconds, sync: sync_seconds, total: begun.elapsed().as_secs_f64() };
    let mut report = describe(&company, &sellers, &invoices, &counts)?;
    report.seconds = Seconds { total: begun.elapsed().as_secs_f64(), ..seconds };
    let faults = faults(&report, &company, &invoices, &products, &counts)?;
    drop(sellers);
    server.stop()?;

    eprintln!(
        "{} sales, {} refunds, {} stock and {} account adjustments, {} rows rejected; {} facts, {} bytes on the wire, {:.1} s",
        report.sales.count,
        report.refunds.count,
        report.stock_adjustments.lines,
        report.account_adjustments.lines,
        report.rejected.rows,
        report.facts,
        report.wire_bytes,
        report.seconds.total
    );
    for (reason, rows) in &report.rejected.by_reason {
        eprintln!("rejected: {rows} × {reason}");
    }
    faults.iter().for_each(|fault| eprintln!("DOES NOT ADD UP: {fault}"));
    if options.json {
        println!("{}", serde_json::to_string(&report)?);
    }
    Ok(faults.is_empty())
}

fn open(path: &Path) -> Result<Box<dyn Read>> {
    let file = BufReader::new(File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?);
    Ok(if path.extension().is_some_and(|extension| extension == "gz") { Box::new(GzDecoder::new(file)) } else { Box::new(file) })
}

/// Imports every stock code as a product, through the server's own import.
fn stock_the_catalogue(company: &TestCompany, invoices: &Invoices, currency: Currency) -> Result<()> {
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["code", "name", "price", "tax"])?;
    for item in invoices.items.values() {
        let name = if item.name.is_empty() { format!("({})", item.code) } else { item.name.clone() };
        let price = duka_core::Money::try_new(item.price, currency)?;
        file.write_record([item.code.as_str(), &name, &price.decimal(), "20"])?;
    }
    company.import(file.into_inner()?)
}

fn enrol(options: &Options, company: &TestCompany, folder: &Path) -> Result<Vec<TestTill>> {
    let now = Timestamp::parse_utc("2010-12-01 07:00:00").context("a date")?;
    (1..=options.tills)
        .map(|number| {
            let till = TestTill::open(
                &folder.join(format!("till-{number}")),
                options.seed.wrapping_mul(1_000).wrapping_add(u64::from(number)),
                now,
            )?;
            let code = company.register(&format!("R{number}"))?;
            till.enrol(&company.admin.server, &code.code, &format!("Till {number}"))?;
            selling::exchange(&mut till.session(&company.admin.server)?, Event::Asked);
            Ok(till)
        })
        .collect()
}

fn products_of(tills: &[TestTill], invoices: &Invoices) -> Result<BTreeMap<String, ProductId>> {
    let till = tills.first().context("no till")?;
    invoices
        .items
        .iter()
        .map(|(stock_code, item)| {
            let product = till.product_by_code(&item.code)?.with_context(|| format!("{} did not arrive at the till", item.code))?;
            Ok((stock_code.clone(), product.product))
        })
        .collect()
}

/// Shares the invoices out by seed and sells them, every till on a thread of its own.
fn sell(
    options: &Options,
    company: &TestCompany,
    tills: Vec<TestTill>,
    invoices: &Invoices,
    products: &Arc<BTreeMap<String, ProductId>>,
) -> Result<(Vec<Seller>, Counts)> {
    let choice = Seeded::new(options.seed);
    let mut shares: Vec<Vec<Invoice>> = vec![Vec::new(); tills.len()];
    for invoice in &invoices.invoices {
        let till = usize::try_from(choice.below(u64::from(options.tills)))?;
        shares.get_mut(till).context("no such till")?.push(invoice.clone());
    }
    let threads: Vec<_> = tills
        .into_iter()
        .zip(shares)
        .map(|(till, share)| {
            let (server, products) = (company.admin.server.clone(), Arc::clone(products));
            let moods = Seeded::new(choice.below(u64::MAX));
            std::thread::spawn(move || {
                let mut seller = Seller::new(till, &server, products, moods)?;
                let counts = seller.sell(&share)?;
                anyhow::Ok((seller, counts))
            })
        })
        .collect();
    let (mut sellers, mut counts) = (Vec::new(), Counts::default());
    for thread in threads {
        let (seller, sold) = thread.join().map_err(|_| anyhow::anyhow!("a till's thread panicked"))??;
        sellers.push(seller);
        counts.add(&sold);
    }
    Ok((sellers, counts))
}

/// All tills send what they have, then all fetch what the others sent.
fn bring_together(sellers: &mut [Seller]) -> Result<()> {
    for round in ["send", "fetch"] {
        for (number, seller) in sellers.iter_mut().enumerate() {
            let phase = selling::exchange(&mut seller.session, Event::Asked);
            ensure!(phase == Phase::InStep, "till {} cannot {round}: {phase:?}", number + 1);
        }
    }
    Ok(())
}

fn describe(company: &TestCompany, sellers: &[Seller], invoices: &Invoices, counts: &Counts) -> Result<Report> {
    let server = company.digests()?;
    let till_digests = sellers.iter().map(Seller::digest).collect::<Result<Vec<_>>>()?;
    let accounts = company.accounts()?;
    // In step, a till of the only shop holds every log that the server holds.
    let facts = sellers.first().context("a till")?.facts()?;
    Ok(Report {
        rows: invoices.rows,
        invoices: u64::try_from(invoices.invoices.len())?,
        sales: counts.sales.clone(),
        refunds: counts.refunds.clone(),
        stock_adjustments: Lines { lines: counts.counted },
        account_adjustments: Amounts { lines: counts.adjusted, amount_minor: counts.adjusted_minor },
        rejected: Rejected { rows: invoices.rejected.values().sum(), by_reason: invoices.rejected.clone() },
        tills: sellers.len(),
        converged: till_digests.iter().all(|digest| *digest == server.combined),
        server_digest: server.combined.clone(),
        till_digests,
        ledger_sum_minor: accounts.values().sum(),
        facts,
        wire_bytes: sellers.iter().map(|seller| seller.session.wire_bytes()).sum(),
        seconds: Seconds::default(),
    })
}

/// Everything that does not add up, by what the file says and what the server's books say.
fn faults(
    report: &Report,
    company: &TestCompany,
    invoices: &Invoices,
    products: &BTreeMap<String, ProductId>,
    counts: &Counts,
) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut must = |what: &str, found: i64, expected: i64| {
        if found != expected {
            faults.push(format!("{what}: {found}, expected {expected}"));
        }
    };
    let rows = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    let lines = report.sales.lines
        + report.refunds.lines
        + report.stock_adjustments.lines
        + report.account_adjustments.lines
        + report.rejected.rows;
    must("rows booked or rejected", rows(lines), rows(report.rows));

    let all =
        |pick: fn(&Invoice) -> &[invoices::Row]| invoices.invoices.iter().flat_map(pick).map(|row| row.quantity * row.price).sum::<i64>();
    must("gross of sales", counts.sales.gross_minor, all(|invoice| &invoice.sold));
    must("gross of refunds", counts.refunds.gross_minor, all(|invoice| &invoice.refunded));

    let accounts = company.accounts()?;
    let taken: i64 = accounts.iter().filter(|(name, _)| *name == "sales" || name.starts_with("tax:")).map(|(_, balance)| balance).sum();
    must("takings in the server's accounts", -taken, report.sales.gross_minor - report.refunds.gross_minor);
    must("bad debts in the server's accounts", accounts.get("bad_debt").copied().unwrap_or(0), report.account_adjustments.amount_minor);
    must("sum over all accounts", report.ledger_sum_minor, 0);

    let server = company.digests()?;
    must("receipts at the server", rows(rows_of(&server, "receipt")), rows(report.sales.count + report.refunds.count));
    must("receipt lines at the server", rows(rows_of(&server, "receipt_line")), rows(report.sales.lines + report.refunds.lines));

    let mut expected: BTreeMap<ProductId, i64> = BTreeMap::new();
    for invoice in &invoices.invoices {
        let moves = invoice.sold.iter().map(|row| (row, -1)).chain(invoice.refunded.iter().chain(&invoice.counted).map(|row| (row, 1)));
        for (row, sign) in moves {
            let product = products.get(&row.stock_code).copied().context("a product")?;
            *expected.entry(product).or_default() += sign * row.quantity * 1_000;
        }
    }
    expected.retain(|_, thousandths| *thousandths != 0);
    let stock = company.stock()?;
    must("products with stock at the server", rows(u64::try_from(stock.len())?), rows(u64::try_from(expected.len())?));
    for (product, thousandths) in expected {
        must(&format!("stock of {product}"), stock.get(&product).copied().unwrap_or(0), thousandths);
    }
    if !report.converged {
        faults.push("the digests of server and tills differ".to_owned());
    }
    Ok(faults)
}
