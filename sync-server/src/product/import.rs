//! Taking in a CSV file: every row is checked before any is imported, and then they are, in steps that others go between (ADR 15).

use super::{
    ProductError,
    command::fact,
    jobs::Job,
    store::{self, Saved},
};
use crate::{
    journal::{self, Server},
    platform::{
        Platform,
        db::{Lock, Tx},
    },
};
use duka_api::till::{ImportReport, RowFault};
use duka_core::{Barcode, CompanyId, ProductId};
use duka_ledger::Fact;
use duka_records::{
    Product, ProductEdit,
    csv::{Candidate, Deed, FileFaults, FileForm, Planner, ProductFile, ProductRow, Refusal, parse_products},
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::atomic::Ordering,
};
use uuid::Uuid;

/// Rows of one step at most.
const STEP: usize = 500;

/// A file to import.
pub(super) struct File {
    pub(super) bytes: Vec<u8>,
    /// How its numbers are written.
    pub(super) form: FileForm,
}

/// Imports a file. With any fault nothing is imported; nor when its numbers can be read in two ways.
pub(super) async fn run(platform: &Platform, company: CompanyId, file: File, job: &Job) -> Result<ImportReport, ProductError> {
    let server = journal::server_of(platform, company).await?;
    let (currency, File { bytes, form }) = (server.currency, file);
    // Rows are matched with products by code and barcode only.
    let read = move || Ok(parse_products(&bytes, currency, form)?.with_codes_only()?);
    let parsed = tokio::task::spawn_blocking(read).await;
    let file = match parsed.map_err(|fault| ProductError::Damaged(fault.to_string()))? {
        Ok(file) => file,
        Err(Refusal::AskNumberForm(question)) => return Err(ProductError::AskNumberForm(question)),
        Err(Refusal::Faults(faults)) => return Ok(ImportReport { rows: faults.rows, ..report(faults) }),
    };
    let rows = file.rows.len().try_into().unwrap_or(u64::MAX);
    job.total.store(rows, Ordering::Relaxed);

    let mut check = Plans::default();
    let mut tx = platform.db.snapshot().await?;
    for step in file.rows.chunks(STEP) {
        check.plan_in_tx(&mut tx, company, &file, step).await?;
    }
    drop(tx);
    if check.faults.count > 0 {
        return Ok(ImportReport { rows, ..report(check.faults) });
    }

    let mut import = Import { platform, server: &server, file: &file, plans: Plans::default(), added: 0, changed: 0, unchanged: 0 };
    for step in file.rows.chunks(STEP) {
        import.step(step).await?;
        job.done.fetch_add(step.len().try_into().unwrap_or(0), Ordering::Relaxed);
    }
    let Import { plans, added, changed, unchanged, .. } = import;
    Ok(ImportReport { rows, added, changed, unchanged, ..report(plans.faults) })
}

fn report(faults: FileFaults) -> ImportReport {
    let told = faults.first.into_iter().map(|fault| RowFault { row: fault.row, column: fault.column, detail: fault.detail });
    ImportReport { faults: told.collect(), fault_count: faults.count, ..ImportReport::default() }
}

/// Rows against the products that are there.
#[derive(Default)]
struct Plans {
    faults: FileFaults,
    planner: Planner,
}

/// A product's document, to be edited.
type WithDocument = Candidate<Vec<u8>>;

impl Plans {
    /// What to do for each row; those with a fault are told and left out.
    async fn plan_in_tx(
        &mut self,
        tx: &mut Tx,
        company: CompanyId,
        file: &ProductFile,
        rows: &[ProductRow],
    ) -> Result<Vec<Deed<Vec<u8>>>, ProductError> {
        let mut deeds = Vec::with_capacity(rows.len());
        for (row, candidates) in candidates_in_tx(tx, company, rows).await? {
            match self.planner.plan(row, candidates) {
                Ok(planned) => deeds.push(planned.deed),
                Err(misfit) => self.faults.add(row.row, misfit.column().map_or("", |column| file.title(column)), misfit.to_string()),
            }
        }
        Ok(deeds)
    }
}

/// The products that each row may be about: those with its code or one of its barcodes.
async fn candidates_in_tx<'r>(
    tx: &mut Tx,
    company: CompanyId,
    rows: &'r [ProductRow],
) -> Result<Vec<(&'r ProductRow, Vec<WithDocument>)>, ProductError> {
    let codes: Vec<String> = rows.iter().map(|row| row.product.code.clone()).filter(|code| !code.is_empty()).collect();
    let barcodes: Vec<Barcode> = rows.iter().flat_map(|row| &row.product.barcodes).flat_map(Barcode::readings).collect();
    let by_code = by_code(store::by_codes(tx, company, &codes).await?);
    let by_barcode = self::by_code(store::by_barcodes(tx, company, &barcodes).await?);
    let ids: Vec<Uuid> = by_code.values().chain(by_barcode.values()).flatten().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let documents = store::documents(tx, company, &ids).await?;
    let held = |holder: &Uuid| {
        let id = ProductId::from_uuid(*holder);
        let document = documents.get(holder).ok_or(ProductError::NoProduct(id))?;
        let product = read(id, document)?.ok_or(ProductError::NoProduct(id))?;
        Ok::<_, ProductError>(Candidate { id, product, with: document.clone() })
    };
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let with_barcode = row.product.barcodes.iter().flat_map(Barcode::readings).filter_map(|reading| by_barcode.get(reading.as_str()));
        let holders: BTreeSet<&Uuid> = with_barcode.chain(by_code.get(&row.product.code)).flatten().collect();
        found.push((row, holders.into_iter().map(held).collect::<Result<_, _>>()?));
    }
    Ok(found)
}

fn by_code(holders: Vec<(Uuid, String)>) -> HashMap<String, Vec<Uuid>> {
    let mut by_code = HashMap::<String, Vec<Uuid>>::new();
    for (product, code) in holders {
        by_code.entry(code).or_default().push(product);
    }
    by_code
}

fn read(product: ProductId, document: &[u8]) -> Result<Option<Product>, ProductError> {
    let reading = duka_records::read(document).map_err(|fault| ProductError::Damaged(format!("product {product}: {fault}")))?;
    Ok(reading.product())
}

struct Import<'s> {
    platform: &'s Platform,
    server: &'s Server,
    file: &'s ProductFile,
    plans: Plans,
    added: u64,
    changed: u64,
    unchanged: u64,
}

impl Import<'_> {
    /// Imports some rows in one transaction. A row that an edit has made impossible since it was checked is left out and told.
    async fn step(&mut self, rows: &[ProductRow]) -> Result<(), ProductError> {
        let company = self.server.company;
        let mut tx = self.platform.db.begin_locked(company.uuid(), Lock::Exclusive).await?;
        let deeds = self.plans.plan_in_tx(&mut tx, company, self.file, rows).await?;
        let (mut saved, mut facts) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for deed in deeds {
            match deed {
                Deed::Make(fields) => self.make(fields, &mut saved, &mut facts)?,
                Deed::Edit(held, change) => self.edit(&held, &change.edit, &mut saved, &mut facts)?,
                Deed::Nothing(_) => self.unchanged += 1,
            }
        }
        if !facts.is_empty() {
            store::save(&mut tx, company, &saved).await?;
            journal::append_in_tx(&mut tx, self.server, self.platform.clock.now(), facts).await?;
        }
        Ok(tx.commit().await?)
    }

    fn make(&mut self, fields: Product, saved: &mut Vec<Saved>, facts: &mut Vec<Fact>) -> Result<(), ProductError> {
        let product = self.platform.new_id(ProductId::new);
        let made = duka_records::create(self.server.device, &fields).map_err(|fault| ProductError::Damaged(fault.to_string()))?;
        facts.push(fact(product, &made));
        saved.push(Saved { product, document: made.document, fields: Some(fields), known: false });
        self.added += 1;
        Ok(())
    }

    fn edit(&mut self, held: &WithDocument, edit: &ProductEdit, saved: &mut Vec<Saved>, facts: &mut Vec<Fact>) -> Result<(), ProductError> {
        let product = held.id;
        let edited = duka_records::edit(&held.with, self.server.device, edit);
        let Some(edited) = edited.map_err(|fault| ProductError::Damaged(format!("product {product}: {fault}")))? else {
            self.unchanged += 1;
            return Ok(());
        };
        facts.push(fact(product, &edited));
        let fields = read(product, &edited.document)?;
        saved.push(Saved { product, document: edited.document, fields, known: true });
        self.changed += 1;
        Ok(())
    }
}
