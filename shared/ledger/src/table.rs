//! Tables as data: each is described once, and what both stores write, read, compare and rebuild follows from that description.
//!
//! A fact adds [`Row`]s ([`crate::fold`]). Rows of a table are inserted once, or added to sums; both are undone as easily as done, so a fact
//! that is judged anew later can be taken out again. No two writers ever insert the same key: keys of [`Write::Once`] begin with the writer's
//! device and name a place in its log, so the order of arrival cannot matter (I4).

mod cell;
mod digest;

pub use cell::{Cell, Kind, RowFault, Value};
pub use digest::{Digest, combined};

/// Whom the rows of a table belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The company as a whole.
    Company,
    /// One shop: the one in whose log the fact stands.
    Shop,
}

/// How rows come into a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// Inserted, and never changed again. A second row with the same key takes its place: it says the same, at a place of the log that counts.
    Once,
    /// The columns after the key are added to those that are there. A row of zeros counts as absent.
    Sum,
    /// Put there whole when the record that it shows has changed (`duka-records` merges records).
    Record,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in both databases.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it may be empty.
    pub optional: bool,
}

/// A table that follows from facts.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name in both databases.
    pub name: &'static str,
    /// Whose rows.
    pub owner: Owner,
    /// How they come in.
    pub write: Write,
    /// So many columns from the first are the key.
    pub key: usize,
    /// All columns that both sides hold, in the order of a row's values. (The server has its company, and the shop, before them.)
    pub columns: &'static [Column],
}

impl Table {
    /// The columns of its key.
    pub fn key_columns(&self) -> &'static [Column] {
        self.columns.split_at_checked(self.key).map_or(self.columns, |(key, _)| key)
    }

    /// The columns after its key.
    pub fn other_columns(&self) -> &'static [Column] {
        self.columns.split_at_checked(self.key).map_or(&[], |(_, others)| others)
    }

    /// The names of its columns, separated by commas.
    pub fn names(&self) -> String {
        self.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
    }
}

/// A row for one of the tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which table.
    pub table: &'static Table,
    /// A value for each of its columns.
    pub values: Vec<Value>,
}

/// A row as a type of its own.
pub trait Tabled: Sized {
    /// Its table.
    const TABLE: &'static Table;

    /// The values, column by column.
    fn into_values(self) -> Vec<Value>;

    /// Reads the values of all columns in their order.
    fn from_values(values: impl IntoIterator<Item = Value>) -> Result<Self, RowFault>;

    /// As a row to be written.
    fn row(self) -> Row {
        Row { table: Self::TABLE, values: self.into_values() }
    }
}

/// Declares a table: the type of its rows, and from the same list its description.
macro_rules! table {
    (
        $(#[$doc:meta])*
        $row:ident = $name:literal, $owner:ident, $write:ident, key $key:literal {
            $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $row {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl $crate::table::Tabled for $row {
            const TABLE: &'static $crate::table::Table = &$crate::table::Table {
                name: $name,
                owner: $crate::table::Owner::$owner,
                write: $crate::table::Write::$write,
                key: $key,
                columns: &[$($crate::table::Column {
                    name: stringify!($field),
                    kind: <$type as $crate::table::Cell>::KIND,
                    optional: <$type as $crate::table::Cell>::OPTIONAL,
                },)*],
            };

            fn into_values(self) -> Vec<$crate::table::Value> {
                vec![$($crate::table::Cell::into_value(self.$field),)*]
            }

            fn from_values(values: impl IntoIterator<Item = $crate::table::Value>) -> Result<Self, $crate::table::RowFault> {
                let mut values = values.into_iter();
                Ok(Self {
                    $($field: $crate::table::cell(&mut values, $name, stringify!($field))?,)*
                })
            }
        }
    };
}
pub(crate) use table;

/// The next value as a column's type.
pub(crate) fn cell<C: Cell>(values: &mut impl Iterator<Item = Value>, table: &'static str, column: &'static str) -> Result<C, RowFault> {
    values.next().and_then(C::from_value).ok_or(RowFault { table, column })
}
