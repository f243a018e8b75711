//! From a row's cells to a product.

use super::{Column, FileFaults, MAX_ROWS, ProductRow, cell, header::Header, numbers::Numbers};
use crate::{Product, ProductFault};
use duka_core::{Barcode, Currency, Money, TaxRate, Unit};
use std::collections::{BTreeSet, HashMap, hash_map::Entry};

/// The rows of a file so far.
pub(super) struct Rows<'h> {
    header: &'h Header,
    currency: Currency,
    numbers: Numbers,
    count: usize,
    rows: Vec<ProductRow>,
    faults: FileFaults,
    /// Columns of the row at hand in which a fault was found.
    wrong: Vec<Column>,
    codes: HashMap<String, u64>,
    barcodes: HashMap<Barcode, u64>,
    /// Names of rows that have neither code nor barcode: such a product is found again by its name.
    names: HashMap<String, u64>,
}

impl<'h> Rows<'h> {
    pub(super) fn new(header: &'h Header, currency: Currency, numbers: Numbers) -> Self {
        Self {
            header,
            currency,
            numbers,
            count: 0,
            rows: Vec::new(),
            faults: FileFaults::default(),
            wrong: Vec::new(),
            codes: HashMap::new(),
            barcodes: HashMap::new(),
            names: HashMap::new(),
        }
    }

    /// Takes a row; false when no further row can be taken.
    pub(super) fn take(&mut self, line: u64, record: &::csv::StringRecord) -> bool {
        if self.count >= MAX_ROWS {
            self.faults.add(line, "", format!("a file has at most {MAX_ROWS} rows; split it"));
            return false;
        }
        self.count = self.count.saturating_add(1);
        if record.len() != self.header.width {
            let (found, wanted) = (record.len(), self.header.width);
            let detail = format!("the row has {found} columns, the first line has {wanted}; is a quote or separator missing or too many?");
            self.faults.add(line, "", detail);
            return true;
        }
        let before = self.faults.count;
        let row = self.cells(line, record);
        for fault in row.product.faults() {
            let column = match fault {
                ProductFault::Name => Column::Name,
                ProductFault::Code => Column::Code,
                ProductFault::Price => Column::Price,
                ProductFault::Barcodes => Column::Barcode,
            };
            if !self.wrong.contains(&column) {
                self.faults.add(line, self.header.title(column), fault.to_string());
            }
        }
        if self.faults.count == before {
            self.find_twins(line, &row.product);
        }
        // Rows of a file with faults are not wanted, only its further faults.
        if self.faults.count == 0 {
            self.rows.push(row);
        }
        true
    }

    /// A row that cannot be read; nothing can be read behind it.
    pub(super) fn broken(&mut self, line: u64, detail: String) {
        self.faults.add(line, "", detail);
    }

    fn cells(&mut self, line: u64, record: &::csv::StringRecord) -> ProductRow {
        self.wrong.clear();
        let product = Product {
            name: String::new(),
            code: String::new(),
            price: Money::zero(self.currency),
            rate: TaxRate::default(),
            unit: Unit::default(),
            active: true,
            barcodes: BTreeSet::new(),
        };
        let mut row = ProductRow { row: line, product, rate: None, unit: None, active: None, stock: None };
        let mut stock = None;
        for (column, place, title) in &self.header.cells {
            let text = record.get(*place).unwrap_or_default().trim();
            let product = &mut row.product;
            let read = match column {
                Column::Name | Column::Price if text.is_empty() => Err("this cell must not be empty".to_owned()),
                _ if text.is_empty() => continue,
                Column::Name => {
                    product.name = cell::name(text);
                    Ok(())
                }
                Column::Price => self.numbers.price(text).map(|price| product.price = price),
                Column::Code => cell::code(text).map(|code| product.code = code),
                Column::Barcode => cell::barcodes(text).map(|mut codes| product.barcodes.append(&mut codes)),
                Column::Rate => self.numbers.rate(text).map(|rate| row.rate = Some(rate)),
                Column::Unit => cell::unit(text).map(|unit| row.unit = Some(unit)),
                Column::Active => cell::yes_or_no(text).map(|active| row.active = Some(active)),
                // Read below: its unit may stand in a later column.
                Column::Stock => {
                    stock = Some((text, title));
                    Ok(())
                }
            };
            if let Err(detail) = read {
                self.faults.add(line, title, detail);
                self.wrong.push(*column);
            }
        }
        row.product.rate = row.rate.unwrap_or_default();
        row.product.unit = row.unit.unwrap_or_default();
        row.product.active = row.active.unwrap_or(true);
        if let Some((text, title)) = stock {
            match self.numbers.quantity(text, row.product.unit) {
                Ok(quantity) => row.stock = Some(quantity),
                Err(detail) => self.faults.add(line, title, detail),
            }
        }
        row
    }

    /// Finds rows before that are about the same product.
    fn find_twins(&mut self, line: u64, product: &Product) {
        for code in &product.barcodes {
            let in_another_reading = code.readings().iter().skip(1).find_map(|other| self.barcodes.get(other).copied());
            let first = twin(&mut self.barcodes, code, line).or(in_another_reading);
            if let Some(first) = first.filter(|first| *first != line) {
                self.faults.add(line, self.header.title(Column::Barcode), format!("the barcode {code} is also in row {first}"));
            }
        }
        if !product.code.is_empty() {
            if let Some(first) = twin(&mut self.codes, &product.code, line) {
                self.faults.add(line, self.header.title(Column::Code), format!("the code {} is also in row {first}", product.code));
            }
        } else if product.barcodes.is_empty()
            && let Some(first) = twin(&mut self.names, &product.name, line)
        {
            let detail = format!("a product named {} without code and barcode is also in row {first}", product.name);
            self.faults.add(line, self.header.title(Column::Name), detail);
        }
    }

    pub(super) fn finish(mut self) -> Result<Vec<ProductRow>, FileFaults> {
        self.faults.rows = u64::try_from(self.count).unwrap_or(u64::MAX);
        if self.faults.count > 0 { Err(self.faults) } else { Ok(self.rows) }
    }
}

/// The row that had `key` first, if it was another one; notes it otherwise.
fn twin<K: Clone + Eq + std::hash::Hash>(seen: &mut HashMap<K, u64>, key: &K, line: u64) -> Option<u64> {
    match seen.entry(key.clone()) {
        Entry::Occupied(first) => Some(*first.get()),
        Entry::Vacant(free) => {
            free.insert(line);
            None
        }
    }
}
