//! The documents of new products, made on another core while the step before is written: they take about as long.

use super::{ImportError, store};
use duka_core::{Currency, DeviceId};
use duka_records::{Edited, Product};
use rusqlite::Connection;
use std::thread::{self, JoinHandle};

/// A document for each row of a chunk, as if its product were new. What another edit has changed since is made anew.
pub(crate) struct Ahead {
    job: i64,
    chunk: u64,
    device: DeviceId,
    made: JoinHandle<Vec<Option<Made>>>,
}

/// A product, and its document.
pub(super) type Made = (Product, Edited);

impl Ahead {
    /// Begins with the chunk behind the next one, where most of what was done so far were new products.
    pub(crate) fn begin(db: &Connection, job: &store::Job, device: DeviceId, currency: Currency) -> Result<Option<Self>, ImportError> {
        let chunk = job.next_chunk.saturating_add(1);
        if chunk >= job.chunks || job.report.added < job.report.changed.saturating_add(job.report.unchanged) {
            return Ok(None);
        }
        let rows = store::rows(db, job.n, chunk)?;
        let products: Vec<Product> = rows.into_iter().map(|row| Ok(row.read(currency)?.product)).collect::<Result<_, ImportError>>()?;
        let one = move |product: Product| {
            let made = duka_records::create(device, &product).ok()?;
            Some((product, made))
        };
        Ok(Some(Self { job: job.n, chunk, device, made: thread::spawn(move || products.into_iter().map(one).collect()) }))
    }

    /// What was made for the next chunk of a job, row by row; nothing if it was another one's.
    pub(super) fn of(self, job: &store::Job, device: DeviceId) -> Vec<Option<Made>> {
        if (self.job, self.chunk, self.device) == (job.n, job.next_chunk, device) {
            self.made.join().unwrap_or_default()
        } else {
            Vec::new()
        }
    }
}
