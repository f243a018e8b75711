//! What facts do to the tables of receipts.

use super::store::{self, LineRow, ReceiptRow};
use crate::platform::db::{DbError, Tx};
use duka_core::{CompanyId, LocalTime, OperatorId, ShopId};
use duka_ledger::{Fact, Sale};

/// Rows to add, gathered from many facts.
#[derive(Default)]
pub struct Changes {
    pub(super) receipts: Vec<ReceiptRow>,
    pub(super) lines: Vec<LineRow>,
}

impl Changes {
    /// Takes a fact of a shop's log.
    pub fn add(&mut self, shop: ShopId, at: LocalTime, operator: Option<OperatorId>, fact: &Fact) {
        match fact {
            Fact::SaleCompleted(sale) => self.receipt(shop, at, operator, sale, false),
            Fact::RefundCompleted(refund) => self.receipt(shop, at, operator, &refund.refund, true),
            Fact::ShiftOpened(_)
            | Fact::ShiftClosed(_)
            | Fact::DeviceCertified(_)
            | Fact::SaleAborted(_)
            | Fact::StockMoved(_)
            | Fact::AccountAdjusted(_)
            | Fact::RecordChanged(_)
            | Fact::ReceiptReprinted(_)
            | Fact::TechnicalEvent(_) => {}
        }
    }

    fn receipt(&mut self, shop: ShopId, at: LocalTime, operator: Option<OperatorId>, sale: &Sale, refund: bool) {
        self.receipts.push(ReceiptRow {
            receipt: sale.receipt,
            shop,
            refund,
            register: sale.register,
            shift: sale.shift,
            series: sale.series.clone(),
            number: sale.number,
            at,
            operator,
            currency: sale.currency,
            gross: sale.gross,
            tax: sale.taxes.iter().fold(0, |sum, total| sum.saturating_add(total.tax)),
            tendered: sale.payments.iter().fold(0, |sum, payment| sum.saturating_add(payment.tendered)),
        });
        self.lines.extend(sale.lines.iter().map(|line| LineRow {
            shop,
            receipt: sale.receipt,
            line: line.line,
            product: line.product,
            quantity: line.quantity,
            unit_price: line.unit_price,
            discount: line.discount,
            gross: line.gross,
            tax: line.tax,
            rate: line.rate,
            of: line.refunds,
        }));
    }

    /// Makes the tables follow.
    pub async fn write_in_tx(self, tx: &mut Tx, company: CompanyId) -> Result<(), DbError> {
        store::insert_receipts(tx, company, &self.receipts).await?;
        store::insert_lines(tx, company, &self.lines).await
    }
}
