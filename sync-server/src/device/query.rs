//! What is asked about devices.

use super::{DeviceError, store};
use crate::{
    company, journal,
    platform::{
        Platform,
        db::{DbError, Tx},
        http::{PAGE, page},
    },
};
use duka_api::{
    http::{DeviceLogView, DeviceState, DeviceSuccessor, DeviceView},
    till::Page,
};
use duka_core::{CompanyId, DeviceId, ShopId, Timestamp};
use duka_ledger::{DeviceCertified, DeviceRole, DeviceRow, DeviceStandingChanged, DeviceStandingRow, PublicKey, Standing, rule::Writer};
use std::collections::HashMap;
use uuid::Uuid;

/// A device as the rest of the server sees it.
#[derive(Clone, Debug)]
pub struct Device {
    /// Its company.
    pub company: CompanyId,
    /// What the company's server says of it.
    pub writer: Writer,
    /// Its log forked; a person decides (I3).
    pub quarantined: bool,
    /// Of its last exchange.
    pub counter: u64,
}

impl Device {
    /// Its id.
    pub const fn id(&self) -> DeviceId {
        self.writer.certificate.device
    }

    /// Its key.
    pub const fn key(&self) -> &PublicKey {
        &self.writer.certificate.key
    }

    /// Its shop; none for the company's server.
    pub const fn shop(&self) -> Option<ShopId> {
        self.writer.certificate.shop
    }

    /// Whether what it writes does not count any more.
    pub fn is_revoked(&self) -> bool {
        self.writer.standing.as_ref().is_some_and(|changed| changed.standing == Standing::Revoked)
    }

    /// Whether it may not take part: it was revoked, or is set apart.
    pub fn is_apart(&self) -> bool {
        self.quarantined || self.is_revoked()
    }

    /// Whether it is the company's server.
    pub fn is_server(&self) -> bool {
        self.writer.certificate.role == DeviceRole::Server
    }
}

/// The device with this id.
pub async fn find(platform: &Platform, device: DeviceId) -> Result<Option<Device>, DbError> {
    find_in_tx(&mut platform.db.snapshot().await?, device).await
}

/// The same, inside a transaction.
pub async fn find_in_tx(tx: &mut Tx, device: DeviceId) -> Result<Option<Device>, DbError> {
    let Some(row) = store::device(tx, device).await? else { return Ok(None) };
    let company = CompanyId::from_uuid(row.company);
    let certificate = certificate(row.certificate)?;
    let standing = store::standing(tx, company, device).await?.map(standing).transpose()?;
    let counter = u64::try_from(row.counter).unwrap_or(0);
    Ok(Some(Device { company, writer: Writer { certificate, standing }, quarantined: row.quarantined, counter }))
}

fn certificate(row: DeviceRow) -> Result<DeviceCertified, DbError> {
    row.try_into().map_err(|_| DbError::damaged("certificate"))
}

fn standing(row: DeviceStandingRow) -> Result<DeviceStandingChanged, DbError> {
    let DeviceStandingRow { device, standing, company_seq, shop_seq, reason, .. } = row;
    let standing = Standing::from_number(standing).ok_or_else(|| DbError::damaged("standing"))?;
    Ok(DeviceStandingChanged { device, standing, company_seq, shop_seq, reason })
}

/// A company's devices by age, with what is held of each.
pub async fn devices(platform: &Platform, company: CompanyId, after: Option<Uuid>) -> Result<Page<DeviceView>, DeviceError> {
    company::exists(platform, company).await?;
    let mut tx = platform.db.snapshot().await?;
    let rows = store::devices(&mut tx, company, after.unwrap_or(Uuid::nil()), PAGE).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.device.uuid()).collect();
    let mut logs = HashMap::<Uuid, Vec<DeviceLogView>>::new();
    for log in journal::summaries(&mut tx, company, &ids).await? {
        let number = |stored: i64| u64::try_from(stored).unwrap_or(0);
        logs.entry(log.device).or_default().push(DeviceLogView {
            scope: if log.scope == company.uuid() { "company" } else { "shop" }.to_owned(),
            held: number(log.seq),
            told: number(log.claimed.max(log.seq)),
            flagged: number(log.flagged),
            waiting: number(log.waiting),
        });
    }
    let enrolments: HashMap<Uuid, (Option<i64>, bool)> =
        store::enrolments(&mut tx, company, &ids).await?.into_iter().map(|(device, at, quarantined)| (device, (at, quarantined))).collect();
    let mut successors = HashMap::<Uuid, Vec<DeviceSuccessor>>::new();
    for (device, of, at) in store::successors_of(&mut tx, company, &ids).await? {
        let successor = DeviceSuccessor { device: DeviceId::from_uuid(device), since: at.map(Timestamp::from_micros) };
        successors.entry(of).or_default().push(successor);
    }
    successors.values_mut().for_each(|of_one| of_one.sort_unstable_by_key(|successor| successor.device));
    let mut standings = HashMap::new();
    for row in &rows {
        if let Some(row) = store::standing(&mut tx, company, row.device).await? {
            standings.insert(row.device, standing(row)?);
        }
    }
    let view = |row: DeviceRow| {
        let enrolment = enrolments.get(&row.device.uuid());
        let standing = standings.remove(&row.device);
        let state = match (&standing, enrolment) {
            _ if row.role == DeviceRole::Server.number() => DeviceState::Server,
            (_, Some((_, true))) => DeviceState::Quarantined,
            (Some(changed), _) if changed.standing == Standing::Revoked => DeviceState::Revoked,
            _ => DeviceState::Active,
        };
        DeviceView {
            device: row.device,
            name: row.name,
            shop: row.shop,
            register: row.register,
            series: row.series,
            succeeds: row.succeeds,
            successors: successors.remove(&row.device.uuid()).unwrap_or_default(),
            state,
            reason: standing.map(|changed| changed.reason).unwrap_or_default(),
            enrolled_at: enrolment.and_then(|(at, _)| at.map(Timestamp::from_micros)),
            logs: logs.remove(&row.device.uuid()).unwrap_or_default(),
        }
    };
    Ok(page(rows, |row| row.device.to_string(), view))
}
