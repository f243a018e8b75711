//! Shifts: from the opening float to the Z report.

mod fact;
mod totals;

pub use fact::{Continued, ShiftClosed, ShiftOpened, ShiftTotals};

use crate::table::table;
use duka_core::{Currency, DeviceId, RegisterId, ShiftId, Timestamp};

table! {
    /// A shift that began.
    ShiftRow = "shift", Shop, Once, key 2 {
        /// The device it is at.
        device: DeviceId,
        /// Its number there.
        number: u64,
        /// Its id.
        shift: ShiftId,
        /// The register.
        register: RegisterId,
        /// Who opened it.
        operator_name: String,
        /// Its currency.
        currency: Currency,
        /// When, µs UTC.
        opened_at: Timestamp,
        /// Minutes east of UTC.
        offset_minutes: i16,
        /// Cash in the drawer at the start, minor units.
        float: i64,
        /// The device that opened it, where this one only goes on with it.
        continues: Option<DeviceId>,
    }
}

table! {
    /// The Z report that ended a shift. Amounts in minor units.
    ZReportRow = "z_report", Shop, Once, key 2 {
        /// The device.
        device: DeviceId,
        /// The shift's number there.
        number: u64,
        /// The shift.
        shift: ShiftId,
        /// The register.
        register: RegisterId,
        /// The currency.
        currency: Currency,
        /// When, µs UTC.
        closed_at: Timestamp,
        /// Minutes east of UTC.
        offset_minutes: i16,
        /// How many sales.
        sales: u64,
        /// Their gross.
        sales_gross: i64,
        /// How many refunds.
        refunds: u64,
        /// Their gross.
        refunds_gross: i64,
        /// Baskets given up.
        aborted: u64,
        /// Receipts printed again.
        reprints: u64,
        /// What should have been in the drawer.
        expected_cash: i64,
        /// What was.
        counted_cash: i64,
        /// Sales less refunds of the series since its beginning.
        perpetual_gross: i64,
    }
}
