//! Documents at the printer that wait for a person: nothing is printed twice, and nothing is taken as printed, unless somebody says so.

use duka_core::PrintJobId;

/// A document of which nobody knows, or which could not be printed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StuckPrint {
    /// Its place in the queue.
    pub job: PrintJobId,
    /// What its paper begins with, such as `A1-000012`, `COPY A1-000012` or `Z report 0007`; empty when it cannot be read.
    pub what: String,
    /// True when it was sent and not confirmed: look at the paper. False when surely nothing came out.
    pub may_be_on_paper: bool,
    /// What is known, for the technician.
    pub detail: String,
}

/// What becomes of a [`StuckPrint`], because a person looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PrintDecision {
    /// Which.
    pub job: PrintJobId,
    /// What becomes of it.
    pub deed: PrintDeed,
}

/// What can be done with a [`StuckPrint`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrintDeed {
    /// It is printed again.
    Again,
    /// It is on paper, or not wanted there: it waits no longer.
    Leave,
}
