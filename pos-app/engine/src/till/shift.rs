//! Opening and closing a shift.

use super::Till;
use crate::shift::{self, ShiftError};
use duka_api::till::{CloseShift, OpenShift, ShiftReport, State};

impl Till {
    /// Opens a shift with a float; the till must have none open.
    pub fn shift_open(&mut self, open: &OpenShift) -> Result<State, ShiftError> {
        self.commit(|books| shift::open(books, open))?;
        Ok(self.state()?)
    }

    /// Closes the shift with the cash counted, and prints the Z report.
    pub fn shift_close(&mut self, close: &CloseShift) -> Result<ShiftReport, ShiftError> {
        let basket = self.basket.as_ref();
        self.writer.commit(|books| shift::close(books, basket, close), |_, _| Ok(()))
    }
}
