//! What a receipt must say: its parts are its whole, to the penny.

use super::{
    Flag,
    check::{held, positive, text},
};
use crate::receipt::{ReceiptLine, Sale, TaxTotal};
use duka_core::{Money, Quantity, TaxRate};

fn must(holds: bool, otherwise: &'static str) -> Result<(), Flag> {
    if holds { Ok(()) } else { Err(Flag::Sum(otherwise)) }
}

/// Lines, taxes and payments of a sale or refund add up to its total.
pub(super) fn sums(sale: &Sale) -> Result<(), Flag> {
    must(!sale.lines.is_empty(), "a receipt has at least one line")?;
    for (number, line) in (1_u32..).zip(&sale.lines) {
        if line.line != number {
            return Err(Flag::Line { line: number, fault: "it has another number" });
        }
        check_line(line)?;
    }
    let gross: i128 = sale.lines.iter().map(|line| i128::from(line.gross)).sum();
    must(gross == i128::from(sale.gross), "the lines do not add up to the total")?;
    positive(sale.gross)?;
    must(TaxTotal::of_lines(&sale.lines).as_ref() == Some(&sale.taxes), "the taxes are not the sums of the lines")?;
    for payment in &sale.payments {
        positive(payment.amount)?;
        held(payment.tendered)?;
        must(payment.tendered >= payment.amount, "less was tendered than paid")?;
    }
    let paid: i128 = sale.payments.iter().map(|payment| i128::from(payment.amount)).sum();
    let tendered: i128 = sale.payments.iter().map(|payment| i128::from(payment.tendered)).sum();
    must(paid == gross, "the payments do not add up to the total")?;
    must(tendered <= i128::from(Money::MAX_MINOR), "more was tendered than can be held")
}

/// What is paid out is paid out: nobody hands change back for a refund.
pub(super) fn without_change(refund: &Sale) -> Result<(), Flag> {
    let exact = refund.payments.iter().all(|payment| payment.tendered == payment.amount);
    must(exact, "more was tendered than refunded")
}

fn check_line(line: &ReceiptLine) -> Result<(), Flag> {
    let wrong = |fault| Flag::Line { line: line.line, fault };
    if !line.quantity.is_positive() || line.quantity.thousandths() > Quantity::MAX_THOUSANDTHS {
        return Err(wrong("a quantity is above zero"));
    }
    for amount in [line.unit_price, line.discount, line.gross, line.tax] {
        positive(amount)?;
    }
    if line.tax > line.gross {
        return Err(wrong("there is more tax in it than it costs"));
    }
    if line.rate > TaxRate::MAX {
        return Err(wrong("its tax rate is out of range"));
    }
    [line.code.as_str(), line.name.as_str(), line.note.as_deref().unwrap_or_default()].into_iter().try_for_each(text)
}
