//! Tables company, shop, register.

use crate::platform::db::{Db, DbError, Tx};
use duka_core::{CompanyId, Currency, Language, NumberForm, OperatorId, RegisterId, ShopId, Timestamp};
use uuid::Uuid;

/// A row of company.
#[derive(sqlx_macros::FromRow)]
pub(super) struct CompanyRow {
    pub(super) company: Uuid,
    pub(super) name: String,
    pub(super) currency: String,
}

/// A row of shop, or the part of register that is listed.
#[derive(sqlx_macros::FromRow)]
pub(super) struct NamedRow {
    pub(super) id: Uuid,
    pub(super) name: String,
}

pub(super) async fn insert_company(tx: &mut Tx, company: CompanyId, name: &str, currency: Currency, at: Timestamp) -> Result<(), DbError> {
    tx.query("INSERT INTO company (company, name, currency, created_at) VALUES ($1, $2, $3, $4)")
        .bind(company.uuid())
        .bind(name.to_owned())
        .bind(currency.code().to_owned())
        .bind(at.micros())
        .execute()
        .await
        .map(drop)
}

pub(super) async fn company(db: &Db, company: CompanyId) -> Result<Option<CompanyRow>, DbError> {
    db.query("SELECT company, name, currency FROM company WHERE company = $1").bind(company.uuid()).fetch_optional().await
}

pub(super) async fn companies(db: &Db, after: Uuid, limit: i64) -> Result<Vec<CompanyRow>, DbError> {
    db.query("SELECT company, name, currency FROM company WHERE company > $1 ORDER BY company LIMIT $2")
        .bind(after)
        .bind(limit)
        .fetch_all()
        .await
}

pub(super) struct NewShopRow<'n> {
    pub(super) company: CompanyId,
    pub(super) shop: ShopId,
    pub(super) name: &'n str,
    pub(super) language: &'n Language,
    pub(super) number_form: NumberForm,
    pub(super) at: Timestamp,
}

pub(super) async fn insert_shop(tx: &mut Tx, row: NewShopRow<'_>) -> Result<(), DbError> {
    tx.query("INSERT INTO shop (company, shop, name, language, number_form, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(row.company.uuid())
        .bind(row.shop.uuid())
        .bind(row.name)
        .bind(row.language.tag())
        .bind(form_name(row.number_form).to_owned())
        .bind(row.at.micros())
        .execute()
        .await
        .map(drop)
}

pub(super) async fn shop(db: &Db, company: CompanyId, shop: ShopId) -> Result<Option<NamedRow>, DbError> {
    db.query("SELECT shop AS id, name FROM shop WHERE company = $1 AND shop = $2")
        .bind(company.uuid())
        .bind(shop.uuid())
        .fetch_optional()
        .await
}

pub(super) async fn number_form(db: &Db, company: CompanyId, shop: ShopId) -> Result<Option<(String,)>, DbError> {
    db.query("SELECT number_form FROM shop WHERE company = $1 AND shop = $2").bind(company.uuid()).bind(shop.uuid()).fetch_optional().await
}

pub(super) async fn shops(db: &Db, company: CompanyId, after: Uuid, limit: i64) -> Result<Vec<NamedRow>, DbError> {
    db.query("SELECT shop AS id, name FROM shop WHERE company = $1 AND shop > $2 ORDER BY shop LIMIT $3")
        .bind(company.uuid())
        .bind(after)
        .bind(limit)
        .fetch_all()
        .await
}

pub(super) struct NewRegisterRow<'n> {
    pub(super) company: CompanyId,
    pub(super) shop: ShopId,
    pub(super) register: RegisterId,
    pub(super) name: &'n str,
    pub(super) operator: OperatorId,
    pub(super) at: Timestamp,
}

pub(super) async fn insert_register(tx: &mut Tx, row: NewRegisterRow<'_>) -> Result<(), DbError> {
    tx.query("INSERT INTO register (company, register, shop, name, operator, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(row.company.uuid())
        .bind(row.register.uuid())
        .bind(row.shop.uuid())
        .bind(row.name)
        .bind(row.operator.uuid())
        .bind(row.at.micros())
        .execute()
        .await
        .map(drop)
}

pub(super) async fn registers(db: &Db, company: CompanyId, shop: ShopId, after: Uuid, limit: i64) -> Result<Vec<NamedRow>, DbError> {
    db.query("SELECT register AS id, name FROM register WHERE company = $1 AND shop = $2 AND register > $3 ORDER BY register LIMIT $4")
        .bind(company.uuid())
        .bind(shop.uuid())
        .bind(after)
        .bind(limit)
        .fetch_all()
        .await
}

/// A form of numbers as it is stored.
const fn form_name(form: NumberForm) -> &'static str {
    match form {
        NumberForm::Point => "point",
        NumberForm::Comma => "comma",
    }
}

/// The form of numbers with a stored name.
pub(super) fn form(name: &str) -> Result<NumberForm, DbError> {
    let damaged = || DbError::Other(sqlx::Error::Decode("a shop's form of numbers".into()));
    [NumberForm::Point, NumberForm::Comma].into_iter().find(|form| form_name(*form) == name).ok_or_else(damaged)
}

/// The language with a stored tag.
pub(super) fn language(tag: &str) -> Result<Language, DbError> {
    Language::try_new(tag).map_err(|fault| DbError::Other(sqlx::Error::Decode(fault.into())))
}

/// A register with what stands around it.
#[derive(sqlx_macros::FromRow)]
pub(super) struct PlaceRow {
    pub(super) company_name: String,
    pub(super) currency: String,
    pub(super) shop: Uuid,
    pub(super) shop_name: String,
    pub(super) language: String,
    pub(super) number_form: String,
    pub(super) register_name: String,
    pub(super) operator: Uuid,
}

pub(super) async fn place(tx: &mut Tx, company: CompanyId, register: RegisterId) -> Result<Option<PlaceRow>, DbError> {
    tx.query(
        "SELECT company.name AS company_name, company.currency, shop.shop, shop.name AS shop_name, shop.language, shop.number_form, register.name AS register_name, register.operator \
         FROM register JOIN shop ON shop.company = register.company AND shop.shop = register.shop \
         JOIN company ON company.company = register.company WHERE register.company = $1 AND register.register = $2",
    )
    .bind(company.uuid())
    .bind(register.uuid())
    .fetch_optional()
    .await
}

/// Counts one more device of the register; which one it is.
pub(super) async fn count_device(tx: &mut Tx, company: CompanyId, register: RegisterId, known: i64) -> Result<Option<i64>, DbError> {
    let counted = tx
        .query(
            "UPDATE register SET devices = CASE WHEN devices < $3 THEN $3 ELSE devices END + 1 \
             WHERE company = $1 AND register = $2 RETURNING devices",
        )
        .bind(company.uuid())
        .bind(register.uuid())
        .bind(known)
        .fetch_optional::<(i64,)>()
        .await?;
    Ok(counted.map(|(count,)| count))
}

pub(super) async fn all_shops(tx: &mut Tx, company: CompanyId) -> Result<Vec<(Uuid,)>, DbError> {
    tx.query("SELECT shop FROM shop WHERE company = $1 ORDER BY shop").bind(company.uuid()).fetch_all().await
}
