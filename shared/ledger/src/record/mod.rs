//! Shared records: what people edit together. Their changes travel as facts; `duka-records` merges them.

mod fact;

pub use fact::{RecordChanged, RecordKind};

use crate::table::table;
use duka_core::{Currency, DeviceId, OperatorId, ProductId, RecordId, TaxRate, Timestamp, Unit};

table! {
    /// An edit of a record: its history, and the order in which its document can be made anew.
    RecordChangeRow = "record_change", Company, Once, key 3 {
        /// Who wrote it.
        device: DeviceId,
        /// Which record.
        record: RecordId,
        /// Which of the writer's edits of it, from 1.
        number: u64,
        /// The place of the fact in the writer's log.
        seq: u64,
        /// The logical time of the fact.
        lamport: u64,
        /// When, by the writer's clock, µs UTC.
        at: Timestamp,
        /// Who edited.
        operator: Option<OperatorId>,
    }
}

table! {
    /// A product, as its record's document says it. Each side finds products in its own way and keeps more columns for that.
    ProductRow = "product", Company, Record, key 1 {
        /// Its id, which is its record's.
        product: ProductId,
        /// What it is called.
        name: String,
        /// The shop's own code; empty for none.
        code: String,
        /// Price of one unit, tax included, minor units.
        price: i64,
        /// The currency of the price.
        currency: Currency,
        /// The tax included.
        rate: TaxRate,
        /// How it is counted.
        unit: Unit,
        /// Whether it is sold.
        active: bool,
        /// The codes on its packages, sorted, separated by spaces.
        barcodes: String,
    }
}
