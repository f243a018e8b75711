//! What a Z report must say.

use super::{
    Flag, MAX_RATES, Writer,
    check::{count, held, positive},
    state::LogState,
};
use crate::shift::{Continued, ShiftClosed, ShiftTotals};

/// A shift that goes on: the first of a log whose writer succeeds the device that opened it. What its totals are until then stands in another
/// log, and a verdict rests on its own: they are believed as a counted drawer is, within what a shift can have.
pub(super) fn continued(writer: &Writer, number: u64, before: &Continued) -> Result<(), Flag> {
    let ShiftTotals { sales, sales_gross, refunds, refunds_gross, aborted, reprints, taxes, cash, first_number, last_number } =
        &before.totals;
    let rising = taxes.iter().zip(taxes.iter().skip(1)).all(|(rate, next)| rate.rate < next.rate);
    if number != 1
        || writer.certificate.succeeds != Some(before.device)
        || (*first_number, *last_number) != (0, 0)
        || !rising
        || taxes.len() > MAX_RATES
    {
        return Err(Flag::Continued);
    }
    [*sales, *refunds, *aborted, *reprints].into_iter().try_for_each(count)?;
    [*sales_gross, *refunds_gross].into_iter().try_for_each(positive)?;
    taxes.iter().flat_map(|total| [total.net, total.tax]).chain([*cash]).try_for_each(held)
}

impl LogState {
    /// A Z report says what its log says, to the penny: nothing in it is believed that was not added up here too.
    pub(super) fn close_shift(&mut self, closed: &ShiftClosed) -> Result<(), Flag> {
        let open = self.take_shift().filter(|open| open.shift == closed.shift).ok_or(Flag::ShiftNotOpen)?;
        let told = |holds: bool, what: &'static str| if holds { Ok(()) } else { Err(Flag::ShiftTotals(what)) };
        if closed.z_number != open.number {
            return Err(Flag::Number { after: open.number.saturating_sub(1), found: closed.z_number });
        }
        told(closed.totals == open.totals, "the totals")?;
        told(closed.float == open.float, "the float")?;
        told(open.float.checked_add(open.totals.cash) == Some(closed.expected_cash), "the expected cash")?;
        told(closed.perpetual_gross == self.perpetual_gross(), "the perpetual totals")
    }
}
