//! What the server says of a device: tables `device` and `device_standing`.

use crate::{platform::StoreError, tables};
use duka_core::DeviceId;
use duka_ledger::{DeviceCertified, DeviceRow, DeviceStandingChanged, DeviceStandingRow, PublicKey, Standing, rule::Writer};
use rusqlite::Connection;

/// A device's certificate, if it has come and this version can read it.
pub(crate) fn certificate(db: &Connection, device: DeviceId) -> Result<Option<DeviceCertified>, StoreError> {
    let row: Option<DeviceRow> = tables::first(db, "where device = ?1", [device.as_bytes()])?;
    Ok(row.and_then(|row| {
        let read = DeviceCertified::try_from(row);
        read.inspect_err(|fault| tracing::warn!(%device, %fault, "a certificate cannot be read by this version")).ok()
    }))
}

/// The public key of a device, if it was certified.
pub(crate) fn key(db: &Connection, device: DeviceId) -> Result<Option<PublicKey>, StoreError> {
    Ok(certificate(db, device)?.map(|certificate| certificate.key))
}

/// A writer by its certificate, with the newest of what holds of it.
pub(crate) fn writer(db: &Connection, certificate: DeviceCertified) -> Result<Writer, StoreError> {
    let standing = standing(db, certificate.device)?;
    Ok(Writer { certificate, standing })
}

/// Why a device was revoked; none if what it writes counts.
pub(crate) fn revoked(db: &Connection, device: DeviceId) -> Result<Option<String>, StoreError> {
    Ok(standing(db, device)?.filter(|changed| changed.standing == Standing::Revoked).map(|changed| changed.reason))
}

/// The newest of what holds of a device.
fn standing(db: &Connection, device: DeviceId) -> Result<Option<DeviceStandingChanged>, StoreError> {
    let newest: Option<DeviceStandingRow> = tables::first(db, "where device = ?1 order by lamport desc limit 1", [device.as_bytes()])?;
    let changed = newest.map(|row| {
        let standing = Standing::from_number(row.standing).ok_or_else(|| StoreError::Corrupt("a device's standing".into()))?;
        let DeviceStandingRow { device, company_seq, shop_seq, reason, .. } = row;
        Ok::<_, StoreError>(DeviceStandingChanged { device, standing, company_seq, shop_seq, reason })
    });
    changed.transpose()
}

/// The devices that took the place of one, each after the other (I12).
pub(crate) fn successors(db: &Connection, of: DeviceId) -> Result<Vec<DeviceId>, StoreError> {
    let text = "with recursive successor (device) as (
        select device from device where succeeds = ?1
        union select next.device from device next join successor on next.succeeds = successor.device)
        select device from successor";
    let mut statement = db.prepare_cached(text)?;
    let rows = statement.query_map([of.as_bytes()], |row| Ok(DeviceId::from_bytes(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The series of every till that was ever certified, and whose it is.
pub(crate) fn series(db: &Connection) -> Result<Vec<(String, DeviceId)>, StoreError> {
    let rows: Vec<DeviceRow> = tables::select(db, "where series <> '' order by series, device", [])?;
    Ok(rows.into_iter().map(|row| (row.series, row.device)).collect())
}
