//! The numbers of a shift, as the log itself has added them up: nothing is counted again.

use super::ShiftError;
use crate::platform::{StoreError, money};
use duka_api::till::{Shift, ShiftReport, TaxLine};
use duka_core::{Currency, Money, Timestamp};
use duka_ledger::rule::{LogState, OpenShift};

/// When a shift was closed, and with how much.
pub(super) struct Closing {
    pub(super) at: Timestamp,
    pub(super) counted: Money,
}

pub(crate) fn shown(open: &OpenShift, currency: Currency) -> Result<Shift, StoreError> {
    let float = money(open.float, currency)?;
    Ok(Shift { shift: open.shift, operator: open.operator_name.clone(), opened_at: open.opened_at, float })
}

/// The X report: the open shift so far.
pub(crate) fn report(log: &LogState, currency: Currency) -> Result<ShiftReport, ShiftError> {
    report_of(log, log.shift().ok_or(ShiftError::NoShift)?, currency, None)
}

/// An X report, or with `closing` a Z.
pub(super) fn report_of(
    log: &LogState,
    open: &OpenShift,
    currency: Currency,
    closing: Option<&Closing>,
) -> Result<ShiftReport, ShiftError> {
    let totals = &open.totals;
    let amount = |minor| Money::try_new(minor, currency);
    let expected = amount(open.float)?.checked_add(amount(totals.cash)?)?;
    let taxes = totals.taxes.iter().map(|total| Ok(TaxLine { rate: total.rate, net: amount(total.net)?, tax: amount(total.tax)? }));
    Ok(ShiftReport {
        shift: shown(open, currency)?,
        z_number: closing.map(|_| open.number),
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
        perpetual_gross: amount(log.perpetual_gross())?,
    })
}
