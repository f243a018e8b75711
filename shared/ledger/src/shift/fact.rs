//! Facts of a shift.

use crate::receipt::TaxTotal;
use duka_core::{Currency, DeviceId, RegisterId, ShiftId, Timestamp};
use minicbor::{Decode, Encode};

/// [`crate::Fact::ShiftOpened`]. Debit drawer, credit safe: the float; nothing where the shift only goes on, since the float is in the drawer.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct ShiftOpened {
    /// The shift.
    #[n(0)]
    pub shift: ShiftId,
    /// Where.
    #[n(1)]
    pub register: RegisterId,
    /// Who opened it.
    #[n(2)]
    pub operator_name: String,
    /// Its currency.
    #[n(3)]
    pub currency: Currency,
    /// Cash in the drawer at the start, minor units, ≥ 0.
    #[n(4)]
    pub float: i64,
    /// The number that its Z report will have: gapless in the device's series, from 1.
    #[n(5)]
    pub number: u64,
    /// Where it goes on with a shift that the device before this one had open.
    #[n(6)]
    pub continues: Option<Box<Continued>>,
}

/// A shift that goes on at the device's successor: as the log that both share has left it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Continued {
    /// Who opened it: the device that the writer succeeds.
    #[n(0)]
    pub device: DeviceId,
    /// When, µs UTC.
    #[n(1)]
    pub opened_at: Timestamp,
    /// What happened in it until then, without receipt numbers: those of this log begin anew.
    #[n(2)]
    pub totals: ShiftTotals,
}

/// What happened at a register between two moments: the numbers of an X or Z report. Amounts in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct ShiftTotals {
    /// Sales.
    #[n(0)]
    pub sales: u64,
    /// Their gross.
    #[n(1)]
    pub sales_gross: i64,
    /// Refunds.
    #[n(2)]
    pub refunds: u64,
    /// Their gross.
    #[n(3)]
    pub refunds_gross: i64,
    /// Baskets given up.
    #[n(4)]
    pub aborted: u64,
    /// Receipts printed again.
    #[n(5)]
    pub reprints: u64,
    /// Sales less refunds per rate, by rising rate.
    #[n(6)]
    pub taxes: Vec<TaxTotal>,
    /// Cash taken less cash given back, without the float.
    #[n(7)]
    pub cash: i64,
    /// First receipt number of the shift; 0 when there was none.
    #[n(8)]
    pub first_number: u64,
    /// Last receipt number of the shift; 0 when there was none.
    #[n(9)]
    pub last_number: u64,
}

/// [`crate::Fact::ShiftClosed`]: the Z report. Debit safe: counted; credit drawer: expected; the rest to cash difference.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct ShiftClosed {
    /// The shift.
    #[n(0)]
    pub shift: ShiftId,
    /// Where.
    #[n(1)]
    pub register: RegisterId,
    /// The shift's number; gapless in the device's series, from 1 (I7).
    #[n(2)]
    pub z_number: u64,
    /// Its currency.
    #[n(3)]
    pub currency: Currency,
    /// What the till counted up.
    #[n(4)]
    pub totals: ShiftTotals,
    /// The float it began with.
    #[n(5)]
    pub float: i64,
    /// Float and cash: what should be in the drawer.
    #[n(6)]
    pub expected_cash: i64,
    /// What was in the drawer.
    #[n(7)]
    pub counted_cash: i64,
    /// Sales less refunds of this series since its beginning, gross.
    #[n(8)]
    pub perpetual_gross: i64,
}
