//! Where a log stands: what the rules remember of the entries before. Small, and the same wherever the same log is held.

use super::{Flag, MAX_LAMPORT_STEP, MAX_MOVED, MAX_RATES, MAX_TURNOVER, Writer};
use crate::{
    fact::Fact,
    fold::{postings, stock_moves},
    journal::Entry,
    shift::{ShiftOpened, ShiftTotals},
};
use duka_core::{ShiftId, Timestamp, planted};
use minicbor::{Decode, Decoder, Encode, Encoder};

/// How far a wrong number may jump so that the next ones follow it: a till that once skipped numbers is not flagged for ever.
const MAX_SKIP: u64 = 1_000_000;

/// The open shift of a log.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct OpenShift {
    /// Its id.
    #[n(0)]
    pub shift: ShiftId,
    /// Who opened it.
    #[n(1)]
    pub operator_name: String,
    /// When, µs UTC.
    #[n(2)]
    pub opened_at: Timestamp,
    /// The float it began with, minor units.
    #[n(3)]
    pub float: i64,
    /// What happened in it so far.
    #[n(4)]
    pub totals: ShiftTotals,
    /// Its number, and that of its Z report.
    #[n(5)]
    pub number: u64,
}

/// Where a log stands. The default is that of an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogState {
    lamport: u64,
    receipt_number: u64,
    shift_number: u64,
    perpetual_gross: i64,
    turnover: u64,
    moved: u64,
    shift: Option<OpenShift>,
    waiting_from: Option<u64>,
}

/// How many fields are stored. A state with more or fewer is of another version and cannot be read, whatever they are: so its log is folded
/// again, and nobody has to remember to say so.
const FIELDS: u64 = 8;

impl<C> Encode<C> for LogState {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut Encoder<W>, ctx: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        let Self { lamport, receipt_number, shift_number, perpetual_gross, turnover, moved, shift, waiting_from } = self;
        e.array(FIELDS)?.u64(*lamport)?.u64(*receipt_number)?.u64(*shift_number)?.i64(*perpetual_gross)?.u64(*turnover)?.u64(*moved)?;
        e.encode_with(shift, ctx)?.encode_with(waiting_from, ctx)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for LogState {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        if d.array()? != Some(FIELDS) {
            return Err(minicbor::decode::Error::message("the state of a log, as another version remembers it"));
        }
        Ok(Self {
            lamport: d.u64()?,
            receipt_number: d.u64()?,
            shift_number: d.u64()?,
            perpetual_gross: d.i64()?,
            turnover: d.u64()?,
            moved: d.u64()?,
            shift: d.decode_with(ctx)?,
            waiting_from: d.decode_with(ctx)?,
        })
    }
}

impl LogState {
    /// The logical time of its last entry that counts.
    pub const fn lamport(&self) -> u64 {
        self.lamport
    }

    /// The logical time of the next entry for a writer that has seen `seen` elsewhere.
    pub fn next_lamport(&self, seen: u64) -> u64 {
        seen.max(self.lamport).saturating_add(1).min(self.lamport.saturating_add(MAX_LAMPORT_STEP))
    }

    /// The last receipt number; 0 before the first.
    pub const fn receipt_number(&self) -> u64 {
        self.receipt_number
    }

    /// The number of the next receipt (I7).
    pub fn next_receipt_number(&self) -> u64 {
        let skipped = planted::is(planted::Bug::NumberSkipped) && self.receipt_number % 7 == 6;
        self.receipt_number.saturating_add(if skipped { 2 } else { 1 })
    }

    /// The number of the last shift that was opened; 0 before the first.
    pub const fn shift_number(&self) -> u64 {
        self.shift_number
    }

    /// Sales less refunds of closed shifts and the open one, minor units.
    pub const fn perpetual_gross(&self) -> i64 {
        self.perpetual_gross
    }

    /// The open shift.
    pub const fn shift(&self) -> Option<&OpenShift> {
        self.shift.as_ref()
    }

    /// The first entry that only a newer version understands.
    pub const fn waiting_from(&self) -> Option<u64> {
        self.waiting_from
    }

    pub(super) fn wait_from(&mut self, seq: u64) {
        self.waiting_from.get_or_insert(seq);
    }

    /// A logical time that is out of bounds is not adopted.
    pub(super) fn take_lamport(&mut self, found: u64) -> Result<(), Flag> {
        let after = self.lamport;
        if found <= after || found.saturating_sub(after) > MAX_LAMPORT_STEP || i64::try_from(found).is_err() {
            return Err(Flag::Lamport { after, found });
        }
        self.lamport = found;
        Ok(())
    }

    /// The state after a fact that breaks no rule by itself; or the rule that it breaks after this log.
    pub(super) fn after(&self, writer: &Writer, entry: &Entry, fact: &Fact) -> Result<Self, Flag> {
        let mut next = self.clone();
        match fact {
            Fact::SaleCompleted(sale) => {
                if planted::is(planted::Bug::LabelDecides) && next.shift.as_ref().is_some_and(|shift| entry.at < shift.opened_at) {
                    return Err(Flag::ShiftNotOpen);
                }
                next.take_receipt_number(sale.number)?;
                next.perpetual_gross = next.perpetual_gross.checked_add(sale.gross).ok_or(Flag::Turnover)?;
                next.add_to_shift(sale.shift, |totals| totals.with_sale(sale))?;
            }
            Fact::RefundCompleted(refund) => {
                let refund = &refund.refund;
                next.take_receipt_number(refund.number)?;
                next.perpetual_gross = next.perpetual_gross.checked_sub(refund.gross).ok_or(Flag::Turnover)?;
                next.add_to_shift(refund.shift, |totals| totals.with_refund(refund))?;
            }
            Fact::SaleAborted(aborted) => {
                next.add_to_shift(aborted.shift, |totals| Some(ShiftTotals { aborted: totals.aborted.checked_add(1)?, ..totals }))?;
            }
            Fact::ReceiptReprinted(reprinted) => {
                if let Some(shift) = reprinted.shift {
                    next.add_to_shift(shift, |totals| Some(ShiftTotals { reprints: totals.reprints.checked_add(1)?, ..totals }))?;
                }
            }
            Fact::ShiftOpened(opened) => next.open_shift(entry, opened)?,
            Fact::ShiftClosed(closed) => next.close_shift(closed)?,
            Fact::DeviceCertified(_)
            | Fact::DeviceStandingChanged(_)
            | Fact::StockMoved(_)
            | Fact::AccountAdjusted(_)
            | Fact::RecordChanged(_)
            | Fact::TechnicalEvent(_) => {}
        }
        debug_assert!(writer.certificate.device == entry.log.device, "a log is judged with its own writer's certificate");
        next.take_sums(fact)?;
        Ok(next)
    }

    fn take_receipt_number(&mut self, found: u64) -> Result<(), Flag> {
        let after = self.receipt_number;
        // I7
        let follows = after.checked_add(1) == Some(found) || planted::is(planted::Bug::NumberSkipped) && found > after;
        if !follows || i64::try_from(found).is_err() {
            return Err(Flag::Number { after, found });
        }
        self.receipt_number = found;
        Ok(())
    }

    /// What belongs to a shift that is not open (its opening was flagged, or it went on at another device) counts, but in no Z of this log.
    fn add_to_shift(&mut self, shift: ShiftId, add: impl FnOnce(ShiftTotals) -> Option<ShiftTotals>) -> Result<(), Flag> {
        if let Some(open) = self.shift.as_mut().filter(|open| open.shift == shift) {
            open.totals = add(std::mem::take(&mut open.totals)).ok_or(Flag::Turnover)?;
            if open.totals.taxes.len() > MAX_RATES {
                return Err(Flag::Rates);
            }
        }
        Ok(())
    }

    fn open_shift(&mut self, entry: &Entry, opened: &ShiftOpened) -> Result<(), Flag> {
        if self.shift.is_some() {
            return Err(Flag::ShiftOpen);
        }
        let after = self.shift_number;
        if after.checked_add(1) != Some(opened.number) || i64::try_from(opened.number).is_err() {
            return Err(Flag::Number { after, found: opened.number });
        }
        self.shift_number = opened.number;
        let continued = opened.continues.as_ref();
        self.shift = Some(OpenShift {
            shift: opened.shift,
            operator_name: opened.operator_name.clone(),
            opened_at: continued.map_or(entry.at, |before| before.opened_at),
            float: opened.float,
            totals: continued.map(|before| before.totals.clone()).unwrap_or_default(),
            number: opened.number,
        });
        Ok(())
    }

    fn take_sums(&mut self, fact: &Fact) -> Result<(), Flag> {
        let debits = postings(fact).map_err(|_| Flag::Amount)?.into_iter().filter_map(|posting| u64::try_from(posting.amount).ok());
        let moved = stock_moves(fact).into_iter().map(|moved| moved.quantity.thousandths().unsigned_abs());
        self.turnover = sum(self.turnover, debits, MAX_TURNOVER)?;
        self.moved = sum(self.moved, moved, MAX_MOVED)?;
        Ok(())
    }

    /// Goes on behind an entry that was flagged: the numbers after it follow its own, and who says that a shift is over has none open.
    pub(super) fn pass_over(&mut self, fact: &Fact) {
        let follow = |last: &mut u64, found: u64| {
            if found > *last && found.saturating_sub(*last) <= MAX_SKIP {
                *last = found;
            }
        };
        match fact {
            Fact::SaleCompleted(sale) => follow(&mut self.receipt_number, sale.number),
            Fact::RefundCompleted(refund) => follow(&mut self.receipt_number, refund.refund.number),
            Fact::ShiftOpened(opened) => follow(&mut self.shift_number, opened.number),
            Fact::ShiftClosed(_) => self.shift = None,
            Fact::SaleAborted(_)
            | Fact::ReceiptReprinted(_)
            | Fact::StockMoved(_)
            | Fact::AccountAdjusted(_)
            | Fact::RecordChanged(_)
            | Fact::TechnicalEvent(_)
            | Fact::DeviceCertified(_)
            | Fact::DeviceStandingChanged(_) => {}
        }
    }

    pub(super) const fn take_shift(&mut self) -> Option<OpenShift> {
        self.shift.take()
    }
}

fn sum(before: u64, mut more: impl Iterator<Item = u64>, most: u64) -> Result<u64, Flag> {
    more.try_fold(before, u64::checked_add).filter(|sum| *sum <= most).ok_or(Flag::Turnover)
}
