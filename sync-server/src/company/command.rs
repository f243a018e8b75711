//! Making companies, shops and registers.

use super::{CompanyError, store};
use crate::{
    journal,
    platform::{Platform, db::Tx},
};
use duka_api::http;
use duka_core::{CompanyId, OperatorId, RegisterId, ShopId};

/// Makes a company, and this server a device of it.
pub async fn create(platform: &Platform, new: http::NewCompany) -> Result<http::Company, CompanyError> {
    let name = checked_name(&new.name, 100)?;
    let now = platform.clock.now();
    let company: CompanyId = platform.new_id(CompanyId::new);
    let mut tx = platform.db.begin().await?;
    store::insert_company(&mut tx, company, &name, new.currency, now.at).await?;
    journal::begin_in_tx(&mut tx, platform, company, new.currency, now).await?;
    tx.commit().await?;
    Ok(http::Company { company, name, currency: new.currency })
}

/// Makes a shop.
pub async fn create_shop(platform: &Platform, company: CompanyId, new: &http::NewShop) -> Result<http::Shop, CompanyError> {
    let name = checked_name(&new.name, 60)?;
    super::query::exists(platform, company).await?;
    let shop = platform.new_id(ShopId::new);
    let mut tx = platform.db.begin().await?;
    let row = store::NewShopRow {
        company,
        shop,
        name: &name,
        language: &new.language,
        number_form: new.number_form.unwrap_or_else(|| new.language.number_form()),
        at: platform.clock.now().at,
    };
    store::insert_shop(&mut tx, row).await?;
    tx.commit().await?;
    Ok(http::Shop { shop, name })
}

/// Makes a register.
pub async fn create_register(
    platform: &Platform,
    company: CompanyId,
    shop: ShopId,
    new: &http::Named,
) -> Result<http::Register, CompanyError> {
    let name = new.name.trim().to_owned();
    if !(1..=8).contains(&name.len()) || !name.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(CompanyError::RegisterName);
    }
    super::query::shop_exists(platform, company, shop).await?;
    let register = platform.new_id(RegisterId::new);
    let mut tx = platform.db.begin().await?;
    let row = store::NewRegisterRow {
        company,
        shop,
        register,
        name: &name,
        operator: platform.new_id(OperatorId::new),
        at: platform.clock.now().at,
    };
    match store::insert_register(&mut tx, row).await {
        Ok(()) => tx.commit().await?,
        Err(fault) if fault.is_duplicate() => return Err(CompanyError::RegisterTaken(name)),
        Err(fault) => return Err(fault.into()),
    }
    Ok(http::Register { register, name })
}

/// Counts one more device of a register than were counted, and than are `known`: 1 for its first.
pub async fn count_device_in_tx(tx: &mut Tx, company: CompanyId, register: RegisterId, known: i64) -> Result<i64, CompanyError> {
    store::count_device(tx, company, register, known).await?.ok_or(CompanyError::NoRegister(register))
}

fn checked_name(text: &str, longest: usize) -> Result<String, CompanyError> {
    let name = text.trim();
    if !(1..=longest).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(CompanyError::Name(longest));
    }
    Ok(name.to_owned())
}
