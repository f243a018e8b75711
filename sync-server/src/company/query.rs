//! What is asked about companies.

use super::{CompanyError, store};
use crate::platform::{
    Platform,
    db::{DbError, Tx},
    http::{PAGE, page},
};
use duka_api::{http, till::Page};
use duka_core::{CompanyId, Currency, Language, NumberForm, OperatorId, RegisterId, ShopId};
use uuid::Uuid;

/// A register with what stands around it.
#[derive(Clone, Debug)]
pub struct RegisterPlace {
    /// The company's name.
    pub company_name: String,
    /// Its currency.
    pub currency: Currency,
    /// The register.
    pub register: RegisterId,
    /// The shop.
    pub shop: ShopId,
    /// Its name.
    pub shop_name: String,
    /// The language that the shop speaks.
    pub language: Language,
    /// How numbers are written in the shop.
    pub number_form: NumberForm,
    /// The register's name.
    pub register_name: String,
    /// Who is at the till until staff sign in by themselves.
    pub operator: OperatorId,
}

pub(super) fn currency(code: &str) -> Result<Currency, DbError> {
    Currency::try_new(code).map_err(|fault| DbError::Other(sqlx::Error::Decode(fault.into())))
}

/// Where a register stands.
pub async fn place_of_register_in_tx(tx: &mut Tx, company: CompanyId, register: RegisterId) -> Result<RegisterPlace, CompanyError> {
    let row = store::place(tx, company, register).await?.ok_or(CompanyError::NoRegister(register))?;
    Ok(RegisterPlace {
        company_name: row.company_name,
        register,
        currency: currency(&row.currency)?,
        shop: ShopId::from_uuid(row.shop),
        shop_name: row.shop_name,
        language: store::language(&row.language)?,
        number_form: store::form(&row.number_form)?,
        register_name: row.register_name,
        operator: OperatorId::from_uuid(row.operator),
    })
}

/// An error unless the shop is the company's.
pub async fn shop_exists(platform: &Platform, company: CompanyId, shop: ShopId) -> Result<(), CompanyError> {
    store::shop(&platform.db, company, shop).await?.map(drop).ok_or(CompanyError::NoShop(shop))
}

/// How numbers are written in a shop of the company.
pub async fn number_form(platform: &Platform, company: CompanyId, shop: ShopId) -> Result<NumberForm, CompanyError> {
    let (form,) = store::number_form(&platform.db, company, shop).await?.ok_or(CompanyError::NoShop(shop))?;
    Ok(store::form(&form)?)
}

/// An error unless there is the company.
pub async fn exists(platform: &Platform, company: CompanyId) -> Result<(), CompanyError> {
    store::company(&platform.db, company).await?.map(drop).ok_or(CompanyError::NoCompany(company))
}

/// All companies by age.
pub async fn companies(platform: &Platform, after: Option<CompanyId>) -> Result<Page<http::Company>, CompanyError> {
    let rows = store::companies(&platform.db, after.map_or(Uuid::nil(), CompanyId::uuid), PAGE).await?;
    let view = |row: store::CompanyRow| {
        Ok(http::Company { company: CompanyId::from_uuid(row.company), name: row.name, currency: currency(&row.currency)? })
    };
    let Page { rows, next } = page(rows, |row| row.company.to_string(), view);
    Ok(Page { rows: rows.into_iter().collect::<Result<_, CompanyError>>()?, next })
}

/// A company's shops by age.
pub async fn shops(platform: &Platform, company: CompanyId, after: Option<ShopId>) -> Result<Page<http::Shop>, CompanyError> {
    exists(platform, company).await?;
    let rows = store::shops(&platform.db, company, after.map_or(Uuid::nil(), ShopId::uuid), PAGE).await?;
    Ok(page(rows, |row| row.id.to_string(), |row| http::Shop { shop: ShopId::from_uuid(row.id), name: row.name }))
}

/// A shop's registers by age.
pub async fn registers(
    platform: &Platform,
    company: CompanyId,
    shop: ShopId,
    after: Option<RegisterId>,
) -> Result<Page<http::Register>, CompanyError> {
    shop_exists(platform, company, shop).await?;
    let rows = store::registers(&platform.db, company, shop, after.map_or(Uuid::nil(), RegisterId::uuid), PAGE).await?;
    Ok(page(rows, |row| row.id.to_string(), |row| http::Register { register: RegisterId::from_uuid(row.id), name: row.name }))
}

/// All shops of a company.
pub async fn shops_in_tx(tx: &mut Tx, company: CompanyId) -> Result<Vec<ShopId>, DbError> {
    Ok(store::all_shops(tx, company).await?.into_iter().map(|(shop,)| ShopId::from_uuid(shop)).collect())
}
