//! A row against the products that are there.

use super::prepared::{Headers, ImportRow};
use crate::{
    books::{Books, Draft},
    platform::StoreError,
    product::{self, Found, ProductError},
    stock,
};
use duka_core::{Barcode, Currency, DeviceId, ProductId, Quantity};
use duka_ledger::StockReason;
use duka_records::{Edited, Product, RecordError};
use rusqlite::Connection;
use std::{collections::BTreeSet, num::NonZero, thread};

/// What is wrong with a row here: its column and why.
pub(super) type Fault = (String, String);

const NO_ONE_MOVE: &str = "the books say more of it than one count can put right; correct its stock at the product first";

/// What a row did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    Added,
    Changed,
    Unchanged,
}

/// What a row is about: a product that is there, or a new one.
pub(super) struct Plan {
    pub(super) found: Option<Found>,
    pub(super) wanted: Product,
    /// What its stock lacks of what the row says.
    pub(super) stock: Option<Quantity>,
}

/// Finds the product of a row, by barcode, else by code, else (without either) by name, and what it should become.
pub(super) fn plan(db: &Connection, row: &ImportRow, headers: &Headers, currency: Currency) -> Result<Result<Plan, Fault>, StoreError> {
    let mut found: Option<Found> = None;
    let codes: BTreeSet<Barcode> = row.barcodes.iter().filter_map(|code| Barcode::parse(code).ok()).collect();
    for code in &codes {
        let Some(other) = product::by_barcode(db, code)? else { continue };
        match &found {
            Some(first) if first.id != other.id => {
                let detail = format!(
                    "its barcodes belong to two products, “{}” and “{}”; mend one of them first",
                    first.product.name, other.product.name
                );
                return Ok(Err((headers.barcode.clone(), detail)));
            }
            _ => found = Some(other),
        }
    }
    if let Some(code) = &row.code
        && let Some(other) = product::find_by_code(db, code)?
    {
        match &found {
            Some(first) if first.id != other.id => {
                let detail = format!("code {code} belongs to “{}”, but the barcode to “{}”", other.product.name, first.product.name);
                return Ok(Err((headers.code.clone(), detail)));
            }
            _ => found = Some(other),
        }
    }
    if found.is_none() && row.barcodes.is_empty() && row.code.is_none() {
        found = product::find_by_name(db, &row.name)?;
    }
    let price = match row.price(currency) {
        Ok(price) => price,
        Err(fault) => return Ok(Err((headers.price.clone(), fault.to_string()))),
    };
    let before = found.as_ref().map(|found| &found.product);
    let mut barcodes = before.map(|product| product.barcodes.clone()).unwrap_or_default();
    barcodes.extend(codes);
    let wanted = Product {
        name: row.name.clone(),
        code: row.code.clone().or_else(|| before.map(|product| product.code.clone())).unwrap_or_default(),
        price,
        rate: row.rate.or_else(|| before.map(|product| product.rate)).unwrap_or_default(),
        unit: row.unit.or_else(|| before.map(|product| product.unit)).unwrap_or_default(),
        active: row.active.or_else(|| before.map(|product| product.active)).unwrap_or(true),
        barcodes,
    };
    if let Err(fault) = wanted.check() {
        return Ok(Err((String::new(), fault.to_string())));
    }
    let counted = match row.stock.as_ref().map(|text| Quantity::parse_plain(text, wanted.unit)).transpose() {
        Ok(counted) => counted,
        Err(fault) => return Ok(Err((headers.stock.clone(), fault.to_string()))),
    };
    let stock = match (&found, counted) {
        (Some(found), Some(counted)) => match stock::difference(db, found.id, counted)? {
            Some(difference) => Some(difference),
            None => return Ok(Err((headers.stock.clone(), NO_ONE_MOVE.to_owned()))),
        },
        (None, counted) => counted,
        (_, None) => None,
    };
    Ok(Ok(Plan { found, wanted, stock }))
}

/// Makes the documents of the new products among `plans`, on every core there is: none for products that are there.
pub(super) fn make(device: DeviceId, plans: &[Plan]) -> Result<Vec<Option<Edited>>, RecordError> {
    let one = |plan: &Plan| match plan.found {
        Some(_) => Ok(None),
        None => duka_records::create(device, &plan.wanted).map(Some),
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

/// The facts that a plan comes to; a row that says what is there already comes to none.
pub(super) fn apply(books: &Books<'_>, plan: Plan, made: Option<Edited>, facts: &mut Vec<Draft>) -> Result<Done, ProductError> {
    let Plan { found, wanted, stock } = plan;
    let before = facts.len();
    let (id, new) = match found {
        None => {
            let id = ProductId::new(books.now.at, books.entropy);
            let made = made.map_or_else(|| duka_records::create(books.me.device(), &wanted), Ok)?;
            facts.push(product::save_made(id, wanted, made));
            (id, true)
        }
        Some(found) => {
            let edit = found.product.edit_to(&wanted);
            facts.extend(product::save_over(books, &found, wanted, &edit)?);
            (found.id, false)
        }
    };
    if let Some(difference) = stock.filter(|difference| !difference.is_zero()) {
        facts.push(stock::moved(books, id, difference, StockReason::Counted, "import"));
    }
    Ok(if new {
        Done::Added
    } else if facts.len() > before {
        Done::Changed
    } else {
        Done::Unchanged
    })
}
