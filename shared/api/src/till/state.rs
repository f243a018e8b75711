//! Who and where this till is, and how its surroundings fare.

use super::{Basket, Shift};
use duka_core::{Currency, Money, NumberForm, RegisterId, ShopId, Timestamp};

/// All that a screen needs to begin.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct State {
    /// Whether there is a database to work with; everything below is empty unless it is [`Database::Open`].
    pub database: Database,
    /// Whom this till belongs to; none before enrolment.
    pub enrolment: Option<Enrolment>,
    /// The open shift, if any.
    pub shift: Option<Shift>,
    /// What is being sold.
    pub basket: Option<Basket>,
    /// Link and printer.
    pub status: Status,
    /// What became of a damaged database; there until a person has put the news away.
    #[serde(default)]
    pub salvaged: Option<Salvaged>,
    /// Version of the program.
    pub version: String,
}

/// A damaged database was found, and a fresh one stands in its place.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Salvaged {
    /// When, µs UTC.
    pub at: Timestamp,
    /// How long it took.
    pub seconds: u64,
    /// Where the damaged file is kept.
    pub kept_as: String,
    /// Sales and refunds of this till that were saved and stand in the journal again.
    pub sales: u64,
    /// Entries of this till's journal that could not be read.
    pub missing: u64,
    /// The newest entries may be missing too: where the journal ended could not be read.
    pub end_unknown: bool,
    /// The till had to become a new device (I12): it is set up again with a code.
    pub new_device: bool,
    /// Sales and refunds that were read, but stand behind missing entries.
    pub behind: u64,
    /// What they come to, a sum per currency; refunds count negative.
    pub behind_totals: Vec<Money>,
    /// A file in which each of them can be read.
    pub list: Option<String>,
    /// Those of them that still wait for the missing entries: the server sends these where it holds them.
    pub behind_waiting: u64,
    /// What else could not be read whole, by the names of its tables.
    pub lost_beside: Vec<String>,
}

impl Salvaged {
    /// Whether nothing of the journal was lost.
    pub const fn is_whole(&self) -> bool {
        self.missing == 0 && !self.end_unknown
    }
}

/// How the database is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Database {
    /// In use.
    Open,
    /// It was found damaged, and is being checked and made anew from its journal: ask again.
    Mending {
        /// Of a hundred.
        done: u8,
    },
    /// It cannot be read. It was kept, and a restore is offered (I10).
    Corrupt {
        /// Where the damaged file was kept.
        kept_as: String,
        /// What is wrong, for the technician.
        detail: String,
    },
    /// A newer version of Duka wrote it; this one keeps its hands off.
    Newer {
        /// Schema version found.
        found: u32,
        /// Schema version this program knows.
        known: u32,
    },
    /// Another till program has it open.
    InUse,
}

/// Starts over after [`Database::Corrupt`].
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "restore")]
pub enum Restore {
    /// A fresh database, to be enrolled again; the server brings back what it holds.
    FromServer,
    /// A backup file; the till becomes a new device (I12).
    FromBackup {
        /// The file.
        path: String,
    },
}

/// Whom a till belongs to.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Enrolment {
    /// The company's name.
    pub company: String,
    /// The shop.
    pub shop_id: ShopId,
    /// Its name.
    pub shop: String,
    /// The register.
    pub register_id: RegisterId,
    /// Its name.
    pub register: String,
    /// What receipt numbers begin with.
    pub series: String,
    /// The currency.
    pub currency: Currency,
    /// How numbers are read and written in the shop.
    #[serde(default)]
    pub number_form: NumberForm,
    /// The server's address.
    pub server: String,
    /// True when the private key lies in an encrypted file because this computer has no key store.
    pub weak_key_store: bool,
}

/// Joins a company.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Enrol {
    /// The server's address, such as `https://duka.example`.
    pub server: String,
    /// The one-time code from the admin.
    pub code: String,
    /// A till that has joined becomes a new device of its shop: its person said so, knowing that an open shift may stay without its report.
    #[serde(default)]
    pub again: bool,
}

/// How the till's surroundings fare.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Status {
    /// The server.
    pub link: Link,
    /// The printer.
    pub printer: Printer,
    /// Now at the till, for its clock, µs UTC.
    pub now: Timestamp,
    /// Minutes east of UTC.
    pub offset_minutes: i16,
}

/// How far till and server are in step.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Link {
    /// In a word.
    pub state: LinkState,
    /// Sales and refunds the server does not hold yet.
    pub waiting_sales: u64,
    /// Facts of any kind the server does not hold yet.
    pub waiting_facts: u64,
    /// Those of the waiting sales and refunds that can be sent never: the key with which this till would have to sign for them is gone.
    #[serde(default)]
    pub stranded_sales: u64,
    /// The same of facts of any kind.
    #[serde(default)]
    pub stranded_facts: u64,
    /// When both were last in step, µs UTC.
    pub in_step_at: Option<Timestamp>,
    /// What is wrong, for people; empty when nothing is.
    pub detail: String,
    /// What became of this till.
    #[serde(default)]
    pub device: OwnDevice,
}

/// What became of a till without a person at it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum OwnDevice {
    /// Nothing.
    #[default]
    Same,
    /// It is a copy, and goes on as another device when the server has admitted that; until then it sells as ever.
    Copy,
    /// The admin revoked it: it sells nothing, until it is released or set up again.
    Revoked {
        /// Why, in the admin's words.
        reason: String,
    },
    /// It is another device since it was started.
    Another {
        /// What its receipt numbers began with.
        before: String,
        /// What they begin with now.
        now: String,
    },
}

/// How the link to the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// Both hold the same.
    InStep,
    /// Exchanging at this moment.
    Syncing,
    /// The server cannot be reached; it will be tried again.
    Offline,
    /// Somebody must look: refused, forked, or different tables.
    Attention,
    /// Not enrolled.
    None,
}

/// How the printer fares.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Printer {
    /// In a word.
    pub state: PrinterState,
    /// Documents that are not printed yet.
    pub queued: u64,
    /// Those of them that wait for a person, see [`StuckPrint`](super::StuckPrint).
    pub stuck: u64,
    /// What is wrong, for people; empty when nothing is.
    pub detail: String,
    /// What is set up.
    pub settings: PrinterSettings,
}

/// How the printer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrinterState {
    /// None is set up.
    None,
    /// Nothing waits.
    Ready,
    /// At it.
    Printing,
    /// Off, unreachable, out of paper: see the detail. Jobs wait.
    Trouble,
}

/// Which printer, and how wide its paper is.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PrinterSettings {
    /// `host:port`, `file:/path`, or empty for none.
    pub address: String,
    /// 58 or 80.
    pub paper_mm: u16,
}
