//! Running an import in steps.

use super::{
    ImportError, Prepared,
    apply::{self, Done, Plan},
    prepared::tell,
    store::{self, Job, Phase},
};
use crate::{platform, product::ProductError, till::Till};
use duka_api::till::{ImportProgress, ImportReport};
use duka_core::ProductId;
use std::collections::{HashMap, HashSet};

/// Which products the rows checked so far are about, to find two rows for one product.
#[derive(Default)]
pub(crate) struct Checking {
    job: i64,
    products: HashMap<ProductId, u64>,
}

impl Till {
    /// Stores a file that reads well as a job; [`Till::import_step`] does it.
    pub fn import_begin(&mut self, prepared: &Prepared) -> Result<(), ImportError> {
        self.pen()?;
        if self.import_pending()? {
            return Err(ImportError::UnderWay);
        }
        let tx = platform::begin(&mut self.db.connection)?;
        store::insert_in_tx(&tx, prepared)?;
        platform::commit(tx)?;
        Ok(())
    }

    /// Whether an import waits to be done: begun now, or before the program stopped.
    pub fn import_pending(&self) -> Result<bool, ImportError> {
        Ok(store::latest(&self.db.connection)?.is_some_and(|job| job.phase != Phase::Ended))
    }

    /// Does one step of the import; none when there is nothing to do. First every row is checked against the products that are there, then
    /// rows are applied, so that a fault found now still leaves nothing half done.
    pub fn import_step(&mut self) -> Result<Option<ImportProgress>, ImportError> {
        let Some(mut job) = store::latest(&self.db.connection)? else { return Ok(None) };
        match job.phase {
            Phase::Ended => return Ok(None),
            Phase::Checking => self.check_chunk(&mut job)?,
            Phase::Applying => self.apply_chunk(&mut job)?,
        }
        let done = match job.phase {
            Phase::Checking => 0,
            Phase::Applying | Phase::Ended => job.report.added + job.report.changed + job.report.unchanged,
        };
        Ok(Some(ImportProgress { done, total: job.total }))
    }

    /// What the last import did; none while it is under way or before the first.
    pub fn import_report(&self) -> Result<Option<ImportReport>, ImportError> {
        Ok(store::latest(&self.db.connection)?.filter(|job| job.phase == Phase::Ended).map(|job| job.report))
    }

    /// Checks a chunk. Only memory knows what was checked, so a check that was interrupted begins anew.
    fn check_chunk(&mut self, job: &mut Job) -> Result<(), ImportError> {
        let currency = self.me()?.currency;
        let known = self.checking.as_ref().is_some_and(|checking| checking.job == job.n);
        if !known {
            self.checking = Some(Checking { job: job.n, products: HashMap::new() });
            job.next_chunk = 0;
            job.report = ImportReport { rows: job.total, ..ImportReport::default() };
        }
        if job.next_chunk < job.chunks {
            let rows = store::rows(&self.db.connection, job.n, job.next_chunk)?;
            for row in rows {
                match apply::plan(&self.db.connection, &row, &job.headers, currency)? {
                    Err((column, detail)) => tell(&mut job.report, row.row, column, detail),
                    Ok(plan) => {
                        let (Some(found), Some(checking)) = (plan.found, &mut self.checking) else { continue };
                        if let Some(first) = checking.products.insert(found.id, row.row) {
                            let detail = format!("this is the same product, “{}”, as line {first}", found.product.name);
                            tell(&mut job.report, row.row, String::new(), detail);
                        }
                    }
                }
            }
            job.next_chunk += 1;
        }
        if job.next_chunk >= job.chunks {
            self.checking = None;
            job.next_chunk = 0;
            job.phase = if job.report.fault_count > 0 || job.chunks == 0 { Phase::Ended } else { Phase::Applying };
        }
        let tx = platform::begin(&mut self.db.connection)?;
        store::save_in_tx(&tx, job)?;
        platform::commit(tx)?;
        Ok(())
    }

    /// Applies a chunk and moves on, in one transaction: after a crash it was done whole or is done again whole.
    fn apply_chunk(&mut self, job: &mut Job) -> Result<(), ImportError> {
        let pen = self.pen()?;
        let rows = store::rows(&self.db.connection, job.n, job.next_chunk)?;
        let tx = platform::begin(&mut self.db.connection)?;
        // All are planned before any is applied, so no two may be about one product.
        let mut plans: Vec<Plan> = Vec::with_capacity(rows.len());
        let mut products = HashSet::with_capacity(rows.len());
        for row in rows {
            match apply::plan(&tx, &row, &job.headers, pen.me.currency)? {
                // Somebody edited a product since the check; this row is left out and told.
                Err((column, detail)) => tell(&mut job.report, row.row, column, detail),
                Ok(Plan { found: Some(found), .. }) if !products.insert(found.id) => {
                    tell(
                        &mut job.report,
                        row.row,
                        String::new(),
                        format!("this is the same product, “{}”, as a line before", found.product.name),
                    );
                }
                Ok(plan) => plans.push(plan),
            }
        }
        let made = apply::make(pen.me.device, &plans).map_err(ProductError::from)?;
        for (plan, made) in plans.into_iter().zip(made) {
            match apply::apply_in_tx(&tx, &pen, self.settings.entropy.as_ref(), plan, made)? {
                Done::Added => job.report.added += 1,
                Done::Changed => job.report.changed += 1,
                Done::Unchanged => job.report.unchanged += 1,
            }
        }
        job.next_chunk += 1;
        if job.next_chunk >= job.chunks {
            job.phase = Phase::Ended;
        }
        store::save_in_tx(&tx, job)?;
        platform::commit(tx)?;
        self.grew();
        Ok(())
    }
}
