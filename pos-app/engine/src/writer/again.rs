//! Writing again what another branch of this till's logs says: the same business under the new device's numbers, with when and by whom it was
//! first written, and with the number that stands on the paper.

use super::append::{Appending, Label};
use crate::{
    books::Draft,
    enrolment::Member,
    journal::{self, JournalError},
    platform::StoreError,
    record,
};
use duka_core::{Entropy, LocalTime, ReceiptId, RecordId};
use duka_ledger::{
    Body, Continued, Fact, LineRef, PrintedNumber, ReceiptReprinted, RecordChanged, RefundCompleted, Sale, Scope, SealedEntry, ShiftClosed,
    ShiftOpened, TechnicalKind, shown_number,
};
use duka_records::{Document, Edited, Product, RecordError};
use duka_sync::HeldReceipt;
use std::collections::HashMap;

/// Entries read at once.
const PAGE: u32 = 500;

/// A branch being written again.
pub(super) struct Again<'t> {
    old: &'t Member,
    held: &'t [HeldReceipt],
    entropy: &'t dyn Entropy,
    appending: Appending<'t>,
    /// Receipts that had to get another id.
    ids: HashMap<ReceiptId, ReceiptId>,
    /// Records as the branch had them, so far.
    shadows: HashMap<RecordId, Option<Document>>,
}

impl<'t> Again<'t> {
    pub(super) fn new(old: &'t Member, held: &'t [HeldReceipt], entropy: &'t dyn Entropy, appending: Appending<'t>) -> Self {
        Self { old, held, entropy, appending, ids: HashMap::new(), shadows: HashMap::new() }
    }

    /// Writes what is kept of a log behind `common`, in order.
    pub(super) fn branch(&mut self, n: i64, common: u64, scope: Scope) -> Result<(), JournalError> {
        let mut after = common;
        loop {
            let page = journal::branch(self.appending.tx, n, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.entry().seq;
            for sealed in page {
                self.entry(&sealed, scope)?;
            }
        }
    }

    /// Moves the heads of the new logs on.
    pub(super) fn end(self) -> Result<(), StoreError> {
        self.appending.end().map(drop)
    }

    fn entry(&mut self, sealed: &SealedEntry, scope: Scope) -> Result<(), JournalError> {
        let entry = sealed.entry();
        let now = LocalTime { at: entry.at, offset_minutes: entry.offset_minutes };
        let label = Label { now, operator: entry.operator };
        let damaged = |fault: String| StoreError::Corrupt(format!("an entry of this till's own cannot be read: {fault}"));
        let fact = match sealed.body().map_err(|fault| damaged(fault.to_string()))? {
            Body::Known(fact) => self.fact(fact)?,
            // Only a newer version knows what it says; it says it again.
            Body::Unknown => return self.appending.append_again(scope, label, entry.kind, entry.body.to_vec()),
        };
        match fact {
            Some(fact) => self.appending.append_again(scope, label, fact.kind().number(), fact.encode()?),
            None => Ok(()),
        }
    }

    /// The fact as the new device says it; none where it is an edit that changes nothing.
    fn fact(&mut self, fact: Fact) -> Result<Option<Fact>, JournalError> {
        Ok(match fact {
            Fact::SaleCompleted(sale) => Some(self.receipt(sale, false, Fact::SaleCompleted)?),
            Fact::RefundCompleted(RefundCompleted { refund, reason }) => {
                Some(self.receipt(refund, true, |refund| Fact::RefundCompleted(RefundCompleted { refund, reason }))?)
            }
            Fact::ReceiptReprinted(copy) => Some(Fact::ReceiptReprinted(ReceiptReprinted { receipt: self.id_of(copy.receipt), ..copy })),
            Fact::ShiftOpened(opened) => Some(Fact::ShiftOpened(self.opened(opened)?)),
            Fact::ShiftClosed(closed) => Some(Fact::ShiftClosed(self.closed(closed)?)),
            Fact::RecordChanged(changed) => self.edit(&changed)?.map(Fact::RecordChanged),
            same @ (Fact::SaleAborted(_)
            | Fact::StockMoved(_)
            | Fact::AccountAdjusted(_)
            | Fact::TechnicalEvent(_)
            | Fact::DeviceCertified(_)
            | Fact::DeviceStandingChanged(_)) => Some(same),
        })
    }

    /// A receipt under the next number. One that the server holds already was begun before the copy was made, and is the same if it says the
    /// same (I2): that is said in its place. Else both count, and this one gets an id of its own.
    fn receipt(&mut self, sale: Sale, refund: bool, fact: impl FnOnce(Sale) -> Fact) -> Result<Fact, JournalError> {
        let printed = sale.printed.unwrap_or_else(|| Box::new(PrintedNumber { series: sale.series, number: sale.number }));
        let mut held = self.held.iter().filter(|held| held.receipt == sale.receipt).peekable();
        if held.peek().is_some() {
            if held.any(|held| (held.refund, held.gross) == (refund, sale.gross)) {
                let number = shown_number(&printed.series, printed.number);
                let detail = format!("{number} stands in the other branch, too; it counts once");
                return Ok(Draft::event(TechnicalKind::Restored, detail).fact);
            }
            self.ids.insert(sale.receipt, ReceiptId::new(self.appending.now.at, self.entropy));
        }
        let mut lines = sale.lines;
        for of in lines.iter_mut().filter_map(|line| line.refunds.as_mut()) {
            *of = LineRef { receipt: self.id_of(of.receipt), line: of.line };
        }
        Ok(fact(Sale {
            receipt: self.id_of(sale.receipt),
            series: self.appending.me.series().to_owned(),
            number: self.appending.state(self.shop())?.receipt_number().saturating_add(1),
            lines,
            printed: Some(printed),
            ..sale
        }))
    }

    fn shop(&self) -> Scope {
        Scope::Shop(self.appending.me.shop())
    }

    fn id_of(&self, receipt: ReceiptId) -> ReceiptId {
        self.ids.get(&receipt).copied().unwrap_or(receipt)
    }

    fn opened(&mut self, opened: ShiftOpened) -> Result<ShiftOpened, JournalError> {
        let number = self.appending.state(self.shop())?.shift_number().saturating_add(1);
        // A copy of a copy: it goes on from the device before this one, which went on from another.
        let continues = opened.continues.map(|before| Box::new(Continued { device: self.old.device(), ..*before }));
        Ok(ShiftOpened { number, continues, ..opened })
    }

    /// A Z says what its log says: the numbers of the new one. What was counted stays.
    fn closed(&mut self, closed: ShiftClosed) -> Result<ShiftClosed, JournalError> {
        let state = self.appending.state(self.shop())?;
        let Some(open) = state.shift().filter(|open| open.shift == closed.shift) else { return Ok(closed) };
        Ok(ShiftClosed {
            z_number: open.number,
            totals: open.totals.clone(),
            float: open.float,
            expected_cash: open.float.saturating_add(open.totals.cash),
            perpetual_gross: state.perpetual_gross(),
            ..closed
        })
    }

    /// The edit made again: a change belongs to its author, so the new device changes what the old one changed, and nothing else.
    fn edit(&mut self, changed: &RecordChanged) -> Result<Option<RecordChanged>, JournalError> {
        let held = record::find(self.appending.tx, changed.record)?.map(|n| record::document(self.appending.tx, n)).transpose()?;
        let shadow = match self.shadows.remove(&changed.record) {
            Some(shadow) => shadow,
            None => held.clone(),
        };
        let before = product(shadow.as_deref())?;
        let merged = duka_records::merge(shadow.as_deref(), &changed.change).map_err(|fault| damaged(&fault))?;
        let after = product(Some(&merged))?;
        self.shadows.insert(changed.record, Some(merged));
        let Some(after) = after else { return Ok(None) };
        let edited = match (held.as_deref().filter(|_| before.is_some()), before) {
            (Some(document), Some(before)) => {
                duka_records::edit(document, self.appending.me.device(), &before.edit_to(&after)).map_err(|fault| damaged(&fault))?
            }
            _ => Some(duka_records::create(self.appending.me.device(), &after).map_err(|fault| damaged(&fault))?),
        };
        Ok(edited.map(|Edited { number, change, .. }| RecordChanged { number, change: change.into(), ..changed.clone() }))
    }
}

fn product(document: Option<&[u8]>) -> Result<Option<Product>, StoreError> {
    let reading = document.map(duka_records::read).transpose().map_err(|fault| damaged(&fault))?;
    Ok(reading.and_then(duka_records::Reading::product))
}

fn damaged(fault: &RecordError) -> StoreError {
    StoreError::Corrupt(fault.to_string())
}
