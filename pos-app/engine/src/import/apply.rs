//! Doing what a row comes to.

use crate::{
    books::{Books, Draft},
    platform::StoreError,
    product::{self, ProductError},
    stock,
};
use duka_core::{DeviceId, ProductId, Quantity};
use duka_ledger::StockReason;
use duka_records::{
    Change, Edited, RecordError,
    csv::{Deed, Planned, Planner, ProductRow, RowMisfit},
};
use rusqlite::Connection;
use std::{num::NonZero, thread};

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

/// Makes the documents of the new products among `plans`, on every core there is: none for products that are there.
pub(super) fn make(device: DeviceId, plans: &[Plan]) -> Result<Vec<Option<Edited>>, RecordError> {
    let one = |plan: &Plan| match &plan.deed {
        Deed::Make(product) => duka_records::create(device, product).map(Some),
        Deed::Edit(..) | Deed::Nothing(_) => Ok(None),
    };
    let cores = thread::available_parallelism().map_or(1, NonZero::get).min(8);
    let share = plans.len().div_ceil(cores).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> =
            plans.chunks(share).map(|part| scope.spawn(move || part.iter().map(one).collect::<Result<Vec<_>, _>>())).collect();
        let mut made = Vec::with_capacity(plans.len());
        for part in parts {
            made.extend(part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(made)
    })
}

/// The facts that a row comes to; one that says what is there already comes to none.
pub(super) fn apply(books: &Books<'_>, plan: Plan, made: Option<Edited>, facts: &mut Vec<Draft>) -> Result<Done, ProductError> {
    let Plan { deed, lacks } = plan;
    let before = facts.len();
    let (id, new) = match deed {
        Deed::Make(product) => {
            let id = ProductId::new(books.now.at, books.entropy);
            let made = made.map_or_else(|| duka_records::create(books.me.device(), &product), Ok)?;
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
