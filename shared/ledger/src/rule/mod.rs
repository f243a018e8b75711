//! The one set of rules: who may write what. Tills and server run this same code on whatever comes.
//!
//! A verdict rests on the fact, its own log before it ([`LogState`]) and what the server says of its writer ([`Writer`]), never on a clock (I8)
//! and never on what else has arrived (I4). Refused is not stopped: an entry that breaks a rule is stored, relayed and *flagged* everywhere
//! alike; those before and after it count.

mod change;
mod check;
mod flag;
mod once;
mod place;
mod receipt;
mod refold;
mod shift;
mod state;

pub use change::{Change, Effect, Rows};
pub use flag::{Flag, StoredVerdict, Verdict, VerdictKind, Wait};
pub use once::{Once, Said, Seen};
pub use place::{Home, home};
pub use refold::Refold;
pub use state::{LogState, OpenShift};

use crate::{
    device::{DeviceCertified, DeviceStandingChanged, Standing},
    fact::{Body, Fact, Unreadable},
    fold,
    journal::{Entry, Scope, SealedEntry},
    record::RecordChanged,
    table::Row,
};
use duka_core::DeviceId;

/// Devices that a shop can ever have.
pub const MAX_DEVICES: u64 = 1_000;
/// What one log may debit in all, minor units: so the accounts of a shop fit into 64 bits.
pub const MAX_TURNOVER: u64 = 1 << 53;
/// What one log may move in all, thousandths: so the stock of a shop fits into 64 bits.
pub const MAX_MOVED: u64 = 1 << 53;
const _: () = assert!(MAX_TURNOVER < (1 << 63) / MAX_DEVICES && MAX_MOVED < (1 << 63) / MAX_DEVICES, "the sums of a shop fit into 64 bits");
/// The longest text in a fact, in bytes.
pub const MAX_TEXT: usize = 1_000;
/// How many tax rates the receipts of one shift may have, so that what is remembered of a log stays small.
pub const MAX_RATES: usize = 64;
/// How far the logical time of a log may rise from one entry to the next. Who wants to use time up needs two thousand million entries.
pub const MAX_LAMPORT_STEP: u64 = 1 << 32;

/// What the company's server says of a writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// Who it is.
    pub certificate: DeviceCertified,
    /// The newest change of what holds of it, if there was one.
    pub standing: Option<DeviceStandingChanged>,
}

impl Writer {
    /// Whether what it wrote at a place of its log in `scope` counts.
    pub fn counts(&self, scope: Scope, seq: u64) -> bool {
        self.last_that_counts(scope).is_none_or(|last| seq <= last)
    }

    /// The last place of its log in `scope` that counts, if it was revoked.
    pub fn last_that_counts(&self, scope: Scope) -> Option<u64> {
        let changed = self.standing.as_ref().filter(|changed| changed.standing == Standing::Revoked)?;
        Some(match scope {
            Scope::Company(_) => changed.company_seq,
            Scope::Shop(_) => changed.shop_seq,
        })
    }
}

/// What only the crate of records can tell of a change: whether it can be read, is by this author, and has this number.
pub type CheckRecord<'c> = &'c dyn Fn(&RecordChanged, DeviceId) -> Result<(), String>;

/// What the rules ask of whoever has them judge.
#[derive(Clone, Copy)]
pub struct Asks<'a> {
    /// Whether an edit is one.
    pub record: CheckRecord<'a>,
    /// Whether the log said the same before.
    pub seen: Seen<'a>,
}

/// An entry that was judged.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What becomes of it.
    pub verdict: Verdict,
    /// What it adds to the tables; nothing unless it is projected.
    pub rows: Vec<Row>,
    /// What it does besides.
    pub effect: Option<Effect>,
}

impl Judged {
    const fn without_rows(verdict: Verdict) -> Self {
        Self { verdict, rows: Vec::new(), effect: None }
    }
}

/// Judges the next entry of a log and moves the log's state on.
pub fn judge(writer: &Writer, state: &mut LogState, sealed: &SealedEntry, asks: &Asks<'_>) -> Judged {
    judge_body(writer, state, sealed.entry(), sealed.body(), asks)
}

/// The same for the writer itself, who has the fact at hand.
pub fn judge_fact(writer: &Writer, state: &mut LogState, entry: &Entry, fact: Fact, asks: &Asks<'_>) -> Judged {
    judge_body(writer, state, entry, Ok(Body::Known(fact)), asks)
}

/// The same for whoever has read the body already.
pub fn judge_body(writer: &Writer, state: &mut LogState, entry: &Entry, body: Result<Body, Unreadable>, asks: &Asks<'_>) -> Judged {
    if !writer.counts(entry.log.scope, entry.seq) {
        return Judged::without_rows(Verdict::Flagged(Flag::Revoked));
    }
    let lamport = state.take_lamport(entry.lamport);
    let fact = match body {
        Ok(Body::Known(fact)) => fact,
        Ok(Body::Unknown) => {
            state.wait_from(entry.seq);
            return Judged::without_rows(Verdict::Waiting(Wait::Version));
        }
        Err(fault) => return Judged::without_rows(Verdict::Flagged(Flag::Unreadable(flag::quoted(&fault.fault)))),
    };
    let once = |fact: &Fact| if fact.once().is_some_and(|once| (asks.seen)(&once)) { Err(Flag::Repeated) } else { Ok(()) };
    let admitted = lamport
        .and_then(|()| check::fact(writer, entry, &fact, asks.record))
        .and_then(|()| once(&fact))
        .and_then(|()| state.after(writer, entry, &fact))
        .and_then(|next| fold::rows(entry, &fact).map(|rows| (next, rows)).map_err(|_| Flag::Amount));
    match admitted {
        Ok((next, rows)) => {
            *state = next;
            Judged { verdict: Verdict::Projected, rows, effect: Effect::of(fact) }
        }
        Err(flag) => {
            state.pass_over(&fact);
            Judged::without_rows(match state.waiting_from() {
                // What only a newer version understands may have made this right.
                Some(seq) if flag.rests_on_log() => Verdict::Waiting(Wait::Entry(seq)),
                _ => Verdict::Flagged(flag),
            })
        }
    }
}
