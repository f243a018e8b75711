//! A receipt is taken when its parts are its whole; otherwise it is flagged with what is wrong.

use crate::log::{Log, gbp, rate, register};
use duka_core::{Currency, Money, Quantity, ReceiptId, Unit};
use duka_ledger::{
    Fact, LineRef, Payment, ReceiptLine, Sale, TaxTotal, TenderKind,
    rule::{Flag, Verdict},
};

/// A till whose last receipt has number 4.
fn till() -> Log {
    let mut log = Log::till(1);
    log.write(&Fact::ShiftOpened(log.opening()));
    for _ in 0..4 {
        assert_eq!(log.write(&Fact::SaleCompleted(log.sale())), Verdict::Projected);
    }
    log
}

#[test]
fn a_sale_that_adds_up_is_taken_and_its_number_counts() {
    let mut log = till();
    let sale = log.sale();
    assert_eq!(sale.number, 5);
    assert_eq!(log.write(&Fact::SaleCompleted(sale.clone())), Verdict::Projected);
    assert_eq!(log.write(&Fact::SaleCompleted(sale)), Verdict::Flagged(Flag::Number { after: 5, found: 5 }));
    assert_eq!(log.write(&Fact::RefundCompleted(log.refund())), Verdict::Projected, "refunds share the sales' numbers");
    assert_eq!(log.state.receipt_number(), 6);
}

#[test]
fn a_sale_that_does_not_add_up_is_flagged_with_its_reason() {
    type Spoil = fn(&mut Sale);
    let line = |line, fault| Flag::Line { line, fault };
    let cases: Vec<(Spoil, Flag)> = vec![
        (|sale| sale.register = register(9), Flag::Register),
        (|sale| sale.series = "B".into(), Flag::Series("B".into())),
        (|sale| sale.series = "B\0\n".repeat(500), Flag::Series("B".repeat(200))),
        (|sale| sale.currency = Currency::try_new("EUR").unwrap(), Flag::Currency),
        (|sale| sale.number = 7, Flag::Number { after: 4, found: 7 }),
        (|sale| sale.number = 4, Flag::Number { after: 4, found: 4 }),
        (|sale| sale.number = 0, Flag::Number { after: 4, found: 0 }),
        (|sale| sale.number = u64::MAX, Flag::Number { after: 4, found: u64::MAX }),
        (|sale| sale.lines.clear(), Flag::Sum("a receipt has at least one line")),
        (|sale| sale.lines[1].line = 1, line(2, "it has another number")),
        (|sale| sale.gross = 181, Flag::Sum("the lines do not add up to the total")),
        (|sale| sale.taxes[0].tax = 31, Flag::Sum("the taxes are not the sums of the lines")),
        (|sale| sale.taxes[0].net = i64::MIN, Flag::Sum("the taxes are not the sums of the lines")),
        (|sale| sale.taxes.push(TaxTotal { rate: rate(0), net: 0, tax: 0 }), Flag::Sum("the taxes are not the sums of the lines")),
        (|sale| sale.payments[0].amount = 179, Flag::Sum("the payments do not add up to the total")),
        (|sale| sale.payments.clear(), Flag::Sum("the payments do not add up to the total")),
        (|sale| sale.payments[0].tendered = 179, Flag::Sum("less was tendered than paid")),
        (|sale| sale.payments[0].amount = -180, Flag::Amount),
        (|sale| sale.payments[0].tendered = i64::MAX, Flag::Amount),
        (
            |sale| sale.payments.push(Payment { tender: TenderKind::Cash, amount: 0, tendered: Money::MAX_MINOR }),
            Flag::Sum("more was tendered than can be held"),
        ),
        (|sale| sale.lines[0].tax = 121, line(1, "there is more tax in it than it costs")),
        (|sale| sale.lines[0].quantity = Quantity::ONE.negated(), line(1, "a quantity is above zero")),
        (|sale| sale.lines[1].quantity = Quantity::try_new(0, Unit::Litre).unwrap(), line(2, "a quantity is above zero")),
        (|sale| sale.lines[0].unit_price = -1, Flag::Amount),
        (|sale| sale.lines[0].discount = i64::MIN, Flag::Amount),
        (|sale| sale.lines[0].gross = i64::MAX, Flag::Amount),
        (|sale| sale.lines[0].name = "a\0b".into(), Flag::Text),
        (|sale| sale.lines[0].code = "x".repeat(1_001), Flag::Text),
        (|sale| sale.lines[0].note = Some("\0".into()), Flag::Text),
        (
            |sale| sale.lines[0].refunds = Some(LineRef { receipt: ReceiptId::from_bytes([1; 16]), line: 1 }),
            Flag::Sum("a line of a sale refunds nothing"),
        ),
    ];
    for (spoil, flag) in cases {
        let mut log = till();
        let mut sale = log.sale();
        spoil(&mut sale);
        assert_eq!(log.write(&Fact::SaleCompleted(sale)), Verdict::Flagged(flag));
    }
    let mut log = till();
    let lines = vec![(Money::MAX_MINOR, 0, 0), (1, 0, 0)];
    assert_eq!(log.write(&Fact::SaleCompleted(log.sale_of(&lines))), Verdict::Flagged(Flag::Amount));
}

/// What no constructor gives, bytes may say: then the whole fact cannot be read, which is a flag too.
#[test]
fn a_quantity_that_cannot_be_held_is_not_read() {
    for thousandths in [1_000_000_000_000_001, i64::MIN] {
        let bytes = minicbor::to_vec((thousandths, 0_u8)).unwrap();
        assert!(minicbor::decode::<Quantity>(&bytes).is_err(), "{thousandths}");
    }
}

#[test]
fn a_line_at_a_rate_that_cannot_be_is_flagged() {
    let mut log = till();
    let line = ReceiptLine { rate: minicbor::decode(&minicbor::to_vec(10_000_001_u32).unwrap()).unwrap(), ..log.sale().lines.remove(0) };
    let sale = Sale { lines: vec![line], ..log.sale() };
    assert_eq!(sale.currency, gbp());
    assert_eq!(log.write(&Fact::SaleCompleted(sale)), Verdict::Flagged(Flag::Line { line: 1, fault: "its tax rate is out of range" }));
}

#[test]
fn a_refund_is_held_to_the_same_and_its_reason_can_be_stored() {
    let mut log = till();
    let mut refund = log.refund();
    refund.refund.gross = 61;
    assert_eq!(log.write(&Fact::RefundCompleted(refund)), Verdict::Flagged(Flag::Sum("the lines do not add up to the total")));
    let mut refund = log.refund();
    refund.reason = "\0".into();
    assert_eq!(log.write(&Fact::RefundCompleted(refund)), Verdict::Flagged(Flag::Text));
    let mut refund = log.refund();
    refund.refund.lines[0].refunds = Some(LineRef { receipt: ReceiptId::from_bytes([1; 16]), line: 1 });
    assert_eq!(log.write(&Fact::RefundCompleted(refund)), Verdict::Projected);
}

#[test]
fn a_sale_of_nothing_but_gifts_is_a_sale() {
    let mut log = till();
    let mut sale = log.sale_of(&[(0, 0, 0)]);
    sale.payments.clear();
    assert_eq!(log.write(&Fact::SaleCompleted(sale)), Verdict::Projected);
}

/// The drawer gives out what the refund says, and the customer no change for it.
#[test]
fn a_refund_that_tenders_more_than_it_gives_is_flagged() {
    let mut log = till();
    let mut refund = log.refund();
    refund.refund.payments[0].tendered += 1;
    assert_eq!(log.write(&Fact::RefundCompleted(refund)), Verdict::Flagged(Flag::Sum("more was tendered than refunded")));
    assert_eq!(log.write(&Fact::RefundCompleted(log.refund())), Verdict::Projected);
}
