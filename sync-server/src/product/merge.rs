//! Documents and the products they show, as the edits say that count.

use super::{
    ProductError,
    store::{self, Saved},
};
use crate::{journal, platform::db::Tx};
use duka_core::{CompanyId, ProductId, RecordId};
use duka_ledger::{RecordChanged, RecordKind};
use duka_records::{Document, Merged, Reading, merge_and_read};
use std::collections::{BTreeMap, BTreeSet};

/// Merges new edits into what is there. Nobody else may merge for this company meanwhile.
pub async fn merge_in_tx(tx: &mut Tx, company: CompanyId, edits: Vec<RecordChanged>) -> Result<(), ProductError> {
    let edits = by_product(edits);
    let ids: Vec<_> = edits.keys().map(|product| product.uuid()).collect();
    let documents = store::documents(tx, company, &ids).await?;
    let (mut rows, mut waiting) = (Vec::with_capacity(edits.len()), BTreeSet::new());
    for (product, changes) in edits {
        let held = documents.get(&product.uuid());
        let Some((document, reading)) = merged(product, held, &changes) else { continue };
        if held.is_none() && reading == Reading::Waiting {
            // What it builds on has not come yet; or the document is lost, and what it held is in the journal.
            waiting.insert(RecordId::from(product));
            continue;
        }
        rows.push(Saved { product, document, fields: product_of(product, reading), known: held.is_some() });
    }
    store::save(tx, company, &rows).await?;
    remake_in_tx(tx, company, &waiting).await
}

/// Makes documents anew from all edits that count; a record without any is gone. Nobody else may merge for this company meanwhile.
pub async fn remake_in_tx(tx: &mut Tx, company: CompanyId, records: &BTreeSet<RecordId>) -> Result<(), ProductError> {
    if records.is_empty() {
        return Ok(());
    }
    let records: Vec<RecordId> = records.iter().copied().collect();
    let edits = by_product(journal::record_changes_in_tx(tx, company, &records).await?);
    let ids: Vec<_> = records.iter().map(|record| record.uuid()).collect();
    store::delete(tx, company, &ids).await?;
    let mut rows = Vec::with_capacity(edits.len());
    for (product, changes) in edits {
        let Some((document, reading)) = merged(product, None, &changes) else { continue };
        rows.push(Saved { product, document, fields: product_of(product, reading), known: false });
    }
    Ok(store::save(tx, company, &rows).await?)
}

/// Which of a page of records are not shown, or not kept in their documents, as their edits say, from the one after `after`; and where the page
/// ended.
pub async fn compare_in_tx(
    tx: &mut Tx,
    company: CompanyId,
    after: RecordId,
    limit: i64,
) -> Result<(BTreeSet<RecordId>, Option<RecordId>), ProductError> {
    let mut records: BTreeSet<RecordId> = journal::records_after_in_tx(tx, company, after, limit).await?.into_iter().collect();
    let shown = store::products_after(tx, company, after, limit).await?;
    records.extend(shown.iter().map(|product| RecordId::from(*product)));
    // Both lists end somewhere; only up to there they are known to be whole.
    let page: Vec<RecordId> = records.into_iter().take(usize::try_from(limit).unwrap_or(usize::MAX)).collect();
    let Some(last) = page.last().copied() else { return Ok((BTreeSet::new(), None)) };
    let ids: Vec<_> = page.iter().map(|record| record.uuid()).collect();
    let mut edits = by_product(journal::record_changes_in_tx(tx, company, &page).await?);
    let mut shown = store::products(tx, company, &ids).await?;
    let documents = store::documents(tx, company, &ids).await?;
    let mut differing = BTreeSet::new();
    for record in page {
        let product = ProductId::from(record);
        let made = edits.remove(&product).and_then(|changes| merged(product, None, &changes));
        let (document, fields) = made.map_or((None, None), |(document, reading)| (Some(document), product_of(product, reading)));
        let kept = match (documents.get(&product.uuid()), &document) {
            (Some(held), Some(document)) => duka_records::is_same(held, document),
            (held, document) => held.is_none() && document.is_none(),
        };
        if shown.remove(&product.uuid()) != fields || !kept {
            differing.insert(record);
        }
    }
    Ok((differing, Some(last)))
}

fn by_product(edits: Vec<RecordChanged>) -> BTreeMap<ProductId, Vec<RecordChanged>> {
    let mut by_product = BTreeMap::<ProductId, Vec<RecordChanged>>::new();
    for edit in edits {
        match edit.kind {
            RecordKind::Product => by_product.entry(edit.record.into()).or_default().push(edit),
        }
    }
    by_product
}

/// The document after some changes; those that do not fit are left out here as at the tills, for nobody's log may be held up by another's
/// record. None when the stored document cannot be read.
fn merged(product: ProductId, held: Option<&Document>, changes: &[RecordChanged]) -> Option<(Document, Reading)> {
    match merge_and_read(held.map(Vec::as_slice), changes.iter().map(|edit| edit.change.as_slice())) {
        Ok(Merged { document, reading, left_out }) => {
            for fault in left_out {
                tracing::warn!(%product, fault, "an edit of a product does not fit and was left out");
            }
            Some((document, reading))
        }
        Err(fault) => {
            tracing::error!(%product, %fault, "a product's document is damaged and stays as it was; rebuild");
            None
        }
    }
}

fn product_of(product: ProductId, reading: Reading) -> Option<duka_records::Product> {
    if let Reading::Unreadable(reason) = &reading {
        tracing::warn!(%product, reason, "a product's record cannot be read, and is not shown");
    }
    reading.product()
}
