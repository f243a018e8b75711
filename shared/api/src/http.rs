//! What HTTP carries, besides the exchange (which is binary, see `duka-sync`).

use duka_core::{
    CompanyId, Currency, DeviceId, Language, LocalTime, Money, NumberForm, OperatorId, ProductId, Quantity, ReceiptId, RegisterId, ShopId,
    TaxRate, Timestamp, Unit,
};

/// What a device learns when it joins: what the signed answer to `POST /api/sync/v1/enrol` holds (`docs/exchange.md`).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, minicbor::Encode, minicbor::Decode)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrolAnswer {
    /// The company.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    #[n(0)]
    pub company: CompanyId,
    /// Its name.
    #[n(1)]
    pub company_name: String,
    /// The shop.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    #[n(2)]
    pub shop: ShopId,
    /// Its name.
    #[n(3)]
    pub shop_name: String,
    /// The register.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    #[n(4)]
    pub register: RegisterId,
    /// Its name.
    #[n(5)]
    pub register_name: String,
    /// What its receipt numbers begin with; no two devices share one.
    #[n(6)]
    pub series: String,
    /// The company's currency.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "GBP"))]
    #[n(7)]
    pub currency: Currency,
    /// The language that the shop speaks; its papers run as that does.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "ar-EG"))]
    #[n(8)]
    pub language: Language,
    /// How numbers are read and written in the shop.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "point"))]
    #[n(9)]
    pub number_form: NumberForm,
    /// Who is at the till until staff sign in by themselves.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    #[n(10)]
    pub operator: OperatorId,
    /// The company's server as a device.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    #[n(11)]
    pub server_device: DeviceId,
    /// Its Ed25519 public key, 64 hexadecimal digits: the root of trust.
    #[n(12)]
    pub server_key: String,
    /// The device whose place it takes: the till that was set up again.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Uuid))]
    #[n(13)]
    pub succeeds: Option<DeviceId>,
}

/// `POST /api/admin/v1/companies`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewCompany {
    /// 1 to 100 characters.
    pub name: String,
    /// Its currency.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "GBP"))]
    pub currency: Currency,
}

/// A company.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Company {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub company: CompanyId,
    /// Its name.
    pub name: String,
    /// Its currency.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "GBP"))]
    pub currency: Currency,
}

/// `POST …/companies/{company}/shops`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewShop {
    /// 1 to 60 characters.
    pub name: String,
    /// The language that is spoken there, as a BCP 47 tag; its papers run as that does.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "ar-EG"))]
    pub language: Language,
    /// How numbers are read and written there: `point` for 1,234.50, `comma` for 1.234,50; without it, as the language has it.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, example = "point"))]
    pub number_form: Option<NumberForm>,
}

/// `POST …/shops/{shop}/registers`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Named {
    /// 1 to 60 characters; a register's name also begins its receipt numbers, so it is letters and digits there (at most 8).
    pub name: String,
}

/// A shop.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shop {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub shop: ShopId,
    /// Its name.
    pub name: String,
}

/// A register.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Register {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub register: RegisterId,
    /// Its name.
    pub name: String,
}

/// `POST …/registers/{register}/enrolment-codes`: a code that admits one device.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrolmentCode {
    /// Shown once, as it is to be typed.
    #[cfg_attr(feature = "openapi", schema(example = "7K2MX-0QHWB-4F9TC-M8Z1D-RA6EP"))]
    pub code: String,
    /// When it stops working, µs UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub until: Timestamp,
}

/// A product of the catalogue API, with the shop's stock when a shop was named.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CatalogueProduct {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub product: ProductId,
    /// Its fields.
    #[serde(flatten)]
    pub fields: crate::till::ProductFields,
}

/// A sale or refund as the server holds it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SaleView {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub receipt: ReceiptId,
    /// Sale or refund.
    pub kind: crate::till::ReceiptKind,
    /// Its number.
    pub number: String,
    /// What its paper says, where that is another number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed: Option<String>,
    /// The register.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub register: RegisterId,
    /// When, by the till's clock.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::LocalTime))]
    pub at: LocalTime,
    /// Its sum, ≥ 0.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Money))]
    pub gross: Money,
    /// The tax in it.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Money))]
    pub tax: Money,
    /// Its lines; only when one receipt was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<SaleLineView>,
}

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SaleLineView {
    /// Its number, from 1.
    pub line: u32,
    /// Which product.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub product: ProductId,
    /// How much.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Quantity))]
    pub quantity: Quantity,
    /// Price of one unit.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Money))]
    pub unit_price: Money,
    /// Taken off.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Money))]
    pub discount: Money,
    /// To pay.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Money))]
    pub gross: Money,
    /// Its tax rate.
    #[cfg_attr(feature = "openapi", schema(value_type = u32))]
    pub rate: TaxRate,
}

/// A product's stock in a shop.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StockView {
    /// Which product.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub product: ProductId,
    /// Its name; empty when the product is not known.
    pub name: String,
    /// What it is counted in.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Unit))]
    pub unit: Unit,
    /// By the books, thousandths of the unit as a decimal text, for a sum may pass what one quantity or a JSON number holds exactly; may be
    /// below zero.
    #[cfg_attr(feature = "openapi", schema(example = "-1500"))]
    pub stock_thousandths: String,
}

/// Something that was refused at the door and kept with its reason (I10).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuarantineView {
    /// The device that sent it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub device: DeviceId,
    /// Where it stands: log and place.
    pub place: String,
    /// Why it was refused.
    pub reason: String,
    /// When, µs UTC.
    #[cfg_attr(feature = "openapi", schema(value_type = i64))]
    pub at: Timestamp,
}

/// A device of a company.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceView {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub device: DeviceId,
    /// What people call it.
    pub name: String,
    /// The shop it works for; none for the company's server.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Uuid))]
    pub shop: Option<ShopId>,
    /// The register it serves.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Uuid))]
    pub register: Option<RegisterId>,
    /// What its receipt numbers begin with.
    pub series: String,
    /// The device whose place it took at `enrolled_at`: by itself, since its database was a copy, or set up again with a code; none for any other.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Uuid))]
    pub succeeds: Option<DeviceId>,
    /// The devices that took its place: by themselves, as whoever has a copy of its disk can, or set up again with a code. Revoking asks about those that are active.
    pub successors: Vec<DeviceSuccessor>,
    /// How it stands.
    pub state: DeviceState,
    /// Why it was revoked or released; empty when it never was.
    pub reason: String,
    /// When it joined or took the other's place, µs UTC; none for the server.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
    pub enrolled_at: Option<Timestamp>,
    /// What is held of what it wrote.
    pub logs: Vec<DeviceLogView>,
}

/// How a device stands: `quarantined` when its log forked, until a person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// The company's server.
    Server,
    /// What it writes counts.
    Active,
    /// What it wrote after some place does not count.
    Revoked,
    /// Set apart since its log forked, until a person decides.
    Quarantined,
}

/// A device that took another's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceSuccessor {
    /// Its id.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
    pub device: DeviceId,
    /// Since when, µs UTC; not known of one that a till brought back to a server that was restored.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<i64>))]
    pub since: Option<Timestamp>,
}

/// What the server holds of one log of a device.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceLogView {
    /// `company` or `shop`.
    pub scope: String,
    /// The last entry that is held.
    pub held: u64,
    /// The last entry that the device told of in its newest exchange; what is past `held` it still owes.
    pub told: u64,
    /// Entries that break a rule: kept, and counting for nothing.
    pub flagged: u64,
    /// Entries that wait for a newer version of the server.
    pub waiting: u64,
}

/// `POST …/devices/{device}/revoke`: what the device wrote after these places is kept, but does not count.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevokeDevice {
    /// Why, in words; at most 1,000 bytes.
    pub reason: String,
    /// The last entry of its company log that counts; none: the last that is held.
    #[serde(default)]
    pub company_seq: Option<u64>,
    /// The last entry of its shop log that counts; none: the last that is held.
    #[serde(default)]
    pub shop_seq: Option<u64>,
    /// What becomes of the devices that took its place, one after the other, and are active: needed where there are any.
    #[serde(default)]
    pub successors: Option<Successors>,
}

/// What becomes of the successors of a device that is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Successors {
    /// They are revoked too, after what is held of each: for a till that was stolen.
    Revoke,
    /// They go on: for a till whose data lives on in another computer.
    Keep,
}

/// `POST …/devices/{device}/release`: all that the device wrote counts again, and it may take part again.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseDevice {
    /// Why, in words; at most 1,000 bytes.
    pub reason: String,
}

/// `POST …/companies/{company}/products`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewProduct {
    /// Made by the caller, so that asking again makes no second product; none: made by the server.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Uuid))]
    pub product: Option<ProductId>,
    /// Its fields.
    #[serde(flatten)]
    pub fields: crate::till::ProductFields,
}

/// `PATCH …/products/{product}`: only what is given changes, so that somebody else's edit of another field survives.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct ProductPatch {
    /// 1 to 200 characters.
    pub name: Option<String>,
    /// The shop's own code; empty for none.
    pub code: Option<String>,
    /// Tax included, ≥ 0.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::Money>))]
    pub price: Option<Money>,
    /// The tax included, parts per million.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>))]
    pub rate: Option<TaxRate>,
    /// How it is counted.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::Unit>))]
    pub unit: Option<duka_core::Unit>,
    /// Whether it is sold.
    pub active: Option<bool>,
    /// Codes to add.
    pub add_barcodes: Vec<String>,
    /// Codes to take away.
    pub remove_barcodes: Vec<String>,
}

/// An import at the server: `202` of `POST …/products/import`, and `GET …/imports/{import}`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportJob {
    /// Its id.
    pub import: String,
    /// How it stands.
    pub state: ImportState,
    /// How far it is.
    pub progress: crate::till::ImportProgress,
    /// What it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<crate::till::ImportReport>,
    /// Why it could not be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<crate::Problem>,
}

/// How an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// At it.
    Running,
    /// See `report`; with faults nothing was imported.
    Done,
    /// See `failure`; the first `progress.done` rows are imported. Importing the file again does the rest.
    Failed,
}

/// An account of a shop.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountView {
    /// Its key: `drawer:{register}`, `safe`, `sales`, `tax:{ppm}`, `cash_difference`, `receivable`, `bad_debt`.
    pub account: String,
    /// Its currency.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "GBP"))]
    pub currency: Currency,
    /// Minor units as a decimal text, for a sum may pass what a JSON number holds exactly; debit positive, credit negative.
    #[cfg_attr(feature = "openapi", schema(example = "5360"))]
    pub balance_minor: String,
}

/// All accounts of a shop.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountsView {
    /// By key.
    pub accounts: Vec<AccountView>,
    /// The sum of all balances in minor units: always 0.
    #[cfg_attr(feature = "openapi", schema(example = "0"))]
    pub sum_minor: String,
}

/// A table's digest: the same for the same rows, here and at every till.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DigestView {
    /// The table.
    pub table: String,
    /// Rows and sum.
    pub digest: String,
}

/// The digests of a shop's tables and its company's.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DigestsView {
    /// Of each table.
    pub tables: Vec<DigestView>,
    /// One for all of them.
    pub combined: String,
}

/// `POST …/companies/{company}/rebuild`: the tables were compared with what the journal says, and mended where they differed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rebuilt {
    /// Facts that were folded.
    pub facts: u64,
    /// Whether the tables were what the facts say.
    pub equal: bool,
    /// Where they were not: the tables, and how many of their rows were mended.
    pub mended: Vec<MendedTable>,
}

/// A table that was not what the facts say.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MendedTable {
    /// Which; `entry` when it was not known what became of entries.
    pub table: String,
    /// Rows that were missing, wrong or too many.
    pub rows: u64,
}
