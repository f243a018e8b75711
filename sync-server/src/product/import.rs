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
    csv::{FileFaults, FileForm, ProductRow, Refusal, parse_products},
};
use std::{collections::HashMap, sync::atomic::Ordering};
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
        check.plan_in_tx(&mut tx, company, step).await?;
    }
    drop(tx);
    if check.faults.count > 0 {
        return Ok(ImportReport { rows, ..report(check.faults) });
    }

    let mut import = Import { platform, server: &server, plans: Plans::default(), added: 0, changed: 0, unchanged: 0 };
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

/// What is to be done with a row.
enum Plan<'r> {
    Make(&'r ProductRow),
    Edit { product: ProductId, document: Vec<u8>, edit: ProductEdit },
    Nothing,
}

/// Rows against the products that are there.
#[derive(Default)]
struct Plans {
    faults: FileFaults,
    /// Which row a product was found by.
    seen: HashMap<Uuid, u64>,
}

impl Plans {
    /// What to do with each row; those with a fault are told and left out.
    async fn plan_in_tx<'r>(&mut self, tx: &mut Tx, company: CompanyId, rows: &'r [ProductRow]) -> Result<Vec<Plan<'r>>, ProductError> {
        let holders = self.find_in_tx(tx, company, rows).await?;
        let ids: Vec<Uuid> = holders.iter().flat_map(|(_, holder)| *holder).collect();
        let mut documents = store::documents(tx, company, &ids).await?;
        let mut plans = Vec::with_capacity(rows.len());
        for (row, holder) in holders {
            let Some(holder) = holder else {
                plans.push(Plan::Make(row));
                continue;
            };
            let product = ProductId::from_uuid(holder);
            let document = documents.remove(&holder).ok_or(ProductError::NoProduct(product))?;
            let held = read(product, &document)?.ok_or(ProductError::NoProduct(product))?;
            let edit = row.edit_of(&held);
            if edit == ProductEdit::default() {
                plans.push(Plan::Nothing);
            } else if let Err(fault) = held.with(&edit).check() {
                self.faults.add(row.row, "", fault.to_string());
            } else {
                plans.push(Plan::Edit { product, document, edit });
            }
        }
        Ok(plans)
    }

    /// The product that each row concerns: the same code, or else a shared barcode.
    async fn find_in_tx<'r>(
        &mut self,
        tx: &mut Tx,
        company: CompanyId,
        rows: &'r [ProductRow],
    ) -> Result<Vec<(&'r ProductRow, Option<Uuid>)>, ProductError> {
        let codes: Vec<String> = rows.iter().map(|row| row.product.code.clone()).filter(|code| !code.is_empty()).collect();
        let barcodes: Vec<Barcode> = rows.iter().flat_map(|row| &row.product.barcodes).flat_map(Barcode::readings).collect();
        let by_code = by_code(store::by_codes(tx, company, &codes).await?);
        let by_barcode = self::by_code(store::by_barcodes(tx, company, &barcodes).await?);
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let mut holders: Vec<Uuid> = by_code.get(&row.product.code).cloned().unwrap_or_default();
            let held = |code: &Barcode| code.readings().iter().find_map(|reading| by_barcode.get(reading.as_str()));
            holders.extend(row.product.barcodes.iter().filter_map(held).flatten());
            holders.sort_unstable();
            holders.dedup();
            let holder = holders.first().copied();
            let twin = holder.and_then(|holder| self.seen.insert(holder, row.row));
            if holders.len() > 1 {
                let detail = format!("its codes belong to {} different products; give each row the codes of one product", holders.len());
                self.faults.add(row.row, "", detail);
            } else if let Some(first) = twin {
                self.faults.add(row.row, "", format!("this is the same product as in row {first}"));
            } else {
                found.push((row, holder));
            }
        }
        Ok(found)
    }
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
        let plans = self.plans.plan_in_tx(&mut tx, company, rows).await?;
        let (mut saved, mut facts) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for plan in plans {
            match plan {
                Plan::Make(row) => self.make(row, &mut saved, &mut facts)?,
                Plan::Edit { product, document, edit } => self.edit(product, &document, &edit, &mut saved, &mut facts)?,
                Plan::Nothing => self.unchanged += 1,
            }
        }
        if !facts.is_empty() {
            store::save(&mut tx, company, &saved).await?;
            journal::append_in_tx(&mut tx, self.server, self.platform.clock.now(), facts).await?;
        }
        Ok(tx.commit().await?)
    }

    fn make(&mut self, row: &ProductRow, saved: &mut Vec<Saved>, facts: &mut Vec<Fact>) -> Result<(), ProductError> {
        let product = self.platform.new_id(ProductId::new);
        let made = duka_records::create(self.server.device, &row.product).map_err(|fault| ProductError::Damaged(fault.to_string()))?;
        facts.push(fact(product, &made));
        let fields = Product { name: row.product.name.trim().to_owned(), ..row.product.clone() };
        saved.push(Saved { product, document: made.document, fields: Some(fields), known: false });
        self.added += 1;
        Ok(())
    }

    fn edit(
        &mut self,
        product: ProductId,
        document: &[u8],
        edit: &ProductEdit,
        saved: &mut Vec<Saved>,
        facts: &mut Vec<Fact>,
    ) -> Result<(), ProductError> {
        let edited = duka_records::edit(document, self.server.device, edit);
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
