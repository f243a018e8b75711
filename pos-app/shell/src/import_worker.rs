//! Imports: the file is read and checked on the caller's thread, the engine only gets steps that a sale fits between.

use crate::event::{Event, Tell};
use duka_api::{
    Problem,
    till::{ImportFile, ImportProgress, ImportReport},
};
use duka_core::ErrorCode;
use duka_pos::{
    Engine, Till,
    import::{self, FileForm, MAX_FILE_BYTES, Prepared},
};
use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::Path,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Runs one import at a time.
pub(crate) struct ImportWorker {
    engine: Engine,
    tell: Tell,
    progress: Mutex<Option<ImportProgress>>,
    stopped: AtomicBool,
}

impl ImportWorker {
    pub(crate) fn new(engine: Engine, tell: Tell) -> Self {
        Self { engine, tell, progress: Mutex::new(None), stopped: AtomicBool::new(false) }
    }

    /// Imports a file, from its first byte to its report. A file that does not read well changes nothing.
    pub(crate) fn import(&self, file: &ImportFile) -> Result<ImportReport, Problem> {
        let turn = self.begin()?;
        let currency = self.engine.read(duka_pos::Reader::currency)?;
        let form = match file.number_form {
            Some(chosen) => FileForm::Chosen(chosen),
            None => FileForm::Shop(self.engine.read(duka_pos::Reader::number_form)?),
        };
        let bytes = read(Path::new(&file.path))?;
        let prepared: Prepared = match import::prepare(&bytes, currency, form) {
            Ok(prepared) => prepared,
            Err(report) => return Ok(report),
        };
        drop(bytes);
        turn.tell(ImportProgress { done: 0, total: prepared.rows() });
        self.engine.run(move |till| till.import_begin(&prepared))?;
        turn.steps()
    }

    /// Goes on with an import that the program's end has interrupted, if there is one.
    pub(crate) fn resume(&self) -> Result<(), Problem> {
        if !self.engine.read(duka_pos::Reader::import_pending)? {
            return Ok(());
        }
        let report = self.begin()?.steps()?;
        tracing::info!(
            rows = report.rows,
            added = report.added,
            changed = report.changed,
            faults = report.fault_count,
            "an interrupted import has ended"
        );
        Ok(())
    }

    /// How far the import under way is; also of one that waits because a step of it failed.
    pub(crate) fn progress(&self) -> Result<Option<ImportProgress>, Problem> {
        match *self.lock() {
            Some(progress) => Ok(Some(progress)),
            None => self.engine.read(|reader| Ok::<_, Problem>(reader.import_pending()?.then_some(ImportProgress { done: 0, total: 0 }))),
        }
    }

    /// Ends the import under way between two of its steps, also one whose steps keep failing.
    pub(crate) fn cancel(&self) -> Result<ImportReport, Problem> {
        self.engine.run(Till::import_cancel)
    }

    /// Stops after the step under way; the rest is done at the next start.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Option<ImportProgress>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self) -> Result<Turn<'_>, Problem> {
        let mut progress = self.lock();
        if progress.is_some() {
            return Err(Problem::new(ErrorCode::Conflict, "An import is under way; wait until it has ended."));
        }
        *progress = Some(ImportProgress { done: 0, total: 0 });
        Ok(Turn(self))
    }
}

/// The import under way; dropping it makes room for the next.
struct Turn<'w>(&'w ImportWorker);

impl Turn<'_> {
    fn tell(&self, progress: ImportProgress) {
        *self.0.lock() = Some(progress);
        (self.0.tell)(Event::Import(progress));
    }

    fn steps(&self) -> Result<ImportReport, Problem> {
        while let Some(progress) = self.0.engine.run(Till::import_step)? {
            self.tell(progress);
            if self.0.stopped.load(Ordering::Relaxed) {
                return Err(Problem::new(ErrorCode::Unavailable, "The till is closing; the import goes on when it is started again."));
            }
        }
        self.0.engine.read(duka_pos::Reader::import_report).map(Option::unwrap_or_default)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.lock() = None;
    }
}

/// Reads a file, at most as much as an import may have (I11); `prepare` refuses what is larger.
fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    let limit = u64::try_from(MAX_FILE_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(|fault| {
        let code = if fault.kind() == ErrorKind::NotFound { ErrorCode::NotFound } else { ErrorCode::InvalidInput };
        Problem::new(code, format!("The file {} cannot be read ({fault}). Choose it again.", path.display()))
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
