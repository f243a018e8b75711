//! Shifts and their reports.

use duka_core::{Money, ShiftId, TaxRate, Timestamp};

/// Begins a shift.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OpenShift {
    /// Who is at the till, 1 to 60 characters.
    pub operator: String,
    /// Cash in the drawer, ≥ 0.
    pub float: Money,
}

/// The open shift.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Shift {
    /// Its id.
    pub shift: ShiftId,
    /// Who opened it.
    pub operator: String,
    /// When, µs UTC.
    pub opened_at: Timestamp,
    /// The float.
    pub float: Money,
}

/// Ends the shift.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CloseShift {
    /// Cash counted in the drawer, ≥ 0.
    pub counted: Money,
}

/// An X report (the shift goes on) or a Z report (it is closed).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ShiftReport {
    /// The shift.
    pub shift: Shift,
    /// The Z report's number; none for an X report.
    pub z_number: Option<u64>,
    /// When it was closed, µs UTC.
    pub closed_at: Option<Timestamp>,
    /// How many sales.
    pub sales: u64,
    /// Their sum.
    pub sales_gross: Money,
    /// How many refunds.
    pub refunds: u64,
    /// Their sum, ≥ 0.
    pub refunds_gross: Money,
    /// Baskets given up.
    pub aborted: u64,
    /// Receipts printed again.
    pub reprints: u64,
    /// Sales less refunds per rate.
    pub taxes: Vec<TaxLine>,
    /// What should be in the drawer.
    pub expected_cash: Money,
    /// What was; none for an X report.
    pub counted_cash: Option<Money>,
    /// Counted less expected; none for an X report.
    pub difference: Option<Money>,
    /// Sales less refunds of this register since its beginning.
    pub perpetual_gross: Money,
}

/// The net, tax and gross of one rate.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TaxLine {
    /// The rate.
    pub rate: TaxRate,
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
}
