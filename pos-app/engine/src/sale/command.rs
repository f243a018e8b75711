//! Completing a sale.

use super::SaleError;
use crate::{
    basket::{BasketError, Line, MAX_LINES, checked_note},
    platform::{self, money},
    product, receipt,
    till::Till,
};
use duka_api::till::{SaleDone, Tender};
use duka_core::{Money, ProductId, Quantity, ReceiptId};
use duka_ledger::{Payment, ReceiptLine, Sale, TaxTotal, TenderKind};
use duka_pricing::{Discount, Priced, change_due, price};

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

impl Till {
    /// Pays the basket in cash. Asking again for the same receipt gives the same answer and sells nothing more (I2).
    pub fn sale_complete(&mut self, tender: &Tender) -> Result<SaleDone, SaleError> {
        self.pen()?;
        let open = self.basket_mut()?.clone();
        if open.receipt != tender.receipt {
            let held = receipt::load(&self.db.connection, tender.receipt)?.ok_or(SaleError::Conflict(tender.receipt))?;
            let paid = held.sale.payments.first().map_or(0, |payment| payment.tendered);
            let same = tender.tendered.is_none_or(|tendered| (tendered.minor(), tendered.currency()) == (paid, held.sale.currency));
            if held.refund || !same {
                return Err(SaleError::Conflict(tender.receipt));
            }
            return self.done(&held.sale);
        }
        self.commit_sale(open.receipt, &open.lines, &open.priced, tender.tendered)
    }

    /// Sells lines that come ready, for exact cash: the same as filling a basket with them and paying it. The basket is left alone.
    pub fn sale_complete_lines(&mut self, receipt: ReceiptId, lines: &[SaleLineInput]) -> Result<SaleDone, SaleError> {
        let currency = self.pen()?.me.currency;
        if lines.len() > MAX_LINES {
            return Err(BasketError::Full.into());
        }
        let mut sold = Vec::with_capacity(lines.len());
        for line in lines {
            let product = product::sellable(&self.db.connection, line.product)?.ok_or(BasketError::NotFound(line.product))?;
            if product.unit != line.quantity.unit() {
                return Err(BasketError::Unit { product: product.unit, given: line.quantity.unit() }.into());
            }
            sold.push(Line {
                product: product.id,
                name: product.name.into(),
                code: product.code.into(),
                quantity: line.quantity,
                unit_price: line.unit_price,
                rate: product.rate,
                discount: line.discount,
                note: checked_note(line.note.as_deref().unwrap_or_default())?.into(),
            });
        }
        let to_price: Vec<_> = sold.iter().map(Line::to_price).collect();
        let priced = price(currency, &to_price)?;
        if let Some(held) = receipt::load(&self.db.connection, receipt)? {
            let same = !held.refund
                && held.sale.lines.len() == lines.len()
                && held.sale.lines.iter().zip(receipt_lines(&sold, &priced)).all(|(held, asked)| {
                    (held.product, held.quantity, held.unit_price, held.discount, &held.note)
                        == (asked.product, asked.quantity, asked.unit_price, asked.discount, &asked.note)
                });
            return if same { self.done(&held.sale) } else { Err(SaleError::Conflict(receipt)) };
        }
        self.commit_sale(receipt, &sold, &priced, None)
    }

    /// One transaction, one flush: fact, tables, number and print job (I1, I7).
    fn commit_sale(&mut self, id: ReceiptId, lines: &[Line], priced: &Priced, tendered: Option<Money>) -> Result<SaleDone, SaleError> {
        let pen = self.pen()?;
        let shift = self.shift.as_ref().ok_or(SaleError::NoShift)?;
        if lines.is_empty() {
            return Err(SaleError::Empty);
        }
        let tendered = tendered.unwrap_or(priced.gross);
        change_due(priced.gross, tendered)?;
        let tx = platform::begin(&mut self.db.connection)?;
        let sale = Sale {
            receipt: id,
            register: pen.me.register,
            shift: shift.shift,
            series: pen.me.series.clone(),
            number: receipt::next_number(&tx, &pen.me.series)?,
            currency: pen.me.currency,
            lines: receipt_lines(lines, priced),
            taxes: priced.taxes.iter().map(|share| TaxTotal { rate: share.rate, net: share.net, tax: share.tax }).collect(),
            gross: priced.gross.minor(),
            payments: vec![Payment { tender: TenderKind::Cash, amount: priced.gross.minor(), tendered: tendered.minor() }],
        };
        let desk = receipt::Desk {
            pen: &pen,
            key: self.key.as_ref(),
            operator_name: &shift.operator,
            printer: &self.printer,
            entropy: self.settings.entropy.as_ref(),
        };
        let (sale, issued) = receipt::commit_in_tx(&tx, &desk, sale, None)?;
        platform::commit(tx)?;
        self.grew();
        self.queued(issued.queued);
        if self.basket.as_ref().is_some_and(|basket| basket.receipt == id) {
            self.next_basket();
        }
        self.done(&sale)
    }

    fn done(&self, sale: &Sale) -> Result<SaleDone, SaleError> {
        let gross = money(sale.gross, sale.currency)?;
        let tendered = money(sale.payments.iter().fold(0_i64, |sum, payment| sum.saturating_add(payment.tendered)), sale.currency)?;
        Ok(SaleDone {
            receipt: sale.receipt,
            number: receipt::shown_number(&sale.series, sale.number),
            gross,
            tendered,
            change: tendered.checked_sub(gross)?,
            basket: self.basket()?,
        })
    }
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
