//! The tables `log`, `entry`, `signed_head`, `fork` and `salvaged`.

pub(crate) mod entry;
pub(crate) mod fork;
pub(crate) mod log;
pub(crate) mod salvaged;
pub(crate) mod signed_head;

use crate::platform::{StoreError, from_i64, to_i64};
use duka_ledger::Kind;

const SEQ_BITS: u32 = 40;

/// Where an entry stands in this database: its log's number and its seq in one integer, so that entries of a log lie together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(i64);

impl Place {
    /// A log holds at most 2^40 entries and a database 2^22 logs.
    pub(crate) fn of(log: i64, seq: u64) -> Result<Self, StoreError> {
        if seq >= 1 << SEQ_BITS || !(0..1 << 22).contains(&log) {
            return Err(StoreError::Fault(format!("entry {seq} of log {log} is past the limits of this database")));
        }
        Ok(Self(log << SEQ_BITS | to_i64(seq)))
    }

    fn last_of(log: i64) -> Result<Self, StoreError> {
        Self::of(log, (1 << SEQ_BITS) - 1)
    }

    /// The place that a stored number means, if it is one.
    pub(crate) const fn from_number(number: i64) -> Option<Self> {
        if number > 0 { Some(Self(number)) } else { None }
    }

    pub(crate) const fn number(self) -> i64 {
        self.0
    }

    pub(crate) const fn log(self) -> i64 {
        self.0 >> SEQ_BITS
    }

    pub(crate) fn seq(self) -> u64 {
        from_i64(self.0 & ((1 << SEQ_BITS) - 1))
    }
}

fn is_receipt(kind: u16) -> bool {
    Kind::from_number(kind).is_some_and(Kind::is_receipt)
}

#[cfg(test)]
mod tests {
    use super::{fork, log, salvaged};
    use crate::platform::fresh_for_tests;

    /// Rows of these are found by the places of their columns when SQLite cannot read them.
    #[test]
    fn the_columns_that_damaged_rows_are_known_by_are_those_of_the_tables() {
        let db = fresh_for_tests();
        for (table, columns) in [("log", log::COLUMNS.as_slice()), ("fork", &fork::COLUMNS), ("salvaged", &salvaged::COLUMNS)] {
            let mut statement = db.prepare("select name from pragma_table_info(?1) order by cid").unwrap();
            let names: Vec<String> = statement.query_map([table], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            assert_eq!(names, columns, "{table}");
        }
    }
}
