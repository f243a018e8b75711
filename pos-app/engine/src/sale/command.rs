//! Completing a sale.

use super::SaleError;
use crate::{
    basket::{BasketError, Line, MAX_LINES, Open, checked_note},
    books::{Books, Decision},
    platform::money,
    product,
    receipt::{self, Held, Issue},
};
use duka_api::till::Tender;
use duka_core::{Money, ProductId, Quantity, ReceiptId, planted};
use duka_ledger::{DeviceKey, Payment, ReceiptLine, Sale, TaxTotal, TenderKind};
use duka_pricing::{Discount, Priced, change_due, price};
use std::sync::Arc;

/// A line of a sale that comes ready, not from the basket.
#[derive(Clone, Debug, PartialEq)]
pub struct SaleLineInput {
    /// Which product.
    pub product: ProductId,
    /// How much, > 0.
    pub quantity: Quantity,
    /// Price of one unit, tax included, ≥ 0.
    pub unit_price: Money,
    /// What is taken off.
    pub discount: Discount,
    /// In words, at most 200 characters.
    pub note: Option<String>,
}

/// Pays the basket in cash: with what was handed over, or exactly what was shown. A receipt that was paid so before is only told again (I2).
pub(crate) fn pay(books: &Books<'_>, basket: &Open, tender: &Tender, key: Option<Arc<DeviceKey>>) -> Result<Decision<Sale>, SaleError> {
    if basket.receipt != tender.receipt {
        let held = receipt::load(books.db, books.me.device(), tender.receipt)?.filter(|held| is_paid_so(held, tender));
        return held.map(|held| Decision::new(held.sale, [])).ok_or(SaleError::Conflict(tender.receipt));
    }
    let gross = basket.priced.gross;
    if tender.shown != gross {
        return Err(SaleError::Changed { shown: tender.shown, gross });
    }
    issue(books, &Sold { receipt: basket.receipt, lines: &basket.lines, priced: &basket.priced }, tender.tendered, key)
}

/// Whether a receipt that is there is what is asked for again (I2).
fn is_paid_so(held: &Held, tender: &Tender) -> bool {
    let paid = held.sale.payments.first().map_or(0, |payment| payment.tendered);
    let same = |tendered: Money| (tendered.minor(), tendered.currency()) == (paid, held.sale.currency);
    !held.refund && same(tender.tendered.unwrap_or(tender.shown))
}

/// Sells lines that come ready, for exact cash. A receipt that has them already is only told again (I2).
pub(crate) fn sell(
    books: &Books<'_>,
    receipt: ReceiptId,
    lines: &[SaleLineInput],
    key: Option<Arc<DeviceKey>>,
) -> Result<Decision<Sale>, SaleError> {
    let ready = Ready::try_new(books, lines)?;
    match receipt::load(books.db, books.me.device(), receipt)?.filter(|_| !planted::is(planted::Bug::SoldTwice)) {
        None => issue(books, &Sold { receipt, lines: &ready.lines, priced: &ready.priced }, None, key),
        Some(held) if ready.is(&held) => Ok(Decision::new(held.sale, [])),
        Some(_) => Err(SaleError::Conflict(receipt)),
    }
}

/// Lines that come ready, and what they come to.
struct Ready {
    lines: Vec<Line>,
    priced: Priced,
}

impl Ready {
    /// Prices lines as filling a basket with them would.
    fn try_new(books: &Books<'_>, lines: &[SaleLineInput]) -> Result<Self, SaleError> {
        if lines.len() > MAX_LINES {
            return Err(BasketError::Full.into());
        }
        let lines = lines.iter().map(|line| ready(books, line)).collect::<Result<Vec<_>, _>>()?;
        let to_price: Vec<_> = lines.iter().map(Line::to_price).collect();
        let priced = price(books.me.currency(), &to_price)?;
        Ok(Self { lines, priced })
    }

    /// Whether a receipt that is there has these lines (I2).
    fn is(&self, held: &Held) -> bool {
        let asked = receipt_lines(&self.lines, &self.priced);
        !held.refund
            && held.sale.lines.len() == asked.len()
            && held.sale.lines.iter().zip(asked).all(|(held, asked)| {
                (held.product, held.quantity, held.unit_price, held.discount, &held.note)
                    == (asked.product, asked.quantity, asked.unit_price, asked.discount, &asked.note)
            })
    }
}

fn ready(books: &Books<'_>, line: &SaleLineInput) -> Result<Line, SaleError> {
    let product = product::sellable(books.db, line.product)?.ok_or(BasketError::NotFound(line.product))?;
    if product.unit != line.quantity.unit() {
        return Err(BasketError::Unit { product: product.unit, given: line.quantity.unit() }.into());
    }
    Ok(Line {
        product: product.id,
        name: product.name.into(),
        code: product.code.into(),
        quantity: line.quantity,
        unit_price: line.unit_price,
        rate: product.rate,
        discount: line.discount,
        note: checked_note(line.note.as_deref().unwrap_or_default())?.into(),
    })
}

/// What is sold, and under which id.
struct Sold<'s> {
    receipt: ReceiptId,
    lines: &'s [Line],
    priced: &'s Priced,
}

fn issue(books: &Books<'_>, sold: &Sold<'_>, tendered: Option<Money>, key: Option<Arc<DeviceKey>>) -> Result<Decision<Sale>, SaleError> {
    let Sold { receipt, lines, priced } = *sold;
    let shift = books.log.shift().ok_or(SaleError::NoShift)?;
    if lines.is_empty() {
        return Err(SaleError::Empty);
    }
    let tendered = tendered.unwrap_or(priced.gross);
    change_due(priced.gross, tendered)?;
    let gross = priced.gross.minor();
    let sale = Sale {
        receipt,
        register: books.me.register(),
        shift: shift.shift,
        series: books.me.series().to_owned(),
        // Written in the same transaction, so that none is lost or given twice (I7).
        number: books.log.next_receipt_number(),
        currency: books.me.currency(),
        lines: receipt_lines(lines, priced),
        taxes: priced.taxes.iter().map(|share| TaxTotal { rate: share.rate, net: share.net, tax: share.tax }).collect(),
        gross,
        payments: vec![Payment { tender: TenderKind::Cash, amount: gross, tendered: tendered.minor() }],
        printed: None,
    };
    Ok(Issue { sale, refund: None, operator_name: shift.operator_name.clone(), key }.decide(books))
}

/// What a paid sale comes to: to pay, handed over, to give back.
pub(crate) fn paid(sale: &Sale) -> Result<(Money, Money, Money), SaleError> {
    let gross = money(sale.gross, sale.currency)?;
    let tendered = sale
        .payments
        .iter()
        .try_fold(Money::zero(sale.currency), |sum, payment| sum.checked_add(Money::try_new(payment.tendered, sale.currency)?))?;
    Ok((gross, tendered, tendered.checked_sub(gross)?))
}

/// Priced lines as they stand on a receipt.
pub(crate) fn receipt_lines(lines: &[Line], priced: &Priced) -> Vec<ReceiptLine> {
    let numbered = (1_u32..).zip(lines.iter().zip(&priced.lines));
    numbered
        .map(|(number, (line, priced))| ReceiptLine {
            line: number,
            product: line.product,
            code: line.code.to_string(),
            name: line.name.to_string(),
            quantity: line.quantity,
            unit_price: line.unit_price.minor(),
            discount: priced.discount,
            gross: priced.gross,
            tax: priced.tax,
            rate: line.rate,
            note: (!line.note.is_empty()).then(|| line.note.to_string()),
            refunds: None,
        })
        .collect()
}
