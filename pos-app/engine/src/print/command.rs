//! Queueing documents and telling what became of them.

use super::{
    PrintError, document,
    store::{self, JobState},
};
use crate::{
    platform::{self, StoreError},
    till::Till,
};
use duka_api::{
    print::Document,
    till::{Printer, PrinterSettings, PrinterState, StuckPrint},
};
use duka_core::{Entropy, LocalTime, PrintJobId};
use rusqlite::Connection;

/// Documents that wait at most (I11).
const LIMIT: u64 = 1_000;
const SETTINGS: &str = "printer";

/// What became of a document at the printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrintOutcome {
    /// The device said so.
    Printed,
    /// It was sent, but the device did not say that it came out.
    Unconfirmed,
    /// It did not come out.
    Failed {
        /// Why, for people.
        detail: String,
        /// Whether the same may be tried again by itself: only when surely nothing was printed.
        retry: bool,
    },
}

/// The queue as a till sees it while it runs.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    settings: PrinterSettings,
    waiting: u64,
}

impl Queue {
    /// Reads the settings; what was at the printer when the till stopped is marked as unconfirmed.
    pub(crate) fn open(db: &mut Connection) -> Result<Self, StoreError> {
        let settings = platform::load_setting(db, SETTINGS)?.unwrap_or(PrinterSettings { address: String::new(), paper_mm: 80 });
        let tx = platform::begin(db)?;
        let interrupted = store::interrupted_in_tx(&tx)?;
        if interrupted > 0 {
            platform::commit(tx)?;
        } else {
            drop(tx);
        }
        let waiting = store::counts(db)?.queued;
        Ok(Self { settings, waiting })
    }

    /// Queues a document in the transaction of what it shows. With no printer set up, or a full queue, it is left out: the receipt itself is in
    /// the journal and can be printed again.
    pub(crate) fn queue_in_tx(
        &self,
        tx: &Connection,
        entropy: &dyn Entropy,
        now: LocalTime,
        document: impl FnOnce() -> Document,
    ) -> Result<bool, StoreError> {
        if self.settings.address.is_empty() || self.waiting >= LIMIT {
            return Ok(false);
        }
        let text = serde_json::to_string(&document()).map_err(|fault| StoreError::Fault(fault.to_string()))?;
        store::insert_in_tx(tx, PrintJobId::new(now.at, entropy), now.at, &text)?;
        Ok(true)
    }

    pub(crate) fn added(&mut self) {
        self.waiting += 1;
    }
}

impl Till {
    /// Sets the printer up, or none with an empty address.
    pub fn printer_set(&mut self, settings: &PrinterSettings) -> Result<Printer, PrintError> {
        if !settings.address.trim().is_empty() && !matches!(settings.paper_mm, 58 | 80) {
            return Err(PrintError::Paper(settings.paper_mm));
        }
        let settings = PrinterSettings { address: settings.address.trim().to_owned(), paper_mm: settings.paper_mm };
        let tx = platform::begin(&mut self.db.connection)?;
        platform::save_setting_in_tx(&tx, SETTINGS, &settings)?;
        platform::commit(tx)?;
        self.printer.settings = settings;
        self.growth.print += 1;
        Ok(self.printer()?)
    }

    /// How the queue is. What the device itself says is for the shell to add.
    pub fn printer(&self) -> Result<Printer, StoreError> {
        let counts = store::counts(&self.db.connection)?;
        let trouble = counts.unconfirmed + counts.failed;
        let (state, detail) = if self.printer.settings.address.is_empty() {
            (PrinterState::None, String::new())
        } else if counts.queued >= LIMIT {
            (
                PrinterState::Trouble,
                format!("{LIMIT} documents wait; newer receipts are not queued. Print them from the receipts list later."),
            )
        } else if trouble > 0 {
            (PrinterState::Trouble, counts.detail)
        } else if counts.printing > 0 {
            (PrinterState::Printing, String::new())
        } else {
            (PrinterState::Ready, counts.detail)
        };
        let queued = counts.queued + counts.printing + trouble;
        Ok(Printer { state, queued, stuck: trouble, detail, settings: self.printer.settings.clone() })
    }

    /// The oldest document that waits; it counts as being printed from now.
    pub fn print_next(&mut self) -> Result<Option<(PrintJobId, Document)>, PrintError> {
        let Some((job, text)) = store::next(&self.db.connection)? else { return Ok(None) };
        let tx = platform::begin(&mut self.db.connection)?;
        let document: Option<Document> = serde_json::from_str(&text).ok();
        let state = if document.is_some() { JobState::Printing } else { JobState::Failed };
        store::set_in_tx(&tx, job, state, if document.is_some() { "" } else { "the document cannot be read" })?;
        platform::commit(tx)?;
        self.printer.waiting = self.printer.waiting.saturating_sub(1);
        match document {
            Some(document) => Ok(Some((job, document))),
            None => self.print_next(),
        }
    }

    /// Says what became of a document. "Printed" is claimed only when the device said so.
    pub fn print_result(&mut self, job: PrintJobId, outcome: &PrintOutcome) -> Result<(), PrintError> {
        let (state, detail) = match outcome {
            PrintOutcome::Printed => (JobState::Printed, ""),
            PrintOutcome::Unconfirmed => {
                (JobState::Unconfirmed, "the printer did not say whether this came out; look, then print it again or leave it")
            }
            PrintOutcome::Failed { detail, retry: true } => (JobState::Queued, detail.as_str()),
            PrintOutcome::Failed { detail, retry: false } => (JobState::Failed, detail.as_str()),
        };
        self.move_job(job, |tx| store::set_in_tx(tx, job, state, detail))
    }

    /// Queues a document again that failed or was not confirmed, because a person asked. Asking twice prints once.
    pub fn print_again(&mut self, job: PrintJobId) -> Result<(), PrintError> {
        self.move_job(job, |tx| store::decide_in_tx(tx, job, JobState::Queued))?;
        self.growth.print += 1;
        Ok(())
    }

    /// Takes a document that failed or was not confirmed as done, because a person looked.
    pub fn print_leave(&mut self, job: PrintJobId) -> Result<(), PrintError> {
        self.move_job(job, |tx| store::decide_in_tx(tx, job, JobState::Printed))
    }

    /// Documents that wait for a person: failed or not confirmed, each with what is wrong.
    pub fn print_stuck(&self) -> Result<Vec<StuckPrint>, PrintError> {
        let stuck = store::stuck(&self.db.connection)?.into_iter().map(|stuck| StuckPrint {
            job: stuck.job,
            what: serde_json::from_str(&stuck.document).map_or_else(|_| String::new(), |document| document::heading(&document)),
            may_be_on_paper: stuck.unconfirmed,
            detail: stuck.detail,
        });
        Ok(stuck.collect())
    }

    fn move_job(&mut self, job: PrintJobId, change: impl FnOnce(&Connection) -> Result<bool, StoreError>) -> Result<(), PrintError> {
        let tx = platform::begin(&mut self.db.connection)?;
        if !change(&tx)? {
            return Err(PrintError::NotFound(job));
        }
        platform::commit(tx)?;
        self.printer.waiting = store::counts(&self.db.connection)?.queued;
        Ok(())
    }

    pub(crate) fn queued(&mut self, queued: bool) {
        if queued {
            self.printer.added();
            self.growth.print += 1;
        }
    }
}
