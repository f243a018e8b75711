//! What a replay did, and whether it adds up.

use std::collections::BTreeMap;

/// The last line of `replay --json`.
#[derive(Debug, serde::Serialize)]
pub struct Report {
    /// Rows of the file: the five line counts below added up.
    pub rows: u64,
    /// Distinct invoice numbers.
    pub invoices: u64,
    /// Sales.
    pub sales: Sum,
    /// Unlinked refunds.
    pub refunds: Sum,
    /// Rows at price 0.
    pub stock_adjustments: Lines,
    /// Rows of `A` invoices.
    pub account_adjustments: Amounts,
    /// Rows that are none of these.
    pub rejected: Rejected,
    /// How many tills sold.
    pub tills: usize,
    /// Digest over the server's tables for the shop, and its log heads.
    pub server_digest: String,
    /// The same of every till.
    pub till_digests: Vec<String>,
    /// Whether all digests are one.
    pub converged: bool,
    /// Sum over all accounts at the server; 0 when the books balance.
    pub ledger_sum_minor: i64,
    /// Entries the server holds.
    pub facts: u64,
    /// Bytes of all exchanges, both ways.
    pub wire_bytes: u64,
    /// How long it took.
    pub seconds: Seconds,
}

/// Receipts of a kind.
#[derive(Debug, Default, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Sum {
    /// How many receipts.
    pub count: u64,
    /// How many lines on them.
    pub lines: u64,
    /// Their sum, minor units.
    pub gross_minor: i64,
}

/// Lines without a sum.
#[derive(Debug, Default, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Lines {
    /// How many.
    pub lines: u64,
}

/// Lines with a signed sum.
#[derive(Debug, Default, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Amounts {
    /// How many.
    pub lines: u64,
    /// Their sum, minor units.
    pub amount_minor: i64,
}

/// Rows that were not booked.
#[derive(Debug, Default, serde::Serialize)]
pub struct Rejected {
    /// How many.
    pub rows: u64,
    /// How many for which reason.
    pub by_reason: BTreeMap<&'static str, u64>,
}

/// How long it took, wall clock.
#[derive(Debug, Default, serde::Serialize)]
pub struct Seconds {
    /// Selling, with the exchanges that happened meanwhile.
    pub sell: f64,
    /// From the last sale until all hold the same.
    pub sync: f64,
    /// From start to end.
    pub total: f64,
}
