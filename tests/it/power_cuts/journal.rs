//! A database after a power cut, looked into beside its program: no page of it is damaged, and the journal's chain holds.

use anyhow::{Context, Result, anyhow, ensure};
use duka_ledger::{Hash, SealedEntry};
use duka_tests::short_day::Place;
use rusqlite::{Connection, OpenFlags};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// The entries of a journal whose chain holds.
pub struct Journal(BTreeSet<Place>);

impl Journal {
    /// `entries` selects the log and the bytes of each entry in order, `logs` each log with its last place and hash.
    #[allow(clippy::disallowed_methods, reason = "the test looks past the program that is tested")]
    pub fn read(database: &Path, entries: &str, logs: &str) -> Result<Self> {
        let database = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let said: String = database.query_row("pragma integrity_check", [], |row| row.get(0))?;
        ensure!(said == "ok", "the database is damaged: {said}");

        let (mut places, mut ends) = (BTreeSet::new(), BTreeMap::new());
        let mut statement = database.prepare(entries)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let sealed = SealedEntry::open(row.get(1)?).context("an entry cannot be read")?;
            let (seq, hash) = ends.entry(row.get::<_, i64>(0)?).or_insert((0, Hash::NONE));
            let entry = sealed.entry();
            ensure!(entry.seq == *seq + 1 && entry.prev == *hash, "I3: the chain of {} breaks at {}", entry.log, entry.seq);
            (*seq, *hash) = (entry.seq, sealed.hash());
            places.insert(Place { log: entry.log.to_string(), seq: entry.seq, hash: hash.to_string() });
        }
        let mut statement = database.prepare(logs)?;
        let stand = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?, Hash::from_bytes(row.get(2)?))))?;
        let stand = stand.map(|row| row.map_err(anyhow::Error::from).and_then(|(log, seq, hash)| Ok((log, (u64::try_from(seq)?, hash)))));
        let stand: BTreeMap<_, _> = stand.collect::<Result<_>>()?;
        ensure!(stand == ends, "I3: the logs are said to stand at {stand:?}, and end at {ends:?}");
        Ok(Self(places))
    }

    /// Whether these entries are all there, as they were.
    pub fn holds(&self, places: &[Place]) -> Result<()> {
        let lost = places.iter().find(|place| !self.0.contains(*place));
        lost.map_or(Ok(()), |place| Err(anyhow!("entry {} of {} with the hash {} is not there", place.seq, place.log, place.hash)))
    }
}
