//! The tables that follow from facts, written, read and compared as `duka_ledger::table` describes them. Knows no noun.

mod store;

pub(crate) use store::{
    Sums, clear_in_tx, digest, digest_of, drop_indices_in_tx, first, has, make_indices_in_tx, select, take_out_in_tx, write_in_tx,
};
