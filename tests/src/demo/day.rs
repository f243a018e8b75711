//! A short day at two tills, driven by keys and scans as a cashier does, and looked at.

use super::stage::Stage;
use crate::webdriver::{Display, Window, WindowOptions};
use anyhow::{Context, Result, ensure};
use std::{path::Path, time::Duration};

/// Barcodes of the demo's catalogue: Arabic, Chinese and Latin names.
const CODES: [&str; 4] = ["50294282", "6901668005755", "5012461002597", "4606639000013"];

/// How long a printer may take for its last receipt.
const PATIENCE: Duration = Duration::from_secs(20);

/// Drives the day; true when it went as it should.
pub(super) fn drive(stage: &mut Stage, program: &Path) -> Result<bool> {
    let display = Display::start(1280, 800)?;
    let windows = stage
        .tills
        .iter()
        .zip([(1280, 800), (1024, 768)])
        .map(|(place, size)| Window::open(&WindowOptions { program, data: &place.folder, display: &display.name, size }))
        .collect::<Result<Vec<_>>>()?;
    let [first, second] = windows.as_slice() else { anyhow::bail!("the day needs two tills") };
    let pictures = stage.pictures()?;

    for (window, operator) in [(first, "Amina"), (second, "Joseph")] {
        open_shift(window, operator)?;
    }
    first.save_picture(&pictures, "01-ready")?;
    second.save_picture(&pictures, "01-ready-1024")?;
    println!("08:00  both tills open their shifts with £100.00");

    for code in CODES {
        first.scan(code)?;
    }
    first.wait_text("item-count", "4")?;
    first.save_picture(&pictures, "02-basket")?;
    first.keys("{F12}")?;
    first.wait_for("tender")?;
    first.save_picture(&pictures, "03-tender")?;
    first.keys("{Enter}")?;
    let online = first.wait_text("done-number", "A1-000001")?;
    first.save_picture(&pictures, "04-done")?;
    println!("08:10  till 1 sells four things for exact cash: {online}");
    first.keys("{Enter}")?;
    first.wait_text("link-state", "step")?;

    stage.server.stop()?;
    println!("09:00  the server is stopped");
    for (window, number) in [(first, "A1-000002"), (second, "A2-000001")] {
        sell(window, &CODES[..2], number)?;
        println!("09:05  offline, a sale all the same: {number}");
    }
    first.wait_text("link-state", "ffline")?;
    first.save_picture(&pictures, "05-offline")?;
    for (window, name) in [(first, "06-offline-dark"), (second, "06-offline-dark-1024")] {
        for code in CODES {
            window.scan(code)?;
        }
        window.wait_text("item-count", "4")?;
        window.run("document.documentElement.dataset.theme = 'dark'")?;
        window.save_picture(&pictures, name)?;
        window.keys("{F12}")?;
        window.wait_for("tender")?;
        window.save_picture(&pictures, &format!("{name}-tender"))?;
        window.keys("{Escape}")?;
        window.wait_gone("tender")?;
        window.run("document.documentElement.dataset.theme = 'light'")?;
        // The customers leave without buying: the baskets are given up, which is a fact too.
        window.click("cancel-sale")?;
        window.click("cancel-confirm")?;
        window.wait_text("item-count", "0")?;
    }
    println!("09:20  two customers change their minds");

    refund(first, "A1-000001", &pictures)?;
    println!("09:30  offline, the customer of A1-000001 brings one thing back");

    stage.server.resume()?;
    println!("10:00  the server is back");
    for window in [first, second] {
        window.keys("{F9}")?;
        window.click("settings-link")?;
        window.click("sync-now")?;
        window.wait_text("link-state", "step")?;
        window.keys("{Escape}{Escape}")?;
    }
    first.save_picture(&pictures, "07-in-step")?;
    println!("10:01  both tills and the server hold the same");

    for (window, name) in [(first, "08-z-report"), (second, "09-z-report")] {
        close_shift(window)?;
        window.save_picture(&pictures, name)?;
    }
    println!("18:00  both shifts are closed");
    // Till 1: two sales, a refund, a Z report. Till 2: a sale, a Z report.
    for (place, receipts) in stage.tills.iter().zip([4, 2]) {
        ensure!(place.printer.wait_for(receipts, PATIENCE), "not everything is printed");
    }
    let receipts = stage.save_receipts()?;
    drop(windows);
    println!("{receipts} receipts in {}", stage.receipts().display());
    println!("pictures in {}", pictures.display());
    Ok(true)
}

fn open_shift(window: &Window, operator: &str) -> Result<()> {
    window.wait_for("shift-operator")?;
    window.keys(&format!("{operator}{{Enter}}"))?;
    window.keys("100{Enter}")?;
    window.wait_for("search")?;
    Ok(())
}

fn sell(window: &Window, codes: &[&str], number: &str) -> Result<()> {
    for code in codes {
        window.scan(code)?;
    }
    window.wait_text("item-count", &codes.len().to_string())?;
    window.keys("{F12}")?;
    window.wait_for("tender")?;
    window.keys("{Enter}")?;
    window.wait_text("done-number", number)?;
    window.keys("{Enter}")?;
    window.wait_gone("done")
}

fn refund(window: &Window, number: &str, pictures: &Path) -> Result<()> {
    window.keys("{F5}")?;
    window.wait_for("receipts-find")?;
    window.keys(&format!("{number}{{Enter}}"))?;
    window.click("receipt-row")?;
    window.wait_text("receipt-number", number)?;
    window.save_picture(pictures, "05a-receipt")?;
    window.click("receipt-refund")?;
    window.click("refund-line-1-more")?;
    window.save_picture(pictures, "05b-refund")?;
    window.click("refund-confirm")?;
    window.wait_for("refund-done")?;
    window.keys("{Enter}")?;
    window.wait_gone("refund-done")
}

fn close_shift(window: &Window) -> Result<()> {
    window.keys("{F8}")?;
    let expected = window.wait_text("report-expected", ".")?;
    let counted: String = expected.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    ensure!(!counted.is_empty(), "the report says what to expect: {expected}");
    window.wait_for("shift-counted")?;
    window.click("shift-counted")?;
    window.run("document.querySelector('[data-test=\"shift-counted\"]').focus()")?;
    window.keys(&format!("{counted}{{Enter}}"))?;
    window.click("shift-close-confirm")?;
    window.wait_for("z-number").context("the Z report is shown")
}
