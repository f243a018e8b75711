//! The table `device`.

use crate::{journal::Outcome, platform::StoreError};
use duka_core::{DeviceId, RegisterId, ShopId};
use duka_ledger::{DeviceCertified, PublicKey};
use rusqlite::{Connection, OptionalExtension, params};

/// Admits a device. Its key never changes: a second certificate with another key is refused.
pub(crate) fn certify_in_tx(tx: &Connection, certified: &DeviceCertified) -> Result<Outcome, StoreError> {
    if key(tx, certified.device)?.is_some_and(|known| known != certified.key) {
        return Ok(Outcome::Refused("the device has another key already".into()));
    }
    tx.prepare_cached(
        "insert into device (device, public_key, shop, register, name, series) values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (device) do update set shop = excluded.shop, register = excluded.register, name = excluded.name, series = excluded.series",
    )?
    .execute(params![
        certified.device.as_bytes(),
        certified.key.as_bytes(),
        certified.shop.as_ref().map(ShopId::as_bytes),
        certified.register.as_ref().map(RegisterId::as_bytes),
        certified.name,
        certified.series
    ])?;
    Ok(Outcome::Projected)
}

/// The public key of a device, if it was certified.
pub(crate) fn key(db: &Connection, device: DeviceId) -> Result<Option<PublicKey>, StoreError> {
    let key: Option<[u8; 32]> = db
        .prepare_cached("select public_key from device where device = ?1")?
        .query_row([device.as_bytes()], |row| row.get(0))
        .optional()?;
    key.map(|key| PublicKey::try_from_bytes(key).map_err(|fault| StoreError::Corrupt(format!("the key of {device}: {fault}")))).transpose()
}

/// The series of every device, to find a receipt by its digits alone.
pub(crate) fn series(db: &Connection) -> Result<Vec<String>, StoreError> {
    let mut statement = db.prepare_cached("select series from device where series <> '' order by series")?;
    let rows = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(rows)
}

pub(crate) fn clear_in_tx(tx: &Connection) -> Result<(), StoreError> {
    tx.execute("delete from device", [])?;
    Ok(())
}
