//! Where this computer keeps a device's private key: the operating system's key store, or encrypted files where there is none.

mod vault;

use self::vault::{SystemVault, TimedVault, Vault};
use duka_core::DeviceId;
use duka_pos::{FileKeyStore, KeyError, KeyStore};
use std::{
    path::Path,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// Long enough for a person to unlock the key store when the system asks for it, short enough not to look dead.
const LIMIT: Duration = Duration::from_secs(20);

/// The key store of this computer, probed when a key is first to be kept.
pub struct Keys {
    vault: TimedVault,
    files: FileKeyStore,
    vault_works: OnceLock<()>,
    in_files: AtomicBool,
}

impl Keys {
    /// Keys in the operating system's store, or else in files in `folder`.
    pub fn of_this_computer(folder: &Path) -> Self {
        Self::new(SystemVault, folder, LIMIT)
    }

    fn new(vault: impl Vault, folder: &Path, limit: Duration) -> Self {
        Self {
            vault: TimedVault::new(vault, limit),
            files: FileKeyStore::new(folder),
            vault_works: OnceLock::new(),
            in_files: AtomicBool::new(false),
        }
    }

    fn vault_works(&self) -> bool {
        if self.vault_works.get().is_some() {
            return true;
        }
        // Several tills may start on one computer at once: each probes with a name of its own.
        match self.vault.probe(&format!("probe-{}", std::process::id())) {
            Ok(()) => self.vault_works.set(()).is_ok() || self.vault_works.get().is_some(),
            // It may be for a moment only: the next key is tried again.
            Err(reason) => {
                tracing::warn!(%reason, "no usable key store on this computer now; the key is kept in an encrypted file");
                false
            }
        }
    }
}

fn name(device: DeviceId) -> String {
    format!("device-{device}")
}

fn starts(device: DeviceId) -> String {
    format!("starts-{device}")
}

impl KeyStore for Keys {
    /// Files first: a key that was once put there is not looked for in a store that may not answer.
    fn load(&self, device: DeviceId) -> Result<Option<[u8; 32]>, KeyError> {
        if let Some(secret) = self.files.load(device)? {
            self.in_files.store(true, Ordering::Relaxed);
            return Ok(Some(secret));
        }
        let found = self.vault.get(&name(device)).map_err(KeyError::Unavailable)?;
        self.in_files.store(false, Ordering::Relaxed);
        let unreadable = |_| KeyError::Unreadable("it has the wrong length".to_owned());
        found.map(|secret| secret.try_into().map_err(unreadable)).transpose()
    }

    fn save(&self, device: DeviceId, secret: &[u8; 32]) -> Result<(), KeyError> {
        if self.vault_works() {
            let kept = self.vault.set(&name(device), secret).and_then(|()| self.vault.get(&name(device)));
            match kept {
                Ok(Some(read)) if read == secret => {
                    self.in_files.store(false, Ordering::Relaxed);
                    return Ok(());
                }
                Ok(_) => tracing::warn!("the key store does not keep what it is given; the key is kept in an encrypted file"),
                Err(reason) => tracing::warn!(%reason, "the key store refused the key; it is kept in an encrypted file"),
            }
        }
        self.files.save(device, secret)?;
        self.in_files.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Beside the key: in a file where that is, else in the computer's store.
    fn mark(&self, device: DeviceId) -> Result<Option<u64>, KeyError> {
        if self.files.load(device)?.is_some() {
            return self.files.mark(device);
        }
        let found = self.vault.get(&starts(device)).map_err(KeyError::Unavailable)?;
        Ok(found.and_then(|text| String::from_utf8(text).ok()?.parse().ok()))
    }

    fn set_mark(&self, device: DeviceId, mark: u64) -> Result<(), KeyError> {
        if self.files.load(device)?.is_some() {
            return self.files.set_mark(device, mark);
        }
        self.vault.set(&starts(device), mark.to_string().as_bytes()).map_err(KeyError::Unavailable)
    }

    fn weak(&self) -> bool {
        self.in_files.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests;
