//! Making companies, shops and registers.

use super::{CompanyError, Server, store};
use crate::{device, journal, platform::db::Tx, state::AppState};
use duka_api::http;
use duka_core::{CompanyId, DeviceId, OperatorId, RegisterId, ShopId};
use duka_ledger::{DeviceCertified, DeviceKey, Fact};

/// Makes a company, and this server a device of it: with a key of its own, whose certificate is the first fact of the company's log.
pub async fn create(state: &AppState, new: http::NewCompany) -> Result<http::Company, CompanyError> {
    let name = checked_name(&new.name, 100)?;
    let now = state.clock.now();
    let company: CompanyId = state.new_id(CompanyId::new);
    let mut secret = [0; 32];
    state.entropy.fill(&mut secret);
    let server = Server {
        company,
        company_name: name.clone(),
        currency: new.currency,
        device: state.new_id(DeviceId::new),
        key: DeviceKey::from_secret(secret),
    };
    let certificate = DeviceCertified {
        device: server.device,
        key: server.key.public(),
        shop: None,
        register: None,
        name: "server".to_owned(),
        series: String::new(),
    };

    let mut tx = state.db.begin().await?;
    let row = store::NewCompanyRow {
        company,
        name: &name,
        currency: new.currency.code(),
        at: now.at,
        server_device: server.device.uuid(),
        server_key: server.key.public().as_bytes().to_vec(),
        server_secret: state.secret_key.seal(&*state.entropy, company.as_bytes(), &secret)?,
    };
    store::insert_company(&mut tx, row).await?;
    device::admit_in_tx(&mut tx, company, &certificate, device::State::Server, now.at).await?;
    journal::append_in_tx(&mut tx, &server, now, vec![Fact::DeviceCertified(certificate)]).await?;
    tx.commit().await?;
    Ok(http::Company { company, name, currency: new.currency })
}

/// Makes a shop.
pub async fn create_shop(state: &AppState, company: CompanyId, new: &http::Named) -> Result<http::Shop, CompanyError> {
    let name = checked_name(&new.name, 60)?;
    super::query::exists(state, company).await?;
    let shop = state.new_id(ShopId::new);
    let mut tx = state.db.begin().await?;
    store::insert_shop(&mut tx, company, shop, &name, state.clock.now().at).await?;
    tx.commit().await?;
    Ok(http::Shop { shop, name })
}

/// Makes a register.
pub async fn create_register(
    state: &AppState,
    company: CompanyId,
    shop: ShopId,
    new: &http::Named,
) -> Result<http::Register, CompanyError> {
    let name = new.name.trim().to_owned();
    if !(1..=8).contains(&name.len()) || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(CompanyError::RegisterName);
    }
    super::query::shop_exists(state, company, shop).await?;
    let register = state.new_id(RegisterId::new);
    let mut tx = state.db.begin().await?;
    let row =
        store::NewRegisterRow { company, shop, register, name: &name, operator: state.new_id(OperatorId::new), at: state.clock.now().at };
    match store::insert_register(&mut tx, row).await {
        Ok(()) => tx.commit().await?,
        Err(fault) if fault.is_duplicate() => return Err(CompanyError::RegisterTaken(name)),
        Err(fault) => return Err(fault.into()),
    }
    Ok(http::Register { register, name })
}

/// Counts one more device of a register: 1 for its first.
pub async fn count_device_in_tx(tx: &mut Tx, company: CompanyId, register: RegisterId) -> Result<i64, CompanyError> {
    store::count_device(tx, company, register).await?.ok_or(CompanyError::NoRegister(register))
}

fn checked_name(text: &str, longest: usize) -> Result<String, CompanyError> {
    let name = text.trim();
    if !(1..=longest).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(CompanyError::Name(longest));
    }
    Ok(name.to_owned())
}
