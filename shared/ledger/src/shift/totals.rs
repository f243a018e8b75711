//! Adding up a shift: the same sums on an X report, on the Z and in the check of a Z.

use super::ShiftTotals;
use crate::receipt::{Sale, TaxTotal, TenderKind};

impl ShiftTotals {
    /// With one more sale; none when a sum cannot be held.
    #[must_use]
    pub fn with_sale(mut self, sale: &Sale) -> Option<Self> {
        self.sales = self.sales.checked_add(1)?;
        self.sales_gross = self.sales_gross.checked_add(sale.gross)?;
        self.with_receipt(sale, i64::checked_add)
    }

    /// With one more refund; none when a sum cannot be held.
    #[must_use]
    pub fn with_refund(mut self, refund: &Sale) -> Option<Self> {
        self.refunds = self.refunds.checked_add(1)?;
        self.refunds_gross = self.refunds_gross.checked_add(refund.gross)?;
        self.with_receipt(refund, i64::checked_sub)
    }

    fn with_receipt(mut self, sale: &Sale, join: fn(i64, i64) -> Option<i64>) -> Option<Self> {
        for total in &sale.taxes {
            match self.taxes.binary_search_by_key(&total.rate, |sum| sum.rate) {
                Ok(found) => {
                    let sum = self.taxes.get_mut(found)?;
                    sum.net = join(sum.net, total.net)?;
                    sum.tax = join(sum.tax, total.tax)?;
                }
                Err(place) => self.taxes.insert(place, TaxTotal { rate: total.rate, net: join(0, total.net)?, tax: join(0, total.tax)? }),
            }
        }
        for payment in sale.payments.iter().filter(|payment| payment.tender == TenderKind::Cash) {
            self.cash = join(self.cash, payment.amount)?;
        }
        if self.first_number == 0 {
            self.first_number = sale.number;
        }
        self.last_number = sale.number;
        Some(self)
    }

    /// Sales less refunds.
    pub const fn gross(&self) -> Option<i64> {
        self.sales_gross.checked_sub(self.refunds_gross)
    }
}
