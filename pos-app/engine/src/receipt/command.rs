//! Writing a receipt, and printing one again.

use super::{Held, Issued, ReceiptError, shown_number, store};
use crate::{
    journal::{self, Audience, By, JournalError, Pen},
    platform,
    print::{self, document},
    till::Till,
};
use duka_api::till::ReceiptRef;
use duka_ledger::{DeviceKey, Fact, Hash, ReceiptCode, ReceiptReprinted, RefundCompleted, Sale};
use rusqlite::Connection;

/// Writes a sale, or a refund with its reason, and queues its print. Gives the receipt back as it was written.
pub(crate) fn commit_in_tx(tx: &Connection, desk: &Desk<'_>, sale: Sale, reason: Option<String>) -> Result<(Sale, Issued), JournalError> {
    let pen = desk.pen;
    let fact = match reason {
        None => Fact::SaleCompleted(sale),
        Some(reason) => Fact::RefundCompleted(RefundCompleted { refund: sale, reason }),
    };
    let written = journal::append_in_tx(tx, pen, Audience::Shop, By::Operator, &fact, None)?;
    let (sale, reason) = match fact {
        Fact::SaleCompleted(sale) => (sale, None),
        Fact::RefundCompleted(refund) => (refund.refund, Some(refund.reason)),
        _ => return Err(JournalError::Refused("not a receipt".into())),
    };
    let code = desk.key.map(|key| code(key, pen, &sale, written.entry().seq, written.hash()));
    let queued = desk.printer.queue_in_tx(tx, desk.entropy, pen.now, || {
        document::receipt(&document::Paper {
            shop: &pen.me.answer.shop_name,
            operator: desk.operator_name,
            sale: &sale,
            at: written.local_time(),
            refund: reason.as_deref(),
            code: code.as_deref(),
            copy: false,
        })
    })?;
    Ok((sale, Issued { queued }))
}

/// Who commits: what a receipt needs of the till beside its facts.
pub(crate) struct Desk<'t> {
    pub(crate) pen: &'t Pen,
    pub(crate) key: Option<&'t DeviceKey>,
    pub(crate) operator_name: &'t str,
    pub(crate) printer: &'t print::Queue,
    pub(crate) entropy: &'t dyn duka_core::Entropy,
}

fn code(key: &DeviceKey, pen: &Pen, sale: &Sale, seq: u64, hash: Hash) -> String {
    ReceiptCode {
        device: pen.me.device,
        receipt: sale.receipt,
        series: sale.series.clone(),
        number: sale.number,
        currency: sale.currency,
        gross: sale.gross,
        seq,
        hash,
    }
    .sign(key)
    .text()
}

/// The signed code of a receipt that this device wrote: signing again gives the same code. None for receipts of others.
pub(crate) fn code_of(db: &Connection, pen: &Pen, key: Option<&DeviceKey>, held: &Held) -> Result<Option<String>, ReceiptError> {
    let (Some(key), Some(entry)) = (key, journal::entry_at(db, held.place)?) else { return Ok(None) };
    if entry.entry().log.device != pen.me.device {
        return Ok(None);
    }
    Ok(Some(code(key, pen, &held.sale, entry.entry().seq, entry.hash())))
}

impl Till {
    /// Prints a receipt again, marked as a copy; the journal says so.
    pub fn receipt_reprint(&mut self, which: &ReceiptRef) -> Result<(), ReceiptError> {
        let pen = self.pen()?;
        let held = store::load(&self.db.connection, which.receipt)?.ok_or(ReceiptError::NotFound(which.receipt))?;
        let code = code_of(&self.db.connection, &pen, self.key.as_ref(), &held)?;
        let operator = crate::shift::operator_of(&self.db.connection, held.sale.shift)?;
        let fact = Fact::ReceiptReprinted(ReceiptReprinted {
            receipt: which.receipt,
            register: pen.me.register,
            shift: self.shift.as_ref().map(|shift| shift.shift),
        });
        let tx = platform::begin(&mut self.db.connection)?;
        journal::append_in_tx(&tx, &pen, Audience::Shop, By::Operator, &fact, None)?;
        let queued = self.printer.queue_in_tx(&tx, self.settings.entropy.as_ref(), pen.now, || {
            document::receipt(&document::Paper {
                shop: &pen.me.answer.shop_name,
                operator: &operator,
                sale: &held.sale,
                at: held.at,
                refund: held.refund.then_some(held.reason.as_str()),
                code: code.as_deref(),
                copy: true,
            })
        })?;
        platform::commit(tx)?;
        self.grew();
        self.queued(queued);
        tracing::info!(number = shown_number(&held.sale.series, held.sale.number), "receipt printed again");
        Ok(())
    }
}
