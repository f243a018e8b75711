//! Making codes, admitting devices, setting them apart.

use super::{DeviceError, State, code, store};
use crate::{
    company, journal,
    platform::{
        db::{DbError, Lock, Tx},
        secret,
    },
    state::AppState,
};
use duka_api::http;
use duka_core::{CompanyId, DeviceId, RegisterId, Timestamp};
use duka_ledger::{DeviceCertified, Fact, PublicKey};
use std::net::IpAddr;

/// A code works this long by the server's clock, µs.
const CODE_WORKS_FOR: i64 = 24 * 60 * 60 * 1_000_000;

/// Makes a code that admits one device to a register. Only its hash is kept.
pub async fn create_code(state: &AppState, company: CompanyId, register: RegisterId) -> Result<http::EnrolmentCode, DeviceError> {
    let code = code::make(&*state.entropy);
    let until = state.clock.now().at.plus_micros(CODE_WORKS_FOR);
    let mut tx = state.db.begin().await?;
    company::place_of_register_in_tx(&mut tx, company, register).await?;
    store::insert_code(&mut tx, company, register, code::hash(&code).unwrap_or_default(), until).await?;
    tx.commit().await?;
    Ok(http::EnrolmentCode { code, until })
}

/// Admits a device with a one-time code. Asked again with the same code, device and key it gives the same answer (I2).
pub async fn enrol(state: &AppState, from: Option<IpAddr>, asked: &http::EnrolRequest) -> Result<http::EnrolAnswer, DeviceError> {
    let now = state.clock.now();
    if !state.guesses.may_try(from, now.at) {
        return Err(DeviceError::TooManyGuesses);
    }
    let name = asked.name.trim();
    if !(1..=60).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(DeviceError::Name);
    }
    let key = secret::from_hex(&asked.public_key).and_then(|bytes| PublicKey::try_from_bytes(bytes).ok()).ok_or(DeviceError::Key)?;
    let enrolled = enrol_with_code(state, asked, name, key).await;
    if matches!(enrolled, Err(DeviceError::Code)) {
        state.guesses.wrong(from, now.at);
    }
    enrolled
}

async fn enrol_with_code(
    state: &AppState,
    asked: &http::EnrolRequest,
    name: &str,
    key: PublicKey,
) -> Result<http::EnrolAnswer, DeviceError> {
    let now = state.clock.now();
    let hash = code::hash(&asked.code).ok_or(DeviceError::Code)?;
    let mut tx = state.db.begin().await?;
    let row = store::lock_code(&mut tx, hash.clone()).await?.ok_or(DeviceError::Code)?;
    let (company, register) = (CompanyId::from_uuid(row.company), RegisterId::from_uuid(row.register));
    let place = company::place_of_register_in_tx(&mut tx, company, register).await?;
    let server = company::server_of(state, company).await?;

    let series = match row.device {
        Some(device) => {
            if device != asked.device.uuid() || row.device_key.as_deref() != Some(key.as_bytes()) {
                return Err(DeviceError::Code);
            }
            store::device_in_tx(&mut tx, company, asked.device).await?.ok_or(DeviceError::Code)?.series
        }
        None if row.until <= now.at.micros() => return Err(DeviceError::Code),
        None => {
            tx.lock(row.company, Lock::Exclusive).await?;
            let series = match company::count_device_in_tx(&mut tx, company, register).await? {
                1 => place.register_name.clone(),
                count => format!("{}.{count}", place.register_name),
            };
            let certificate = DeviceCertified {
                device: asked.device,
                key,
                shop: Some(place.shop),
                register: Some(register),
                name: name.to_owned(),
                series: series.clone(),
            };
            match admit_in_tx(&mut tx, company, &certificate, State::Active, now.at).await {
                Err(fault) if fault.is_duplicate() => return Err(DeviceError::Taken(asked.device)),
                admitted => admitted?,
            }
            store::use_code(&mut tx, company, hash, asked.device, key.as_bytes()).await?;
            journal::append_in_tx(&mut tx, &server, now, vec![Fact::DeviceCertified(certificate)]).await?;
            tx.commit().await?;
            series
        }
    };
    Ok(http::EnrolAnswer {
        company,
        company_name: place.company_name,
        shop: place.shop,
        shop_name: place.shop_name,
        register,
        register_name: place.register_name,
        series,
        currency: place.currency,
        operator: place.operator,
        server_device: server.device,
        server_key: secret::to_hex(server.key.public().as_bytes()),
    })
}

/// Writes a device down; its certificate must follow into the company's log.
pub async fn admit_in_tx(tx: &mut Tx, company: CompanyId, device: &DeviceCertified, state: State, at: Timestamp) -> Result<(), DbError> {
    store::insert_device(tx, company, device, state.name(), at).await
}

/// Sets a device apart whose log forked (I3): what it sends is refused until a person decided.
pub async fn quarantine_in_tx(tx: &mut Tx, company: CompanyId, device: DeviceId) -> Result<(), DbError> {
    store::set_state(tx, company, device, State::Quarantined.name()).await.map(drop)
}
