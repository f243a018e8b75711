//! The printer's thread: takes documents from the till's durable queue, one after another. No sale ever waits for it.

use duka_api::{
    Problem,
    till::{PrinterSettings, PrinterState},
};
use duka_core::ErrorCode;
use duka_devices::{PaperWidth, Printed, Printer, PrinterConfig, PrinterError};
use duka_pos::{Engine, PrintOutcome, Till};
use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel},
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

impl PrinterNews {
    const fn well(state: PrinterState) -> Self {
        Self { state, detail: String::new() }
    }

    fn trouble(detail: String) -> Self {
        Self { state: PrinterState::Trouble, detail }
    }
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
            .spawn(move || Turn { engine, report, failures: 0, told: None }.keep_printing(&inbox))
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

/// When to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    /// At once: more may wait.
    No,
    /// When somebody says that there is something to do.
    UntilCalled,
    /// After so long, or when somebody says that the trouble is over.
    AtMost(Duration),
}

struct Turn<F> {
    engine: Engine,
    report: F,
    failures: u32,
    told: Option<PrinterNews>,
}

impl<F: FnMut(PrinterNews)> Turn<F> {
    fn keep_printing(mut self, inbox: &Receiver<Call>) {
        loop {
            let pause = self.print_one().unwrap_or_else(|problem| {
                tracing::error!(%problem, "the print queue cannot be read");
                self.trouble(problem.detail)
            });
            if !wait(pause, inbox) {
                return;
            }
        }
    }

    /// Prints the oldest document that waits.
    fn print_one(&mut self) -> Result<Pause, Problem> {
        let settings = self.engine.read(duka_pos::Reader::printer)?.settings;
        let Some(config) = config(&settings) else {
            self.failures = 0;
            self.tell(PrinterNews::well(PrinterState::None));
            return Ok(Pause::UntilCalled);
        };
        let Some((job, document)) = self.engine.run(Till::print_next)? else {
            // Trouble with the last document stays told until somebody calls.
            if self.told.take_if(|told| told.state == PrinterState::Trouble).is_none() {
                self.tell(PrinterNews::well(PrinterState::Ready));
            }
            return Ok(Pause::UntilCalled);
        };
        if self.failures == 0 {
            self.tell(PrinterNews::well(PrinterState::Printing));
        }
        let printed = Printer::new(config).print(&document);
        let outcome = outcome(&printed);
        self.engine.run({
            let outcome = outcome.clone();
            move |till| till.print_result(job, &outcome)
        })?;
        Ok(match (printed, outcome) {
            (Ok(Printed { paper_low }), _) => {
                self.failures = 0;
                let detail = if paper_low { "The paper will soon be at its end." } else { "" };
                self.tell(PrinterNews { state: PrinterState::Ready, detail: detail.to_owned() });
                Pause::No
            }
            (Err(error), PrintOutcome::Failed { retry: true, .. }) => {
                tracing::warn!(%error, "the printer is in trouble; the document waits");
                self.trouble(error.to_string())
            }
            (Err(error), _) => {
                tracing::warn!(%error, %job, "a document needs somebody to look");
                self.tell(PrinterNews::trouble(error.to_string()));
                Pause::No
            }
        })
    }

    fn trouble(&mut self, detail: String) -> Pause {
        self.failures = self.failures.saturating_add(1);
        self.tell(PrinterNews::trouble(detail));
        Pause::AtMost(back_off(self.failures))
    }

    fn tell(&mut self, news: PrinterNews) {
        if self.told.as_ref() != Some(&news) {
            self.told = Some(news.clone());
            (self.report)(news);
        }
    }
}

/// What the queue is told: again by itself only when surely nothing came out, "printed" only when the device said so.
fn outcome(printed: &Result<Printed, PrinterError>) -> PrintOutcome {
    match printed {
        Ok(_) => PrintOutcome::Printed,
        Err(error) if error.may_be_on_paper() => PrintOutcome::Unconfirmed,
        Err(error) => PrintOutcome::Failed { detail: error.to_string(), retry: !matches!(error, PrinterError::Document(_)) },
    }
}

/// The printer that the settings mean; none when none is set up.
fn config(settings: &PrinterSettings) -> Option<PrinterConfig> {
    let address = settings.address.trim();
    let width = if settings.paper_mm == 58 { PaperWidth::Mm58 } else { PaperWidth::Mm80 };
    match address.strip_prefix("file:") {
        _ if address.is_empty() => None,
        Some(path) => Some(PrinterConfig::File { path: path.strip_prefix("//").unwrap_or(path).into(), width }),
        None => Some(PrinterConfig::Tcp { address: address.to_owned(), width }),
    }
}

/// 1 s, 2 s, 4 s … to the longest.
fn back_off(failures: u32) -> Duration {
    Duration::from_secs(1_u64 << failures.saturating_sub(1).min(10)).min(LONGEST_BACK_OFF)
}

/// Waits as asked; false when the thread is to end.
fn wait(pause: Pause, inbox: &Receiver<Call>) -> bool {
    let until = match pause {
        Pause::No => return !matches!(inbox.try_recv(), Ok(Call::Stop) | Err(TryRecvError::Disconnected)),
        Pause::UntilCalled => return matches!(inbox.recv(), Ok(Call::Look | Call::Retry)),
        Pause::AtMost(longest) => Instant::now() + longest,
    };
    loop {
        match inbox.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Call::Look) => {}
            Ok(Call::Retry) | Err(RecvTimeoutError::Timeout) => return true,
            Ok(Call::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_devices::{Doubt, RenderError};

    fn settings(address: &str, paper_mm: u16) -> PrinterSettings {
        PrinterSettings { address: address.to_owned(), paper_mm }
    }

    #[test]
    fn an_address_is_a_network_printer_a_file_or_none() {
        let tcp = |address: &str, width| Some(PrinterConfig::Tcp { address: address.to_owned(), width });
        let file = |path: &str, width| Some(PrinterConfig::File { path: path.into(), width });
        assert_eq!(config(&settings(" ", 80)), None);
        assert_eq!(config(&settings(" 10.0.0.7:9100 ", 58)), tcp("10.0.0.7:9100", PaperWidth::Mm58));
        assert_eq!(config(&settings("file:/tmp/receipts.bin", 80)), file("/tmp/receipts.bin", PaperWidth::Mm80));
        assert_eq!(config(&settings("file:///tmp/receipts.bin", 80)), file("/tmp/receipts.bin", PaperWidth::Mm80));
    }

    #[test]
    fn only_what_surely_did_not_come_out_is_tried_again_by_itself() {
        let address = || "p:9100".to_owned();
        let retried = |error| matches!(outcome(&Err(error)), PrintOutcome::Failed { retry: true, .. });
        assert!(retried(PrinterError::Unreachable { address: address(), reason: std::io::ErrorKind::TimedOut.into() }));
        assert!(retried(PrinterError::OutOfPaper { address: address() }));
        assert!(!retried(PrinterError::Document(RenderError::QrEmpty)));
        let doubtful = outcome(&Err(PrinterError::Unconfirmed { address: address(), doubt: Doubt::NoAnswer }));
        assert_eq!(doubtful, PrintOutcome::Unconfirmed);
        assert_eq!(outcome(&Ok(Printed { paper_low: true })), PrintOutcome::Printed);
    }

    #[test]
    fn tries_wait_longer_and_longer_up_to_a_limit() {
        let waits: Vec<u64> = (1..=6).map(|failures| back_off(failures).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 15, 15]);
        assert_eq!(back_off(u32::MAX), LONGEST_BACK_OFF);
    }

    #[test]
    fn a_new_sale_does_not_hurry_a_printer_in_trouble_but_a_person_does() {
        let (calls, inbox) = channel();
        calls.send(Call::Look).unwrap();
        calls.send(Call::Retry).unwrap();
        assert!(wait(Pause::AtMost(Duration::from_secs(3_600)), &inbox));
        calls.send(Call::Stop).unwrap();
        assert!(!wait(Pause::AtMost(Duration::from_secs(3_600)), &inbox));
        calls.send(Call::Look).unwrap();
        assert!(wait(Pause::UntilCalled, &inbox));
        assert!(wait(Pause::No, &inbox));
    }
}
