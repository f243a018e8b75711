//! Values of columns, between typed rows and either database.

use duka_core::{
    Currency, DeviceId, OperatorId, ProductId, ReceiptId, RecordId, RegisterId, ShiftId, ShopId, StockMoveId, TaxRate, Timestamp,
    TransferId, Unit,
};
use minicbor::{Encode, Encoder, encode::Write};

/// What a column holds; each database has one type for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Sixteen bytes: a UUID.
    Id,
    /// True or false.
    Bool,
    /// A whole number of 64 bits.
    Integer,
    /// A text of three letters: an ISO 4217 code.
    Currency,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// Empty.
    Null,
    /// Of [`Kind::Id`].
    Id([u8; 16]),
    /// Of [`Kind::Bool`].
    Bool(bool),
    /// Of [`Kind::Integer`].
    Integer(i64),
    /// Of [`Kind::Currency`] and [`Kind::Text`].
    Text(String),
    /// Of [`Kind::Bytes`].
    Bytes(Vec<u8>),
}

impl<C> Encode<C> for Value {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        match self {
            Self::Null => e.null()?.ok(),
            Self::Id(id) => e.bytes(id)?.ok(),
            Self::Bool(value) => e.bool(*value)?.ok(),
            Self::Integer(value) => e.i64(*value)?.ok(),
            Self::Text(text) => e.str(text)?.ok(),
            Self::Bytes(bytes) => e.bytes(bytes)?.ok(),
        }
    }
}

/// A stored value that is not what its column holds: the database is damaged, or Duka is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the column {column} of a row of {table} holds what it cannot")]
pub struct RowFault {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
}

/// A type that a column holds.
pub trait Cell: Sized {
    /// As what it is stored.
    const KIND: Kind;
    /// Whether the column may be empty.
    const OPTIONAL: bool = false;

    /// As a value.
    fn into_value(self) -> Value;

    /// Reads a value; none when it is not one of this type.
    fn from_value(value: Value) -> Option<Self>;
}

impl<T: Cell> Cell for Option<T> {
    const KIND: Kind = T::KIND;
    const OPTIONAL: bool = true;

    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}

macro_rules! cells {
    ($($type:ty: $kind:ident, $into:expr, $pattern:pat => $from:expr;)*) => {$(
        impl Cell for $type {
            const KIND: Kind = Kind::$kind;

            fn into_value(self) -> Value {
                let into: fn(Self) -> Value = $into;
                into(self)
            }

            fn from_value(value: Value) -> Option<Self> {
                match value {
                    $pattern => $from,
                    _ => None,
                }
            }
        }
    )*};
}

macro_rules! ids {
    ($($id:ident)*) => {cells! {$($id: Id, |id| Value::Id(*id.as_bytes()), Value::Id(id) => Some(Self::from_bytes(id));)*}};
}

ids! { DeviceId OperatorId ProductId ReceiptId RecordId RegisterId ShiftId ShopId StockMoveId TransferId }

cells! {
    bool: Bool, Value::Bool, Value::Bool(value) => Some(value);
    i64: Integer, Value::Integer, Value::Integer(value) => Some(value);
    // Past 2^63 there are no counts: rules flag them before they come here.
    u64: Integer, |value| Value::Integer(i64::try_from(value).unwrap_or(i64::MAX)), Value::Integer(value) => value.try_into().ok();
    u32: Integer, |value| Value::Integer(value.into()), Value::Integer(value) => value.try_into().ok();
    u16: Integer, |value| Value::Integer(value.into()), Value::Integer(value) => value.try_into().ok();
    i16: Integer, |value| Value::Integer(value.into()), Value::Integer(value) => value.try_into().ok();
    String: Text, Value::Text, Value::Text(text) => Some(text);
    Timestamp: Integer, |at| Value::Integer(at.micros()), Value::Integer(micros) => Some(Self::from_micros(micros));
    Currency: Currency, |currency| Value::Text(currency.code().to_owned()), Value::Text(code) => Self::try_new(&code).ok();
    TaxRate: Integer, |rate| Value::Integer(rate.ppm().into()), Value::Integer(ppm) => u32::try_from(ppm).ok().and_then(|ppm| Self::try_from_ppm(ppm).ok());
    Unit: Integer, |unit| Value::Integer(unit.number().into()), Value::Integer(number) => u8::try_from(number).ok().and_then(Self::from_number);
}
