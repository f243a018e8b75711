//! Doing what a row comes to.

use super::ahead::Made;
use crate::{
    books::{Books, Draft},
    platform::StoreError,
    product::{self, ProductError},
    stock,
};
use duka_core::{ProductId, Quantity};
use duka_ledger::StockReason;
use duka_records::{
    Change,
    csv::{Deed, Planned, Planner, ProductRow, RowMisfit},
};
use rusqlite::Connection;

/// What a row did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    Added,
    Changed,
    Unchanged,
}

/// What a row comes to at this till.
pub(super) struct Plan {
    deed: Deed<i64>,
    /// What its stock lacks of what the row says.
    lacks: Option<Quantity>,
}

/// Plans a row by the products and the stock that are there.
pub(super) fn plan(planner: &mut Planner, db: &Connection, row: &ProductRow) -> Result<Result<Plan, RowMisfit>, StoreError> {
    let Planned { deed, stock } = match planner.plan(row, product::candidates(db, row)?) {
        Ok(planned) => planned,
        Err(misfit) => return Ok(Err(misfit)),
    };
    let lacks = match (&deed, stock) {
        (Deed::Edit(held, _) | Deed::Nothing(held), Some(counted)) => match stock::difference(db, held.id, counted)? {
            Some(lacks) => Some(lacks),
            None => return Ok(Err(RowMisfit::Uncountable)),
        },
        (_, stock) => stock,
    };
    Ok(Ok(Plan { deed, lacks }))
}

/// The facts that a row comes to; one that says what is there already comes to none. `made` is the document of the product that it may be.
pub(super) fn apply(books: &Books<'_>, plan: Plan, made: Option<Made>, facts: &mut Vec<Draft>) -> Result<Done, ProductError> {
    let Plan { deed, lacks } = plan;
    let before = facts.len();
    let (id, new) = match deed {
        Deed::Make(product) => {
            let id = ProductId::new(books.now.at, books.entropy);
            let made = match made.filter(|(made, _)| *made == product) {
                Some((_, made)) => made,
                None => duka_records::create(books.me.device(), &product)?,
            };
            facts.push(product::save_made(id, product, made));
            (id, true)
        }
        Deed::Edit(held, change) => {
            let Change { after, edit, .. } = *change;
            facts.extend(product::save_over(books, (held.id, held.with), after, &edit)?);
            (held.id, false)
        }
        Deed::Nothing(held) => (held.id, false),
    };
    if let Some(lacks) = lacks.filter(|lacks| !lacks.is_zero()) {
        facts.push(stock::moved(books, id, lacks, StockReason::Counted, "import"));
    }
    Ok(if new {
        Done::Added
    } else if facts.len() > before {
        Done::Changed
    } else {
        Done::Unchanged
    })
}
