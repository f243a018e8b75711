//! The till behind the window: open, or shut for a reason that the screens show. Trouble with the database is a state, never an end (I10).

use crate::{event::Tell, place::Place, running::Running};
use duka_api::{
    Problem,
    till::{
        Database, Enrol, ImportFile, ImportProgress, ImportReport, Link, LinkState, OwnDevice, PrintDecision, Printer, PrinterSettings,
        PrinterState, Restore, State, Status, StuckPrint,
    },
};
use duka_core::ErrorCode;
use duka_link::Trust;
use duka_pos::{Engine, Growth, OpenError, Settings, Till};
use std::{
    path::Path,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A window that was closed should not linger.
const CLOSING: Duration = Duration::from_secs(3);

/// A handle to the till; clones are the same till.
#[derive(Clone)]
pub struct TillService(Arc<Inner>);

struct Inner {
    place: Place,
    settings: Settings,
    trust: Trust,
    tell: Tell,
    phase: Mutex<Phase>,
    changed: Condvar,
}

enum Phase {
    /// Somebody is opening or restoring it: wait.
    Busy,
    /// It is damaged and is being mended: of a hundred, so much is done.
    Mending(u8),
    Open(Arc<Running>),
    Shut(OpenError),
    /// The program ends.
    Closed,
}

impl TillService {
    /// The till in `place`; nothing is opened yet.
    pub fn new(place: Place, settings: Settings, trust: Trust, tell: Tell) -> Self {
        Self(Arc::new(Inner { place, settings, trust, tell, phase: Mutex::new(Phase::Busy), changed: Condvar::new() }))
    }

    /// Opens the database; everyone who asks something waits for the end of it.
    pub fn open(&self) {
        let opened = self.0.place.kept().map_err(OpenError::from).and_then(|kept| match kept {
            Some(kept_as) => Err(OpenError::Corrupt { kept_as, detail: "it was found damaged at an earlier start".to_owned() }),
            None => self.open_telling(),
        });
        self.settle(opened);
    }

    /// Opens it; while a damaged one is mended, whoever asks hears how far that is.
    fn open_telling(&self) -> Result<Till, OpenError> {
        // A command that was under way when damage was found may still hold the database for a moment.
        let mut tries = 0;
        loop {
            let opened = Till::open_telling(&self.0.place.database(), self.0.settings.clone(), &mut |done| {
                let mut phase = self.phase();
                if matches!(*phase, Phase::Busy | Phase::Mending(_)) {
                    *phase = Phase::Mending(done);
                }
                drop(phase);
                self.0.changed.notify_all();
            });
            tries += 1;
            if !matches!((&opened, &*self.phase()), (Err(OpenError::InUse), Phase::Mending(_))) || tries > 100 {
                return opened;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Closes a till whose database was found damaged, and opens it again, which mends it.
    fn mend(&self) {
        let mut phase = self.phase();
        let Phase::Open(running) = &*phase else { return };
        let running = Arc::clone(running);
        *phase = Phase::Mending(0);
        drop(phase);
        self.0.changed.notify_all();
        if !Running::end(running, CLOSING) {
            tracing::info!("something still works with the damaged database; it is waited for");
        }
        let opened = self.open_telling();
        self.settle(opened);
    }

    /// Puts the news of a damaged database away.
    pub fn salvage_seen(&self) -> Result<State, Problem> {
        self.running()?.salvage_seen()?;
        self.state()
    }

    /// Ends what runs beside the engine and lets go of the database. Unsent sales and unprinted receipts are simply kept.
    pub fn close(&self) {
        let before = std::mem::replace(&mut *self.phase(), Phase::Closed);
        self.0.changed.notify_all();
        if let Phase::Open(running) = before {
            running.stop(CLOSING);
        }
    }

    /// All that a screen needs to begin. A till that could not be opened for a reason that may have passed is tried again.
    pub fn state(&self) -> Result<State, Problem> {
        if self.take_over(|fault| matches!(fault, OpenError::InUse | OpenError::DiskFull | OpenError::Io(_))) {
            self.open();
        }
        match &*self.settled() {
            Phase::Open(running) => Arc::clone(running),
            Phase::Shut(fault) => return fault.database().map(|database| self.without_till(database)).ok_or_else(|| fault.into()),
            Phase::Mending(done) => return Ok(self.without_till(Database::Mending { done: *done })),
            Phase::Busy | Phase::Closed => return Err(closing()),
        }
        .state()
    }

    /// Starts over after the database was found damaged.
    pub fn restore(&self, how: &Restore) -> Result<State, Problem> {
        let mut damaged = None;
        let taken = self.take_over(|fault| {
            if let OpenError::Corrupt { kept_as, detail } = fault {
                damaged = Some(OpenError::Corrupt { kept_as: kept_as.clone(), detail: detail.clone() });
            }
            damaged.is_some()
        });
        let (true, Some(damaged)) = (taken, damaged) else {
            return Err(Problem::new(ErrorCode::Conflict, "There is nothing to restore: this till's database is not damaged."));
        };
        let (database, settings) = (self.0.place.database(), self.0.settings.clone());
        let restored = match how {
            Restore::FromServer => Till::open(&database, settings),
            Restore::FromBackup { path } => Till::restore_from(Path::new(path), &database, settings),
        };
        match restored {
            Ok(till) => self.settle(Ok(till)),
            Err(fault) => {
                // Still damaged: the choice is offered again.
                self.settle(Err(damaged));
                return Err(fault.into());
            }
        }
        self.state()
    }

    /// Joins a company.
    pub fn enrol(&self, enrol: &Enrol) -> Result<State, Problem> {
        self.running()?.enrol(enrol)?;
        self.state()
    }

    /// The engine, once the database is open.
    pub fn engine(&self) -> Result<Engine, Problem> {
        Ok(self.running()?.engine().clone())
    }

    /// Exchanges with the server now; gives how the link is then.
    pub fn sync_now(&self) -> Result<Link, Problem> {
        self.running()?.sync_now()
    }

    /// Sets the printer up.
    pub fn set_printer(&self, settings: PrinterSettings) -> Result<Printer, Problem> {
        self.running()?.set_printer(settings)
    }

    /// Does with a document what a person decided; gives those that still wait for one.
    pub fn decide_print(&self, decision: PrintDecision) -> Result<Vec<StuckPrint>, Problem> {
        self.running()?.decide_print(decision)
    }

    /// Imports a file; blocks until it is done.
    pub fn import(&self, file: &ImportFile) -> Result<ImportReport, Problem> {
        self.running()?.import(file)
    }

    /// How far the import under way is.
    pub fn import_progress(&self) -> Result<Option<ImportProgress>, Problem> {
        self.running()?.import_progress()
    }

    /// Ends the import under way; gives what was done of it.
    pub fn import_cancel(&self) -> Result<ImportReport, Problem> {
        self.running()?.import_cancel()
    }

    fn running(&self) -> Result<Arc<Running>, Problem> {
        match &*self.settled() {
            Phase::Open(running) => Ok(Arc::clone(running)),
            Phase::Shut(fault) => Err(fault.into()),
            Phase::Mending(_) => Err(Problem::new(ErrorCode::Unavailable, "Duka checks and rebuilds its tables; try again in a moment.")),
            Phase::Busy | Phase::Closed => Err(closing()),
        }
    }

    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.0.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settled(&self) -> MutexGuard<'_, Phase> {
        self.0.changed.wait_while(self.phase(), |phase| matches!(phase, Phase::Busy)).unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the caller the one who opens or restores, if the till is shut for a reason of that kind.
    fn take_over(&self, reason: impl FnOnce(&OpenError) -> bool) -> bool {
        let mut phase = self.settled();
        let taken = matches!(&*phase, Phase::Shut(fault) if reason(fault));
        if taken {
            *phase = Phase::Busy;
        }
        taken
    }

    fn settle(&self, opened: Result<Till, OpenError>) {
        let started =
            opened.and_then(|till| Running::start(till, &self.0.trust, &self.0.tell).map_err(|problem| OpenError::Io(problem.detail)));
        if let Ok(running) = &started {
            self.mend_when_damaged(running);
        }
        if let Err(fault) = &started {
            tracing::error!(%fault, "the till cannot be used");
        }
        let mut phase = self.phase();
        match (&*phase, started) {
            (Phase::Closed, Ok(running)) => running.stop(CLOSING),
            (Phase::Closed, Err(_)) => {}
            (_, Ok(running)) => *phase = Phase::Open(Arc::new(running)),
            (_, Err(fault)) => *phase = Phase::Shut(fault),
        }
        drop(phase);
        self.0.changed.notify_all();
    }

    fn mend_when_damaged(&self, running: &Running) {
        let service = Arc::downgrade(&self.0);
        running.engine().subscribe_growth(move |growth| {
            if let (Growth::Damage, Some(inner)) = (growth, service.upgrade()) {
                // The till's own thread tells this, and ends by it.
                if let Err(error) = std::thread::Builder::new().name("mend".to_owned()).spawn(move || Self(inner).mend()) {
                    tracing::error!(%error, "the damaged database is mended at the next start");
                }
            }
        });
    }

    fn without_till(&self, database: Database) -> State {
        let now = self.0.settings.clock.now();
        let link = Link {
            state: LinkState::None,
            waiting_sales: 0,
            waiting_facts: 0,
            stranded_sales: 0,
            stranded_facts: 0,
            in_step_at: None,
            detail: String::new(),
            device: OwnDevice::Same,
        };
        let printer =
            Printer { state: PrinterState::None, queued: 0, stuck: 0, detail: String::new(), settings: PrinterSettings::default() };
        State {
            database,
            enrolment: None,
            shift: None,
            basket: None,
            status: Status { link, printer, now: now.at, offset_minutes: now.offset_minutes },
            salvaged: None,
            version: self.0.settings.version.clone(),
        }
    }
}

fn closing() -> Problem {
    Problem::new(ErrorCode::Unavailable, "The till is closing.")
}

#[cfg(test)]
mod tests;
