//! Comparing tables with what the facts say (ADR 11), as one moment of the database shows both: nobody waits for it, and it writes nothing.

use super::{
    judging::{self, Rejudged, judge_log},
    record,
};
use crate::{
    enrolment::Member,
    journal::{self, JournalError},
    platform::{Database, StoreError},
    product,
    tables::{self, Sums},
};
use duka_ledger::{
    RecordChangeRow,
    table::{Cell, Digest, Row, Table, Tabled, Value, Write},
};
use duka_sync::TableDigest;
use rusqlite::Connection;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    thread,
};

/// What stands for the verdicts of entries among the names of tables.
pub(super) const VERDICTS: &str = "entry";
/// The same for what the rules remember of logs.
pub(super) const STATES: &str = "log";

/// A digest per table, from the rows that are there; and one of which entries are flagged.
pub(crate) fn digests(db: &Connection) -> Result<Vec<TableDigest>, StoreError> {
    let named = |name: &str, digest: Digest| TableDigest { table: name.to_owned(), digest: digest.text() };
    let tables = Table::ALL.into_iter();
    let mut digests: Vec<_> = tables.map(|table| Ok(named(table.name, tables::digest(db, table)?))).collect::<Result<_, StoreError>>()?;
    let mut flagged = Digest::default();
    for (log, seq) in journal::flagged(db)? {
        flagged.add(&[log.device.into_value(), Value::Id(*log.scope.id_bytes()), seq.into_value()]);
    }
    digests.push(named("flag", flagged));
    Ok(digests)
}

/// A till's facts and tables at one moment, to be compared by whoever has a thread for it. Both are read at once.
pub struct Comparing {
    me: Arc<Member>,
    facts: Connection,
    tables: Connection,
}

/// Where tables are not what the facts say.
#[derive(Debug)]
pub struct Differences {
    pub(super) facts: u64,
    pub(super) tables: BTreeSet<&'static str>,
}

impl Comparing {
    /// Both connections see the same commit: the one writer has them made, and makes none meanwhile.
    pub(super) fn begin(db: &Database, me: Arc<Member>) -> Result<Self, StoreError> {
        Ok(Self { me, facts: db.snapshot("")?, tables: db.snapshot(product::WORDS)? })
    }

    /// Folds all facts and compares what comes of it with what is there.
    pub fn compare(self) -> Result<Differences, JournalError> {
        let Self { me, facts, tables } = self;
        let (expected, there) = thread::scope(|scope| {
            let there = scope.spawn(move || There::read(&tables));
            let expected = Expected::fold(&facts, &me);
            Ok::<_, StoreError>((expected?, there.join().map_err(|_| StoreError::Fault("comparing ended in a panic".into()))??))
        })?;
        let mut differing = there.records;
        differing.extend(expected.wrong.iter());
        for (table, found) in there.digests {
            if expected.digest(table) != found {
                differing.insert(table.name);
            }
        }
        // By what edits there are the records were compared.
        if differing.contains(RecordChangeRow::TABLE.name) {
            differing.extend(product::TABLES);
        }
        Ok(Differences { facts: expected.facts, tables: differing })
    }
}

/// What the facts say.
#[derive(Default)]
struct Expected {
    facts: u64,
    rows: HashMap<&'static str, Digest>,
    /// What stands among the entries themselves and is not as it should be.
    wrong: BTreeSet<&'static str>,
}

impl Expected {
    fn fold(db: &Connection, me: &Member) -> Result<Self, StoreError> {
        let (mut expected, mut sums) = (Self::default(), Sums::default());
        for log in judging::logs(db, me)? {
            let add = |rejudged: Rejudged| expected.add(rejudged, &mut sums);
            let state = judge_log(db, me, &log, add, |_| Ok(()))?;
            if state != log.state || !log.is_current || log.cut.is_some() {
                expected.wrong.insert(STATES);
            }
        }
        sums.rows().for_each(|row| expected.count(&row));
        Ok(expected)
    }

    fn add(&mut self, rejudged: Rejudged, sums: &mut Sums) -> Result<(), StoreError> {
        self.facts += 1;
        if rejudged.is_new() {
            self.wrong.insert(VERDICTS);
        }
        sums.gather(rejudged.judged.rows)?.iter().for_each(|row| self.count(row));
        Ok(())
    }

    fn count(&mut self, row: &Row) {
        self.rows.entry(row.table.name).or_default().add(&row.values);
    }

    fn digest(&self, table: &Table) -> Digest {
        self.rows.get(table.name).copied().unwrap_or_default()
    }
}

/// What is there.
struct There {
    digests: Vec<(&'static Table, Digest)>,
    /// Those of the tables of records that are not what their edits say.
    records: BTreeSet<&'static str>,
}

impl There {
    fn read(db: &Connection) -> Result<Self, StoreError> {
        let of_rows = Table::ALL.into_iter().filter(|table| table.write != Write::Record);
        let digests = of_rows.map(|table| Ok((table, tables::digest(db, table)?))).collect::<Result<_, StoreError>>()?;
        Ok(Self { digests, records: record::compare(db)? })
    }
}
