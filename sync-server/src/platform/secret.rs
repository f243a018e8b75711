//! Secrets at rest: files that only the server's user may read, and keys sealed for the database.

use super::folder::keep_names;
use chacha20poly1305::{
    ChaCha20Poly1305, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use duka_core::Entropy;
use std::{
    fmt, fs,
    io::{self, Write},
    path::Path,
};

const NONCE: usize = 12;

/// The key that seals what the database keeps secret, 32 bytes.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

/// What can go wrong with a secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Not 64 hexadecimal digits.
    #[error("a secret key is 64 hexadecimal digits")]
    NotAKey,
    /// The file cannot be read or written.
    #[error("the secret in {path} cannot be kept: {fault}")]
    File {
        /// Which file.
        path: String,
        /// Why.
        fault: std::io::Error,
    },
    /// The key was here and is not any more.
    #[error("the database's keys are sealed with a secret key that is not in {path} any more: put that file back or set secret_key")]
    Lost {
        /// Where it should be.
        path: String,
    },
    /// Sealed with another key, or damaged.
    #[error("a sealed key cannot be opened; is secret_key the one that the database was made with?")]
    Sealed,
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(secret)")
    }
}

impl SecretKey {
    /// From 64 hexadecimal digits.
    pub fn try_from_hex(text: &str) -> Result<Self, SecretError> {
        from_hex(text.trim()).map(Self).ok_or(SecretError::NotAKey)
    }

    /// Seals `secret` for `owner`; only with the same owner it opens again.
    pub fn seal(&self, entropy: &dyn Entropy, owner: &[u8], secret: &[u8]) -> Result<Vec<u8>, SecretError> {
        let mut nonce = [0; NONCE];
        entropy.fill(&mut nonce);
        let sealed = self.cipher().encrypt(&Nonce::from(nonce), Payload { msg: secret, aad: owner }).map_err(|_| SecretError::Sealed)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`SecretKey::seal`] made.
    pub fn open(&self, owner: &[u8], sealed: &[u8]) -> Result<Vec<u8>, SecretError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(SecretError::Sealed)?;
        self.cipher().decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: owner }).map_err(|_| SecretError::Sealed)
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&self.0.into())
    }
}

/// Reads 32 bytes from 64 hexadecimal digits.
pub fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    text.bytes().all(|b| b.is_ascii_hexdigit()).then_some(bytes)
}

/// Hexadecimal digits of bytes.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The secret in a file, which must be there.
pub fn read(path: &Path) -> Result<String, SecretError> {
    read_if_there(path)?.ok_or_else(|| SecretError::Lost { path: path.display().to_string() })
}

fn read_if_there(path: &Path) -> Result<Option<String>, SecretError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text.trim().to_owned())),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(SecretError::File { path: path.display().to_string(), fault }),
    }
}

/// The secret in a file; made of 32 random bytes, for this user alone, if the file is not there.
pub fn read_or_make(path: &Path, entropy: &dyn Entropy) -> Result<String, SecretError> {
    let told = |fault| SecretError::File { path: path.display().to_string(), fault };
    if let Some(text) = read_if_there(path)? {
        return Ok(text);
    }
    let mut bytes = [0; 40];
    entropy.fill(&mut bytes);
    let (secret, name) = bytes.split_at(32);
    let text = to_hex(secret);
    // Another server that starts in this folder at the same moment makes one of its own.
    let fresh = path.with_added_extension(format!("{}.new", to_hex(name)));
    make(path, &fresh, &text).map_err(told)?;
    Ok(text)
}

/// Makes a file that is there whole or not at all, also after a power cut, and replaces none.
fn make(path: &Path, fresh: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(fresh)?;
    let made = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(fresh, path));
    fs::remove_file(fresh)?;
    made?;
    keep_names(path.parent().unwrap_or(Path::new("")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::entropy::SystemEntropy;

    #[test]
    fn a_sealed_key_opens_only_for_its_owner_and_with_its_key() {
        let key = SecretKey::try_from_hex(&"ab".repeat(32)).unwrap();
        let sealed = key.seal(&SystemEntropy, b"one", b"secret").unwrap();
        assert_eq!(key.open(b"one", &sealed).unwrap(), b"secret");
        assert!(key.open(b"two", &sealed).is_err());
        assert!(SecretKey::try_from_hex(&"00".repeat(32)).unwrap().open(b"one", &sealed).is_err());
        assert!(key.open(b"one", b"short").is_err());
    }

    #[test]
    fn hexadecimal_is_64_digits_and_nothing_else() {
        assert_eq!(from_hex(&to_hex(&[7; 32])), Some([7; 32]));
        for text in ["", "00", &"+0".repeat(32), &"zz".repeat(32), &"é".repeat(32)] {
            assert_eq!(from_hex(text), None);
        }
    }

    #[test]
    fn a_secret_is_made_once_and_kept_for_its_user() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret");
        let made = read_or_make(&path, &SystemEntropy).unwrap();
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing else is left");
        assert_eq!(read_or_make(&path, &SystemEntropy).unwrap(), made);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions()) & 0o777, 0o600);
    }
}
