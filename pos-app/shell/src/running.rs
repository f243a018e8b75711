//! A till whose database is open: its engine and what runs beside it.

use crate::{event::Tell, import_worker::ImportWorker, surroundings::Surroundings};
use duka_api::{
    Problem,
    till::{Enrol, ImportFile, ImportProgress, ImportReport, Link, PrintDecision, PrintDeed, Printer, PrinterSettings, State, StuckPrint},
};
use duka_core::ErrorCode;
use duka_link::Trust;
use duka_pos::{Engine, Till};
use std::{
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

/// How long a person who asked for an exchange waits for how it went.
const ASKED: Duration = Duration::from_secs(15);

pub(crate) struct Running {
    engine: Engine,
    surroundings: Surroundings,
    trust: Trust,
    imports: Arc<ImportWorker>,
    resumed: Mutex<Option<JoinHandle<()>>>,
}

impl Running {
    /// Gives the till its threads, and goes on with what its last end has interrupted.
    pub(crate) fn start(till: Till, trust: &Trust, tell: &Tell) -> Result<Self, Problem> {
        let engine = Engine::start(till)?;
        let surroundings = Surroundings::start(engine.clone(), trust.clone(), Arc::clone(tell))?;
        let imports = Arc::new(ImportWorker::new(engine.clone(), Arc::clone(tell)));
        let interrupted = Arc::clone(&imports);
        let resumed = std::thread::Builder::new().name("import".to_owned()).spawn(move || {
            if let Err(problem) = interrupted.resume() {
                tracing::error!(%problem, "an interrupted import could not go on");
            }
        });
        if let Err(error) = &resumed {
            tracing::error!(%error, "an interrupted import waits for the next start");
        }
        Ok(Self { engine, surroundings, trust: trust.clone(), imports, resumed: Mutex::new(resumed.ok()) })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    pub(crate) fn state(&self) -> Result<State, Problem> {
        let mut state = self.engine.run(|till| till.state())?;
        state.status = self.surroundings.complete(state.status);
        Ok(state)
    }

    pub(crate) fn salvage_seen(&self) -> Result<(), Problem> {
        self.engine.run(Till::salvage_seen).map(drop)
    }

    pub(crate) fn enrol(&self, enrol: &Enrol) -> Result<(), Problem> {
        if enrol.again {
            self.engine.run(Till::enrol_anew)?;
        }
        let name = gethostname::gethostname().to_string_lossy().into_owned();
        duka_link::enrol(&self.engine, &enrol.server, &self.trust, &enrol.code, &name)?;
        self.surroundings.joined();
        Ok(())
    }

    pub(crate) fn sync_now(&self) -> Result<Link, Problem> {
        if self.engine.read(|reader| Ok::<_, Problem>(reader.device()))?.is_none() {
            return Err(Problem::new(
                ErrorCode::NotEnrolled,
                "This till has not joined a company yet; enter the server's address and a code.",
            ));
        }
        self.surroundings.ask_server(ASKED);
        Ok(self.state()?.status.link)
    }

    pub(crate) fn set_printer(&self, settings: PrinterSettings) -> Result<Printer, Problem> {
        self.engine.run(move |till| till.printer_set(&settings))?;
        self.surroundings.retry_printer();
        Ok(self.state()?.status.printer)
    }

    pub(crate) fn decide_print(&self, decision: PrintDecision) -> Result<Vec<StuckPrint>, Problem> {
        self.engine.run(move |till| match decision.deed {
            PrintDeed::Again => till.print_again(decision.job),
            PrintDeed::Leave => till.print_leave(decision.job),
        })?;
        // A person is at the printer; the window hears of it as a status.
        self.surroundings.retry_printer();
        self.engine.read(duka_pos::Reader::print_stuck)
    }

    pub(crate) fn import(&self, file: &ImportFile) -> Result<ImportReport, Problem> {
        self.imports.import(file)
    }

    pub(crate) fn import_progress(&self) -> Result<Option<ImportProgress>, Problem> {
        self.imports.progress()
    }

    pub(crate) fn import_cancel(&self) -> Result<ImportReport, Problem> {
        self.imports.cancel()
    }

    /// Ends like [`Running::stop`], and gives whether nobody else works with the till any more: then its database is closed.
    pub(crate) fn end(running: Arc<Self>, limit: Duration) -> bool {
        running.stop(limit);
        Arc::into_inner(running).is_some()
    }

    pub(crate) fn stop(&self, limit: Duration) {
        self.imports.stop();
        self.surroundings.stop(limit);
        // It ends after one step; as long as it runs, it holds the database.
        if let Some(resumed) = self.resumed.lock().unwrap_or_else(PoisonError::into_inner).take()
            && resumed.join().is_err()
        {
            tracing::error!("the import's thread ended in a fault");
        }
    }
}
