//! What a verdict changes: the one plan that every store carries out, for new entries and for those that are judged again.

use super::{Judged, Once, StoredVerdict, Verdict, VerdictKind};
use crate::{
    fact::{Body, Fact},
    fold,
    journal::SealedEntry,
    record::RecordChanged,
    table::Row,
};
use duka_core::DeviceId;

/// What a fact that counts does besides its rows, and what has to be undone when it counts no more.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// An edit: to be merged into its record's document; when it counts no more, the document is made anew.
    Record(RecordChanged),
    /// A certificate: the device's logs are to be folded again.
    Certified(DeviceId),
    /// What holds of a device: its logs are to be folded again.
    Standing(DeviceId),
}

impl Effect {
    /// What a fact does besides its rows.
    pub(super) fn of(fact: Fact) -> Option<Self> {
        match fact {
            Fact::RecordChanged(changed) => Some(Self::Record(changed)),
            Fact::DeviceCertified(certified) => Some(Self::Certified(certified.device)),
            Fact::DeviceStandingChanged(changed) => Some(Self::Standing(changed.device)),
            Fact::ShiftOpened(_)
            | Fact::SaleCompleted(_)
            | Fact::SaleAborted(_)
            | Fact::RefundCompleted(_)
            | Fact::StockMoved(_)
            | Fact::AccountAdjusted(_)
            | Fact::ShiftClosed(_)
            | Fact::ReceiptReprinted(_)
            | Fact::TechnicalEvent(_) => None,
        }
    }

    /// What a log says only once.
    pub(super) const fn once(&self) -> Option<Once> {
        match self {
            Self::Record(changed) => Some(Once::Edit(changed.record, changed.number)),
            Self::Certified(device) => Some(Once::Certificate(*device)),
            Self::Standing(_) => None,
        }
    }

    /// The device whose logs are to be folded again.
    pub const fn device(&self) -> Option<DeviceId> {
        match self {
            Self::Record(_) => None,
            Self::Certified(device) | Self::Standing(device) => Some(*device),
        }
    }
}

/// What becomes of the tables.
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    /// They stay as they are.
    Stay,
    /// These are written. A row of [`crate::table::Write::Once`] that stands under the key of one of them is another's no more: the log says the
    /// same at a later place, which is flagged when its turn comes.
    Insert(Vec<Row>),
    /// These are taken out again.
    TakeOut(Vec<Row>),
    /// A version that knows more had written rows, and this one cannot tell which: the tables are to be made anew.
    Unknown,
}

/// What is to be done about an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What becomes of it.
    pub verdict: Verdict,
    /// Whether that, or why, is something else than before.
    pub is_new: bool,
    /// The tables.
    pub rows: Rows,
    /// What else: done when rows are inserted, undone when they are taken out.
    pub effect: Option<Effect>,
}

impl Judged {
    /// What is to be done about an entry that stood as `before`; none when it is new. (What is judged again, [`super::Refold`] plans.)
    pub fn change(self, before: Option<&StoredVerdict>, sealed: &SealedEntry) -> Change {
        use VerdictKind::{Flagged, Projected, Waiting};
        let Self { verdict, rows, effect } = self;
        let now = StoredVerdict::from(&verdict);
        let (rows, effect) = match (before.map(|before| before.kind), now.kind) {
            (Some(Projected), Projected) => (Rows::Stay, None),
            (None | Some(Waiting | Flagged), Projected) => (Rows::Insert(rows), effect),
            (Some(Projected), Waiting | Flagged) => taken_out(sealed),
            (None | Some(Waiting | Flagged), Waiting | Flagged) => (Rows::Stay, None),
        };
        Change { verdict, is_new: before != Some(&now), rows, effect }
    }
}

/// What an entry that counted had done.
fn taken_out(sealed: &SealedEntry) -> (Rows, Option<Effect>) {
    match sealed.body() {
        Ok(Body::Known(fact)) => match fold::rows(sealed.entry(), &fact) {
            Ok(rows) => (Rows::TakeOut(rows), Effect::of(fact)),
            Err(_) => (Rows::Unknown, None),
        },
        Ok(Body::Unknown) | Err(_) => (Rows::Unknown, None),
    }
}
