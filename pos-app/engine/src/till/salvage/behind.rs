//! Sales and refunds that stand behind a gap of the journal: counted, summed, and listed in a file for people.

use crate::platform::{Mending, OpenError};
use duka_api::till::Salvaged;
use duka_core::{Currency, Money};
use duka_ledger::{Body, Fact, Sale, SealedEntry, shown_number};

/// Sales and refunds that stand behind a gap.
#[derive(Default)]
pub(super) struct Behind {
    receipts: u64,
    totals: Vec<(Currency, i64)>,
    lines: String,
}

impl Behind {
    pub(super) fn add(&mut self, sealed: &SealedEntry) {
        let (sale, refund): (Sale, bool) = match sealed.body() {
            Ok(Body::Known(Fact::SaleCompleted(sale))) => (sale, false),
            Ok(Body::Known(Fact::RefundCompleted(refund))) => (refund.refund, true),
            _ => return,
        };
        let gross = if refund { sale.gross.saturating_neg() } else { sale.gross };
        self.receipts += 1;
        match self.totals.iter_mut().find(|(currency, _)| *currency == sale.currency) {
            Some((_, total)) => *total = total.saturating_add(gross),
            None => self.totals.push((sale.currency, gross)),
        }
        let shown = |minor: i64| Money::try_new(minor, sale.currency).map_or_else(|_| minor.to_string(), |amount| amount.to_string());
        let lines: Vec<_> = sale
            .lines
            .iter()
            .map(|line| serde_json::json!({ "code": line.code, "name": line.name, "quantity": line.quantity.to_string(), "total": shown(line.gross) }))
            .collect();
        let line = serde_json::json!({
            "number": shown_number(&sale.series, sale.number),
            "kind": if refund { "refund" } else { "sale" },
            "at": sealed.local_time().date_time(),
            "total": shown(sale.gross),
            "lines": lines,
            "entry": sealed.entry().seq,
            "hash": sealed.hash().to_string(),
        });
        self.lines += &format!("{line}\n");
    }

    pub(super) fn tell(self, mending: &Mending, news: &mut Salvaged) -> Result<(), OpenError> {
        if self.receipts > 0 {
            news.list = Some(mending.list(&self.lines)?.display().to_string());
        }
        news.behind = self.receipts;
        news.behind_totals = self.totals.into_iter().filter_map(|(currency, total)| Money::try_new(total, currency).ok()).collect();
        Ok(())
    }
}
