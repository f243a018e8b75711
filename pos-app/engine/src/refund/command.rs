//! Completing a refund.

use super::RefundError;
use crate::{
    basket::{BasketError, Line, MAX_LINES},
    books::{Books, Decision},
    platform::money,
    product,
    receipt::{self, Held, Issue, Refunded},
    sale,
};
use duka_api::till::{Refund, RefundLines, RefundedLine, UnlinkedLine};
use duka_core::{Currency, Money, MoneyError, ReceiptId, limit};
use duka_ledger::{DeviceKey, LineRef, Payment, ReceiptLine, Sale, TaxTotal, TenderKind};
use duka_pricing::{Discount, RefundError as ShareError, Refundable, price, refund_share};
use rusqlite::Connection;
use std::sync::Arc;

/// Gives money back, in cash. A refund that was given before is only told again (I2).
pub(crate) fn complete(books: &Books<'_>, refund: &Refund, key: Option<Arc<DeviceKey>>) -> Result<Decision<Sale>, RefundError> {
    if let Some(held) = receipt::load(books.db, books.me.device(), refund.refund)? {
        return if is_same(&held, refund) { Ok(Decision::new(held.sale, [])) } else { Err(RefundError::Conflict(refund.refund)) };
    }
    let reason = refund.reason.trim();
    if !limit::fits(reason, limit::NOTE) {
        return Err(RefundError::Reason);
    }
    let shift = books.log.shift().ok_or(RefundError::NoShift)?;
    let currency = books.me.currency();
    let lines = match &refund.lines {
        RefundLines::Receipt { receipt, lines } => linked(books, *receipt, lines)?,
        RefundLines::Unlinked { .. } if reason.is_empty() => return Err(RefundError::ReasonNeeded),
        RefundLines::Unlinked { lines } => unlinked(books.db, lines, currency)?,
    };
    if lines.is_empty() {
        return Err(RefundError::Empty);
    }
    let taxes = TaxTotal::of_lines(&lines).ok_or(MoneyError::TooLarge)?;
    let amounts = lines.iter().map(|line| Money::try_new(line.gross, currency)).collect::<Result<Vec<_>, _>>()?;
    let gross = Money::sum(currency, amounts)?.minor();
    let given_back = Sale {
        receipt: refund.refund,
        register: books.me.register(),
        shift: shift.shift,
        series: books.me.series().to_owned(),
        number: books.log.next_receipt_number(),
        currency,
        lines,
        taxes,
        gross,
        payments: vec![Payment { tender: TenderKind::Cash, amount: gross, tendered: gross }],
        printed: None,
    };
    let operator_name = shift.operator_name.clone();
    Ok(Issue { sale: given_back, refund: Some(reason.to_owned()), operator_name, key }.decide(books))
}

/// Whether what is held is what is asked for again.
fn is_same(held: &Held, asked: &Refund) -> bool {
    let lines = &held.sale.lines;
    let same_lines = match &asked.lines {
        RefundLines::Receipt { receipt, lines: asked } => {
            lines.len() == asked.len()
                && lines.iter().zip(asked).all(|(line, asked)| {
                    line.quantity == asked.quantity && line.refunds == Some(LineRef { receipt: *receipt, line: asked.line })
                })
        }
        RefundLines::Unlinked { lines: asked } => {
            lines.len() == asked.len()
                && lines.iter().zip(asked).all(|(line, asked)| {
                    line.refunds.is_none()
                        && (line.product, line.quantity) == (asked.product, asked.quantity)
                        && asked.unit_price.is_none_or(|price| price.minor() == line.unit_price)
                })
        }
    };
    held.refund && held.reason == asked.reason.trim() && same_lines
}

/// Lines of a receipt: at the price paid, each part its share, all parts together exactly what was paid.
fn linked(books: &Books<'_>, receipt: ReceiptId, asked: &[RefundedLine]) -> Result<Vec<ReceiptLine>, RefundError> {
    let (db, currency) = (books.db, books.me.currency());
    let held = receipt::load(db, books.me.device(), receipt)?.ok_or(RefundError::NotFound(receipt))?;
    let number = held.sale.paper_number();
    if held.refund {
        return Err(RefundError::OfRefund(number));
    }
    let mut lines: Vec<ReceiptLine> = Vec::with_capacity(asked.len());
    for (place, asked) in (1_u32..).zip(asked) {
        let of = LineRef { receipt, line: asked.line };
        if lines.iter().any(|line| line.refunds == Some(of)) {
            return Err(RefundError::Twice(asked.line));
        }
        let no_line = || RefundError::NoLine { number: number.clone(), line: asked.line };
        let sold = held.sale.lines.iter().find(|line| line.line == asked.line).ok_or_else(no_line)?;
        let before: Refunded = receipt::refunded_of(db, of)?;
        let refundable = Refundable {
            sold: sold.quantity,
            gross: sold.gross,
            tax: sold.tax,
            refunded_thousandths: before.thousandths,
            refunded_gross: before.gross,
            refunded_tax: before.tax,
        };
        let share = refund_share(refundable, asked.quantity).map_err(|fault| match fault {
            ShareError::MoreThanSold { .. } => {
                RefundError::AlreadyRefunded { number: number.clone(), name: sold.name.clone(), detail: fault.to_string() }
            }
            ShareError::Quantity(_) => RefundError::Quantity { name: sold.name.clone(), detail: fault.to_string() },
        })?;
        let full = duka_pricing::Line {
            quantity: asked.quantity,
            unit_price: money(sold.unit_price, currency)?,
            rate: sold.rate,
            discount: Discount::None,
        };
        let full = price(currency, &[full])?.gross.minor();
        lines.push(ReceiptLine {
            line: place,
            quantity: asked.quantity,
            // Rounding may make a part dearer than its unit price says; the discount is never below nothing.
            discount: full.checked_sub(share.gross).ok_or(MoneyError::TooLarge)?.max(0),
            gross: share.gross,
            tax: share.tax,
            refunds: Some(of),
            note: None,
            ..sold.clone()
        });
    }
    Ok(lines)
}

/// Goods without a receipt: at a given price or the product's own.
fn unlinked(db: &Connection, asked: &[UnlinkedLine], currency: Currency) -> Result<Vec<ReceiptLine>, RefundError> {
    if asked.len() > MAX_LINES {
        return Err(BasketError::Full.into());
    }
    let mut lines = Vec::with_capacity(asked.len());
    for asked in asked {
        let found = product::sellable(db, asked.product)?.ok_or(BasketError::NotFound(asked.product))?;
        if found.unit != asked.quantity.unit() {
            return Err(BasketError::Unit { product: found.unit, given: asked.quantity.unit() }.into());
        }
        lines.push(Line {
            product: found.id,
            name: found.name.into(),
            code: found.code.into(),
            quantity: asked.quantity,
            unit_price: asked.unit_price.unwrap_or(found.price),
            rate: found.rate,
            discount: Discount::None,
            note: "".into(),
        });
    }
    let to_price: Vec<_> = lines.iter().map(Line::to_price).collect();
    let priced = price(currency, &to_price)?;
    Ok(sale::receipt_lines(&lines, &priced))
}
