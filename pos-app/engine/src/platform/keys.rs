//! Where a device's private key lives.

use duka_core::DeviceId;

/// Keeps private keys: the operating system's key store, or a file where there is none.
pub trait KeyStore: Send + Sync {
    /// The secret of `device`, if it is here.
    fn load(&self, device: DeviceId) -> Result<Option<[u8; 32]>, KeyError>;
    /// Keeps the secret of `device`; only when this returned may the device be used.
    fn save(&self, device: DeviceId, secret: &[u8; 32]) -> Result<(), KeyError>;
    /// How often `device` was started, as it was last noted here; none when that was never noted.
    fn mark(&self, device: DeviceId) -> Result<Option<u64>, KeyError>;
    /// Notes it. A database that knows of fewer starts than its device's key store is an older copy of the device's (I12).
    fn set_mark(&self, device: DeviceId, mark: u64) -> Result<(), KeyError>;
    /// True when keys lie in a file, which a thief of the disk may read.
    fn weak(&self) -> bool;
}

/// The key store did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It cannot be reached, or refused.
    #[error("The key store cannot be used: {0}")]
    Unavailable(String),
    /// What it holds is no key of this computer.
    #[error("The stored key of this device cannot be read: {0}")]
    Unreadable(String),
}
