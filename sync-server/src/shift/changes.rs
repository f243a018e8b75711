//! What facts do to the shifts.

use super::store::{self, ClosedRow, OpenedRow};
use crate::platform::db::{DbError, Tx};
use duka_core::{CompanyId, ShiftId, ShopId, Timestamp};
use duka_ledger::Fact;
use std::collections::BTreeMap;

/// Openings and closings, gathered from many facts; sorted, so that nobody waits for another's rows in a circle.
#[derive(Default)]
pub struct Changes {
    opened: BTreeMap<(ShopId, ShiftId), OpenedRow>,
    closed: BTreeMap<(ShopId, ShiftId), ClosedRow>,
}

impl Changes {
    /// Takes a fact of a shop's log.
    pub fn add(&mut self, shop: ShopId, at: Timestamp, fact: &Fact) {
        match fact {
            Fact::ShiftOpened(shift) => {
                let row = OpenedRow { register: shift.register, opened_at: at, float: shift.float };
                self.opened.insert((shop, shift.shift), row);
            }
            Fact::ShiftClosed(shift) => {
                let row = ClosedRow {
                    register: shift.register,
                    float: shift.float,
                    closed_at: at,
                    z_number: shift.z_number,
                    expected_cash: shift.expected_cash,
                    counted_cash: shift.counted_cash,
                };
                self.closed.insert((shop, shift.shift), row);
            }
            _ => {}
        }
    }

    /// Makes the table follow.
    pub async fn write_in_tx(self, tx: &mut Tx, company: CompanyId) -> Result<(), DbError> {
        store::open_shifts(tx, company, self.opened).await?;
        store::close_shifts(tx, company, self.closed).await
    }
}
