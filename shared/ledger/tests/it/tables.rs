//! Rows come in by any order and can be taken out again; no two facts insert the same key (I2, I4, I5).

use crate::{
    books::{Books, Tables, key},
    log::{Log, SERVER},
    program::{logs, sale},
};
use duka_ledger::{
    AbortedSaleRow, AccountRow, DeviceRow, DeviceStandingRow, Fact, PaymentRow, ReceiptLineRow, ReceiptRow, RecordChangeRow,
    RefundCompleted, ReprintRow, ShiftRow, StockRow, ZReportRow,
    rule::{Flag, Verdict},
    table::{Row, Tabled, Value, Write},
};
use proptest::{prelude::*, sample::Index};
use std::collections::BTreeMap;

fn books(logs: &[Log]) -> Books {
    let mut books = Books::default();
    for log in logs {
        for sealed in &log.entries {
            books.take(&log.writer, sealed);
        }
    }
    books
}

/// A row read back as its type and written again.
fn again(row: &Row) -> Row {
    fn through<T: Tabled>(row: &Row) -> Row {
        T::from_values(row.values.clone()).unwrap().row()
    }
    match row.table.name {
        "device" => through::<DeviceRow>(row),
        "device_standing" => through::<DeviceStandingRow>(row),
        "shift" => through::<ShiftRow>(row),
        "z_report" => through::<ZReportRow>(row),
        "receipt" => through::<ReceiptRow>(row),
        "receipt_line" => through::<ReceiptLineRow>(row),
        "payment" => through::<PaymentRow>(row),
        "aborted_sale" => through::<AbortedSaleRow>(row),
        "reprint" => through::<ReprintRow>(row),
        "account" => through::<AccountRow>(row),
        "stock" => through::<StockRow>(row),
        "record_change" => through::<RecordChangeRow>(row),
        other => panic!("no fact adds rows to {other}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rows_taken_out_again_leave_the_tables_of_the_rest(logs in logs(), out in prop::collection::vec(any::<Index>(), 0..40)) {
        let books = books(&logs);
        let mut tables = books.tables.clone();
        let mut rest: Vec<&Vec<Row>> = books.rows.values().collect();
        for at in out {
            if rest.is_empty() {
                break;
            }
            tables.take_out(rest.swap_remove(at.index(rest.len())));
        }
        let mut of_rest = Tables::default();
        for rows in rest {
            of_rest.put(rows);
        }
        prop_assert_eq!(tables, of_rest);
    }

    /// The first row of a fact has a key that only this fact can have in its log; what a device repeats itself is flagged.
    #[test]
    fn no_two_facts_insert_the_same_key(logs in logs()) {
        let books = books(&logs);
        let mut keys = BTreeMap::new();
        for (place, rows) in &books.rows {
            let once: Vec<_> = rows.iter().filter(|row| row.table.write == Write::Once).collect();
            prop_assert!(once.is_empty() || rows[0].table.write == Write::Once);
            for row in once {
                prop_assert_eq!(keys.insert(key(row), place), None, "{:?}", row);
                let of_server = ["device", "device_standing"].contains(&row.table.name);
                let writer = if of_server { SERVER } else { place.0.device };
                prop_assert_eq!(writer, place.0.device);
                prop_assert!(of_server || row.values[0] == Value::Id(*writer.as_bytes()));
            }
        }
        for ((log, _), verdict) in &books.verdicts {
            if *verdict == Verdict::Flagged(Flag::Repeated) {
                prop_assert!(logs.iter().any(|it| it.id == *log && it.id.scope == Log::server().id.scope), "only certificates and edits");
            }
        }
    }

    #[test]
    fn every_row_reads_back_as_it_was_written(logs in logs()) {
        for row in books(&logs).rows.values().flatten() {
            prop_assert_eq!(row.values.len(), row.table.columns.len());
            prop_assert_eq!(&again(row), row);
        }
    }

    #[test]
    fn all_accounts_together_are_always_zero(logs in logs()) {
        prop_assert_eq!(books(&logs).tables.sum("account", 0), 0);
    }

    /// Only the receipts stay: a sale and the refund of all of it leave accounts and stock as they were.
    #[test]
    fn a_sale_that_is_given_back_leaves_accounts_and_stock_alone(sale in sale()) {
        let mut log = Log::till(1);
        let back = RefundCompleted { refund: duka_ledger::Sale { number: 2, ..sale.clone() }, reason: "broken".into() };
        let mut tables = Tables::default();
        for fact in [Fact::SaleCompleted(sale), Fact::RefundCompleted(back)] {
            let judged = log.judge(&fact);
            prop_assert_eq!(judged.verdict, Verdict::Projected);
            tables.put(&judged.rows);
        }
        prop_assert_eq!(tables.rows("account") + tables.rows("stock"), 0);
        prop_assert_eq!(tables.rows("receipt"), 2);
    }
}
