//! The table `setting`: small values of this computer, as JSON.

use super::StoreError;
use rusqlite::{Connection, OptionalExtension};
use serde::{Serialize, de::DeserializeOwned};

/// The value under `key`; none when it is absent or of another shape.
pub(crate) fn load<T: DeserializeOwned>(db: &Connection, key: &str) -> Result<Option<T>, StoreError> {
    let text: Option<String> =
        db.prepare_cached("select value from setting where key = ?1")?.query_row([key], |row| row.get(0)).optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Keeps a value.
pub(crate) fn save_in_tx<T: Serialize>(tx: &Connection, key: &str, value: &T) -> Result<(), StoreError> {
    let text = serde_json::to_string(value).map_err(|fault| StoreError::Fault(fault.to_string()))?;
    tx.prepare_cached("insert into setting (key, value) values (?1, ?2) on conflict (key) do update set value = excluded.value")?
        .execute([key, &text])?;
    Ok(())
}
