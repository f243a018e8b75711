//! Making codes and admitting devices.

use super::{
    Device, DeviceError, Guesses, query,
    store::{self, CodeRow},
    succession::replaced_in_tx,
};
use crate::{
    company::{self, RegisterPlace},
    journal::{self, Server},
    platform::{
        Platform,
        db::{Lock, Tx},
        secret,
    },
};
use duka_api::http;
use duka_core::{CompanyId, DeviceId, EnrolCode, LocalTime, OneTimeCode, RegisterId};
use duka_ledger::{DeviceCertified, DeviceRole, Fact, PublicKey, rule::MAX_DEVICES};
use duka_sync::{EnrolKnock, EnrolRequest};
use std::net::IpAddr;

/// A code works this long by the server's clock, µs.
const CODE_WORKS_FOR: i64 = 24 * 60 * 60 * 1_000_000;

/// Makes a code that admits one device to a register. Only the hash of its one-time part is kept.
pub async fn create_code(platform: &Platform, company: CompanyId, register: RegisterId) -> Result<http::EnrolmentCode, DeviceError> {
    let once = OneTimeCode::new(&*platform.entropy);
    let until = platform.clock.now().at.plus_micros(CODE_WORKS_FOR);
    let mut tx = platform.db.begin().await?;
    company::place_of_register_in_tx(&mut tx, company, register).await?;
    let server = journal::server_in_tx(&mut tx, platform, company).await?;
    store::insert_code(&mut tx, company, register, hash(&once), until).await?;
    tx.commit().await?;
    Ok(http::EnrolmentCode { code: EnrolCode::new(once, server.key.public().as_bytes()).to_string(), until })
}

/// What a one-time code is kept as.
fn hash(once: &OneTimeCode) -> Vec<u8> {
    blake3::derive_key("duka enrolment code 1", once.letters().as_bytes()).to_vec()
}

/// Admits the device that sent a sealed request with a one-time code; gives the sealed answer. Asked again with the same code, device and key,
/// or with another code for the same register, it says the same (I2).
pub async fn enrol(platform: &Platform, guesses: &Guesses, from: Option<IpAddr>, asked: &[u8]) -> Result<Vec<u8>, DeviceError> {
    let now = platform.clock.now();
    if !guesses.may_try(from, now.at) {
        return Err(DeviceError::TooManyGuesses);
    }
    let enrolled = enrol_with_code(platform, EnrolKnock::read(asked)?, now).await;
    if matches!(enrolled, Err(DeviceError::Code)) {
        guesses.wrong(from, now.at);
    }
    enrolled
}

/// All is looked at before anybody has to wait for it: only who has a good code, and can sign with the key that it names, takes the company's turn.
async fn enrol_with_code(platform: &Platform, knock: EnrolKnock, now: LocalTime) -> Result<Vec<u8>, DeviceError> {
    let hash = hash(knock.once());
    let mut seen = platform.db.snapshot().await?;
    let row = store::code(&mut seen, hash.clone()).await?.ok_or(DeviceError::Code)?;
    let (company, register) = (CompanyId::from_uuid(row.company), RegisterId::from_uuid(row.register));
    let place = company::place_of_register_in_tx(&mut seen, company, register).await?;
    let server = journal::server_in_tx(&mut seen, platform, company).await?;
    let received = knock.open(&server.key.public())?;
    let asked = &received.request;
    let name = device_name(&asked.name)?;
    let certificate = match again_in_tx(&mut seen, &row, asked, now).await? {
        Some(certificate) => certificate,
        None => {
            drop(seen);
            let mut tx = platform.db.begin_locked(company.uuid(), Lock::Exclusive).await?;
            let row = store::code(&mut tx, hash.clone()).await?.ok_or(DeviceError::Code)?;
            match again_in_tx(&mut tx, &row, asked, now).await? {
                Some(certificate) => certificate,
                None => {
                    let certificate = admit_by_code_in_tx(&mut tx, &server, &place, (asked, name), now).await?;
                    store::use_code(&mut tx, company, hash, asked.device, asked.key.as_bytes()).await?;
                    tx.commit().await?;
                    certificate
                }
            }
        }
    };
    let answer = http::EnrolAnswer {
        company,
        company_name: place.company_name,
        shop: place.shop,
        shop_name: place.shop_name,
        register,
        register_name: place.register_name,
        series: certificate.series,
        currency: place.currency,
        language: place.language,
        number_form: place.number_form,
        operator: place.operator,
        server_device: server.device,
        server_key: secret::to_hex(server.key.public().as_bytes()),
        succeeds: certificate.succeeds,
    };
    Ok(received.answer(server.device, &server.key, now.at, answer)?)
}

/// The certificate of a device that redeemed this code before; none for a code that is still to be redeemed.
async fn again_in_tx(tx: &mut Tx, row: &CodeRow, asked: &EnrolRequest, now: LocalTime) -> Result<Option<DeviceCertified>, DeviceError> {
    match row.device {
        Some(device) if device == asked.device.uuid() && row.device_key.as_deref() == Some(asked.key.as_bytes()) => {
            Ok(Some(query::find_in_tx(tx, asked.device).await?.ok_or(DeviceError::Code)?.writer.certificate))
        }
        None if now.at.micros() < row.until => Ok(None),
        Some(_) | None => Err(DeviceError::Code),
    }
}

/// Admits a device to a register, or finds it admitted there with another code.
async fn admit_by_code_in_tx(
    tx: &mut Tx,
    server: &Server,
    place: &RegisterPlace,
    (asked, name): (&EnrolRequest, &str),
    now: LocalTime,
) -> Result<DeviceCertified, DeviceError> {
    let known = query::find_in_tx(tx, asked.device).await?;
    if let Some(known) = known.filter(|known| is_admitted(known, server.company, place.register, asked.key)) {
        return Ok(known.writer.certificate);
    }
    let heard = asked.heard.filter(|heard| heard.log.device == server.device).map_or(0, |heard| heard.seq);
    journal::refuse_who_heard_more_in_tx(tx, server, heard).await?;
    let succeeds = replaced_in_tx(tx, server.company, place.register, asked.before.as_ref()).await?;
    let newcomer = Newcomer { device: asked.device, name, key: asked.key, succeeds };
    admit_in_tx(tx, server, place, &newcomer, now).await
}

/// Whether a device that asks was admitted to this register before, with another code whose answer was lost.
fn is_admitted(known: &Device, company: CompanyId, register: RegisterId, key: PublicKey) -> bool {
    let certificate = &known.writer.certificate;
    (known.company, certificate.register, certificate.key) == (company, Some(register), key) && !known.is_apart()
}

/// What people call a device, where it can be printed.
fn device_name(text: &str) -> Result<&str, DeviceError> {
    let name = text.trim();
    let fits = (1..=60).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name) } else { Err(DeviceError::Name) }
}

/// A device to be certified.
pub(super) struct Newcomer<'n> {
    pub(super) device: DeviceId,
    pub(super) name: &'n str,
    pub(super) key: PublicKey,
    /// Whom it takes the place of, if it is a copy that goes on by itself, or a till that was set up again.
    pub(super) succeeds: Option<DeviceId>,
}

/// Certifies a device.
pub(super) async fn admit_in_tx(
    tx: &mut Tx,
    server: &Server,
    place: &RegisterPlace,
    newcomer: &Newcomer<'_>,
    now: LocalTime,
) -> Result<DeviceCertified, DeviceError> {
    let (company, register) = (server.company, place.register);
    if query::find_in_tx(tx, newcomer.device).await?.is_some() {
        return Err(DeviceError::Taken(newcomer.device));
    }
    if store::count_devices(tx, company, place.shop).await? >= i64::try_from(MAX_DEVICES).unwrap_or(i64::MAX) {
        return Err(DeviceError::TooMany(place.shop));
    }
    // Some may have been admitted after the backup to which this server was restored: each has a series of its own (I7).
    let known = store::count_devices_of_register(tx, company, register).await?;
    let series = match company::count_device_in_tx(tx, company, register, known).await? {
        1 => place.register_name.clone(),
        count => format!("{}.{count}", place.register_name),
    };
    if !DeviceCertified::is_series(&series) {
        return Err(DeviceError::Series(series));
    }
    let certificate = DeviceCertified {
        device: newcomer.device,
        key: newcomer.key,
        role: DeviceRole::Till,
        shop: Some(place.shop),
        register: Some(register),
        name: newcomer.name.to_owned(),
        series,
        currency: place.currency,
        succeeds: newcomer.succeeds,
    };
    match store::insert_enrolment(tx, company, newcomer.device, now.at).await {
        Err(fault) if fault.is_duplicate() => return Err(DeviceError::Taken(newcomer.device)),
        inserted => inserted?,
    }
    journal::append_in_tx(tx, server, now, vec![Fact::DeviceCertified(certificate.clone())]).await?;
    Ok(certificate)
}
