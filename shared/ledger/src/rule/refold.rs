//! Judging a log again from its beginning: after an update, when what the server says of its writer has changed, or to prove its tables.

use super::{Asks, Change, CheckRecord, Effect, Judged, LogState, Once, Rows, Said, StoredVerdict, Verdict, Wait, Writer, judge};
use crate::journal::SealedEntry;

/// How far a log was judged again. Its entries go in one after the other, from the first on; whoever drives it may stop between any two.
#[derive(Clone, Debug)]
pub struct Refold {
    writer: Option<Writer>,
    state: LogState,
    seq: u64,
    said: Said,
}

impl Refold {
    /// At the beginning of a log. Without its writer's certificate all of it waits.
    pub fn new(writer: Option<Writer>) -> Self {
        Self { writer, state: LogState::default(), seq: 0, said: Said::default() }
    }

    /// What becomes of the next entry, which stood as `before`.
    pub fn next(&mut self, sealed: &SealedEntry, before: &StoredVerdict, record: CheckRecord<'_>) -> Change {
        let mut change = self.judge(sealed, record).change(Some(before), sealed);
        let again = change.effect.as_ref().and_then(Effect::once).is_some_and(|once| self.said.has(&once));
        if let (Rows::TakeOut(_), true) = (&change.rows, again) {
            // An earlier place says the same, and counts by now: what stands there is its row.
            change.rows = Rows::Stay;
        }
        change
    }

    /// Judges the next entry.
    pub fn judge(&mut self, sealed: &SealedEntry, record: CheckRecord<'_>) -> Judged {
        self.seq = sealed.entry().seq;
        let Some(writer) = &self.writer else {
            self.state.wait_from(self.seq);
            return Judged::without_rows(Verdict::Waiting(Wait::Certificate));
        };
        let said = &self.said;
        let judged = judge(writer, &mut self.state, sealed, &Asks { record, seen: &|once: &Once| said.has(once) });
        self.said.note(&judged);
        judged
    }

    /// The writer it is judged by.
    pub const fn writer(&self) -> Option<&Writer> {
        self.writer.as_ref()
    }

    /// Where the log stands behind the last entry.
    pub const fn state(&self) -> &LogState {
        &self.state
    }

    /// The last entry that was judged; 0 before the first.
    pub const fn seq(&self) -> u64 {
        self.seq
    }
}
