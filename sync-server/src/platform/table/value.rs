//! Values between their columns' descriptions and either engine's types.

use crate::platform::db::{AnyRow, Arguments, DbError};
use duka_ledger::table::{Column, Kind, Value};
use uuid::Uuid;

/// Binds a value; an empty one as its column's type.
pub(super) fn bind(values: &mut Arguments, column: &Column, value: &Value) {
    match value {
        Value::Id(id) => values.bind(Uuid::from_bytes(*id)),
        Value::Bool(value) => values.bind(*value),
        Value::Integer(value) => values.bind(*value),
        Value::Text(text) => values.bind(text.clone()),
        Value::Bytes(bytes) => values.bind(bytes.clone()),
        Value::Null => match column.kind {
            Kind::Id => values.bind(None::<Uuid>),
            Kind::Bool => values.bind(None::<bool>),
            Kind::Integer => values.bind(None::<i64>),
            Kind::Currency | Kind::Text => values.bind(None::<String>),
            Kind::Bytes => values.bind(None::<Vec<u8>>),
        },
    };
}

/// The value of a column.
pub(super) fn get(row: &AnyRow, index: usize, column: &Column) -> Result<Value, DbError> {
    let value = match column.kind {
        Kind::Id => row.get::<Option<Uuid>>(index)?.map(|id| Value::Id(id.into_bytes())),
        Kind::Bool => row.get::<Option<bool>>(index)?.map(Value::Bool),
        Kind::Integer => row.get::<Option<i64>>(index)?.map(Value::Integer),
        Kind::Currency | Kind::Text => row.get::<Option<String>>(index)?.map(Value::Text),
        Kind::Bytes => row.get::<Option<Vec<u8>>>(index)?.map(Value::Bytes),
    };
    Ok(value.unwrap_or(Value::Null))
}
