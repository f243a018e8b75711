//! One till's share of the selling.

use super::{
    invoices::{Invoice, Row},
    report::Sum,
};
use crate::till::{Seeded, TestTill, line_of};
use anyhow::{Context, Result, bail};
use duka_api::till::{AdjustStock, CloseShift, OpenShift, Refund, RefundLines, StockReason, UnlinkedLine};
use duka_core::{Currency, Money, ProductId, Quantity, ReceiptId, Timestamp, Unit};
use duka_ledger::{Account, AdjustmentReason, table};
use duka_link::Session;
use duka_pos::SaleLineInput;
use duka_sync::{Event, Phase};
use std::{collections::BTreeMap, sync::Arc};

/// What a till booked.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub sales: Sum,
    pub refunds: Sum,
    pub counted: u64,
    pub adjusted: u64,
    pub adjusted_minor: i64,
}

impl Counts {
    pub(super) fn add(&mut self, other: &Self) {
        for (sum, more) in [(&mut self.sales, &other.sales), (&mut self.refunds, &other.refunds)] {
            sum.count += more.count;
            sum.lines += more.lines;
            sum.gross_minor += more.gross_minor;
        }
        self.counted += other.counted;
        self.adjusted += other.adjusted;
        self.adjusted_minor += other.adjusted_minor;
    }
}

/// A till at work.
pub(super) struct Seller {
    till: TestTill,
    pub session: Session,
    products: Arc<BTreeMap<String, ProductId>>,
    moods: Seeded,
    online: bool,
    day: Option<i64>,
    currency: Currency,
}

/// Lets a till and its server exchange until there is nothing left to say.
pub(super) fn exchange(session: &mut Session, event: Event) -> Phase {
    session.drive(event, &mut |_| ());
    session.phase().clone()
}

impl Seller {
    pub(super) fn new(till: TestTill, server: &str, products: Arc<BTreeMap<String, ProductId>>, moods: Seeded) -> Result<Self> {
        let session = till.session(server)?;
        Ok(Self { till, session, products, moods, online: true, day: None, currency: Currency::try_new("GBP")? })
    }

    /// Books every invoice of its share, a shift a day, going offline and coming back as the seed says.
    pub(super) fn sell(&mut self, share: &[Invoice]) -> Result<Counts> {
        let mut counts = Counts::default();
        for invoice in share {
            self.begin_day(invoice.at)?;
            self.till.clock.set(invoice.at);
            self.book(invoice, &mut counts).with_context(|| format!("invoice {}", invoice.number))?;
            // About a fiftieth of all invoices ends or begins an outage; online, every fourth sale or so is sent at once.
            if self.moods.chance(20) {
                self.online = !self.online;
            }
            if self.online && self.moods.chance(250) {
                self.send()?;
            }
        }
        self.end_day()?;
        Ok(counts)
    }

    fn send(&mut self) -> Result<()> {
        match exchange(&mut self.session, Event::Grew) {
            Phase::Attention(failure) => bail!("the link says: {}", failure.detail),
            Phase::Stuck => bail!("till and server cannot agree: {:?}", self.session.trouble()),
            Phase::New | Phase::CatchingUp | Phase::InStep | Phase::Offline(_) => Ok(()),
        }
    }

    fn begin_day(&mut self, at: Timestamp) -> Result<()> {
        let day = at.micros().div_euclid(86_400_000_000);
        if self.day == Some(day) {
            return Ok(());
        }
        self.end_day()?;
        self.till.clock.set(at);
        let float = Money::try_new(10_000, self.currency)?;
        self.till.engine.run(move |till| till.shift_open(&OpenShift { operator: "Replay".to_owned(), float }))?;
        self.day = Some(day);
        Ok(())
    }

    fn end_day(&mut self) -> Result<()> {
        if self.day.take().is_some() {
            let counted = self.till.engine.read(duka_pos::Reader::shift_report)?.expected_cash;
            // More may have been given back than was taken; then nothing is left to count.
            let counted = if counted.is_negative() { Money::zero(self.currency) } else { counted };
            self.till.engine.run(move |till| till.shift_close(&CloseShift { counted }))?;
        }
        Ok(())
    }

    fn book(&self, invoice: &Invoice, counts: &mut Counts) -> Result<()> {
        if !invoice.sold.is_empty() {
            let lines = invoice.sold.iter().map(|row| self.sale_line(row)).collect::<Result<Vec<_>>>()?;
            let receipt = ReceiptId::new(invoice.at, &self.moods);
            let done = self.till.engine.run(move |till| till.sale_complete_lines(receipt, &lines))?;
            count(&mut counts.sales, invoice.sold.len(), done.gross)?;
        }
        if !invoice.refunded.is_empty() {
            let lines = invoice.refunded.iter().map(|row| self.refund_line(row)).collect::<Result<Vec<_>>>()?;
            let refund = ReceiptId::new(invoice.at, &self.moods);
            let reason = format!("credit note {}", invoice.number);
            let refund = Refund { refund, lines: RefundLines::Unlinked { lines }, reason };
            let done = self.till.engine.run(move |till| till.refund_complete(&refund))?;
            count(&mut counts.refunds, invoice.refunded.len(), done.gross)?;
        }
        for row in &invoice.counted {
            let reason = if row.quantity > 0 { StockReason::Counted } else { StockReason::Damaged };
            let adjust = AdjustStock { product: self.product(row)?, quantity: pieces(row)?, reason, note: invoice.number.clone() };
            self.till.engine.run(move |till| till.stock_adjust(&adjust))?;
            counts.counted += 1;
        }
        for amount in invoice.adjusted.iter().copied() {
            let (money, note) = (Money::try_new(amount, self.currency)?, invoice.number.clone());
            self.till
                .engine
                .run(move |till| till.account_adjust(Account::BadDebt, Account::Receivable, money, AdjustmentReason::BadDebt, &note))?;
            counts.adjusted += 1;
            counts.adjusted_minor += amount;
        }
        Ok(())
    }

    fn product(&self, row: &Row) -> Result<ProductId> {
        self.products.get(&row.stock_code).copied().with_context(|| format!("no product for {}", row.stock_code))
    }

    fn sale_line(&self, row: &Row) -> Result<SaleLineInput> {
        let unit_price = Money::try_new(row.price, self.currency)?;
        Ok(line_of(self.product(row)?, pieces(row)?, unit_price))
    }

    fn refund_line(&self, row: &Row) -> Result<UnlinkedLine> {
        let unit_price = Some(Money::try_new(row.price, self.currency)?);
        Ok(UnlinkedLine { product: self.product(row)?, quantity: pieces(row)?, unit_price })
    }

    /// How many entries it holds, of all logs.
    pub(super) fn facts(&self) -> Result<u64> {
        Ok(self.till.engine.read(duka_pos::Reader::heads)?.iter().map(|head| head.seq).sum())
    }

    /// Digest over its tables, as the server's.
    pub(super) fn digest(&self) -> Result<String> {
        let digests = self.till.engine.read(duka_pos::Reader::digests)?;
        Ok(table::combined(digests.into_iter().map(|digest| (digest.table, digest.digest))))
    }
}

fn pieces(row: &Row) -> Result<Quantity> {
    Ok(Quantity::whole(row.quantity, Unit::Each)?)
}

fn count(sum: &mut Sum, lines: usize, gross: Money) -> Result<()> {
    sum.count += 1;
    sum.lines += u64::try_from(lines)?;
    sum.gross_minor += gross.minor();
    Ok(())
}
