//! Devices: who may write into the company's journal, as its server says.

mod fact;
mod technical;

pub use fact::{DeviceCertified, DeviceRole, DeviceStandingChanged, Standing};
pub use technical::{TechnicalEvent, TechnicalKind};

use crate::{journal::PublicKey, table::table};
use duka_core::{Currency, DeviceId, RegisterId, ShopId};

table! {
    /// A certificate. Its key begins with the certified device: only the server certifies, and each device once.
    DeviceRow = "device", Company, Once, key 1 {
        /// Which device.
        device: DeviceId,
        /// Its public key.
        key: PublicKey,
        /// [`DeviceRole`] by its number.
        role: u16,
        /// The shop it works for.
        shop: Option<ShopId>,
        /// The register it serves.
        register: Option<RegisterId>,
        /// What people call it.
        name: String,
        /// What its receipt numbers begin with.
        series: String,
        /// What it sells in.
        currency: Currency,
        /// The device that it was before, if it was one.
        succeeds: Option<DeviceId>,
    }
}

table! {
    /// A change of what holds of a device. The newest of a device, by `lamport`, holds.
    DeviceStandingRow = "device_standing", Company, Once, key 2 {
        /// Which device.
        device: DeviceId,
        /// The logical time of the fact.
        lamport: u64,
        /// [`Standing`] by its number.
        standing: u16,
        /// The last entry of its company log that counts.
        company_seq: u64,
        /// The last entry of its shop log that counts.
        shop_seq: u64,
        /// Why, in words.
        reason: String,
    }
}

impl DeviceRole {
    /// Its number in columns.
    pub const fn number(self) -> u16 {
        match self {
            Self::Server => 0,
            Self::Till => 1,
        }
    }

    /// The role with this number.
    pub const fn from_number(number: u16) -> Option<Self> {
        match number {
            0 => Some(Self::Server),
            1 => Some(Self::Till),
            _ => None,
        }
    }
}

impl Standing {
    /// Its number in columns.
    pub const fn number(self) -> u16 {
        match self {
            Self::Active => 0,
            Self::Revoked => 1,
        }
    }

    /// The standing with this number.
    pub const fn from_number(number: u16) -> Option<Self> {
        match number {
            0 => Some(Self::Active),
            1 => Some(Self::Revoked),
            _ => None,
        }
    }
}

impl From<DeviceCertified> for DeviceRow {
    fn from(certified: DeviceCertified) -> Self {
        let DeviceCertified { device, key, role, shop, register, name, series, currency, succeeds } = certified;
        Self { device, key, role: role.number(), shop, register, name, series, currency, succeeds }
    }
}

/// The certificate that a row holds; none when its role is not one.
impl TryFrom<DeviceRow> for DeviceCertified {
    type Error = UnknownRole;

    fn try_from(row: DeviceRow) -> Result<Self, UnknownRole> {
        let DeviceRow { device, key, role, shop, register, name, series, currency, succeeds } = row;
        let role = DeviceRole::from_number(role).ok_or(UnknownRole(role))?;
        Ok(Self { device, key, role, shop, register, name, series, currency, succeeds })
    }
}

/// A stored number that is no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is not the number of a device's role")]
pub struct UnknownRole(u16);
