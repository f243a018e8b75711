//! Nothing grows without bound, and sums that a database cannot hold are never reached (I11).

use crate::log::{Log, adjusted, gbp, moved, rate};
use duka_core::{Money, Quantity};
use duka_ledger::{
    Fact,
    rule::{Flag, LogState, MAX_MOVED, MAX_RATES, MAX_TURNOVER, Verdict},
};

/// So many devices may ever write for one shop.
const DEVICES_OF_A_SHOP: u64 = 1_000;

#[test]
fn a_shop_of_a_thousand_devices_that_did_their_worst_has_sums_of_64_bits() {
    for most in [MAX_TURNOVER, MAX_MOVED] {
        assert!(i64::try_from(most.checked_mul(DEVICES_OF_A_SHOP).unwrap()).is_ok());
    }
}

/// Turnover adds up for ever, whatever is taken back: at its limit money stands still, and nothing else does.
#[test]
fn a_device_that_turned_over_all_it_may_goes_on_with_what_moves_no_money() {
    let mut log = Log::till(1);
    log.write(&Fact::ShiftOpened(log.opening()));
    for sign in [1, -1].into_iter().cycle().take(9) {
        assert_eq!(log.write(&Fact::AccountAdjusted(adjusted(sign * Money::MAX_MINOR))), Verdict::Projected);
    }
    assert_eq!(log.write(&Fact::AccountAdjusted(adjusted(Money::MAX_MINOR))), Verdict::Flagged(Flag::Turnover));
    assert_eq!(log.write(&Fact::SaleCompleted(log.sale())), Verdict::Projected, "what fits below the limit counts");
    let rest = i64::try_from(MAX_TURNOVER).unwrap() - 9 * Money::MAX_MINOR - 10_000 - 180;
    assert_eq!(log.write(&Fact::AccountAdjusted(adjusted(rest + 1))), Verdict::Flagged(Flag::Turnover));
    assert_eq!(log.write(&Fact::AccountAdjusted(adjusted(rest))), Verdict::Projected);
    assert_eq!(log.write(&Fact::SaleCompleted(log.sale())), Verdict::Flagged(Flag::Turnover));
    assert_eq!(log.write(&Fact::SaleCompleted(log.sale_of(&[(0, 0, 0)]))), Verdict::Projected);
    assert_eq!(log.write(&Fact::StockMoved(moved(1))), Verdict::Projected);
    assert_eq!(log.write(&Fact::ShiftClosed(log.closing())), Verdict::Flagged(Flag::Turnover));
    assert_eq!(log.state.shift(), None, "the shift is over all the same");
}

#[test]
fn a_device_that_moved_all_it_may_still_sells_nothing_more_but_adjusts() {
    let mut log = Log::till(1);
    for sign in [1, -1].into_iter().cycle().take(9) {
        assert_eq!(log.write(&Fact::StockMoved(moved(sign * Quantity::MAX_THOUSANDTHS))), Verdict::Projected);
    }
    assert_eq!(log.write(&Fact::StockMoved(moved(-Quantity::MAX_THOUSANDTHS))), Verdict::Flagged(Flag::Turnover));
    let rest = i64::try_from(MAX_MOVED).unwrap() - 9 * Quantity::MAX_THOUSANDTHS;
    assert_eq!(log.write(&Fact::StockMoved(moved(rest))), Verdict::Projected);
    assert_eq!(log.write(&Fact::SaleCompleted(log.sale())), Verdict::Flagged(Flag::Turnover));
    assert_eq!(log.write(&Fact::AccountAdjusted(adjusted(1))), Verdict::Projected);
}

#[test]
fn a_device_that_invents_tax_rates_is_stopped_at_so_many_a_shift_and_its_other_sales_count() {
    let mut log = Log::till(1);
    log.write(&Fact::ShiftOpened(log.opening()));
    for ppm in 0..u32::try_from(MAX_RATES).unwrap() {
        assert_eq!(log.write(&Fact::SaleCompleted(log.sale_of(&[(100, 1, ppm)]))), Verdict::Projected);
    }
    let one_more = log.sale_of(&[(100, 1, 3), (100, 1, 500_000)]);
    assert_eq!(log.write(&Fact::SaleCompleted(one_more)), Verdict::Flagged(Flag::Rates));
    assert_eq!(log.write(&Fact::SaleCompleted(log.sale_of(&[(100, 1, 3)]))), Verdict::Projected);
    let z = log.closing();
    assert_eq!((z.totals.taxes.len(), z.totals.sales, z.totals.last_number), (MAX_RATES, 65, 66));
    assert_eq!(z.totals.taxes[3].rate, rate(3));
    assert_eq!(log.write(&Fact::ShiftClosed(z)), Verdict::Projected);
    log.write(&Fact::ShiftOpened(log.opening()));
    assert_eq!(log.write(&Fact::SaleCompleted(log.sale_of(&[(100, 1, 500_000)]))), Verdict::Projected, "each shift has its own");
}

/// The largest state there is: every text and list at its limit, every number at its longest.
#[test]
fn what_is_remembered_of_a_log_is_small_and_reads_back() {
    let mut log = Log::till(1);
    let mut opening = log.opening();
    opening.operator_name = "n".repeat(1_000);
    opening.float = Money::MAX_MINOR;
    assert_eq!(log.write(&Fact::ShiftOpened(opening)), Verdict::Projected);
    let most = Money::MAX_MINOR / 8;
    let rates: Vec<_> = (0..u32::try_from(MAX_RATES).unwrap()).map(|at| (most / 64, most / 128, 10_000_000 - at)).collect();
    while log.write(&Fact::SaleCompleted(log.sale_of(&rates))) == Verdict::Projected {}
    log.write_raw(log.state.next_lamport(u64::MAX), 999, vec![]);
    assert_eq!((log.state.shift().unwrap().totals.taxes.len(), log.writer.certificate.currency), (MAX_RATES, gbp()));
    let bytes = minicbor::to_vec(&log.state).unwrap();
    assert!(bytes.len() <= 4_096, "{} bytes", bytes.len());
    assert_eq!(minicbor::decode::<LogState>(&bytes).unwrap(), log.state);
}
