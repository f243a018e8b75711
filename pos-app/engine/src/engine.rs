//! Two threads that own a till: one for what changes it, one for what only looks. Everyone else asks them.

use crate::{
    reader::Reader,
    till::Till,
    writer::{Grown, Rebuilt},
};
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
    /// The damage that is known in the database: it is mended when it is opened the next time.
    Damage,
}

type Job<T> = Box<dyn FnOnce(&mut T) + Send>;
type Listener = Box<dyn Fn(Growth) + Send>;

/// A handle to the till's threads. Changes run one after another in the order they came, so a sale fits between two steps of an import; questions
/// run beside them and wait for no change, nor a change for them. When the last handle is dropped, the threads end and are joined.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    // Ends before the other, which closes the database.
    questions: Thread<Reader>,
    changes: Thread<Till>,
    listeners: Arc<Mutex<Vec<Listener>>>,
}

/// A thread and the way to it.
struct Thread<T> {
    jobs: Option<mpsc::SyncSender<Job<T>>>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Gives the till its threads.
    pub fn start(till: Till) -> Result<Self, Problem> {
        let reader = till.another_reader()?;
        let listeners = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&listeners);
        let changes = Thread::start("till", move |jobs| change(till, jobs, &heard))?;
        let questions = Thread::start("till reader", move |jobs| answer(reader, jobs))?;
        Ok(Self { shared: Arc::new(Shared { changes, questions, listeners }) })
    }

    /// Runs what changes the till on its thread and waits for what it gives.
    pub fn run<T, E, F>(&self, job: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem>,
        F: FnOnce(&mut Till) -> Result<T, E> + Send + 'static,
    {
        self.shared.changes.ask(move |till: &mut Till| {
            let result = guarded(|| job(till));
            note_damage(&result, |detail| till.note_corrupt(detail));
            result
        })
    }

    /// Runs what only looks, beside the changes, and waits for what it gives.
    pub fn read<T, E, F>(&self, question: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem>,
        F: FnOnce(&Reader) -> Result<T, E> + Send + 'static,
    {
        self.noting_damage(self.shared.questions.ask(move |reader: &mut Reader| guarded(|| question(reader))))
    }

    /// Compares the till's tables with its facts, on the caller's thread: changes and questions go on beside it. What differs is then made anew as
    /// one change, which others wait for; where nothing does, nothing is written.
    pub fn rebuild(&self) -> Result<Rebuilt, Problem> {
        let comparing = loop {
            if let Some(comparing) = self.run(Till::compare_begin)? {
                break comparing;
            }
        };
        let found = self.noting_damage(guarded(|| comparing.compare()))?;
        self.run(move |till| till.compare_end(found))
    }

    fn noting_damage<T>(&self, result: Result<T, Problem>) -> Result<T, Problem> {
        note_damage(&result, |detail| {
            let detail = detail.to_owned();
            // The till's own thread notes it; what was asked has failed already.
            let _ = self.run(move |till| {
                till.note_corrupt(&detail);
                Ok::<_, Problem>(())
            });
        });
        result
    }

    /// Calls `listener` on the till's thread whenever something grew; it must be quick and must not call the engine.
    pub fn subscribe_growth(&self, listener: impl Fn(Growth) + Send + 'static) {
        self.shared.listeners.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(listener));
    }
}

/// A panic undoes the open transaction and must not take the till down with it.
fn guarded<T, E: Into<Problem>>(job: impl FnOnce() -> Result<T, E>) -> Result<T, Problem> {
    catch_unwind(AssertUnwindSafe(job)).map_or_else(|_| Err(stopped()), |result| result.map_err(Into::into))
}

fn note_damage<T>(result: &Result<T, Problem>, note: impl FnOnce(&str)) {
    if let Err(problem) = result
        && problem.code == ErrorCode::CorruptDatabase
    {
        note(&problem.detail);
    }
}

fn stopped() -> Problem {
    Problem::new(ErrorCode::Internal, "Duka made a mistake; nothing was changed. The log file has the details.")
}

impl<T: 'static> Thread<T> {
    fn start(name: &str, work: impl FnOnce(&mpsc::Receiver<Job<T>>) + Send + 'static) -> Result<Self, Problem> {
        let (sender, receiver) = mpsc::sync_channel::<Job<T>>(QUEUE);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || work(&receiver));
        let thread = thread.map_err(|fault| Problem::new(ErrorCode::Internal, format!("the till's thread cannot be started: {fault}")))?;
        Ok(Self { jobs: Some(sender), thread: Some(thread) })
    }

    fn ask<A: Send + 'static>(&self, job: impl FnOnce(&mut T) -> Result<A, Problem> + Send + 'static) -> Result<A, Problem> {
        let (answer, answered) = mpsc::sync_channel(1);
        let job: Job<T> = Box::new(move |subject| {
            // Who asked may have gone; the work is done all the same.
            let _ = answer.send(job(subject));
        });
        self.jobs.as_ref().ok_or_else(stopped)?.send(job).map_err(|_| stopped())?;
        answered.recv().map_err(|_| stopped())?
    }
}

impl<T> Drop for Thread<T> {
    fn drop(&mut self) {
        self.jobs = None;
        let Some(thread) = self.thread.take() else { return };
        // A job may hold the last handle; its own thread cannot wait for itself.
        if thread.thread().id() != thread::current().id() && thread.join().is_err() {
            tracing::error!("a thread of the till ended in a panic");
        }
    }
}

fn answer(mut reader: Reader, questions: &mpsc::Receiver<Job<Reader>>) {
    while let Ok(question) = questions.recv() {
        question(&mut reader);
    }
}

fn change(mut till: Till, jobs: &mpsc::Receiver<Job<Till>>, listeners: &Mutex<Vec<Listener>>) {
    let mut known = Grown::default();
    // An import that the last run did not end goes on whenever nobody asks for anything.
    let mut resuming = till.reader().import_pending().unwrap_or(false);
    // So are logs folded again that are to be.
    let mut folding = false;
    let mut idle = false;
    let mut damage = till.damage();
    loop {
        let job = if resuming || folding {
            jobs.try_recv().map_err(|fault| fault == mpsc::TryRecvError::Disconnected)
        } else if idle {
            jobs.recv().map_err(|_| true)
        } else {
            jobs.recv_timeout(IDLE).map_err(|fault| fault == mpsc::RecvTimeoutError::Disconnected)
        };
        match job {
            Ok(job) => {
                job(&mut till);
                (idle, folding) = (false, true);
            }
            Err(true) => return,
            Err(false) if folding => folding = folds_on(&mut till),
            Err(false) if resuming => resuming = by_itself("the import that was cut off", || till.import_step()).flatten().is_some(),
            Err(false) => {
                by_itself("tidying up", || {
                    till.tidy_up();
                    Ok::<_, Problem>(())
                });
                // Beside the cashier: a key store that is locked waits for a person.
                let marking = till.marking().map(|marking| thread::Builder::new().name("key store".to_owned()).spawn(marking));
                if let Some(Err(error)) = marking {
                    tracing::warn!(%error, "the key store is not told of this start");
                }
                (idle, folding) = (true, true);
            }
        }
        // After the answer, so that no scan waits for it; before the next job, so that a crash loses nothing that was shown for longer.
        by_itself("keeping the basket on disk", || till.keep_basket());
        let grown = till.grown();
        let listeners = listeners.lock().unwrap_or_else(PoisonError::into_inner);
        if grown.journal != known.journal {
            listeners.iter().for_each(|listener| listener(Growth::Journal));
        }
        if grown.print != known.print {
            listeners.iter().for_each(|listener| listener(Growth::PrintQueue));
        }
        if till.damage() != damage {
            damage = till.damage();
            listeners.iter().for_each(|listener| listener(Growth::Damage));
        }
        known = grown;
    }
}

/// Does what nobody asked for; what fails is logged, and like a job it never ends the till's thread.
fn by_itself<T, E: Into<Problem>>(what: &str, deed: impl FnOnce() -> Result<T, E>) -> Option<T> {
    guarded(deed).map_err(|problem| tracing::error!(problem = problem.detail, "{what} failed")).ok()
}

/// Folds a page of what is to be folded again; whether there is more. Not when it cannot be now.
fn folds_on(till: &mut Till) -> bool {
    let step = guarded(|| till.fold_step());
    note_damage(&step, |detail| till.note_corrupt(detail));
    step.unwrap_or_else(|problem| {
        tracing::error!(problem = problem.detail, "what is to be folded again cannot be now");
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_till_does_by_itself_fails_without_ending_its_thread() {
        assert_eq!(by_itself("a deed", || Ok::<_, Problem>(1)), Some(1));
        assert_eq!(by_itself("a deed", || Err::<(), _>(stopped())), None);
        assert_eq!(by_itself("a deed", || -> Result<(), Problem> { panic!("a fault of the program") }), None);
    }
}
