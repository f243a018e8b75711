//! What holds of a device after it was admitted: revoked and released by a person, set apart when its log forked.

use super::{Device, DeviceError, query, store};
use crate::{
    journal::{self, HeldLog, Server},
    platform::{
        Platform,
        db::{DbError, Lock, Tx},
    },
};
use duka_api::http::{RevokeDevice, Successors};
use duka_core::{CompanyId, DeviceId};
use duka_ledger::{DeviceRole, DeviceStandingChanged, Fact, LogId, Scope, Standing};

/// Revokes a device: what it wrote after the places named (or after what is held now) is kept, but does not count. Where it has gone on under other
/// ids, it must be said what becomes of these.
///
/// Its logs are marked to be folded again: whoever attends to the backlog does that after the commit.
pub async fn revoke(platform: &Platform, company: CompanyId, device: DeviceId, asked: &RevokeDevice) -> Result<(), DeviceError> {
    let (mut tx, server, found) = begin(platform, company, device).await?;
    let successors = active_successors_in_tx(&mut tx, &found).await?;
    let too = match asked.successors {
        _ if successors.is_empty() => Vec::new(),
        Some(Successors::Revoke) => successors,
        Some(Successors::Keep) => Vec::new(),
        None => return Err(DeviceError::GoesOn(device, successors.iter().map(named).collect())),
    };
    let mut changes = vec![revoked_in_tx(&mut tx, &found, asked, (asked.company_seq, asked.shop_seq)).await?];
    for successor in too {
        changes.push(revoked_in_tx(&mut tx, &successor, asked, (None, None)).await?);
    }
    change(platform, tx, &server, changes).await
}

fn named(device: &Device) -> String {
    format!("{} ({})", device.writer.certificate.series, device.id())
}

/// What revokes a device after these places of its logs, or after what is held of them.
async fn revoked_in_tx(
    tx: &mut Tx,
    device: &Device,
    asked: &RevokeDevice,
    (company_seq, shop_seq): (Option<u64>, Option<u64>),
) -> Result<DeviceStandingChanged, DeviceError> {
    let held = held_in_tx(tx, device).await?;
    // If its log forked, this is the decision: of neither branch counts what stands behind.
    store::set_quarantined(tx, device.company, device.id(), false).await?;
    Ok(DeviceStandingChanged {
        device: device.id(),
        standing: Standing::Revoked,
        company_seq: company_seq.unwrap_or(held.0),
        shop_seq: shop_seq.unwrap_or(held.1),
        reason: asked.reason.trim().to_owned(),
    })
}

/// The devices that took a device's place, and those that took theirs, as far as they are not revoked.
async fn active_successors_in_tx(tx: &mut Tx, device: &Device) -> Result<Vec<Device>, DbError> {
    let Some(register) = device.writer.certificate.register else { return Ok(Vec::new()) };
    let rows = store::successors(tx, device.company, register).await?;
    let (mut chain, mut next) = (vec![device.id()], 0);
    while let Some(of) = chain.get(next).copied() {
        let taken_by = rows.iter().filter(|row| row.succeeds == Some(of) && !chain.contains(&row.device)).map(|row| row.device);
        let taken_by: Vec<DeviceId> = taken_by.collect();
        chain.extend(taken_by);
        next += 1;
    }
    let mut active = Vec::new();
    for successor in chain.into_iter().skip(1) {
        active.extend(query::find_in_tx(tx, successor).await?.filter(|successor| !successor.is_revoked()));
    }
    Ok(active)
}

/// Lets a device count again that was revoked, and take part again that was set apart. All that it wrote counts.
pub async fn release(platform: &Platform, company: CompanyId, device: DeviceId, reason: &str) -> Result<(), DeviceError> {
    let (mut tx, server, found) = begin(platform, company, device).await?;
    store::set_quarantined(&mut tx, company, device, false).await?;
    // It may read more now.
    tx.grew(company.uuid());
    if !found.is_revoked() {
        return Ok(tx.commit().await?);
    }
    let reason = reason.trim().to_owned();
    let changed = DeviceStandingChanged { device, standing: Standing::Active, company_seq: 0, shop_seq: 0, reason };
    change(platform, tx, &server, vec![changed]).await
}

/// Sets a device apart whose log forked (I3): nothing more is taken of its logs until a person decided.
pub async fn quarantine_in_tx(tx: &mut Tx, company: CompanyId, device: DeviceId) -> Result<(), DbError> {
    store::set_quarantined(tx, company, device, true).await?;
    // It may read less now.
    tx.grew(company.uuid());
    Ok(())
}

async fn begin(platform: &Platform, company: CompanyId, device: DeviceId) -> Result<(Tx, Server, Device), DeviceError> {
    let mut tx = platform.db.begin_locked(company.uuid(), Lock::Exclusive).await?;
    let server = journal::server_in_tx(&mut tx, platform, company).await?;
    let found = query::find_in_tx(&mut tx, device).await?.filter(|found| found.company == company);
    let found = found.ok_or(DeviceError::NoDevice(device))?;
    if found.writer.certificate.role == DeviceRole::Server { Err(DeviceError::Server(device)) } else { Ok((tx, server, found)) }
}

/// The last entries of its company log and of its shop log that are held.
async fn held_in_tx(tx: &mut Tx, device: &Device) -> Result<(u64, u64), DbError> {
    let log = |scope| LogId { device: device.id(), scope };
    let of_company = journal::held_in_tx(tx, device.company, log(Scope::Company(device.company))).await?;
    let of_shop = match device.shop() {
        Some(shop) => journal::held_in_tx(tx, device.company, log(Scope::Shop(shop))).await?,
        None => None,
    };
    let last = |held: Option<HeldLog>| held.map_or(0, |log| log.head.seq);
    Ok((last(of_company), last(of_shop)))
}

async fn change(platform: &Platform, mut tx: Tx, server: &Server, changes: Vec<DeviceStandingChanged>) -> Result<(), DeviceError> {
    let facts = changes.into_iter().map(Fact::DeviceStandingChanged).collect();
    journal::append_in_tx(&mut tx, server, platform.clock.now(), facts).await?;
    Ok(tx.commit().await?)
}
