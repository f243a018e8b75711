//! Tills to measure on, made once through the real import and kept between runs.

use crate::till::{TestTill, morning};
use anyhow::{Context, Result};
use duka_api::till::OpenShift;
use duka_core::{Currency, Money, NumberForm};
use duka_pos::import::FileForm;
use std::{
    path::{Path, PathBuf},
    time::Instant,
};

/// Words of real product names, so that names share prefixes as real ones do.
const NAMES: &str = include_str!("../../data/catalogue.csv");

/// A CSV file of `count` products with valid barcodes and names put together from real ones.
pub fn products_csv(count: usize) -> Result<Vec<u8>> {
    let words: Vec<&str> = NAMES.lines().skip(1).filter_map(|line| line.split(',').next()).flat_map(str::split_whitespace).collect();
    let word = |number: usize| words.get(number % words.len()).copied().unwrap_or("Thing");
    let mut file = csv::Writer::from_writer(Vec::new());
    file.write_record(["name", "price", "tax", "barcode"])?;
    for number in 0..count {
        let name = format!("{} {} {} {number}", word(number.wrapping_mul(7_919)), word(number.wrapping_mul(104_729) / 7), word(number / 3));
        let price = format!("{}.{:02}", number % 90, number % 100);
        file.write_record([name.replace('"', ""), price, "20".to_owned(), barcode(number)])?;
    }
    Ok(file.into_inner()?)
}

/// The EAN-13 of the product with this number, in the range for use within a shop (20…).
pub fn barcode(number: usize) -> String {
    let digits = format!("20{number:010}");
    let sum: usize = digits.bytes().zip([1, 3].into_iter().cycle()).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// The till with `count` products, from the last run if it is there.
pub fn till_with_products(count: usize) -> Result<TestTill> {
    let folder = folder()?.join(format!("till-{count}-{}", schema()));
    let ready = folder.join("ready");
    if ready.exists() {
        return TestTill::open(&folder, 1, morning()?);
    }
    let _ = std::fs::remove_dir_all(&folder);
    eprintln!("making a till with {count} products, once …");
    let till = till_selling(&folder, &products_csv(count)?, &mut |done, total| {
        if done > 0 && done % 100_000 == 0 {
            eprintln!("  {done} of {total}");
        }
    })?;
    std::fs::write(ready, "")?;
    Ok(till)
}

/// A till in `folder` that has the products of a file, and an open shift.
pub fn till_selling(folder: &Path, products: &[u8], progress: &mut dyn FnMut(u64, u64)) -> Result<TestTill> {
    let till = TestTill::open(folder, 1, morning()?)?;
    till.enrol_alone("Bench")?;
    import(&till, products, progress)?;
    open_shift(&till)?;
    Ok(till)
}

/// Opens a shift with nothing in the drawer.
pub fn open_shift(till: &TestTill) -> Result<()> {
    let float = Money::zero(Currency::try_new("GBP")?);
    till.engine.run(move |till| till.shift_open(&OpenShift { operator: "Bench".to_owned(), float }))?;
    Ok(())
}

/// Imports a file into a till as its window would, while its clock goes on: ids begin with the time, so that new ones stand together.
pub fn import(till: &TestTill, file: &[u8], progress: &mut dyn FnMut(u64, u64)) -> Result<()> {
    let currency = till.engine.read(duka_pos::Reader::currency)?;
    let prepared = duka_pos::import::prepare(file, currency, FileForm::Chosen(NumberForm::Point))
        .map_err(|report| anyhow::anyhow!("the file has faults: {:?}", report.faults))?;
    till.engine.run(move |till| till.import_begin(&prepared))?;
    let (started, begun) = (till.now(), Instant::now());
    while let Some(step) = till.engine.run(duka_pos::Till::import_step)? {
        till.clock.set(started.plus_micros(i64::try_from(begun.elapsed().as_micros())?));
        progress(step.done, step.total);
    }
    Ok(())
}

/// Where such tills are kept: below the target folder of this program.
fn folder() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.parent().and_then(Path::parent).context("the program stands in a target folder")?;
    Ok(target.join("bench"))
}

/// Changes when the till's tables do, so that an old till is not measured.
fn schema() -> String {
    duka_ledger::Hash::of(include_bytes!("../../../migrations/pos/0001_till.sql")).to_string().chars().take(12).collect()
}
