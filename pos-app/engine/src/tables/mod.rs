//! The tables that follow from facts, written, read and compared as `duka_ledger::table` describes them. Knows no noun.

mod store;

pub(crate) use store::{clear_in_tx, digest, first, select, take_out_in_tx, write_in_tx};
