//! What is asked about companies.

use super::{CompanyError, store};
use crate::{
    platform::db::{DbError, Tx},
    state::AppState,
};
use duka_api::{http, till::Page};
use duka_core::{CompanyId, Currency, OperatorId, RegisterId, ShopId};
use uuid::Uuid;

/// Rows of a page.
const PAGE: i64 = 50;

/// A register with what stands around it.
#[derive(Clone, Debug)]
pub struct RegisterPlace {
    /// The company's name.
    pub company_name: String,
    /// Its currency.
    pub currency: Currency,
    /// The shop.
    pub shop: ShopId,
    /// Its name.
    pub shop_name: String,
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
        currency: currency(&row.currency)?,
        shop: ShopId::from_uuid(row.shop),
        shop_name: row.shop_name,
        register_name: row.register_name,
        operator: OperatorId::from_uuid(row.operator),
    })
}

/// An error unless the shop is the company's.
pub async fn shop_exists(state: &AppState, company: CompanyId, shop: ShopId) -> Result<(), CompanyError> {
    store::shop(&state.db, company, shop).await?.map(drop).ok_or(CompanyError::NoShop(shop))
}

/// An error unless there is the company.
pub async fn exists(state: &AppState, company: CompanyId) -> Result<(), CompanyError> {
    store::company(&state.db, company).await?.map(drop).ok_or(CompanyError::NoCompany(company))
}

/// All companies by age.
pub async fn companies(state: &AppState, after: Option<CompanyId>) -> Result<Page<http::Company>, CompanyError> {
    let rows = store::companies(&state.db, after.map_or(Uuid::nil(), CompanyId::uuid), PAGE).await?;
    let next = next(&rows, |row| row.company);
    let rows = rows
        .into_iter()
        .map(|row| Ok(http::Company { company: CompanyId::from_uuid(row.company), name: row.name, currency: currency(&row.currency)? }))
        .collect::<Result<_, CompanyError>>()?;
    Ok(Page { rows, next })
}

/// A company's shops by age.
pub async fn shops(state: &AppState, company: CompanyId, after: Option<ShopId>) -> Result<Page<http::Shop>, CompanyError> {
    exists(state, company).await?;
    let rows = store::shops(&state.db, company, after.map_or(Uuid::nil(), ShopId::uuid), PAGE).await?;
    let next = next(&rows, |row| row.id);
    Ok(Page { rows: rows.into_iter().map(|row| http::Shop { shop: ShopId::from_uuid(row.id), name: row.name }).collect(), next })
}

/// A shop's registers by age.
pub async fn registers(
    state: &AppState,
    company: CompanyId,
    shop: ShopId,
    after: Option<RegisterId>,
) -> Result<Page<http::Register>, CompanyError> {
    shop_exists(state, company, shop).await?;
    let rows = store::registers(&state.db, company, shop, after.map_or(Uuid::nil(), RegisterId::uuid), PAGE).await?;
    let next = next(&rows, |row| row.id);
    let rows = rows.into_iter().map(|row| http::Register { register: RegisterId::from_uuid(row.id), name: row.name }).collect();
    Ok(Page { rows, next })
}

/// Where the next page begins; none when this one is not full.
fn next<R>(rows: &[R], id: impl Fn(&R) -> Uuid) -> Option<String> {
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    rows.last().filter(|_| full).map(|row| id(row).to_string())
}

/// All shops of a company.
pub async fn shops_in_tx(tx: &mut Tx, company: CompanyId) -> Result<Vec<ShopId>, DbError> {
    Ok(store::all_shops(tx, company).await?.into_iter().map(|(shop,)| ShopId::from_uuid(shop)).collect())
}
