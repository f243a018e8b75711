//! Looking receipts up.

use super::{ReceiptError, shown_number, store, store::Listed};
use crate::{
    device,
    platform::{StoreError, money},
    till::Till,
};
use duka_api::till::{Page, Receipt, ReceiptKind, ReceiptLine, ReceiptQuery, ReceiptRef, ReceiptSummary};
use duka_core::{Money, Quantity};
use duka_ledger::{LineRef, SignedReceiptCode};

/// Rows of a page.
const PAGE: u32 = 50;

impl Till {
    /// Receipts of the shop, newest first; or those with a number or a scanned code.
    pub fn receipt_list(&self, query: &ReceiptQuery) -> Result<Page<ReceiptSummary>, ReceiptError> {
        let db = &self.db.connection;
        let find = query.find.trim();
        if !find.is_empty() {
            let rows = self.find(find)?.into_iter().map(|listed| self.summary(&listed)).collect::<Result<_, _>>()?;
            return Ok(Page { rows, next: None });
        }
        let before = match &query.after {
            None => None,
            Some(text) => {
                let parsed = text.split_once(':').and_then(|(lamport, place)| Some((lamport.parse().ok()?, place.parse().ok()?)));
                Some(parsed.ok_or_else(|| ReceiptError::Page(text.clone()))?)
            }
        };
        let listed = store::newest(db, before, PAGE)?;
        let whole = u32::try_from(listed.len()) == Ok(PAGE);
        let next = listed.last().filter(|_| whole).map(|last| format!("{}:{}", last.lamport, last.held.place.number()));
        Ok(Page { rows: listed.iter().map(|listed| self.summary(listed)).collect::<Result<_, _>>()?, next })
    }

    fn find(&self, find: &str) -> Result<Vec<Listed>, ReceiptError> {
        let db = &self.db.connection;
        if SignedReceiptCode::is_code(find) {
            let not_genuine = |fault: &dyn std::fmt::Display| ReceiptError::NotGenuine(fault.to_string());
            let code = SignedReceiptCode::parse(find).map_err(|fault| not_genuine(&fault))?;
            // Without the writer's key nothing can be said of the signature; the receipt itself, if it is held, came with the journal.
            if let Some(known) = self.device_key(code.content.device)? {
                code.verify(&known).map_err(|fault| not_genuine(&fault))?;
            }
            return Ok(store::listed(db, code.content.receipt)?.into_iter().collect());
        }
        if let Some((series, number)) = find.rsplit_once('-')
            && let Ok(number) = number.parse()
        {
            let exact = store::numbered(db, series, number)?;
            let found = if exact.is_some() { exact } else { store::numbered(db, &series.to_uppercase(), number)? };
            return Ok(found.into_iter().collect());
        }
        let Ok(number) = find.parse::<u64>() else { return Ok(Vec::new()) };
        let own = self.me.as_ref().map(|me| me.series.clone());
        let mut series: Vec<String> = own.iter().cloned().collect();
        series.extend(device::series(db)?.into_iter().filter(|series| Some(series) != own.as_ref()));
        series.dedup();
        series.truncate(100);
        let found = series.iter().map(|series| store::numbered(db, series, number)).collect::<Result<Vec<_>, _>>()?;
        Ok(found.into_iter().flatten().collect())
    }

    /// One receipt with its lines and what of them was refunded.
    pub fn receipt_get(&self, which: &ReceiptRef) -> Result<Receipt, ReceiptError> {
        let db = &self.db.connection;
        let not_found = || ReceiptError::NotFound(which.receipt);
        let listed = store::listed(db, which.receipt)?.ok_or_else(not_found)?;
        let held = store::load(db, which.receipt)?.ok_or_else(not_found)?;
        let sale = &held.sale;
        let amount = |minor| money(minor, sale.currency);
        let mut lines = Vec::with_capacity(sale.lines.len());
        for line in &sale.lines {
            let refunded = store::refunded_of(db, LineRef { receipt: sale.receipt, line: line.line })?;
            lines.push(ReceiptLine {
                line: line.line,
                product: line.product,
                name: line.name.clone(),
                code: line.code.clone(),
                quantity: line.quantity,
                unit_price: amount(line.unit_price)?,
                discount: amount(line.discount)?,
                gross: amount(line.gross)?,
                rate: line.rate,
                note: line.note.clone().unwrap_or_default(),
                refunded: Quantity::try_new(refunded.thousandths, line.quantity.unit())
                    .map_err(|fault| StoreError::Fault(fault.to_string()))?,
            });
        }
        let tendered = sale.payments.iter().fold(0_i64, |sum, payment| sum.saturating_add(payment.tendered));
        Ok(Receipt {
            summary: self.summary(&listed)?,
            lines,
            tax: amount(sale.taxes.iter().fold(0_i64, |sum, total| sum.saturating_add(total.tax)))?,
            tendered: amount(tendered)?,
            change: amount(if held.refund { 0 } else { tendered.saturating_sub(sale.gross) })?,
            reason: held.reason,
        })
    }

    fn summary(&self, listed: &Listed) -> Result<ReceiptSummary, StoreError> {
        let (held, sale) = (&listed.held, &listed.held.sale);
        let gross: Money = money(sale.gross, sale.currency)?;
        Ok(ReceiptSummary {
            receipt: sale.receipt,
            kind: if held.refund { ReceiptKind::Refund } else { ReceiptKind::Sale },
            number: shown_number(&sale.series, sale.number),
            at: held.at,
            gross,
            lines: listed.lines,
            refunded: listed.refunded,
            synced: self.is_synced(held.place)?,
        })
    }
}
