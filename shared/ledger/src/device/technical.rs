//! Facts that a device tells of itself.

use duka_core::{OperatorId, Timestamp};
use minicbor::{Decode, Encode};

/// What happened to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum TechnicalKind {
    /// The program started.
    #[n(0)]
    Started,
    /// Another version runs than before.
    #[n(1)]
    Updated,
    /// The clock was set; the detail says from what to what.
    #[n(2)]
    ClockChanged,
    /// A database was restored or rebuilt.
    #[n(3)]
    Restored,
    /// The device made itself a key.
    #[n(4)]
    KeyMade,
    /// Entries of others were refused.
    #[n(5)]
    Quarantined,
}

/// [`crate::Fact::TechnicalEvent`]. Posts nothing.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct TechnicalEvent {
    /// What.
    #[n(0)]
    pub kind: TechnicalKind,
    /// In words.
    #[n(1)]
    pub detail: String,
    /// Who caused it, where somebody did.
    #[n(2)]
    pub operator: Option<OperatorId>,
    /// What the clock said before, for [`TechnicalKind::ClockChanged`].
    #[n(3)]
    pub before: Option<Timestamp>,
}
