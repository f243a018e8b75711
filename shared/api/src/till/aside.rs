//! Entries that are held and count for nothing at this till: those that break a rule, and those that wait.

use duka_core::LocalTime;

/// All of them, counted; the last ones of each log in full.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Aside {
    /// So many break a rule: they count nowhere.
    pub flagged: u64,
    /// So many wait, for a newer version of Duka most often: they will count.
    pub waiting: u64,
    /// The last ones, at most [`Aside::SHOWN`] of either.
    pub entries: Vec<AsideEntry>,
}

impl Aside {
    /// So many of either are shown in full.
    pub const SHOWN: u32 = 50;
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AsideEntry {
    /// The series of the till that wrote it; empty when the server did.
    pub series: String,
    /// Its place in that device's log.
    pub seq: u64,
    /// When its writer says that it was.
    pub at: LocalTime,
    /// Whether it waits; else it breaks a rule.
    pub waits: bool,
    /// For what, or which, in words for a technician; and what the entry is, as its name in the journal.
    pub detail: String,
}
