//! The numbers of a shift.

use super::{ShiftError, store, store::Open};
use crate::{platform::money, receipt, till::Till};
use duka_api::till::{Shift, ShiftReport, TaxLine};
use duka_core::Money;
use duka_ledger::ShiftTotals;

/// What a report says, before it is shown or closed.
pub(super) struct Counted {
    pub(super) totals: ShiftTotals,
    pub(super) expected_cash: i64,
    pub(super) perpetual_gross: i64,
    pub(super) next_z: u64,
}

impl Till {
    /// The X report: the open shift so far.
    pub fn shift_report(&self) -> Result<ShiftReport, ShiftError> {
        let open = self.shift.as_ref().ok_or(ShiftError::NoShift)?;
        report(open, &self.count(open)?, None)
    }

    pub(super) fn count(&self, open: &Open) -> Result<Counted, ShiftError> {
        let db = &self.db.connection;
        let mut totals = receipt::totals_of(db, open.shift)?;
        (totals.aborted, totals.reprints) = store::counts(db, open.shift)?;
        let (last_z, perpetual) = store::last_z(db, self.me()?.device)?;
        let sum = |a: i64, b: i64| money(a, open.currency).and_then(|_| money(a.saturating_add(b), open.currency)).map(Money::minor);
        Ok(Counted {
            expected_cash: sum(open.float, totals.cash)?,
            perpetual_gross: sum(perpetual, totals.sales_gross.saturating_sub(totals.refunds_gross))?,
            next_z: last_z.saturating_add(1),
            totals,
        })
    }
}

pub(crate) fn shown(open: &Open) -> Result<Shift, ShiftError> {
    Ok(Shift { shift: open.shift, operator: open.operator.clone(), opened_at: open.opened_at, float: money(open.float, open.currency)? })
}

/// When a shift was closed, and with how much.
pub(super) struct Closing {
    pub(super) at: duka_core::Timestamp,
    pub(super) counted: Money,
}

pub(super) fn report(open: &Open, counted: &Counted, closing: Option<&Closing>) -> Result<ShiftReport, ShiftError> {
    let amount = |minor| money(minor, open.currency);
    let Counted { totals, expected_cash, perpetual_gross, next_z } = counted;
    let expected = amount(*expected_cash)?;
    let taxes = totals.taxes.iter().map(|total| Ok(TaxLine { rate: total.rate, net: amount(total.net)?, tax: amount(total.tax)? }));
    Ok(ShiftReport {
        shift: shown(open)?,
        z_number: closing.map(|_| *next_z),
        closed_at: closing.map(|closing| closing.at),
        sales: totals.sales,
        sales_gross: amount(totals.sales_gross)?,
        refunds: totals.refunds,
        refunds_gross: amount(totals.refunds_gross)?,
        aborted: totals.aborted,
        reprints: totals.reprints,
        taxes: taxes.collect::<Result<_, ShiftError>>()?,
        expected_cash: expected,
        counted_cash: closing.map(|closing| closing.counted),
        difference: closing.map(|closing| closing.counted.checked_sub(expected)).transpose()?,
        perpetual_gross: amount(*perpetual_gross)?,
    })
}
