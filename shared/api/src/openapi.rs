//! How the types of `duka-core` look in the OpenAPI document; they themselves know nothing of it.
#![allow(dead_code, reason = "only their schemas are used")]

/// An amount of one currency.
#[derive(utoipa::ToSchema)]
pub struct Money {
    /// Minor units (pence, cents), at most 10^15 either way.
    minor: i64,
    /// ISO 4217 code.
    #[schema(example = "GBP")]
    currency: String,
}

/// How much of something.
#[derive(utoipa::ToSchema)]
pub struct Quantity {
    /// Thousandths of the unit.
    thousandths: i64,
    unit: Unit,
}

/// What a product is counted, weighed or measured in.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Unit {
    /// Single pieces.
    Each,
    /// Kilograms.
    Kilogram,
    /// Litres.
    Litre,
    /// Metres.
    Metre,
}

/// A moment with the offset of the place where it was taken.
#[derive(utoipa::ToSchema)]
pub struct LocalTime {
    /// µs since 1970 UTC.
    at: i64,
    /// Minutes east of UTC.
    offset_minutes: i16,
}
