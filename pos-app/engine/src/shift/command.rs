//! Opening and closing a shift.

use super::{
    ShiftError,
    query::{Closing, report},
};
use crate::{
    journal::{self, Audience, By},
    platform,
    print::document,
    till::Till,
};
use duka_api::till::{CloseShift, OpenShift, ShiftReport, State};
use duka_core::{Currency, Money, ShiftId};
use duka_ledger::{Fact, ShiftClosed, ShiftOpened};

impl Till {
    /// Opens a shift with a float; the till must have none open.
    pub fn shift_open(&mut self, open: &OpenShift) -> Result<State, ShiftError> {
        let pen = self.pen()?;
        if let Some(shift) = &self.shift {
            return Err(ShiftError::Open(shift.operator.clone()));
        }
        let operator = open.operator.trim();
        if !(1..=60).contains(&operator.chars().count()) || operator.chars().any(char::is_control) {
            return Err(ShiftError::Operator);
        }
        check_cash(open.float, pen.me.currency)?;
        let fact = Fact::ShiftOpened(ShiftOpened {
            shift: ShiftId::new(pen.now.at, self.settings.entropy.as_ref()),
            register: pen.me.register,
            operator_name: operator.to_owned(),
            currency: pen.me.currency,
            float: open.float.minor(),
        });
        let tx = platform::begin(&mut self.db.connection)?;
        journal::append_in_tx(&tx, &pen, Audience::Shop, By::Operator, &fact, None)?;
        platform::commit(tx)?;
        self.grew();
        self.shift = super::open_of(&self.db.connection, pen.me.device)?;
        Ok(self.state()?)
    }

    /// Closes the shift with the cash counted, and prints the Z report.
    pub fn shift_close(&mut self, close: &CloseShift) -> Result<ShiftReport, ShiftError> {
        let pen = self.pen()?;
        let open = self.shift.clone().ok_or(ShiftError::NoShift)?;
        if self.basket.as_ref().is_some_and(|basket| !basket.lines.is_empty()) {
            return Err(ShiftError::Basket);
        }
        check_cash(close.counted, pen.me.currency)?;
        let counted = self.count(&open)?;
        let report = report(&open, &counted, Some(&Closing { at: pen.now.at, counted: close.counted }))?;
        let fact = Fact::ShiftClosed(ShiftClosed {
            shift: open.shift,
            register: pen.me.register,
            z_number: counted.next_z,
            currency: open.currency,
            totals: counted.totals,
            float: open.float,
            expected_cash: counted.expected_cash,
            counted_cash: close.counted.minor(),
            perpetual_gross: counted.perpetual_gross,
        });
        let tx = platform::begin(&mut self.db.connection)?;
        journal::append_in_tx(&tx, &pen, Audience::Shop, By::Operator, &fact, None)?;
        let queued = self.printer.queue_in_tx(&tx, self.settings.entropy.as_ref(), pen.now, || {
            document::z_report(&pen.me.answer.shop_name, &pen.me.series, pen.now.offset_minutes, &report)
        })?;
        platform::commit(tx)?;
        self.grew();
        self.queued(queued);
        self.shift = None;
        Ok(report)
    }
}

fn check_cash(cash: Money, till: Currency) -> Result<(), ShiftError> {
    if cash.currency() != till {
        return Err(ShiftError::Currency { till, given: cash.currency() });
    }
    if cash.is_negative() { Err(ShiftError::Negative(cash)) } else { Ok(()) }
}
