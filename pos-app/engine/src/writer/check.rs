//! What the rules ask of the crate of records.

use duka_core::DeviceId;
use duka_ledger::RecordChanged;

/// Checks the change of a record that came from elsewhere.
pub(super) fn record(changed: &RecordChanged, author: DeviceId) -> Result<(), String> {
    duka_records::check(&changed.change, author, changed.number)
}

/// What this till has just made itself needs no second look.
#[allow(clippy::unnecessary_wraps, reason = "it stands where `record` stands")]
pub(super) const fn own_record(_: &RecordChanged, _: DeviceId) -> Result<(), String> {
    Ok(())
}
