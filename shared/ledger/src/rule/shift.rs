//! What a Z report must say.

use super::{Flag, state::LogState};
use crate::shift::ShiftClosed;

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
