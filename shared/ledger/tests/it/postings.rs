//! Debits are credits (I5), and no sum is ever cut off.

use crate::{
    log::{Log, adjusted},
    program::sale,
};
use duka_ledger::{Account, AccountAdjusted, Body, Fact, RefundCompleted, ShiftClosed, ShiftOpened, fold, postings, stock_moves};
use proptest::prelude::*;

/// Facts with amounts as the rules admit them.
fn facts() -> impl Strategy<Value = Fact> {
    let cash = -1_000_000_000_000_000_i64..=1_000_000_000_000_000;
    let held = 0..=1_000_000_000_000_000_i64;
    prop_oneof![
        sale().prop_map(Fact::SaleCompleted),
        sale().prop_map(|refund| Fact::RefundCompleted(RefundCompleted { refund, reason: "broken".into() })),
        held.clone().prop_map(|float| Fact::ShiftOpened(ShiftOpened { float, ..Log::till(1).opening() })),
        (cash.clone(), held).prop_map(|(expected_cash, counted_cash)| {
            Fact::ShiftClosed(ShiftClosed { expected_cash, counted_cash, ..Log::till(1).closing() })
        }),
        cash.prop_map(|amount| Fact::AccountAdjusted(adjusted(amount))),
    ]
}

/// The same with amounts that only a forger writes.
fn forged() -> impl Strategy<Value = Fact> {
    let amount = || prop_oneof![any::<i64>(), prop::sample::select(vec![i64::MIN, i64::MAX, -1, 0])];
    prop_oneof![
        (sale(), amount(), amount(), any::<bool>()).prop_map(|(mut sale, gross, tax, refund)| {
            (sale.gross, sale.taxes[0].tax) = (gross, tax);
            if refund { Fact::RefundCompleted(RefundCompleted { refund: sale, reason: String::new() }) } else { Fact::SaleCompleted(sale) }
        }),
        amount().prop_map(|float| Fact::ShiftOpened(ShiftOpened { float, ..Log::till(1).opening() })),
        (amount(), amount()).prop_map(|(expected_cash, counted_cash)| {
            Fact::ShiftClosed(ShiftClosed { expected_cash, counted_cash, ..Log::till(1).closing() })
        }),
        amount().prop_map(|amount| Fact::AccountAdjusted(AccountAdjusted { credit: Account::Safe, ..adjusted(amount) })),
    ]
}

fn balance(fact: &Fact) -> Option<i128> {
    postings(fact).ok().map(|all| all.iter().map(|posting| i128::from(posting.amount)).sum())
}

proptest! {
    #[test]
    fn debits_are_credits_whatever_happens(fact in facts()) {
        prop_assert_eq!(balance(&fact), Some(0));
    }

    #[test]
    fn amounts_that_cannot_be_added_up_are_told_and_never_cut_off(fact in forged()) {
        prop_assert!(matches!(balance(&fact), None | Some(0)));
        let log = Log::till(1);
        let sealed = log.next(1, fact.kind().number(), fact.encode().unwrap());
        if let Ok(rows) = fold::rows(sealed.entry(), &fact) {
            let tax = |sale: &duka_ledger::Sale| sale.taxes.iter().map(|total| i128::from(total.tax)).sum::<i128>();
            match &fact {
                Fact::SaleCompleted(sale) => prop_assert_eq!(column(&rows, "receipt", "tax"), tax(sale)),
                Fact::RefundCompleted(refund) => prop_assert_eq!(column(&rows, "receipt", "tax"), tax(&refund.refund)),
                _ => {}
            }
        }
    }

    #[test]
    fn a_fact_reads_back_as_it_was_written(fact in facts()) {
        prop_assert_eq!(Fact::decode(fact.kind().number(), &fact.encode().unwrap()), Ok(Body::Known(fact)));
    }

    #[test]
    fn a_refund_moves_back_what_the_sale_moved(sale in sale()) {
        let sold = stock_moves(&Fact::SaleCompleted(sale.clone()));
        let back = stock_moves(&Fact::RefundCompleted(RefundCompleted { refund: sale, reason: String::new() }));
        prop_assert_eq!(sold.len(), back.len());
        for (out, back) in sold.iter().zip(&back) {
            prop_assert_eq!((out.product, out.quantity.unit()), (back.product, back.quantity.unit()));
            prop_assert_eq!(out.thousandths().unwrap(), -back.thousandths().unwrap());
            prop_assert!(out.thousandths().unwrap() < 0);
        }
    }
}

/// The value of a column of the only row of a table.
fn column(rows: &[duka_ledger::table::Row], table: &str, column: &str) -> i128 {
    let row = rows.iter().find(|row| row.table.name == table).unwrap();
    let at = row.table.columns.iter().position(|it| it.name == column).unwrap();
    let duka_ledger::table::Value::Integer(value) = row.values[at] else { panic!("not a number") };
    value.into()
}
