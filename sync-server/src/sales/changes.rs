//! What facts do to the tables of sales.

use super::store::{self, ClosedRow, LineRow, OpenedRow, ReceiptRow};
use crate::platform::db::{DbError, Tx};
use duka_core::{CompanyId, Currency, LocalTime, OperatorId, ShiftId, ShopId};
use duka_ledger::{Account, Fact, Sale, postings};
use std::collections::BTreeMap;

/// Rows to add, gathered from many facts. Sorted where others may wait for the same rows, so that nobody waits in a circle.
#[derive(Default)]
pub struct Changes {
    pub(super) receipts: Vec<ReceiptRow>,
    pub(super) lines: Vec<LineRow>,
    pub(super) opened: BTreeMap<(ShopId, ShiftId), OpenedRow>,
    pub(super) closed: BTreeMap<(ShopId, ShiftId), ClosedRow>,
    pub(super) balances: BTreeMap<(ShopId, Account, Currency), i64>,
}

impl Changes {
    /// Takes a fact of a shop's log.
    pub fn add(&mut self, shop: ShopId, at: LocalTime, operator: Option<OperatorId>, fact: &Fact) {
        for posting in postings(fact) {
            let balance = self.balances.entry((shop, posting.account, posting.currency)).or_default();
            *balance = balance.saturating_add(posting.amount);
        }
        match fact {
            Fact::SaleCompleted(sale) => self.receipt(shop, at, operator, sale, false),
            Fact::RefundCompleted(refund) => self.receipt(shop, at, operator, &refund.refund, true),
            Fact::ShiftOpened(shift) => {
                let row = OpenedRow { register: shift.register, opened_at: at.at, float: shift.float };
                self.opened.insert((shop, shift.shift), row);
            }
            Fact::ShiftClosed(shift) => {
                let row = ClosedRow {
                    register: shift.register,
                    float: shift.float,
                    closed_at: at.at,
                    z_number: shift.z_number,
                    expected_cash: shift.expected_cash,
                    counted_cash: shift.counted_cash,
                };
                self.closed.insert((shop, shift.shift), row);
            }
            Fact::DeviceCertified(_)
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
        store::insert_lines(tx, company, &self.lines).await?;
        store::open_shifts(tx, company, self.opened).await?;
        store::close_shifts(tx, company, self.closed).await?;
        store::add_balances(tx, company, self.balances).await
    }
}
