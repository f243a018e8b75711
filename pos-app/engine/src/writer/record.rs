//! Records as the edits say that count.

use super::judging::on_two_threads;
use crate::{journal, platform::StoreError, product, record};
use duka_core::{DeviceId, RecordId};
use duka_ledger::{Body, Fact, RecordChangeRow, Scope};
use rusqlite::Connection;
use std::collections::{BTreeSet, HashMap};

/// Records read at once.
const PAGE: u32 = 100;

/// Makes a record anew from the edits that count.
pub(super) fn remake_in_tx(tx: &Connection, record: RecordId) -> Result<(), StoreError> {
    let mut changes = Changes::of(tx);
    let mut left = Vec::new();
    for edit in record::edits_of(tx, record)? {
        left.extend(changes.of_edit(&edit)?);
    }
    product::forget_in_tx(tx, record, &left)
}

/// Makes all records from the edits that count; none is there.
pub(super) fn make_all_in_tx(tx: &Connection) -> Result<(), StoreError> {
    let mut changes = Changes::of(tx);
    let merge = |page: Vec<Edited>| page.into_iter().map(|edited| Ok((edited.record, edited.merged()?))).collect();
    on_two_threads(
        || changes.next_page(),
        merge,
        |page: Vec<_>| page.into_iter().try_for_each(|(record, merged)| product::show_made_in_tx(tx, record, merged)),
    )
}

/// Which of the tables of records are not what the edits say that count.
pub(super) fn compare(db: &Connection) -> Result<BTreeSet<&'static str>, StoreError> {
    let (mut changes, mut after) = (Changes::of(db), None);
    let read = || {
        let Some(page) = changes.next_page()? else { return Ok(None) };
        let to = page.last().map(|edited| edited.record);
        let held = record::held(db, after, to, PAGE)?;
        after = to;
        Ok(Some((page, held)))
    };
    let (mut is_held, mut shown) = (true, product::Shown::default());
    let look = |(page, held): (Vec<Edited>, Vec<record::Held>)| {
        is_held &= page.len() == held.len();
        for (edited, held) in page.into_iter().zip(held) {
            let record = edited.record;
            let merged = edited.merged()?;
            is_held &= held.is(record, &merged);
            if let Some(product) = merged.reading.product() {
                shown.add(held.n, record.into(), &product);
            }
        }
        Ok(())
    };
    on_two_threads(read, look, |()| Ok(()))?;
    is_held &= record::held(db, after, None, 1)?.is_empty();
    if is_held { shown.differing(db) } else { Ok(product::TABLES.into()) }
}

/// A record with its edits that count, in the order of what is written.
struct Edited {
    record: RecordId,
    changes: Vec<Vec<u8>>,
}

impl Edited {
    fn merged(self) -> Result<record::Merged, StoreError> {
        record::merged(self.record, None, self.changes.iter().map(Vec::as_slice))
    }
}

/// The raw changes of edits, which stand in their writers' logs of the company.
struct Changes<'d> {
    db: &'d Connection,
    logs: HashMap<DeviceId, Vec<i64>>,
    after: Option<RecordId>,
}

impl<'d> Changes<'d> {
    fn of(db: &'d Connection) -> Self {
        Self { db, logs: HashMap::new(), after: None }
    }

    /// The next records by their ids.
    fn next_page(&mut self) -> Result<Option<Vec<Edited>>, StoreError> {
        let mut page: Vec<Edited> = Vec::new();
        for edit in record::edits_after(self.db, self.after, PAGE)? {
            let change = self.of_edit(&edit)?;
            match page.last_mut().filter(|last| last.record == edit.record) {
                Some(last) => last.changes.extend(change),
                None => page.push(Edited { record: edit.record, changes: change.into_iter().collect() }),
            }
        }
        self.after = page.last().map_or(self.after, |last| Some(last.record));
        Ok(Some(page).filter(|page| !page.is_empty()))
    }

    fn of_edit(&mut self, edit: &RecordChangeRow) -> Result<Option<Vec<u8>>, StoreError> {
        let db = self.db;
        for n in self.logs_of(edit.device)? {
            if let Some(sealed) = journal::entry_at(db, *n, edit.seq)?
                && let Ok(Body::Known(Fact::RecordChanged(changed))) = sealed.body()
            {
                return Ok(Some(changed.change.to_vec()));
            }
        }
        Ok(None)
    }

    fn logs_of(&mut self, device: DeviceId) -> Result<&[i64], StoreError> {
        if !self.logs.contains_key(&device) {
            let logs = journal::logs_of(self.db, device)?.into_iter();
            let of_company = logs.filter(|log| matches!(log.log.scope, Scope::Company(_))).map(|log| log.n);
            self.logs.insert(device, of_company.collect());
        }
        Ok(self.logs.get(&device).map_or(&[], Vec::as_slice))
    }
}
