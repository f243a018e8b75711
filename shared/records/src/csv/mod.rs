//! Products in a CSV file: read alike by the till and by the server, all rows or none.
//!
//! Columns are found by their header, in any order and by their usual names ([`Column`]); comma, semicolon and tab all separate. UTF-8,
//! UTF-16 and Windows-1252 are told apart; control characters in names are mended. Numbers have a decimal point or a decimal comma, in all
//! of a file alike ([`FileForm`]); where the file does not tell which, a person is asked ([`NumberQuestion`]). Every fault names its row and
//! column. Nothing here touches a database: [`ProductRow`] says what a row wants, the caller
//! looks up the products that it may concern, and [`Planner`] says what it comes to.

mod cell;
mod header;
mod numbers;
mod plan;
mod row;
mod text;

pub use header::Column;
pub use numbers::{FileForm, NumberQuestion, Reading};
pub use plan::{Candidate, Deed, Planned, Planner, RowMisfit};

use self::{header::Header, numbers::Numbers, text::Lines};
use crate::{Product, ProductEdit};
use duka_core::{Currency, Quantity, TaxRate, Unit};

/// Bytes of one file at most (I11).
pub const MAX_BYTES: usize = 128 << 20;
/// Rows of one file at most (I11).
pub const MAX_ROWS: usize = 1_000_000;
/// Faults kept of one file; the rest is only counted (I11).
pub const MAX_FAULTS: usize = 100;

/// A file without faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductFile {
    /// In the order of the file. No two of them share a code or a barcode, nor, without both, a name.
    pub rows: Vec<ProductRow>,
    /// The columns that were understood, with their headers as they stand in the file.
    pub columns: Vec<(Column, String)>,
    /// Headers that mean nothing to Duka; their columns were left out.
    pub ignored: Vec<String>,
}

/// A row of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductRow {
    /// Line of the file, from 1; the header is line 1.
    pub row: u64,
    /// The product, if it is a new one: empty cells and missing columns have their defaults.
    pub product: Product,
    /// The tax rate, if the row says one.
    pub rate: Option<TaxRate>,
    /// The unit, if the row says one.
    pub unit: Option<Unit>,
    /// Whether it is sold, if the row says so.
    pub active: Option<bool>,
    /// What is in the shop, if the row says so.
    pub stock: Option<Quantity>,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Line of the file, from 1; the header is line 1.
    pub row: u64,
    /// The column's header as it stands in the file, or the name of a column that is missing; empty when it concerns the whole row.
    pub column: String,
    /// What, and what to do.
    pub detail: String,
}

/// Why a file was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Something in it is wrong.
    #[error(transparent)]
    Faults(#[from] FileFaults),
    /// It is to be read again with [`FileForm::Chosen`], once a person has said how its numbers are written.
    #[error(transparent)]
    AskNumberForm(#[from] NumberQuestion),
}

impl Refusal {
    /// The faults; for a caller that cannot ask, the question as a fault of its row.
    pub fn into_faults(self) -> FileFaults {
        match self {
            Self::Faults(faults) => faults,
            Self::AskNumberForm(question) => FileFaults::one(question.row, &question.column, question.to_string()),
        }
    }
}

/// What is wrong with a file: every fault is counted, the first [`MAX_FAULTS`] are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("the file has {count} faults")]
pub struct FileFaults {
    /// The first ones, in the order of the file.
    pub first: Vec<RowFault>,
    /// How many there are.
    pub count: u64,
    /// Rows read.
    pub rows: u64,
}

impl FileFaults {
    /// Counts a fault, and keeps it if there is room.
    pub fn add(&mut self, row: u64, column: impl Into<String>, detail: impl Into<String>) {
        self.count = self.count.saturating_add(1);
        if self.first.len() < MAX_FAULTS {
            self.first.push(RowFault { row, column: column.into(), detail: detail.into() });
        }
    }

    fn one(row: u64, column: &str, detail: impl Into<String>) -> Self {
        let mut faults = Self::default();
        faults.add(row, column, detail);
        faults
    }
}

impl ProductFile {
    /// The header of a column as it stands in the file; empty when there is no such column.
    pub fn title(&self, column: Column) -> &str {
        self.columns.iter().find(|(other, _)| *other == column).map_or("", |(_, title)| title)
    }

    /// For a caller that finds products only by code and barcode: refuses rows that have neither.
    pub fn with_codes_only(self) -> Result<Self, FileFaults> {
        let mut faults = FileFaults { rows: u64::try_from(self.rows.len()).unwrap_or(u64::MAX), ..FileFaults::default() };
        if !self.columns.iter().any(|(column, _)| matches!(column, Column::Code | Column::Barcode)) {
            faults.add(1, "", "no column is called 'code' or 'barcode'; by one of them a product is found again");
            return Err(faults);
        }
        for row in self.rows.iter().filter(|row| row.product.code.is_empty() && row.product.barcodes.is_empty()) {
            faults.add(row.row, "", "the row has neither a code nor a barcode; by one of them the product is found again");
        }
        if faults.count > 0 { Err(faults) } else { Ok(self) }
    }
}

impl ProductRow {
    /// The edit that makes `existing` say what the row says; [`ProductEdit::default`] when it does already. Empty cells and missing columns
    /// change nothing, barcodes are only added.
    pub fn edit_of(&self, existing: &Product) -> ProductEdit {
        let new = &self.product;
        existing.edit_to(&Product {
            name: new.name.clone(),
            code: if new.code.is_empty() { existing.code.clone() } else { new.code.clone() },
            price: new.price,
            rate: self.rate.unwrap_or(existing.rate),
            unit: self.unit.unwrap_or(existing.unit),
            active: self.active.unwrap_or(existing.active),
            barcodes: existing.barcodes.union(&new.barcodes).cloned().collect(),
        })
    }
}

/// Reads a file of products priced in `currency`, with its numbers in one form: all of it, or why not.
pub fn parse_products(bytes: &[u8], currency: Currency, form: FileForm) -> Result<ProductFile, Refusal> {
    if bytes.len() > MAX_BYTES {
        return Err(FileFaults::one(1, "", format!("the file is larger than {} MiB; split it", MAX_BYTES >> 20)).into());
    }
    let text = text::decode(bytes).map_err(|(row, detail)| FileFaults::one(row, "", detail))?;
    let (header, mut reader, mut lines) = open(&text)?;
    let numbers = Numbers::of_file(&header, &mut reader, &mut lines, currency, form)?;

    let (_, mut reader, mut lines) = open(&text)?;
    let mut record = ::csv::StringRecord::new();
    let mut rows = row::Rows::new(&header, currency, numbers);
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) if record.iter().all(|cell| cell.trim().is_empty()) => {}
            Ok(true) => {
                if !rows.take(lines.of(start(record.position())), &record) {
                    break;
                }
            }
            Err(fault) => {
                rows.broken(lines.of(start(fault.position())), fault.to_string());
                break;
            }
        }
    }
    let rows = rows.finish()?;
    Ok(ProductFile { rows, columns: header.columns(), ignored: header.ignored })
}

/// The header of a file, and a reader that stands behind it.
fn open(text: &str) -> Result<(Header, ::csv::Reader<&[u8]>, Lines<'_>), FileFaults> {
    let mut lines = Lines::new(text);
    let mut reader =
        ::csv::ReaderBuilder::new().delimiter(text::delimiter(text)).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut record = ::csv::StringRecord::new();
    if !reader.read_record(&mut record).map_err(|fault| FileFaults::one(1, "", fault.to_string()))? {
        return Err(FileFaults::one(1, "", "the file is empty; its first line names the columns, at least 'name' and 'price'"));
    }
    let header = Header::read(lines.of(start(record.position())), &record)?;
    Ok((header, reader, lines))
}

fn start(position: Option<&::csv::Position>) -> u64 {
    position.map_or(0, ::csv::Position::byte)
}

#[cfg(test)]
mod tests;
