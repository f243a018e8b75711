//! One thread that owns the till; everyone else asks it.

use crate::till::{Grown, Till};
use duka_api::Problem;
use duka_core::ErrorCode;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

/// Jobs that wait at most; who comes then waits for a place (I11).
const QUEUE: usize = 256;
/// So long without a job is idle: time to tidy up.
const IDLE: Duration = Duration::from_millis(500);

/// What grew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// The journal: the link has something to send.
    Journal,
    /// The print queue, or how it is set up: the printer has something to do.
    PrintQueue,
}

type Job = Box<dyn FnOnce(&mut Till) + Send>;
type Listener = Box<dyn Fn(Growth) + Send>;

/// A handle to the till's thread. Jobs run one after another in the order they came, so a sale fits between two steps of an import. When the
/// last handle is dropped, the thread ends and is joined.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    jobs: Option<mpsc::SyncSender<Job>>,
    listeners: Arc<Mutex<Vec<Listener>>>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Gives the till its thread.
    pub fn start(till: Till) -> Self {
        let (sender, receiver) = mpsc::sync_channel::<Job>(QUEUE);
        let listeners = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&listeners);
        let thread = thread::spawn(move || work(till, &receiver, &heard));
        Self { shared: Arc::new(Shared { jobs: Some(sender), listeners, thread: Some(thread) }) }
    }

    /// Runs `job` on the till's thread and waits for what it gives.
    pub fn run<T, E, F>(&self, job: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem>,
        F: FnOnce(&mut Till) -> Result<T, E> + Send + 'static,
    {
        let (answer, answered) = mpsc::sync_channel(1);
        let job: Job = Box::new(move |till| {
            // A panic undoes the open transaction and must not take the till down with it.
            let result = catch_unwind(AssertUnwindSafe(|| job(till).map_err(Into::into)));
            let result: Result<T, Problem> = result.unwrap_or_else(|_| Err(stopped()));
            if let Err(problem) = &result
                && problem.code == ErrorCode::CorruptDatabase
            {
                till.note_corrupt(&problem.detail);
            }
            // Who asked may have gone; the work is done all the same.
            let _ = answer.send(result);
        });
        let sender = self.shared.jobs.as_ref().ok_or_else(stopped)?;
        sender.send(job).map_err(|_| stopped())?;
        answered.recv().map_err(|_| stopped())?
    }

    /// Calls `listener` on the till's thread whenever something grew; it must be quick and must not call the engine.
    pub fn subscribe_growth(&self, listener: impl Fn(Growth) + Send + 'static) {
        self.shared.listeners.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(listener));
    }
}

fn stopped() -> Problem {
    Problem::new(ErrorCode::Internal, "Duka made a mistake; nothing was changed. The log file has the details.")
}

fn work(mut till: Till, jobs: &mpsc::Receiver<Job>, listeners: &Mutex<Vec<Listener>>) {
    let mut known = Grown::default();
    // An import that the last run did not end goes on whenever nobody asks for anything.
    let mut resuming = till.import_pending().unwrap_or(false);
    let mut idle = false;
    loop {
        let job = if resuming {
            jobs.try_recv().map_err(|fault| fault == mpsc::TryRecvError::Disconnected)
        } else if idle {
            jobs.recv().map_err(|_| true)
        } else {
            jobs.recv_timeout(IDLE).map_err(|fault| fault == mpsc::RecvTimeoutError::Disconnected)
        };
        match job {
            Ok(job) => {
                job(&mut till);
                idle = false;
            }
            Err(true) => return,
            Err(false) if resuming => resuming = resume(&mut till),
            Err(false) => {
                till.checkpoint();
                idle = true;
            }
        }
        let grown = till.growth;
        let listeners = listeners.lock().unwrap_or_else(PoisonError::into_inner);
        if grown.journal != known.journal {
            listeners.iter().for_each(|listener| listener(Growth::Journal));
        }
        if grown.print != known.print {
            listeners.iter().for_each(|listener| listener(Growth::PrintQueue));
        }
        known = grown;
    }
}

/// One more step of an import; false when there is none, or it cannot go on now.
fn resume(till: &mut Till) -> bool {
    match till.import_step() {
        Ok(progress) => progress.is_some(),
        Err(error) => {
            tracing::error!(%error, "the import that was cut off cannot go on");
            false
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.jobs = None;
        let Some(thread) = self.thread.take() else { return };
        // A job may hold the last handle; its own thread cannot wait for itself.
        if thread.thread().id() != thread::current().id() && thread.join().is_err() {
            tracing::error!("the till's thread ended in a panic");
        }
    }
}
