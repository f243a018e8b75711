//! The table `device`.

use crate::{journal::Outcome, platform::StoreError};
use duka_core::DeviceId;
use duka_ledger::{DeviceCertified, PublicKey};
use rusqlite::{Connection, OptionalExtension, params};

/// What is known of a device.
pub(crate) struct Known {
    pub(crate) key: PublicKey,
    pub(crate) name: String,
}

/// Admits a device. Its key never changes: a second certificate with another key is refused.
pub(crate) fn certify_in_tx(tx: &Connection, certified: &DeviceCertified) -> Result<Outcome, StoreError> {
    if let Some(known) = find(tx, certified.device)?
        && known.key != certified.key
    {
        return Ok(Outcome::Refused("the device has another key already".into()));
    }
    tx.prepare_cached(
        "insert into device (device, public_key, shop, register, name, series) values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (device) do update set shop = excluded.shop, register = excluded.register, name = excluded.name, series = excluded.series",
    )?
    .execute(params![
        certified.device.as_bytes(),
        certified.key.as_bytes(),
        certified.shop.as_ref().map(|shop| shop.as_bytes()),
        certified.register.as_ref().map(|register| register.as_bytes()),
        certified.name,
        certified.series
    ])?;
    Ok(Outcome::Projected)
}

pub(crate) fn find(db: &Connection, device: DeviceId) -> Result<Option<Known>, StoreError> {
    let row: Option<([u8; 32], String)> = db
        .prepare_cached("select public_key, name from device where device = ?1")?
        .query_row([device.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    row.map(|(key, name)| match PublicKey::try_from_bytes(key) {
        Ok(key) => Ok(Known { key, name }),
        Err(fault) => Err(StoreError::Corrupt(format!("the key of {device}: {fault}"))),
    })
    .transpose()
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
