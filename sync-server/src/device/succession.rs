//! A till that is a copy goes on as another device, without a person (I12).

use super::{
    Device, DeviceError,
    command::{Newcomer, admit_in_tx},
    query, store,
};
use crate::{
    company, journal,
    platform::{
        Platform,
        db::{Lock, Tx},
    },
};
use duka_core::{CompanyId, DeviceId, RegisterId};
use duka_ledger::{DeviceCertified, Head, Held, Scope};
use duka_sync::Succession;

/// Successors that a register can have within a day, by the server's clock: a till that is copied more often than that is a fault of its
/// computer, which a person must look at (I11).
pub(super) const MOST_A_DAY: i64 = 24;
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// Certifies a device in the place of another, at the same register and under a series of its own. Asked again for the same, it gives the same
/// (I2). Not by a server that the asker knows to have written more to its own log than it holds: it takes that in first. Not for a device that was
/// revoked; but for one that was set apart, since two copies that meet are an accident.
pub async fn succeed(platform: &Platform, asked: &Succession) -> Result<DeviceCertified, DeviceError> {
    let now = platform.clock.now();
    let mut tx = platform.db.begin_locked(asked.company.uuid(), Lock::Exclusive).await?;
    let server = journal::server_in_tx(&mut tx, platform, asked.company).await?;
    let old = query::find_in_tx(&mut tx, asked.device).await?.filter(|old| old.company == asked.company);
    let old = old.ok_or(DeviceError::NoDevice(asked.device))?;
    let register = register_of(&old)?;
    if old.is_revoked() {
        return Err(DeviceError::Revoked(asked.device));
    }
    if let Some(known) = query::find_in_tx(&mut tx, asked.successor).await? {
        let certificate = known.writer.certificate;
        let same = (certificate.key, certificate.succeeds) == (asked.key, Some(asked.device));
        return if same { Ok(certificate) } else { Err(DeviceError::Taken(asked.successor)) };
    }
    journal::refuse_who_heard_more_in_tx(&mut tx, &server, asked.heard).await?;
    if store::count_successors(&mut tx, asked.company, register, now.at.plus_micros(-DAY)).await? >= MOST_A_DAY {
        return Err(DeviceError::TooManySuccessors(register));
    }
    let place = company::place_of_register_in_tx(&mut tx, asked.company, register).await?;
    let name = old.writer.certificate.name;
    let newcomer = Newcomer { device: asked.successor, name: &name, key: asked.key, succeeds: Some(asked.device) };
    let certificate = admit_in_tx(&mut tx, &server, &place, &newcomer, now).await?;
    // What this copy had not brought is written again by its successor; the other copy will say what it still has.
    journal::forget_claims_in_tx(&mut tx, asked.company, asked.device).await?;
    tx.commit().await?;
    Ok(certificate)
}

fn register_of(device: &Device) -> Result<RegisterId, DeviceError> {
    device.writer.certificate.register.ok_or(DeviceError::Server(device.id()))
}

/// Whose place a device takes that a code admits to a register, where the till was another one `before`: one of that register, of whose log of the
/// shop no more is held here than the till knows of. A shift goes on with what happened in it until then; had more happened, its sums would be wrong.
pub(super) async fn replaced_in_tx(
    tx: &mut Tx,
    company: CompanyId,
    register: RegisterId,
    before: Option<&Head>,
) -> Result<Option<DeviceId>, DeviceError> {
    let Some(before) = before else { return Ok(None) };
    let device = before.log.device;
    let Some(old) = query::find_in_tx(tx, device).await? else { return Ok(None) };
    let place = (old.company, old.writer.certificate.register, old.shop().map(Scope::Shop));
    if place != (company, Some(register), Some(before.log.scope)) || old.is_apart() {
        return Ok(None);
    }
    let held = journal::held_in_tx(tx, company, before.log).await?.map_or(Held::NOTHING, |known| known.held());
    // Two devices would go on with one shift.
    if !store::successors_of(tx, company, &[device.uuid()]).await?.is_empty() {
        return Ok(None);
    }
    let knows = held.seq < before.seq || (held.seq, held.hash) == (before.seq, before.hash);
    Ok(knows.then_some(device))
}
