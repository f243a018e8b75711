//! What HTTP carries, besides the exchange (which is binary, see `duka-sync`).

use duka_core::{
    CompanyId, Currency, DeviceId, LocalTime, Money, OperatorId, ProductId, Quantity, ReceiptId, RegisterId, ShopId, TaxRate, Timestamp,
};

/// `POST /api/sync/v1/enrol`: a device asks to join with a one-time code. Asking again with the same code, device and key gives the same answer.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EnrolRequest {
    /// The one-time code; case and dashes do not matter.
    pub code: String,
    /// Made by the device.
    pub device: DeviceId,
    /// Ed25519 public key, 64 hexadecimal digits.
    pub public_key: String,
    /// What people call the device.
    pub name: String,
}

/// What a device learns when it joins.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EnrolAnswer {
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub company_name: String,
    /// The shop.
    pub shop: ShopId,
    /// Its name.
    pub shop_name: String,
    /// The register.
    pub register: RegisterId,
    /// Its name.
    pub register_name: String,
    /// What its receipt numbers begin with; no two devices share one.
    pub series: String,
    /// The company's currency.
    pub currency: Currency,
    /// Who is at the till until staff sign in by themselves.
    pub operator: OperatorId,
    /// The company's server as a device.
    pub server_device: DeviceId,
    /// Its Ed25519 public key, 64 hexadecimal digits: the root of trust.
    pub server_key: String,
}

/// `POST /api/admin/v1/companies`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NewCompany {
    /// 1 to 100 characters.
    pub name: String,
    /// Its currency.
    pub currency: Currency,
}

/// A company.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Company {
    /// Its id.
    pub company: CompanyId,
    /// Its name.
    pub name: String,
    /// Its currency.
    pub currency: Currency,
}

/// `POST …/companies/{company}/shops`, and `POST …/shops/{shop}/registers`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Named {
    /// 1 to 60 characters; a register's name also begins its receipt numbers, so it is letters and digits there (at most 8).
    pub name: String,
}

/// A shop.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Shop {
    /// Its id.
    pub shop: ShopId,
    /// Its name.
    pub name: String,
}

/// A register.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Register {
    /// Its id.
    pub register: RegisterId,
    /// Its name.
    pub name: String,
}

/// `POST …/registers/{register}/enrolment-codes`: a code that admits one device.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EnrolmentCode {
    /// Shown once.
    pub code: String,
    /// When it stops working, µs UTC.
    pub until: Timestamp,
}

/// A product of the catalogue API, with the shop's stock when a shop was named.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CatalogueProduct {
    /// Its id.
    pub product: ProductId,
    /// Its fields.
    #[serde(flatten)]
    pub fields: crate::till::ProductFields,
}

/// A sale or refund as the server holds it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SaleView {
    /// Its id.
    pub receipt: ReceiptId,
    /// Sale or refund.
    pub kind: crate::till::ReceiptKind,
    /// Its number.
    pub number: String,
    /// The register.
    pub register: RegisterId,
    /// When, by the till's clock.
    pub at: LocalTime,
    /// Its sum, ≥ 0.
    pub gross: Money,
    /// The tax in it.
    pub tax: Money,
    /// Its lines; only when one receipt was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<SaleLineView>,
}

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SaleLineView {
    /// Its number, from 1.
    pub line: u32,
    /// Which product.
    pub product: ProductId,
    /// How much.
    pub quantity: Quantity,
    /// Price of one unit.
    pub unit_price: Money,
    /// Taken off.
    pub discount: Money,
    /// To pay.
    pub gross: Money,
    /// Its tax rate.
    pub rate: TaxRate,
}

/// A product's stock in a shop.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StockView {
    /// Which product.
    pub product: ProductId,
    /// Its name; empty when the product is not known.
    pub name: String,
    /// By the books; may be below zero.
    pub stock: Quantity,
}

/// Something that was refused at the door and kept with its reason (I10).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct QuarantineView {
    /// The device that sent it.
    pub device: DeviceId,
    /// Where it stands: log and place.
    pub place: String,
    /// Why it was refused.
    pub reason: String,
    /// When, µs UTC.
    pub at: Timestamp,
}
