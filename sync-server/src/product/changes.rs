//! What facts do to products: their changes are merged into the documents.

use super::{
    ProductError,
    store::{self, Saved},
};
use crate::platform::db::Tx;
use duka_core::{CompanyId, ProductId};
use duka_ledger::{Fact, RecordKind};
use duka_records::{Product, RecordError, merge_and_read};
use std::collections::{BTreeMap, BTreeSet};

/// Changes of products, in the order of their facts.
#[derive(Default)]
pub struct Changes(BTreeMap<ProductId, Vec<Vec<u8>>>);

impl Changes {
    /// Takes a fact.
    pub fn add(&mut self, fact: &Fact) {
        if let Fact::RecordChanged(changed) = fact {
            match changed.kind {
                RecordKind::Product => self.0.entry(changed.record).or_default().push(changed.change.to_vec()),
            }
        }
    }

    /// Merges the changes. Nobody else may merge for this company meanwhile.
    pub async fn write_in_tx(self, tx: &mut Tx, company: CompanyId) -> Result<(), ProductError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = self.0.keys().map(|product| product.uuid()).collect();
        let documents = store::documents(tx, company, &ids).await?;
        let mut rows = Vec::with_capacity(self.0.len());
        for (product, changes) in self.0 {
            let held = documents.get(&product.uuid());
            let merged = merge_and_read(held.map(Vec::as_slice), changes.iter().map(Vec::as_slice));
            let (document, fields) = merged.map_err(|fault| match fault {
                RecordError::Change(_) => ProductError::Record(format!("product {product}: {fault}")),
                RecordError::Document(_) => ProductError::Damaged(format!("product {product}: {fault}")),
            })?;
            if let Some(fields) = &fields {
                check(product, fields)?;
            }
            rows.push(Saved { product, document, fields, known: held.is_some() });
        }
        store::save(tx, company, &rows).await?;
        Ok(())
    }
}

/// Barcodes may be more than one person would enter: several people's are united.
fn check(product: ProductId, fields: &Product) -> Result<(), ProductError> {
    let without_codes = Product { barcodes: BTreeSet::new(), ..fields.clone() };
    without_codes.check().map_err(|fault| ProductError::Record(format!("product {product}: {fault}")))
}
