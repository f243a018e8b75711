//! What a till must be after a power cut: all that it confirmed, books that are what the facts say, and ready for the next sale.

use super::journal::Journal;
use anyhow::{Context, Result, ensure};
use duka_api::{
    Problem,
    till::{ReceiptKind, ReceiptQuery, ReceiptSummary},
};
use duka_core::ReceiptId;
use duka_pos::{FileKeyStore, KeyStore, Reader};
use duka_tests::{
    short_day::{BREAD, Confirmed, Said, open_shift, save_bread, sell_bread},
    till::{TestTill, morning},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

const LOGS: &str = "select n, seq, hash from log where seq > 0";

/// Opens the till in the folder `till` of a shop as its program does, and looks for everything that it had confirmed.
pub fn opened(shop: &Path, said: &[Said]) -> Result<()> {
    let folder = &shop.join("till");
    let till = TestTill::open(folder, 19, morning()?).context("the till does not open")?;
    identity(&till, said)?;
    let database = folder.join("till.sqlite");
    let journal = Journal::read(&database, "select place >> 40, bytes from entry order by place", LOGS)?;
    let receipts = receipts(&till)?;
    for said in said {
        is_there(&till, &receipts, &said.what)?;
        journal.holds(&said.stood).with_context(|| format!("I1: {} is lost", said.what))?;
    }
    let count = said.iter().filter(|said| is_receipt(said)).count();
    ensure!(receipts.len() <= count + 1, "I2: {} receipts, where {count} were confirmed and one was under way", receipts.len());
    let rebuilt = till.engine.rebuild()?;
    ensure!(rebuilt.is_same(), "the tables are not what the facts say: {rebuilt:?}");
    sells_on(&till)
}

/// It is the device that it was, with its key; one that had confirmed nothing yet can still be enrolled.
fn identity(till: &TestTill, said: &[Said]) -> Result<()> {
    let device = till.engine.read(|reader| Ok::<_, Problem>(reader.device()))?;
    for said in said {
        if let Confirmed::Enrolled { device: enrolled } = said.what {
            ensure!(device == Some(enrolled), "I1: {} is lost: it is {device:?}", said.what);
        }
    }
    let Some(device) = device else { return till.enrol_alone("Later") };
    let key = FileKeyStore::new(till.folder().join("keys")).load(device)?;
    ensure!(key.is_some(), "the key of device {device} is lost");
    Ok(())
}

/// Whether it says that goods were sold or came back.
pub fn is_receipt(said: &Said) -> bool {
    matches!(said.what, Confirmed::Receipt { .. })
}

fn receipts(till: &TestTill) -> Result<BTreeMap<ReceiptId, ReceiptSummary>> {
    let page = till.engine.read(|reader| reader.receipt_list(&ReceiptQuery::default()))?;
    ensure!(page.next.is_none(), "a short day fits one page");
    let count = page.rows.len();
    let receipts: BTreeMap<_, _> = page.rows.into_iter().map(|row| (row.receipt, row)).collect();
    let numbers: BTreeSet<_> = receipts.values().map(|row| row.number.clone()).collect();
    let gapless = (1..=count).map(|number| format!("A1-{number:06}")).collect();
    ensure!(receipts.len() == count && numbers == gapless, "I7: the numbers are {numbers:?}");
    Ok(receipts)
}

fn is_there(till: &TestTill, receipts: &BTreeMap<ReceiptId, ReceiptSummary>, confirmed: &Confirmed) -> Result<()> {
    match confirmed {
        Confirmed::Receipt { receipt, number, gross, refund } => {
            let held = receipts.get(receipt).with_context(|| format!("I1: {confirmed} is lost"))?;
            let kind = if *refund { ReceiptKind::Refund } else { ReceiptKind::Sale };
            ensure!(held.number == *number && held.gross == *gross && held.kind == kind, "I1: {confirmed} is now {held:?}");
        }
        Confirmed::Product { code } => {
            till.product_by_code(code)?.with_context(|| format!("I1: {confirmed} is lost"))?;
        }
        Confirmed::Enrolled { .. } | Confirmed::Shift { .. } => {}
    }
    Ok(())
}

/// The next customer is served, under the next number, and the report agrees with the receipts.
fn sells_on(till: &TestTill) -> Result<()> {
    if till.product_by_code(BREAD)?.is_none() {
        save_bread(till)?;
    }
    if till.engine.run(|till| till.state())?.shift.is_none() {
        open_shift(till)?;
    }
    let before = receipts(till)?.len();
    let sold = sell_bread(till, 1).context("the next sale cannot be made")?;
    let receipts = receipts(till)?;
    ensure!(receipts.len() == before + 1, "{sold} is one sale more");
    is_there(till, &receipts, &sold)?;
    let taken: i64 = receipts.values().map(|row| if row.kind == ReceiptKind::Sale { row.gross.minor() } else { -row.gross.minor() }).sum();
    let report = till.engine.read(Reader::shift_report)?;
    ensure!(report.perpetual_gross.minor() == taken, "the report says {}, the receipts {taken}", report.perpetual_gross.minor());
    let balances = till.engine.read(Reader::account_balances)?;
    ensure!(balances.iter().map(|row| i128::from(row.balance)).sum::<i128>() == 0, "I5: the books do not balance");
    Ok(())
}
