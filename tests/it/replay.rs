//! Real invoices add up to the penny, on both engines of the server.

use std::process::Command;

fn replayed(engine: &str, seed: &str) -> serde_json::Value {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/data/invoices-sample.csv.gz");
    let output = Command::new(env!("CARGO_BIN_EXE_duka-drive"))
        .args(["replay", "--data", data, "--tills", "3", "--seed", seed, "--engine", engine, "--json"])
        .output()
        .expect("the driver runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).expect("text");
    serde_json::from_str(said.lines().last().expect("a last line")).expect("one JSON object")
}

fn adds_up(engine: &str, seed: &str) {
    let report = replayed(engine, seed);
    let count =
        |path: &str| report.pointer(path).and_then(serde_json::Value::as_i64).unwrap_or_else(|| panic!("{path} is a number: {report}"));
    // Counted in the file by hand.
    assert_eq!(
        [count("/rows"), count("/sales/count"), count("/sales/lines"), count("/refunds/lines"), count("/stock_adjustments/lines")],
        [1_233, 67, 1_179, 37, 12]
    );
    assert_eq!([count("/account_adjustments/amount_minor"), count("/rejected/rows"), count("/ledger_sum_minor")], [-1_106_206, 2, 0]);
    assert_eq!([count("/sales/gross_minor"), count("/refunds/gross_minor")], [2_748_620, 70_953]);
    assert_eq!(report["converged"], true);
    assert_eq!(report["till_digests"].as_array().map(Vec::len), Some(3));
}

#[test]
fn real_invoices_add_up_to_the_penny_on_sqlite() {
    adds_up("sqlite", "7");
}

#[test]
fn real_invoices_add_up_to_the_penny_on_postgres() {
    adds_up("postgres", "8");
}
