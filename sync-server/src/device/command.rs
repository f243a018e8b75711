//! Making codes and admitting devices.

use super::{Device, DeviceError, Guesses, query, store, succession::replaced_in_tx};
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
use duka_sync::EnrolKnock;
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
    let knock = EnrolKnock::read(asked)?;
    // A wrong one takes no lock.
    let company = store::company_of_code(&mut platform.db.snapshot().await?, hash(knock.once())).await?;
    let enrolled = match company {
        Some(company) => enrol_with_code(platform, company, knock, now).await,
        None => Err(DeviceError::Code),
    };
    if matches!(enrolled, Err(DeviceError::Code)) {
        guesses.wrong(from, now.at);
    }
    enrolled
}

async fn enrol_with_code(platform: &Platform, company: CompanyId, knock: EnrolKnock, now: LocalTime) -> Result<Vec<u8>, DeviceError> {
    let hash = hash(knock.once());
    let mut tx = platform.db.begin_locked(company.uuid(), Lock::Exclusive).await?;
    let row = store::lock_code(&mut tx, company, hash.clone()).await?.ok_or(DeviceError::Code)?;
    let register = RegisterId::from_uuid(row.register);
    let place = company::place_of_register_in_tx(&mut tx, company, register).await?;
    let server = journal::server_in_tx(&mut tx, platform, company).await?;
    // Whoever cannot sign with the key it names uses no code up.
    let received = knock.open(&server.key.public())?;
    let (asked, key) = (&received.request, received.request.key);
    let name = device_name(&asked.name)?;

    let certificate = match row.device {
        Some(device) if device == asked.device.uuid() && row.device_key.as_deref() == Some(key.as_bytes()) => {
            query::find_in_tx(&mut tx, asked.device).await?.ok_or(DeviceError::Code)?.writer.certificate
        }
        Some(_) => return Err(DeviceError::Code),
        None if row.until <= now.at.micros() => return Err(DeviceError::Code),
        None => {
            let known = query::find_in_tx(&mut tx, asked.device).await?;
            let certificate = match known.filter(|known| is_admitted(known, company, register, key)) {
                Some(known) => known.writer.certificate,
                None => {
                    let heard = asked.heard.filter(|heard| heard.log.device == server.device).map_or(0, |heard| heard.seq);
                    journal::refuse_who_heard_more_in_tx(&mut tx, &server, heard).await?;
                    let succeeds = replaced_in_tx(&mut tx, company, register, asked.before.as_ref()).await?;
                    let newcomer = Newcomer { device: asked.device, name, key, succeeds };
                    admit_in_tx(&mut tx, &server, &place, &newcomer, now).await?
                }
            };
            store::use_code(&mut tx, company, hash, asked.device, key.as_bytes()).await?;
            tx.commit().await?;
            certificate
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
