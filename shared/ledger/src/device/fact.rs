//! Facts about the devices of a company, written by its server.

use crate::journal::PublicKey;
use duka_core::{Currency, DeviceId, RegisterId, ShopId};
use minicbor::{Decode, Encode};

/// What a device is to its company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum DeviceRole {
    /// The company's server: certifies devices, edits records.
    #[n(0)]
    Server,
    /// A till of a shop.
    #[n(1)]
    Till,
}

/// [`crate::Fact::DeviceCertified`]: who holds it can verify the device's signatures, and judge what it wrote, with no server.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DeviceCertified {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Its public key.
    #[n(1)]
    pub key: PublicKey,
    /// What it is.
    #[n(2)]
    pub role: DeviceRole,
    /// The shop it works for; none for the company's server.
    #[n(3)]
    pub shop: Option<ShopId>,
    /// The register it serves.
    #[n(4)]
    pub register: Option<RegisterId>,
    /// What people call it.
    #[n(5)]
    pub name: String,
    /// What its receipt numbers begin with; no two devices share one.
    #[n(6)]
    pub series: String,
    /// What it sells in: its shop's currency.
    #[n(7)]
    pub currency: Currency,
    /// The device that it was before: its database was found to be a copy (I12), or a person set it up again with a code.
    #[n(8)]
    pub succeeds: Option<DeviceId>,
}

impl DeviceCertified {
    /// The longest series, in bytes: it stands on every receipt, in its code, and on a line of the smallest paper.
    pub const MAX_SERIES: usize = 16;

    /// Whether a text may be what a till's receipt numbers begin with.
    pub fn is_series(text: &str) -> bool {
        (1..=Self::MAX_SERIES).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

/// What holds of a device that was certified, from a place in its logs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum Standing {
    /// What it writes counts.
    #[n(0)]
    Active,
    /// What it wrote after the places named is kept, but does not count.
    #[n(1)]
    Revoked,
}

/// [`crate::Fact::DeviceStandingChanged`]: a device is revoked, or counts again. The newest of a device holds.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct DeviceStandingChanged {
    /// Which device.
    #[n(0)]
    pub device: DeviceId,
    /// What holds from now on.
    #[n(1)]
    pub standing: Standing,
    /// The last entry of its company log that counts, when it is revoked.
    #[n(2)]
    pub company_seq: u64,
    /// The last entry of its shop log that counts, when it is revoked.
    #[n(3)]
    pub shop_seq: u64,
    /// Why, in words.
    #[n(4)]
    pub reason: String,
}
