//! What else a till writes: given-up baskets, copies, stock, adjustments, edits of records.

use crate::log::{Log, adjusted, edited, event, moved, rate, register};
use duka_core::{Currency, Money};
use duka_ledger::{
    Account, AccountAdjusted, Fact, RecordChanged, SaleAborted, StockMoved,
    rule::{Flag, Verdict},
};

/// How a fact is spoilt.
type Spoil<F> = fn(&mut F);

/// The verdict on one fact in the shop's log of a new till.
fn told(fact: &Fact) -> Verdict {
    Log::till(1).write(fact)
}

#[test]
fn a_given_up_basket_and_a_copy_are_of_the_tills_own_register() {
    let log = Log::till(1);
    let cases: [(Spoil<SaleAborted>, Verdict); 4] = [
        (|_| {}, Verdict::Projected),
        (|it| it.register = register(9), Verdict::Flagged(Flag::Register)),
        (|it| it.currency = Currency::try_new("EUR").unwrap(), Verdict::Flagged(Flag::Currency)),
        (|it| it.gross = i64::MIN, Verdict::Flagged(Flag::Amount)),
    ];
    for (spoil, verdict) in cases {
        let mut aborted = log.aborted();
        spoil(&mut aborted);
        assert_eq!(told(&Fact::SaleAborted(aborted)), verdict);
    }
    let mut copy = log.reprinted();
    assert_eq!(told(&Fact::ReceiptReprinted(copy.clone())), Verdict::Projected);
    copy.register = register(9);
    assert_eq!(told(&Fact::ReceiptReprinted(copy)), Verdict::Flagged(Flag::Register));
}

#[test]
fn stock_moves_by_something_and_within_limits() {
    let cases: Vec<(StockMoved, Verdict)> = vec![
        (moved(486), Verdict::Projected),
        (moved(-486), Verdict::Projected),
        (moved(0), Verdict::Flagged(Flag::Amount)),
        (StockMoved { note: "\0".into(), ..moved(1) }, Verdict::Flagged(Flag::Text)),
        (StockMoved { note: "n".repeat(1_001), ..moved(1) }, Verdict::Flagged(Flag::Text)),
    ];
    for (moved, verdict) in cases {
        assert_eq!(told(&Fact::StockMoved(moved)), verdict);
    }
}

#[test]
fn an_adjustment_moves_something_between_accounts_that_are_the_tills_to_move() {
    let cases: [(Spoil<AccountAdjusted>, Verdict); 12] = [
        (|_| {}, Verdict::Projected),
        (|it| it.amount = -it.amount, Verdict::Projected),
        (|it| it.debit = it.credit, Verdict::Projected),
        (|it| it.debit = Account::Drawer(register(1)), Verdict::Projected),
        (|it| it.debit = Account::Tax(rate(200_000)), Verdict::Projected),
        (|it| it.debit = Account::Drawer(register(9)), Verdict::Flagged(Flag::Register)),
        (|it| it.credit = Account::Drawer(register(9)), Verdict::Flagged(Flag::Register)),
        (|it| it.amount = 0, Verdict::Flagged(Flag::Amount)),
        (|it| it.amount = Money::MAX_MINOR + 1, Verdict::Flagged(Flag::Amount)),
        (|it| it.amount = i64::MIN, Verdict::Flagged(Flag::Amount)),
        (|it| it.currency = Currency::try_new("EUR").unwrap(), Verdict::Flagged(Flag::Currency)),
        (|it| it.note = "\0".into(), Verdict::Flagged(Flag::Text)),
    ];
    for (spoil, verdict) in cases {
        let mut moved = adjusted(500);
        spoil(&mut moved);
        assert_eq!(told(&Fact::AccountAdjusted(moved)), verdict);
    }
}

#[test]
fn an_edit_that_cannot_be_merged_is_flagged_with_words_that_can_be_stored() {
    let bad = RecordChanged { change: b"bad".to_vec().into(), ..edited(1, 1) };
    let cases = [
        (edited(1, 1), Verdict::Projected),
        (edited(1, u64::MAX), Verdict::Flagged(Flag::Amount)),
        (bad, Verdict::Flagged(Flag::Record("bad  change".into()))),
    ];
    for (changed, verdict) in cases {
        assert_eq!(Log::company(1).write(&Fact::RecordChanged(changed)), verdict);
    }
}

#[test]
fn a_technical_event_is_told_in_words_that_can_be_stored() {
    assert_eq!(told(&Fact::TechnicalEvent(event("started"))), Verdict::Projected);
    assert_eq!(told(&Fact::TechnicalEvent(event("\0"))), Verdict::Flagged(Flag::Text));
    assert_eq!(told(&Fact::TechnicalEvent(event(&"é".repeat(501)))), Verdict::Flagged(Flag::Text), "texts are measured in bytes");
}
