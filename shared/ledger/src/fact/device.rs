//! Facts about devices themselves.

use crate::head::PublicKey;
use duka_core::{DeviceId, OperatorId, RegisterId, ShopId, Timestamp};
use minicbor::{Decode, Encode};

/// [`crate::Fact::DeviceCertified`]: written by the company's server; who holds it can verify the device's signatures with no server.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct DeviceCertified {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Its public key.
    #[n(1)]
    pub key: PublicKey,
    /// The shop it works for; none for the company's server.
    #[n(2)]
    pub shop: Option<ShopId>,
    /// The register it serves.
    #[n(3)]
    pub register: Option<RegisterId>,
    /// What people call it.
    #[n(4)]
    pub name: String,
    /// What its receipt numbers begin with; no two devices share one.
    #[n(5)]
    pub series: String,
}

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
