//! The printer's thread: takes documents from the till's durable queue, one after another. No sale ever waits for it.

use duka_api::{
    Problem,
    till::{PrinterSettings, PrinterState},
};
use duka_core::ErrorCode;
use duka_devices::{PaperWidth, Printed, Printer, PrinterConfig, PrinterError};
use duka_pos::{Engine, PrintOutcome};
use std::{
    path::PathBuf,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// The longest wait between two tries of a printer that is off. Nothing was sent to it, so trying costs nothing.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(15);

/// How the printer fares, as its thread sees it; how long the queue is, the engine knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrinterNews {
    /// In a word.
    pub state: PrinterState,
    /// What is wrong, for people; empty when nothing is.
    pub detail: String,
}

enum Call {
    Look,
    Retry,
    Stop,
}

/// The running thread. Dropping it ends it after the document it is at.
pub struct PrintWorker {
    calls: Sender<Call>,
    thread: Option<JoinHandle<()>>,
}

impl PrintWorker {
    /// Starts it on the queue of `engine`. `report` hears of every change, on the printer's thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(engine: Engine, report: impl FnMut(PrinterNews) + Send + 'static) -> Result<Self, Problem> {
        let (calls, inbox) = channel();
        let thread = std::thread::Builder::new()
            .name("printer".to_owned())
            .spawn(move || Loop { engine, report, failures: 0, trouble: String::new() }.run(&inbox))
            .map_err(|fault| Problem::new(ErrorCode::Internal, format!("the printer's thread cannot be started: {fault}")))?;
        Ok(Self { calls, thread: Some(thread) })
    }

    /// Something may wait in the queue. Never blocks; while the printer is in trouble it is tried again in its own time.
    pub fn look(&self) {
        // A thread that has ended needs no telling; the queue is durable.
        let _ = self.calls.send(Call::Look);
    }

    /// Tries now, also while it waits after trouble: the settings changed, or a person put in paper.
    pub fn retry(&self) {
        let _ = self.calls.send(Call::Retry);
    }
}

impl Drop for PrintWorker {
    fn drop(&mut self) {
        let _ = self.calls.send(Call::Stop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
