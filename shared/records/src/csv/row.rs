//! From a row's cells to a product.

use super::{Column, FileFaults, MAX_ROWS, ProductRow, cell, header::Header};
use crate::{Product, ProductEdit, ProductFault};
use duka_core::{Barcode, Currency, Money, Quantity};
use std::collections::HashMap;

/// The rows of a file so far.
pub(super) struct Rows<'h> {
    header: &'h Header,
    currency: Currency,
    rows: Vec<ProductRow>,
    faults: FileFaults,
    codes: HashMap<String, u64>,
    barcodes: HashMap<Barcode, u64>,
}

impl<'h> Rows<'h> {
    pub(super) fn new(header: &'h Header, currency: Currency) -> Self {
        Self { header, currency, rows: Vec::new(), faults: FileFaults::default(), codes: HashMap::new(), barcodes: HashMap::new() }
    }

    /// Takes a row; false when no further row can be taken.
    pub(super) fn take(&mut self, line: u64, record: &::csv::StringRecord) -> bool {
        if self.rows.len() >= MAX_ROWS {
            self.faults.add(line, "", format!("a file has at most {MAX_ROWS} rows; split it"));
            return false;
        }
        if record.len() != self.header.width {
            let (found, wanted) = (record.len(), self.header.width);
            self.faults.add(
                line,
                "",
                format!("the row has {found} columns, the first line has {wanted}; is a quote or separator missing?"),
            );
            return true;
        }
        let before = self.faults.count;
        let (edit, stock) = self.cells(line, record);
        let product = Product {
            name: edit.name.clone().unwrap_or_default(),
            code: edit.code.clone().unwrap_or_default(),
            price: edit.price.unwrap_or(Money::zero(self.currency)),
            rate: edit.rate.unwrap_or_default(),
            unit: edit.unit.unwrap_or_default(),
            active: edit.active.unwrap_or(true),
            barcodes: edit.add_barcodes.clone(),
        };
        if self.faults.count == before {
            self.check(line, &product);
        }
        // Rows of a file with faults are not wanted, only its further faults.
        if self.faults.count == 0 {
            self.rows.push(ProductRow { row: line, product, edit, stock });
        }
        true
    }

    fn cells(&mut self, line: u64, record: &::csv::StringRecord) -> (ProductEdit, Option<Quantity>) {
        let mut edit = ProductEdit::default();
        let mut stock = None;
        for (column, place, title) in &self.header.cells {
            let text = record.get(*place).unwrap_or_default();
            if text.is_empty() {
                if matches!(column, Column::Name | Column::Price) {
                    self.faults.add(line, title, "this cell must not be empty");
                }
                continue;
            }
            let read = match column {
                Column::Name => {
                    edit.name = Some(text.to_owned());
                    Ok(())
                }
                Column::Price => cell::price(text, self.currency).map(|price| edit.price = Some(price)),
                Column::Code => cell::code(text).map(|code| edit.code = Some(code)),
                Column::Barcode => cell::barcodes(text).map(|codes| edit.add_barcodes.extend(codes)),
                Column::Rate => cell::rate(text).map(|rate| edit.rate = Some(rate)),
                Column::Unit => cell::unit(text).map(|unit| edit.unit = Some(unit)),
                Column::Active => cell::yes_or_no(text).map(|active| edit.active = Some(active)),
                // Read below: its unit may stand in a later column.
                Column::Stock => Ok(()),
            };
            if let Err(detail) = read {
                self.faults.add(line, title, detail);
            }
        }
        if let Some((_, place, title)) = self.header.cells.iter().find(|(column, ..)| *column == Column::Stock) {
            let text = record.get(*place).unwrap_or_default();
            if !text.is_empty() {
                match cell::quantity(text, edit.unit.unwrap_or_default()) {
                    Ok(quantity) => stock = Some(quantity),
                    Err(detail) => self.faults.add(line, title, detail),
                }
            }
        }
        (edit, stock)
    }

    fn check(&mut self, line: u64, product: &Product) {
        if let Err(fault) = product.check() {
            let column = match fault {
                ProductFault::Name => Column::Name,
                ProductFault::Code => Column::Code,
                ProductFault::Price => Column::Price,
                ProductFault::Barcodes => Column::Barcode,
            };
            self.faults.add(line, self.header.title(column), fault.to_string());
        }
        if product.code.is_empty() && product.barcodes.is_empty() {
            self.faults.add(line, "", "the row has neither a code nor a barcode; by one of them the product is found again");
        }
        if !product.code.is_empty()
            && let Some(first) = self.codes.insert(product.code.clone(), line)
        {
            self.faults.add(line, self.header.title(Column::Code), format!("the code {} is also in row {first}", product.code));
        }
        for code in &product.barcodes {
            if let Some(first) = self.barcodes.insert(code.clone(), line) {
                self.faults.add(line, self.header.title(Column::Barcode), format!("the barcode {code} is also in row {first}"));
            }
        }
    }

    pub(super) fn finish(self) -> Result<Vec<ProductRow>, FileFaults> {
        if self.faults.count > 0 { Err(self.faults) } else { Ok(self.rows) }
    }
}
