//! Queueing documents and telling what became of them.

use super::{
    PrintError, blocks,
    store::{self, JobState},
};
use crate::platform::{self, StoreError};
use duka_api::{
    print::Document,
    till::{Printer, PrinterSettings, PrinterState, StuckPrint},
};
use duka_core::{Entropy, LocalTime, PrintJobId};
use rusqlite::Connection;

/// Documents that are not printed yet at most, those that wait for a person too (I11).
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
    /// Documents that are not printed yet, stuck ones too.
    waiting: u64,
}

impl Queue {
    /// Reads the settings and the queue.
    pub(crate) fn open(db: &Connection) -> Result<Self, StoreError> {
        let mut queue = Self { settings: settings(db)?, waiting: 0 };
        queue.recount(db)?;
        Ok(queue)
    }

    /// Counts anew what is not printed yet.
    pub(crate) fn recount(&mut self, db: &Connection) -> Result<(), StoreError> {
        self.waiting = store::counts(db)?.open();
        Ok(())
    }

    /// Sets the printer up, or none with an empty address.
    pub(crate) fn set_up_in_tx(&mut self, tx: &Connection, settings: &PrinterSettings) -> Result<(), PrintError> {
        let address = settings.address.trim();
        if !address.is_empty() && !matches!(settings.paper_mm, 58 | 80) {
            return Err(PrintError::Paper(settings.paper_mm));
        }
        let settings = PrinterSettings { address: address.to_owned(), paper_mm: settings.paper_mm };
        platform::save_setting_in_tx(tx, SETTINGS, &settings)?;
        self.settings = settings;
        Ok(())
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

fn settings(db: &Connection) -> Result<PrinterSettings, StoreError> {
    Ok(platform::load_setting(db, SETTINGS)?.unwrap_or(PrinterSettings { address: String::new(), paper_mm: 80 }))
}

/// What was at the printer when the till stopped: nobody knows whether it came out. Whether there was any.
pub(crate) fn interrupted_in_tx(tx: &Connection) -> Result<bool, StoreError> {
    Ok(store::interrupted_in_tx(tx)? > 0)
}

/// How the queue is. What the device itself says is for the shell to add.
pub(crate) fn printer(db: &Connection) -> Result<Printer, StoreError> {
    let (settings, counts) = (settings(db)?, store::counts(db)?);
    let stuck = counts.unconfirmed + counts.failed;
    let queued = counts.open();
    let (state, detail) = if settings.address.is_empty() {
        (PrinterState::None, String::new())
    } else if queued >= LIMIT {
        let full =
            "documents wait; newer receipts are not queued. Decide on those that are stuck, and print newer ones from the receipts list.";
        (PrinterState::Trouble, format!("{LIMIT} {full}"))
    } else if stuck > 0 {
        (PrinterState::Trouble, counts.detail)
    } else if counts.printing > 0 {
        (PrinterState::Printing, String::new())
    } else {
        (PrinterState::Ready, counts.detail)
    };
    Ok(Printer { state, queued, stuck, detail, settings })
}

/// The oldest document that waits; it counts as being printed from now. One that cannot be read is put aside.
pub(crate) fn next_in_tx(tx: &Connection) -> Result<Option<(PrintJobId, Document)>, PrintError> {
    while let Some((job, text)) = store::next(tx)? {
        match serde_json::from_str(&text) {
            Ok(document) => {
                store::set_in_tx(tx, job, JobState::Printing, "")?;
                return Ok(Some((job, document)));
            }
            Err(_) => store::set_in_tx(tx, job, JobState::Failed, "the document cannot be read")?,
        };
    }
    Ok(None)
}

/// Says what became of a document. "Printed" is claimed only when the device said so.
pub(crate) fn result_in_tx(tx: &Connection, job: PrintJobId, outcome: &PrintOutcome) -> Result<(), PrintError> {
    let (state, detail) = match outcome {
        PrintOutcome::Printed => (JobState::Printed, ""),
        PrintOutcome::Unconfirmed => {
            (JobState::Unconfirmed, "the printer did not say whether this came out; look, then print it again or leave it")
        }
        PrintOutcome::Failed { detail, retry: true } => (JobState::Queued, detail.as_str()),
        PrintOutcome::Failed { detail, retry: false } => (JobState::Failed, detail.as_str()),
    };
    moved(job, store::set_in_tx(tx, job, state, detail)?)
}

/// What a person decided of a document that failed or was not confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decided {
    /// Print it again. Asking twice prints once.
    Again,
    /// It is done.
    Leave,
}

pub(crate) fn decide_in_tx(tx: &Connection, job: PrintJobId, decided: Decided) -> Result<(), PrintError> {
    let state = match decided {
        Decided::Again => JobState::Queued,
        Decided::Leave => JobState::Printed,
    };
    moved(job, store::decide_in_tx(tx, job, state)?)
}

const fn moved(job: PrintJobId, moved: bool) -> Result<(), PrintError> {
    if moved { Ok(()) } else { Err(PrintError::NotFound(job)) }
}

/// Documents that wait for a person: failed or not confirmed, each with what is wrong.
pub(crate) fn stuck(db: &Connection) -> Result<Vec<StuckPrint>, PrintError> {
    let stuck = store::stuck(db)?.into_iter().map(|stuck| StuckPrint {
        job: stuck.job,
        what: serde_json::from_str(&stuck.document).map_or_else(|_| String::new(), |document| blocks::heading(&document)),
        may_be_on_paper: stuck.unconfirmed,
        detail: stuck.detail,
    });
    Ok(stuck.collect())
}
