//! The tables that follow from facts, written and read by their descriptions (`duka_ledger::table`): no column of theirs is named here.
//!
//! Here each has its company, and where its rows are a shop's the shop, before the described columns.

mod read;
mod value;
mod write;

pub use read::{digest, is_absent, read, row_values, select};
pub use write::{Rows, overwrite, put, remove, take_out, write};

use crate::platform::db::Arguments;
use duka_core::{CompanyId, ShopId};
use duka_ledger::{
    Scope,
    table::{Owner, Table},
};
use uuid::Uuid;

/// Whose rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The company.
    pub company: CompanyId,
    /// The shop, when it is about one.
    pub shop: Option<ShopId>,
}

impl Place {
    /// Where the facts of a log go.
    pub const fn of(company: CompanyId, scope: Scope) -> Self {
        let shop = match scope {
            Scope::Company(_) => None,
            Scope::Shop(shop) => Some(shop),
        };
        Self { company, shop }
    }

    /// Binds the columns before the described ones.
    fn bind(self, table: &Table, values: &mut Arguments) {
        values.bind(self.company.uuid());
        if table.owner == Owner::Shop {
            // A row of a shop in a log of none: the rules flag such facts before they come here.
            values.bind(self.shop.map_or(Uuid::nil(), ShopId::uuid));
        }
    }
}

/// The columns before the described ones.
const fn before(table: &Table) -> &'static [&'static str] {
    match table.owner {
        Owner::Company => &["company"],
        Owner::Shop => &["company", "shop"],
    }
}

/// `company = $1`, or with `AND shop = $2`.
const fn of_place(table: &Table) -> &'static str {
    match table.owner {
        Owner::Company => "company = $1",
        Owner::Shop => "company = $1 AND shop = $2",
    }
}
