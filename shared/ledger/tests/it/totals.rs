//! The Z of a shift is the sum of its receipts, counted here in another way.

use crate::{
    books::Books,
    log::Log,
    program::{Act, act, honest, perform},
};
use duka_ledger::{
    Body, Fact, Sale, ShiftTotals, TaxTotal,
    rule::{Asks, Verdict, judge},
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// The totals of receipts, each with whether it is a refund.
fn counted(receipts: &[(Sale, bool)], aborted: u64, reprints: u64) -> ShiftTotals {
    let gross = |refunds: bool| receipts.iter().filter(|(_, refund)| *refund == refunds).map(|(sale, _)| sale.gross).sum::<i64>();
    let mut taxes = BTreeMap::<_, (i64, i64)>::new();
    for (sale, refund) in receipts {
        let sign = if *refund { -1 } else { 1 };
        for line in &sale.lines {
            let (net, tax) = taxes.entry(line.rate).or_default();
            (*net, *tax) = (*net + sign * (line.gross - line.tax), *tax + sign * line.tax);
        }
    }
    let refunds = receipts.iter().filter(|(_, refund)| *refund).count();
    ShiftTotals {
        sales: u64::try_from(receipts.len() - refunds).unwrap(),
        sales_gross: gross(false),
        refunds: u64::try_from(refunds).unwrap(),
        refunds_gross: gross(true),
        aborted,
        reprints,
        taxes: taxes.into_iter().map(|(rate, (net, tax))| TaxTotal { rate, net, tax }).collect(),
        cash: gross(false) - gross(true),
        first_number: receipts.first().map_or(0, |(sale, _)| sale.number),
        last_number: receipts.last().map_or(0, |(sale, _)| sale.number),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_z_that_counts_is_the_sum_of_what_counts_in_its_shift(acts in prop::collection::vec(act(), 0..80)) {
        let mut log = Log::till(1);
        acts.iter().for_each(|act| drop(perform(&mut log, act)));
        let (mut again, mut open, mut perpetual) = (Log::till(1), None, 0);
        let (mut receipts, mut aborted, mut reprints) = (Vec::new(), 0, 0);
        for sealed in &log.entries {
            let verdict = judge(&again.writer, &mut again.state, sealed, &Asks { record: &crate::log::check_record, seen: &|_| false }).verdict;
            let (Ok(Body::Known(fact)), Verdict::Projected) = (sealed.body(), verdict) else { continue };
            match fact {
                Fact::ShiftOpened(opened) => {
                    open = Some(opened.shift);
                    (receipts, aborted, reprints) = (Vec::new(), 0, 0);
                }
                Fact::SaleCompleted(sale) => {
                    perpetual += sale.gross;
                    receipts.extend((Some(sale.shift) == open).then_some((sale, false)));
                }
                Fact::RefundCompleted(refund) => {
                    perpetual -= refund.refund.gross;
                    receipts.extend((Some(refund.refund.shift) == open).then_some((refund.refund, true)));
                }
                Fact::SaleAborted(it) => aborted += u64::from(Some(it.shift) == open),
                Fact::ReceiptReprinted(it) => reprints += u64::from(it.shift == open),
                Fact::ShiftClosed(z) => {
                    prop_assert_eq!(Some(z.shift), open);
                    prop_assert_eq!(&z.totals, &counted(&receipts, aborted, reprints));
                    prop_assert_eq!((z.perpetual_gross, z.expected_cash), (perpetual, z.float + z.totals.cash));
                }
                _ => {}
            }
        }
    }

    /// After its Z a drawer is empty by the books, and the safe has what was counted beyond the floats.
    #[test]
    fn a_drawer_is_empty_after_its_z(acts in prop::collection::vec(honest(), 0..40)) {
        let mut log = Log::till(1);
        for act in &acts {
            let fits = match act {
                Act::Open(_) => log.state.shift().is_none(),
                Act::Sell(_) | Act::Refund | Act::Close => log.state.shift().is_some(),
                Act::Adjust(amount) | Act::Move(amount) => *amount != 0,
                _ => true,
            };
            if fits {
                prop_assert_eq!(perform(&mut log, act), Verdict::Projected, "an honest till is never flagged");
            }
        }
        if log.state.shift().is_some() && log.closing().expected_cash >= 0 {
            prop_assert_eq!(perform(&mut log, &Act::Close), Verdict::Projected);
        }
        let mut books = Books::default();
        log.entries.iter().for_each(|sealed| drop(books.take(&log.writer, sealed)));
        prop_assert!(log.state.shift().is_some() || books.tables.balance("drawer:01010101-0101-0101-0101-010101010101") == 0);
    }
}
