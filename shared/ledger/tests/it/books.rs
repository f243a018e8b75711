//! The tables as both stores keep them, by their description alone: what they do is what these tests say of the rows.

use crate::log::check_record;
use duka_ledger::{
    LogId, SealedEntry,
    rule::{Asks, Change, LogState, Once, Refold, Rows, StoredVerdict, Verdict, Wait, Writer, judge},
    table::{Row, Value, Write},
};
use std::collections::BTreeMap;

type Key = (&'static str, Vec<u8>);

/// The tables that follow from facts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables(BTreeMap<Key, Vec<Value>>);

pub fn key(row: &Row) -> Key {
    (row.table.name, minicbor::to_vec(&row.values[..row.table.key]).unwrap())
}

impl Tables {
    /// Puts in the rows of a fact. One under whose key another stands takes its place: nobody else's can.
    pub fn put(&mut self, rows: &[Row]) {
        for row in rows {
            match row.table.write {
                Write::Once => drop(self.0.insert(key(row), others(row))),
                Write::Sum => self.add(row, 1),
                Write::Record => panic!("records are merged, not folded"),
            }
        }
    }

    /// Whether a device's log says it already.
    pub fn has(&self, log: &LogId, once: &Once) -> bool {
        let (table, key) = once.key(log.device);
        self.0.contains_key(&(table.name, minicbor::to_vec(key).unwrap()))
    }

    /// Takes them out again.
    pub fn take_out(&mut self, rows: &[Row]) {
        for row in rows {
            match row.table.write {
                Write::Once => assert_eq!(self.0.remove(&key(row)), Some(others(row))),
                Write::Sum => self.add(row, -1),
                Write::Record => panic!("records are merged, not folded"),
            }
        }
    }

    fn add(&mut self, row: &Row, times: i64) {
        let sums = self.0.entry(key(row)).or_insert_with(|| vec![Value::Integer(0); row.table.columns.len() - row.table.key]);
        for (sum, value) in sums.iter_mut().zip(others(row)) {
            let (Value::Integer(sum), Value::Integer(value)) = (sum, value) else { panic!("sums are numbers") };
            *sum = sum.checked_add(value.checked_mul(times).unwrap()).unwrap();
        }
        if sums.iter().all(|sum| *sum == Value::Integer(0)) {
            self.0.remove(&key(row));
        }
    }

    /// How many rows a table has.
    pub fn rows(&self, table: &str) -> usize {
        self.0.keys().filter(|(name, _)| *name == table).count()
    }

    /// What stands in an account.
    pub fn balance(&self, account: &str) -> i64 {
        let gbp = Value::Text("GBP".into());
        let key = ("account", minicbor::to_vec([Value::Text(account.into()), gbp]).unwrap());
        self.0.get(&key).map_or(0, |values| if let Value::Integer(balance) = values[0] { balance } else { panic!("not a number") })
    }

    /// The sum of a column, counted from behind the key, of a table.
    pub fn sum(&self, table: &str, column: usize) -> i64 {
        let rows = self.0.iter().filter(|((name, _), _)| *name == table);
        rows.map(|(_, values)| if let Value::Integer(value) = values[column] { value } else { panic!("not a number") }).sum()
    }
}

fn others(row: &Row) -> Vec<Value> {
    row.values[row.table.key..].to_vec()
}

/// What a device holds that takes in entries of any logs, each log in its order.
#[derive(Debug, Default, PartialEq)]
pub struct Books {
    pub tables: Tables,
    pub states: BTreeMap<LogId, LogState>,
    pub verdicts: BTreeMap<(LogId, u64), Verdict>,
    /// The rows of each entry that counts.
    pub rows: BTreeMap<(LogId, u64), Vec<Row>>,
}

impl Books {
    /// Judges an entry and follows it.
    pub fn take(&mut self, writer: &Writer, sealed: &SealedEntry) -> Verdict {
        let entry = sealed.entry();
        let state = self.states.entry(entry.log).or_default();
        let seen = |once: &Once| self.tables.has(&entry.log, once);
        let judged = judge(writer, state, sealed, &Asks { record: &check_record, seen: &seen });
        self.tables.put(&judged.rows);
        if !judged.rows.is_empty() {
            self.rows.insert((entry.log, entry.seq), judged.rows);
        }
        assert!(self.verdicts.insert((entry.log, entry.seq), judged.verdict.clone()).is_none());
        judged.verdict
    }

    /// Keeps an entry of which nothing is made yet.
    pub fn wait(&mut self, sealed: &SealedEntry) {
        self.verdicts.insert((sealed.entry().log, sealed.entry().seq), Verdict::Waiting(Wait::Version));
    }

    /// Folds a log again, entry by entry, while all that was made of it stands there.
    pub fn refold(&mut self, writer: Option<&Writer>, log: &[SealedEntry]) {
        let mut refold = Refold::new(writer.cloned());
        for sealed in log {
            let place = (sealed.entry().log, sealed.entry().seq);
            let before = StoredVerdict::from(&self.verdicts[&place]);
            let Change { verdict, is_new, rows, .. } = refold.next(sealed, &before, &check_record);
            assert_eq!(is_new, StoredVerdict::from(&verdict) != before);
            match rows {
                Rows::Stay if verdict != Verdict::Projected => drop(self.rows.remove(&place)),
                Rows::Stay => {}
                Rows::Insert(rows) => {
                    self.tables.put(&rows);
                    if !rows.is_empty() {
                        self.rows.insert(place, rows);
                    }
                }
                Rows::TakeOut(rows) => {
                    assert_eq!(self.rows.remove(&place).unwrap_or_default(), rows);
                    self.tables.take_out(&rows);
                }
                Rows::Unknown => panic!("what counted was known"),
            }
            self.verdicts.insert(place, verdict);
            self.states.insert(place.0, refold.state().clone());
        }
    }

    /// Judges a whole log anew, as when the server says something else of its writer.
    pub fn fold_again(&mut self, writer: &Writer, log: &[SealedEntry]) {
        for sealed in log {
            let place = (sealed.entry().log, sealed.entry().seq);
            self.verdicts.remove(&place);
            self.tables.take_out(&self.rows.remove(&place).unwrap_or_default());
            self.states.remove(&place.0);
        }
        for sealed in log {
            self.take(writer, sealed);
        }
    }
}
