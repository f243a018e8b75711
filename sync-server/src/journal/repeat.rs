//! What a device wrote before: it cannot write the same again at another place of its log.

use super::{JournalError, store};
use crate::platform::db::Tx;
use duka_core::{CompanyId, DeviceId, RecordId};
use duka_ledger::{
    DeviceRow,
    rule::{Flag, Judged, Verdict},
    table::{Tabled, Value},
};
use std::collections::BTreeSet;

/// The edits and certificates of one log so far. (Receipts, shifts and whatever is keyed by its place in the log cannot repeat: their
/// numbers rise by the rules.)
#[derive(Debug, Default)]
pub struct Repeats {
    edits: BTreeSet<(RecordId, u64)>,
    certified: BTreeSet<[u8; 16]>,
}

impl Repeats {
    /// What the database knows of those that are about to be written.
    pub(super) async fn load_in_tx<'j>(
        tx: &mut Tx,
        company: CompanyId,
        device: DeviceId,
        judged: impl Iterator<Item = &'j Judged>,
    ) -> Result<Self, JournalError> {
        let (mut records, mut devices) = (BTreeSet::new(), BTreeSet::new());
        for one in judged {
            records.extend(one.record.as_ref().map(|changed| changed.record));
            devices.extend(certified(one));
        }
        let mut repeats = Self::default();
        if !records.is_empty() {
            repeats.edits = store::record::edits(tx, company, device, &Vec::from_iter(records)).await?.into_iter().collect();
        }
        if !devices.is_empty() {
            repeats.certified = store::record::certified(tx, company, &Vec::from_iter(devices)).await?.into_iter().collect();
        }
        Ok(repeats)
    }

    /// Flags an entry that says what was said before; whatever passes is remembered.
    pub fn check(&mut self, judged: &mut Judged) {
        let new = match (&judged.record, certified(judged)) {
            (Some(changed), _) => self.edits.insert((changed.record, changed.number)),
            (None, Some(device)) => self.certified.insert(device),
            (None, None) => true,
        };
        if !new {
            *judged = Judged { verdict: Verdict::Flagged(Flag::Repeated), rows: Vec::new(), record: None };
        }
    }
}

/// Which device a certificate is for.
fn certified(judged: &Judged) -> Option<[u8; 16]> {
    let row = judged.rows.first().filter(|row| row.table.name == DeviceRow::TABLE.name)?;
    match row.values.first() {
        Some(Value::Id(device)) => Some(*device),
        _ => None,
    }
}
