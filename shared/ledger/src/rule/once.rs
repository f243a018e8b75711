//! What a log says only once. Receipts, shifts and whatever is keyed by its place in the log cannot repeat: their numbers rise by the rules.

use super::{Effect, Judged};
use crate::{
    device::DeviceRow,
    fact::Fact,
    record::RecordChangeRow,
    table::{Cell, Table, Tabled, Value},
};
use duka_core::{DeviceId, RecordId};
use std::collections::HashSet;

/// What one log says at one place at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Once {
    /// The writer's edit of a record with this number.
    Edit(RecordId, u64),
    /// The certificate of a device.
    Certificate(DeviceId),
}

impl Once {
    /// The table and key of the row that says it, in the log of `writer`.
    pub fn key(&self, writer: DeviceId) -> (&'static Table, Vec<Value>) {
        match *self {
            Self::Edit(record, number) => (RecordChangeRow::TABLE, vec![writer.into_value(), record.into_value(), number.into_value()]),
            Self::Certificate(device) => (DeviceRow::TABLE, vec![device.into_value()]),
        }
    }
}

/// Whether the log says it, such that it counts, at a place before the one that is judged.
pub type Seen<'s> = &'s dyn Fn(&Once) -> bool;

/// What a log has said so far that it says only once: some fifty bytes for each of its edits.
#[derive(Clone, Debug, Default)]
pub struct Said(HashSet<Once>);

impl FromIterator<Once> for Said {
    fn from_iter<I: IntoIterator<Item = Once>>(said: I) -> Self {
        Self(said.into_iter().collect())
    }
}

impl Said {
    /// Whether it has said this.
    pub fn has(&self, once: &Once) -> bool {
        self.0.contains(once)
    }

    /// Remembers what an entry says, if it counts.
    pub fn note(&mut self, judged: &Judged) {
        self.0.extend(judged.effect.as_ref().and_then(Effect::once));
    }
}

impl Fact {
    /// What it says that its log says only once, if so.
    pub const fn once(&self) -> Option<Once> {
        match self {
            Self::RecordChanged(changed) => Some(Once::Edit(changed.record, changed.number)),
            Self::DeviceCertified(certified) => Some(Once::Certificate(certified.device)),
            Self::ShiftOpened(_)
            | Self::SaleCompleted(_)
            | Self::SaleAborted(_)
            | Self::RefundCompleted(_)
            | Self::StockMoved(_)
            | Self::AccountAdjusted(_)
            | Self::ShiftClosed(_)
            | Self::ReceiptReprinted(_)
            | Self::TechnicalEvent(_)
            | Self::DeviceStandingChanged(_) => None,
        }
    }
}
