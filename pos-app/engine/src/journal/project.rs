//! From facts to tables: the one function that local, received and rebuilt facts go through (I4).

use super::store::{self, Place};
use crate::{account, device, platform::StoreError, product, product::Known, receipt, shift, stock};
use duka_core::{DeviceId, Money, Quantity};
use duka_ledger::{Body, Entry, Fact, Kind, SealedEntry, postings, stock_moves};
use rusqlite::Connection;

/// Where a fact stands, for the tables that remember it.
#[derive(Clone, Copy)]
pub(crate) struct Stamp<'e> {
    pub(crate) place: Place,
    pub(crate) entry: &'e Entry,
}

/// What became of a fact.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The tables have it.
    Projected,
    /// Its kind is not known to this version; kept and relayed (I10).
    Unknown,
    /// It is no good; kept and relayed, but the tables are without it.
    Refused(String),
}

impl Outcome {
    pub(crate) const fn state(&self) -> i64 {
        match self {
            Self::Projected => 0,
            Self::Unknown => 1,
            Self::Refused(_) => 2,
        }
    }
}

/// Applies a received or refolded entry.
pub(crate) fn apply_in_tx(tx: &Connection, place: Place, sealed: &SealedEntry, server: DeviceId) -> Result<Outcome, StoreError> {
    match sealed.body() {
        Ok(Body::Known(fact)) => apply_fact_in_tx(tx, Stamp { place, entry: sealed.entry() }, server, &fact, None),
        Ok(Body::Unknown { .. }) => Ok(Outcome::Unknown),
        Err(fault) => Ok(Outcome::Refused(fault.to_string())),
    }
}

/// Applies a fact whole or not at all. Only the company's server may certify devices.
pub(crate) fn apply_fact_in_tx(
    tx: &Connection,
    stamp: Stamp<'_>,
    server: DeviceId,
    fact: &Fact,
    known: Option<Known>,
) -> Result<Outcome, StoreError> {
    if let Some(reason) = beyond_limits(fact) {
        return Ok(Outcome::Refused(reason));
    }
    let outcome = match fact {
        Fact::DeviceCertified(certified) if stamp.entry.log.device == server => device::certify_in_tx(tx, certified)?,
        Fact::DeviceCertified(_) => Outcome::Refused("only the company's server certifies devices".into()),
        Fact::ShiftOpened(opened) => shift::opened_in_tx(tx, stamp, opened)?,
        Fact::SaleCompleted(sale) => receipt::add_in_tx(tx, stamp, sale, None)?,
        Fact::RefundCompleted(refund) => receipt::add_in_tx(tx, stamp, &refund.refund, Some(&refund.reason))?,
        Fact::SaleAborted(aborted) => shift::count_aborted_in_tx(tx, aborted.shift)?,
        Fact::ShiftClosed(closed) => shift::closed_in_tx(tx, stamp, closed)?,
        Fact::RecordChanged(changed) => product::change_in_tx(tx, changed, known)?,
        Fact::ReceiptReprinted(reprinted) => match reprinted.shift {
            Some(shift) => shift::count_reprint_in_tx(tx, shift)?,
            None => Outcome::Projected,
        },
        Fact::StockMoved(_) | Fact::AccountAdjusted(_) | Fact::TechnicalEvent(_) => Outcome::Projected,
    };
    if outcome != Outcome::Projected {
        return Ok(outcome);
    }
    let postings = postings(fact);
    debug_assert_eq!(postings.iter().map(|posting| i128::from(posting.amount)).sum::<i128>(), 0, "I5: debits are credits");
    for posting in &postings {
        account::post_in_tx(tx, posting)?;
    }
    for moved in stock_moves(fact) {
        stock::move_in_tx(tx, moved)?;
    }
    Ok(Outcome::Projected)
}

/// A verified peer may still send nonsense; what no till can write is not added to the tables.
fn beyond_limits(fact: &Fact) -> Option<String> {
    let money = |amount: i64| amount.unsigned_abs() > Money::MAX_MINOR.unsigned_abs();
    let count = |number: u64| i64::try_from(number).is_err();
    let of_sale = |sale: &duka_ledger::Sale| {
        count(sale.number)
            || money(sale.gross)
            || sale.taxes.iter().any(|total| money(total.net) || money(total.tax))
            || sale.payments.iter().any(|payment| money(payment.amount) || money(payment.tendered))
            || sale
                .lines
                .iter()
                .any(|line| quantity(line.quantity) || [line.unit_price, line.discount, line.gross, line.tax].into_iter().any(money))
    };
    let beyond = match fact {
        Fact::SaleCompleted(sale) => of_sale(sale),
        Fact::RefundCompleted(refund) => of_sale(&refund.refund),
        Fact::ShiftOpened(opened) => money(opened.float),
        Fact::ShiftClosed(closed) => {
            count(closed.z_number) || money(closed.expected_cash) || money(closed.counted_cash) || money(closed.perpetual_gross)
        }
        Fact::StockMoved(moved) => quantity(moved.quantity),
        Fact::AccountAdjusted(moved) => money(moved.amount),
        Fact::DeviceCertified(_) | Fact::SaleAborted(_) | Fact::RecordChanged(_) | Fact::ReceiptReprinted(_) | Fact::TechnicalEvent(_) => {
            false
        }
    };
    beyond.then(|| "an amount or number in it is larger than Duka can hold".to_owned())
}

fn quantity(quantity: Quantity) -> bool {
    quantity.thousandths().unsigned_abs() > Quantity::MAX_THOUSANDTHS.unsigned_abs()
}

/// After an update: projects what an older version had to put aside (I10). Gives how many facts the tables now have.
pub(crate) fn project_waiting_in_tx(tx: &Connection, server: DeviceId) -> Result<u64, StoreError> {
    let mut projected = 0;
    for (place, kind) in store::waiting(tx)? {
        if Kind::from_number(kind).is_none() {
            continue;
        }
        if let Some(entry) = store::entry_at(tx, place)? {
            let outcome = apply_in_tx(tx, place, &entry, server)?;
            store::set_state_in_tx(tx, place, outcome.state())?;
            projected += u64::from(outcome == Outcome::Projected);
        }
    }
    Ok(projected)
}
