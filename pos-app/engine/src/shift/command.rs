//! Opening and closing a shift.

use super::{
    ShiftError, paper,
    query::{Closing, report_of},
};
use crate::{
    basket::Open,
    books::{Books, Decision, Draft},
};
use duka_api::till::{CloseShift, OpenShift, ShiftReport};
use duka_core::{Currency, Money, ShiftId, limit};
use duka_ledger::{Fact, ShiftClosed, ShiftOpened};

/// Opens a shift with a float; the till must have none open.
pub(crate) fn open(books: &Books<'_>, open: &OpenShift) -> Result<Decision<()>, ShiftError> {
    if let Some(shift) = books.log.shift() {
        return Err(ShiftError::Open(shift.operator_name.clone()));
    }
    let operator = open.operator.trim();
    if operator.is_empty() || !limit::fits(operator, limit::OPERATOR) || operator.chars().any(char::is_control) {
        return Err(ShiftError::Operator);
    }
    check_cash(open.float, books.me.currency())?;
    let fact = ShiftOpened {
        shift: ShiftId::new(books.now.at, books.entropy),
        register: books.me.register(),
        operator_name: operator.to_owned(),
        currency: books.me.currency(),
        float: open.float.minor(),
        number: books.log.shift_number().saturating_add(1),
        continues: None,
    };
    Ok(Decision::new((), [Draft::by_operator(Fact::ShiftOpened(fact))]))
}

/// Closes the shift with the cash counted, and prints the Z report; nothing may be left in the basket.
pub(crate) fn close(books: &Books<'_>, basket: Option<&Open>, close: &CloseShift) -> Result<Decision<ShiftReport>, ShiftError> {
    if basket.is_some_and(|basket| !basket.lines.is_empty()) {
        return Err(ShiftError::Basket);
    }
    let currency = books.me.currency();
    let open = books.log.shift().ok_or(ShiftError::NoShift)?;
    check_cash(close.counted, currency)?;
    let closing = Closing { at: books.now.at, counted: close.counted };
    let report = report_of(books.log, open, currency, Some(&closing))?;
    let fact = ShiftClosed {
        shift: open.shift,
        register: books.me.register(),
        z_number: open.number,
        currency,
        totals: open.totals.clone(),
        float: open.float,
        expected_cash: report.expected_cash.minor(),
        counted_cash: close.counted.minor(),
        perpetual_gross: books.log.perpetual_gross(),
    };
    let head = paper::Head {
        shop: books.me.answer.shop_name.clone(),
        series: books.me.series().to_owned(),
        offset_minutes: books.now.offset_minutes,
        direction: books.me.paper_direction(),
    };
    let printed = report.clone();
    Ok(Decision::new(report, [Draft::by_operator(Fact::ShiftClosed(fact))]).printing(move |_| paper::z_report(&head, &printed)))
}

fn check_cash(cash: Money, till: Currency) -> Result<(), ShiftError> {
    if cash.currency() != till {
        return Err(ShiftError::Currency { till, given: cash.currency() });
    }
    if cash.is_negative() { Err(ShiftError::Negative(cash)) } else { Ok(()) }
}
