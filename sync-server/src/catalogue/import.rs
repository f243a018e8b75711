//! Taking in a CSV file: all rows or none.

use super::{
    CatalogueError,
    command::fact,
    jobs::Job,
    store::{self, Saved},
};
use crate::{
    company::{self, Server},
    journal,
    platform::db::{Lock, Tx},
    state::AppState,
};
use duka_api::till::{ImportReport, RowFault};
use duka_core::{CompanyId, LocalTime, NumberForm, ProductId};
use duka_ledger::Fact;
use duka_records::{
    ProductEdit,
    csv::{FileFaults, FileForm, ProductFile, ProductRow, Refusal, parse_products},
};
use std::{collections::HashMap, sync::atomic::Ordering};
use uuid::Uuid;

/// Rows looked up, made and written at once.
const CHUNK: usize = 500;

/// Imports a file. With any fault nothing is imported.
pub(super) async fn run(state: &AppState, company: CompanyId, bytes: Vec<u8>, job: &Job) -> Result<ImportReport, CatalogueError> {
    let server = company::server_of(state, company).await?;
    let currency = server.currency;
    // Rows are matched with products by code and barcode only.
    let form = FileForm::Shop(NumberForm::default());
    let parsed = tokio::task::spawn_blocking(move || {
        parse_products(&bytes, currency, form).map_err(Refusal::into_faults).and_then(ProductFile::with_codes_only)
    })
    .await;
    let file = match parsed.map_err(|fault| CatalogueError::Damaged(fault.to_string()))? {
        Ok(file) => file,
        Err(faults) => return Ok(refused(faults.rows, faults)),
    };
    job.total.store(file.rows.len().try_into().unwrap_or(u64::MAX), Ordering::Relaxed);

    let mut tx = state.db.begin().await?;
    tx.lock(company.uuid(), Lock::Exclusive).await?;
    let mut import = Import {
        state,
        server: &server,
        now: state.clock.now(),
        report: ImportReport::default(),
        faults: FileFaults::default(),
        seen: HashMap::new(),
    };
    for rows in file.rows.chunks(CHUNK) {
        import.take(&mut tx, rows).await?;
        job.done.fetch_add(rows.len().try_into().unwrap_or(0), Ordering::Relaxed);
    }
    let Import { mut report, faults, .. } = import;
    report.rows = file.rows.len().try_into().unwrap_or(u64::MAX);
    if faults.count > 0 {
        tx.roll_back().await?;
        return Ok(refused(report.rows, faults));
    }
    tx.commit().await?;
    Ok(report)
}

fn refused(rows: u64, faults: FileFaults) -> ImportReport {
    let told = faults.first.into_iter().map(|fault| RowFault { row: fault.row, column: fault.column, detail: fault.detail });
    ImportReport { rows, faults: told.collect(), fault_count: faults.count, ..ImportReport::default() }
}

struct Import<'s> {
    state: &'s AppState,
    server: &'s Server,
    now: LocalTime,
    report: ImportReport,
    faults: FileFaults,
    /// Which row a product was found by.
    seen: HashMap<Uuid, u64>,
}

impl Import<'_> {
    async fn take(&mut self, tx: &mut Tx, rows: &[ProductRow]) -> Result<(), CatalogueError> {
        let company = self.server.company;
        let matches = self.find(tx, rows).await?;
        let ids: Vec<Uuid> = matches.iter().flatten().copied().collect();
        let documents = store::documents(tx, company, &ids).await?;
        let (mut saved, mut facts) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for (row, found) in rows.iter().zip(matches) {
            match found {
                Some(product) => self.edit(row, product, documents.get(&product), &mut saved, &mut facts)?,
                None => {
                    let product = self.state.new_id(ProductId::new);
                    let made = duka_records::create(self.server.device, &row.product)
                        .map_err(|fault| CatalogueError::Damaged(fault.to_string()))?;
                    facts.push(fact(product, &made));
                    let fields = duka_records::Product { name: row.product.name.trim().to_owned(), ..row.product.clone() };
                    saved.push(Saved { product, document: made.document, fields: Some(fields), known: false });
                    self.report.added += 1;
                }
            }
        }
        // Rows after a fault are only looked at for further faults.
        if self.faults.count == 0 {
            store::save(tx, company, &saved).await?;
            journal::append_in_tx(tx, self.server, self.now, facts).await?;
        }
        Ok(())
    }

    fn edit(
        &mut self,
        row: &ProductRow,
        product: Uuid,
        document: Option<&Vec<u8>>,
        saved: &mut Vec<Saved>,
        facts: &mut Vec<Fact>,
    ) -> Result<(), CatalogueError> {
        let product = ProductId::from_uuid(product);
        let damaged = |fault: duka_records::RecordError| CatalogueError::Damaged(format!("product {product}: {fault}"));
        let document = document.ok_or(CatalogueError::NoProduct(product))?;
        let held = duka_records::read(document).map_err(damaged)?.ok_or(CatalogueError::NoProduct(product))?;
        let edit = row.edit_of(&held);
        if edit == ProductEdit::default() {
            self.report.unchanged += 1;
            return Ok(());
        }
        if let Err(fault) = held.with(&edit).check() {
            self.faults.add(row.row, "", fault.to_string());
            return Ok(());
        }
        if let Some(edited) = duka_records::edit(document, self.server.device, &edit).map_err(damaged)? {
            facts.push(fact(product, &edited));
            let fields = duka_records::read(&edited.document).map_err(damaged)?;
            saved.push(Saved { product, document: edited.document, fields, known: true });
        }
        self.report.changed += 1;
        Ok(())
    }

    /// The product that each row concerns: the same code, or else a shared barcode.
    async fn find(&mut self, tx: &mut Tx, rows: &[ProductRow]) -> Result<Vec<Option<Uuid>>, CatalogueError> {
        let company = self.server.company;
        let codes: Vec<String> = rows.iter().map(|row| row.product.code.clone()).filter(|code| !code.is_empty()).collect();
        let barcodes: Vec<String> = rows.iter().flat_map(|row| row.product.barcodes.iter().map(ToString::to_string)).collect();
        let mut by_code = HashMap::<String, Vec<Uuid>>::new();
        for (product, code) in store::by_codes(tx, company, &codes).await? {
            by_code.entry(code).or_default().push(product);
        }
        let mut by_barcode = HashMap::<String, Vec<Uuid>>::new();
        for (product, code) in store::by_barcodes(tx, company, &barcodes).await? {
            by_barcode.entry(code).or_default().push(product);
        }
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            let mut holders: Vec<Uuid> = by_code.get(&row.product.code).cloned().unwrap_or_default();
            holders.extend(row.product.barcodes.iter().filter_map(|code| by_barcode.get(code.as_str())).flatten());
            holders.sort_unstable();
            holders.dedup();
            if holders.len() > 1 {
                let detail = format!("its codes belong to {} different products; give each row the codes of one product", holders.len());
                self.faults.add(row.row, "", detail);
            }
            let holder = holders.first().copied();
            if let Some(first) = holder.and_then(|holder| self.seen.insert(holder, row.row)) {
                self.faults.add(row.row, "", format!("this is the same product as in row {first}"));
            }
            found.push(holder);
        }
        Ok(found)
    }
}
