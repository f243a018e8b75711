//! Keys in encrypted files, for computers without a key store.

use super::{
    KeyError, KeyStore, SystemEntropy,
    folder::{keep_names, make_folder},
};
use chacha20poly1305::{
    ChaCha20Poly1305, Nonce,
    aead::{Aead, KeyInit},
};
use duka_core::{DeviceId, Entropy};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// One encrypted file a device. Weaker than a key store: whoever can read this folder as the till's user can decrypt it. It keeps a key from
/// being of use on another computer when only the database or only the key file was copied.
///
/// The file is ChaCha20-Poly1305 under a key derived (BLAKE3) from a random file beside it and this computer's machine id, where it has one.
pub struct FileKeyStore {
    folder: PathBuf,
}

impl FileKeyStore {
    /// Keeps keys in `folder`, which is made when it is first needed.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn file(&self, device: DeviceId) -> PathBuf {
        self.folder.join(format!("{device}.key"))
    }

    fn mark_file(&self, device: DeviceId) -> PathBuf {
        self.folder.join(format!("{device}.starts"))
    }

    fn cipher(&self) -> Result<ChaCha20Poly1305, KeyError> {
        let path = self.folder.join("wrap.bin");
        let salt = match fs::read(&path) {
            Ok(salt) if salt.len() == 32 => salt,
            Ok(_) => return Err(KeyError::Unreadable(format!("{} is damaged", path.display()))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut salt = [0; 32];
                SystemEntropy.fill(&mut salt);
                write_private(&path, &salt)?;
                salt.to_vec()
            }
            Err(error) => return Err(unavailable(&error)),
        };
        let machine = fs::read_to_string("/etc/machine-id").unwrap_or_default();
        let key = blake3::derive_key("duka 2026 device key file", &[salt.as_slice(), machine.trim().as_bytes()].concat());
        Ok(ChaCha20Poly1305::new(&key.into()))
    }
}

fn unavailable(error: &std::io::Error) -> KeyError {
    KeyError::Unavailable(error.to_string())
}

/// Writes a whole file that only this user may read; it is there whole or not at all, and once this returns, also after a power cut.
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), KeyError> {
    let write = || -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new(""));
        make_folder(folder)?;
        let mut fresh = path.as_os_str().to_owned();
        fresh.push(".new");
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&fresh)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&fresh, path)?;
        keep_names(folder)
    };
    write().map_err(|error| unavailable(&error))
}

impl KeyStore for FileKeyStore {
    fn load(&self, device: DeviceId) -> Result<Option<[u8; 32]>, KeyError> {
        let bytes = match fs::read(self.file(device)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unavailable(&error)),
        };
        let unreadable = || KeyError::Unreadable("it was made on another computer, or its file is damaged".into());
        let (nonce, sealed) = bytes.split_at_checked(12).ok_or_else(unreadable)?;
        let nonce: [u8; 12] = nonce.try_into().map_err(|_| unreadable())?;
        let secret = self.cipher()?.decrypt(&Nonce::from(nonce), sealed).map_err(|_| unreadable())?;
        secret.try_into().map(Some).map_err(|_| unreadable())
    }

    fn save(&self, device: DeviceId, secret: &[u8; 32]) -> Result<(), KeyError> {
        let mut nonce = [0; 12];
        SystemEntropy.fill(&mut nonce);
        let sealed = self
            .cipher()?
            .encrypt(&Nonce::from(nonce), secret.as_slice())
            .map_err(|_| KeyError::Unavailable("the key could not be encrypted".into()))?;
        write_private(&self.file(device), &[nonce.as_slice(), &sealed].concat())
    }

    fn mark(&self, device: DeviceId) -> Result<Option<u64>, KeyError> {
        match fs::read_to_string(self.mark_file(device)) {
            // One that cannot be read decides nothing.
            Ok(text) => Ok(text.trim().parse().ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(unavailable(&error)),
        }
    }

    fn set_mark(&self, device: DeviceId, mark: u64) -> Result<(), KeyError> {
        write_private(&self.mark_file(device), mark.to_string().as_bytes())
    }

    fn weak(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_and_its_file_does_not_show_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileKeyStore::new(folder.path().join("keys"));
        let device = DeviceId::from_bytes([7; 16]);
        assert_eq!(store.load(device).unwrap(), None);
        store.save(device, &[42; 32]).unwrap();
        assert_eq!(FileKeyStore::new(folder.path().join("keys")).load(device).unwrap(), Some([42; 32]));
        let file = fs::read(store.file(device)).unwrap();
        assert!(!file.windows(8).any(|bytes| bytes == [42; 8]));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(store.file(device)).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(store.weak());
        assert_eq!(store.mark(device).unwrap(), None);
        store.set_mark(device, 7).unwrap();
        assert_eq!((store.mark(device).unwrap(), store.load(device).unwrap()), (Some(7), Some([42; 32])));
    }

    #[test]
    fn a_damaged_or_foreign_key_file_is_an_error_not_a_new_key() {
        let folder = tempfile::tempdir().unwrap();
        let store = FileKeyStore::new(folder.path());
        let device = DeviceId::from_bytes([7; 16]);
        store.save(device, &[42; 32]).unwrap();
        fs::write(folder.path().join("wrap.bin"), [1; 32]).unwrap();
        assert!(matches!(store.load(device), Err(KeyError::Unreadable(_))));
        fs::write(store.file(device), [1, 2, 3]).unwrap();
        assert!(matches!(store.load(device), Err(KeyError::Unreadable(_))));
    }
}
