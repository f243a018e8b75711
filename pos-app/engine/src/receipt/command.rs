//! Writing a receipt, and printing one again.

use super::{
    ReceiptError,
    paper::{self, Paper},
    query::{self, Held},
};
use crate::{
    books::{Books, Decision, Draft},
    journal, shift,
};
use duka_api::till::ReceiptRef;
use duka_ledger::{DeviceKey, Fact, Hash, LogId, ReceiptCode, ReceiptReprinted, RefundCompleted, Sale, Scope};
use std::sync::Arc;

/// A receipt to be written: a sale, or a refund with its reason.
pub(crate) struct Issue {
    pub(crate) sale: Sale,
    pub(crate) refund: Option<String>,
    pub(crate) operator_name: String,
    /// Signs the code on the paper; without it there is none.
    pub(crate) key: Option<Arc<DeviceKey>>,
}

impl Issue {
    /// The fact and the print of it. The answer is the receipt as it will be written.
    pub(crate) fn decide(self, books: &Books<'_>) -> Decision<Sale> {
        let Self { sale, refund, operator_name, key } = self;
        let fact = match refund.clone() {
            None => Fact::SaleCompleted(sale.clone()),
            Some(reason) => Fact::RefundCompleted(RefundCompleted { refund: sale.clone(), reason }),
        };
        let (shop, direction, printed) = (books.me.answer.shop_name.clone(), books.me.paper_direction(), sale.clone());
        Decision::new(sale, [Draft::by_operator(fact)]).printing(move |written| {
            let code = key.map(|key| code(&key, &printed, written.entry().log, written.entry().seq, written.hash()));
            paper::receipt(&Paper {
                shop: &shop,
                operator: &operator_name,
                sale: &printed,
                at: written.local_time(),
                refund: refund.as_deref(),
                code: code.as_deref(),
                copy: false,
                direction,
            })
        })
    }
}

fn code(key: &DeviceKey, sale: &Sale, log: LogId, seq: u64, hash: Hash) -> String {
    ReceiptCode {
        device: log.device,
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

/// Prints a receipt again, marked as a copy; the journal says so.
pub(crate) fn reprint(books: &Books<'_>, which: &ReceiptRef, key: Option<&DeviceKey>) -> Result<Decision<()>, ReceiptError> {
    let held = query::load(books.db, books.me.device(), which.receipt)?.ok_or(ReceiptError::NotFound(which.receipt))?;
    let code = code_of(books, key, &held)?;
    let operator = shift::operator_of(books.db, held.sale.shift)?;
    let (shop, direction) = (books.me.answer.shop_name.clone(), books.me.paper_direction());
    let fact = ReceiptReprinted { receipt: which.receipt, register: books.me.register(), shift: books.log.shift().map(|open| open.shift) };
    Ok(Decision::new((), [Draft::by_operator(Fact::ReceiptReprinted(fact))]).printing(move |_| {
        paper::receipt(&Paper {
            shop: &shop,
            operator: &operator,
            sale: &held.sale,
            at: held.at,
            refund: held.refund.then_some(held.reason.as_str()),
            code: code.as_deref(),
            copy: true,
            direction,
        })
    }))
}

/// The signed code of a receipt that this device wrote: signing again gives the same code. None for receipts of others.
fn code_of(books: &Books<'_>, key: Option<&DeviceKey>, held: &Held) -> Result<Option<String>, ReceiptError> {
    let log = LogId { device: held.device, scope: Scope::Shop(books.me.shop()) };
    let (Some(key), true) = (key, held.device == books.me.device()) else { return Ok(None) };
    let entry = journal::log(books.db, log)?.map(|row| journal::entry_at(books.db, row.n, held.seq)).transpose()?.flatten();
    Ok(entry.map(|entry| code(key, &held.sale, log, held.seq, entry.hash())))
}
