//! Importing products in steps.

use super::Till;
use crate::{
    books::Decision,
    import::{self, Ahead, Applied, Checking, ImportError, Phase, Prepared},
};
use duka_api::till::{ImportProgress, ImportReport};

impl Till {
    /// Stores a file that reads well as a job; [`Till::import_step`] does it.
    pub fn import_begin(&mut self, prepared: &Prepared) -> Result<(), ImportError> {
        self.me()?;
        self.writer.keep(|tx| import::begin_in_tx(tx, prepared))
    }

    /// Does one step of the import; none when there is nothing to do. First every row is checked against the products that are there, then
    /// rows are applied, so that a fault found now still leaves nothing half done.
    pub fn import_step(&mut self) -> Result<Option<ImportProgress>, ImportError> {
        if !import::pending(self.writer.reading())? {
            return Ok(None);
        }
        let Some(mut job) = import::latest(self.writer.reading())? else { return Ok(None) };
        if job.phase == Phase::Checking {
            let currency = self.me()?.currency();
            Checking::step(&mut self.checking, self.writer.reading(), currency, &mut job)?;
            // A check that a power cut interrupts begins anew.
            self.writer.keep_lightly(|tx| import::save_in_tx(tx, &job))?;
            return Ok(Some(import::progress(&job)));
        }
        let me = self.me()?;
        let next = Ahead::begin(self.writer.reading(), &job, me.device(), me.currency())?;
        let made = std::mem::replace(&mut self.ahead, next);
        let Applied(job) = self.writer.commit(
            |books| -> Result<Decision<Applied>, ImportError> { import::apply(books, job, made) },
            |tx, Applied(job)| import::save_in_tx(tx, job),
        )?;
        Ok(Some(import::progress(&job)))
    }

    /// Ends the import under way, also one whose steps keep failing. Rows that were applied stay; the report says how many.
    pub fn import_cancel(&mut self) -> Result<ImportReport, ImportError> {
        (self.checking, self.ahead) = (None, None);
        self.writer.keep(import::cancel_in_tx)
    }
}
