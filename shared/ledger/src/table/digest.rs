//! Digests, to compare what two holders have by (I4).

use super::Value;

/// Room for a row of the usual length, in bytes.
const USUAL: usize = 256;

/// A digest of a table: the same for the same rows in any order.
///
/// The wrapping sum of the first sixteen bytes of each row's BLAKE3 hash over its values as a CBOR array. It is always computed from the rows
/// that are there, never carried along, so a damaged table shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    sum: u128,
    rows: u64,
}

impl Digest {
    /// Adds a row by its values, column by column.
    pub fn add(&mut self, values: &[Value]) {
        let mut bytes = Vec::with_capacity(USUAL);
        // Encoding into a Vec cannot fail: values have no fallible encoders.
        let _ = minicbor::encode(values, &mut bytes);
        self.add_encoded(&bytes);
    }

    /// Adds a row by its values as a CBOR array, for whoever reads them so without making them [`Value`]s first.
    pub fn add_encoded(&mut self, bytes: &[u8]) {
        let mut half = [0; 16];
        half.copy_from_slice(blake3::hash(bytes).as_bytes().split_at(16).0);
        self.sum = self.sum.wrapping_add(u128::from_be_bytes(half));
        self.rows = self.rows.saturating_add(1);
    }

    /// How many rows were added.
    pub const fn rows(self) -> u64 {
        self.rows
    }

    /// As sent: `rows:sum` in hexadecimal.
    pub fn text(self) -> String {
        format!("{:x}:{:032x}", self.rows, self.sum)
    }
}

impl<'r> FromIterator<&'r [Value]> for Digest {
    fn from_iter<I: IntoIterator<Item = &'r [Value]>>(rows: I) -> Self {
        let mut digest = Self::default();
        rows.into_iter().for_each(|row| digest.add(row));
        digest
    }
}

/// One text for a set of named digests (tables, heads), whatever their order: what two holders compare first.
pub fn combined(parts: impl IntoIterator<Item = (String, String)>) -> String {
    let mut parts: Vec<_> = parts.into_iter().collect();
    parts.sort();
    let text: Vec<String> = parts.into_iter().map(|(name, digest)| format!("{name}={digest}")).collect();
    blake3::hash(text.join("\n").as_bytes()).to_hex().to_string()
}
