//! How long a till with a million products takes until it can sell, and how much memory it has then.

use super::{
    Options,
    fixture::{barcode, till_with_products},
    measure::{Figure, Times, micros},
};
use crate::till::TestTill;
use anyhow::{Context, Result, ensure};
use duka_api::till::{Scan, Scanned};
use duka_core::Timestamp;
use std::{path::PathBuf, process::Command, time::Instant};

/// Opens the till in fresh processes, against a bare open of the same file and one SELECT.
pub(super) fn start(options: &Options, found: &mut dyn FnMut(Figure)) -> Result<()> {
    let folder = till_with_products(options.products)?.folder().to_owned();
    let (mut times, mut floors, mut memory) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..7 {
        let output = Command::new(std::env::current_exe()?).args(["bench", "--child", "start"]).env("DUKA_BENCH_TILL", &folder).output()?;
        ensure!(output.status.success(), "the child that starts failed: {}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8(output.stdout)?;
        let numbers: Vec<f64> = said.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        let [time, floor, kilobytes] = numbers.as_slice() else { anyhow::bail!("the child said {said}") };
        times.push(*time);
        floors.push(*floor);
        memory.push(*kilobytes);
    }
    let (times, floors, memory) = (Times::from_micros(times), Times::from_micros(floors), Times::from_micros(memory));
    let figure = Figure::new(format!("start_{}", options.products), "µs", &times).against(floors.p50());
    found(figure.asked("≤ 10000 µs", times.p99() <= 10_000.0));
    found(Figure::new("start_resident", "kB", &memory).asked("≤ 122880 kB", memory.p99() <= 122_880.0));
    Ok(())
}

/// Opens the till of `DUKA_BENCH_TILL`, scans once, and says: µs to there, µs of a bare open and SELECT, kB resident.
#[allow(clippy::disallowed_methods, reason = "the floor is a bare connection")]
pub(super) fn child() -> Result<()> {
    let folder = PathBuf::from(std::env::var_os("DUKA_BENCH_TILL").context("DUKA_BENCH_TILL names the till's folder")?);
    let begun = Instant::now();
    let till = TestTill::open(&folder, 1, Timestamp::parse_utc("2026-01-05 09:00:00").context("a date")?)?;
    let scanned = till.engine.run(|till| till.basket_scan(&Scan { code: barcode(77) }))?;
    ensure!(matches!(scanned, Scanned::Added { .. }), "the till can sell");
    let time = micros(begun.elapsed());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")).and_then(|rest| rest.split_whitespace().next().map(str::to_owned));
    drop(till);
    let begun = Instant::now();
    let database = rusqlite::Connection::open(folder.join("till.sqlite"))?;
    let _: i64 = database.query_row("SELECT product FROM barcode WHERE code = ?1", [barcode(77)], |row| row.get(0))?;
    println!("{time} {} {}", micros(begun.elapsed()), resident.unwrap_or_else(|| "0".to_owned()));
    Ok(())
}
