//! Products in a CSV file: read alike by the till and by the server, all rows or none.
//!
//! Columns are found by their header, in any order and by their usual names ([`Column`]); comma, semicolon and tab all separate. UTF-8,
//! UTF-16 and Windows-1252 are told apart. Every fault names its row and column. Nothing here touches a database: [`ProductRow`] says what
//! a row wants, the caller finds the product it concerns (the same code, or else a shared barcode).

mod cell;
mod header;
mod row;
mod text;

pub use header::Column;

use crate::{Product, ProductEdit};
use duka_core::{Currency, Quantity};

/// Rows of one file at most (I11).
pub const MAX_ROWS: usize = 1_000_000;
/// Faults kept of one file; the rest is only counted (I11).
pub const MAX_FAULTS: usize = 100;

/// A file without faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductFile {
    /// In the order of the file. No two of them share a code or a barcode.
    pub rows: Vec<ProductRow>,
    /// The columns that were understood.
    pub columns: Vec<Column>,
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
    /// What the row says of a product that is there already: empty cells and missing columns change nothing, barcodes are only added.
    pub edit: ProductEdit,
    /// What is in the shop, for a file that has the column.
    pub stock: Option<Quantity>,
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Line of the file, from 1; the header is line 1.
    pub row: u64,
    /// The column's header as it stands in the file; empty when it concerns the whole row.
    pub column: String,
    /// What, and what to do.
    pub detail: String,
}

/// Why a file was refused: every fault is counted, the first [`MAX_FAULTS`] are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("the file has {count} faults")]
pub struct FileFaults {
    /// The first ones, in the order of the file.
    pub first: Vec<RowFault>,
    /// How many there are.
    pub count: u64,
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

impl ProductRow {
    /// The edit that makes `existing` say what the row says; [`ProductEdit::default`] when it does already.
    pub fn edit_of(&self, existing: &Product) -> ProductEdit {
        existing.edit_to(&existing.with(&self.edit))
    }
}

/// Reads a file of products priced in `currency`: all of it, or what is wrong with it.
pub fn parse_products(bytes: &[u8], currency: Currency) -> Result<ProductFile, FileFaults> {
    let text = text::decode(bytes).map_err(|(row, detail)| FileFaults::one(row, "", detail))?;
    let mut reader = ::csv::ReaderBuilder::new()
        .delimiter(text::delimiter(&text))
        .flexible(true)
        .has_headers(false)
        .trim(::csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut record = ::csv::StringRecord::new();
    if !reader.read_record(&mut record).map_err(|fault| FileFaults::one(1, "", fault.to_string()))? {
        return Err(FileFaults::one(1, "", "the file is empty; its first line names the columns, at least 'name' and 'price'"));
    }
    let header = header::Header::read(&record)?;

    let mut rows = row::Rows::new(&header, currency);
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) if record.iter().all(str::is_empty) => {}
            Ok(true) => {
                let line = record.position().map_or(0, ::csv::Position::line);
                if !rows.take(line, &record) {
                    break;
                }
            }
            Err(fault) => {
                let line = fault.position().map_or(0, ::csv::Position::line);
                return Err(FileFaults::one(line, "", fault.to_string()));
            }
        }
    }
    let rows = rows.finish()?;
    Ok(ProductFile { rows, columns: header.columns(), ignored: header.ignored })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<ProductFile, FileFaults> {
        parse_products(bytes, Currency::try_new("GBP").unwrap())
    }

    fn places(bytes: &[u8]) -> Vec<(u64, String)> {
        read(bytes).unwrap_err().first.into_iter().map(|fault| (fault.row, fault.column)).collect()
    }

    #[test]
    fn columns_are_found_by_their_usual_names_in_any_order() {
        let file = read("Unit Price (GBP);EAN-13;StockCode;Description;VAT %;Colour;Active;Qty\n2,55;8714100791325|96385074;T1;\"Thé; vert\";20;green;no;-3\n".as_bytes()).unwrap();
        let row = &file.rows[0];
        assert_eq!((row.row, row.product.name.as_str(), row.product.price.minor()), (2, "Thé; vert", 255));
        assert_eq!((row.product.rate.ppm(), row.product.active, row.product.barcodes.len()), (200_000, false, 2));
        assert_eq!(row.stock.unwrap().thousandths(), -3_000);
        assert_eq!((file.ignored, file.columns.len()), (vec!["Colour".to_owned()], 7));
    }

    #[test]
    fn empty_cells_and_missing_columns_leave_a_product_as_it_is() {
        let row = read(b"code,name,price,tax,barcode\nT1,Tea,3,,96385074\n").unwrap().rows.remove(0);
        let there = Product { rate: duka_core::TaxRate::try_from_ppm(50_000).unwrap(), active: false, ..row.product.clone() };
        assert_eq!(row.edit_of(&there), ProductEdit::default());
        let dearer = Product { price: duka_core::Money::zero(there.price.currency()), barcodes: Default::default(), ..there };
        assert_eq!(
            row.edit_of(&dearer),
            ProductEdit { price: Some(row.product.price), add_barcodes: row.product.barcodes, ..Default::default() }
        );
    }

    #[test]
    fn every_encoding_that_spreadsheets_write_is_read() {
        let text = "name,price,code\nThé 茶,1,T\n";
        let utf16: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let utf16_bare: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [text.as_bytes(), &[b"\xEF\xBB\xBF", text.as_bytes()].concat(), &utf16, &utf16_bare] {
            assert_eq!(read(bytes).unwrap().rows[0].product.name, "Thé 茶");
        }
        assert_eq!(read(b"name,price,code\nTh\xE9 \x80,1,T\n").unwrap().rows[0].product.name, "Thé €");
    }

    #[test]
    fn a_file_in_the_wrong_encoding_is_refused_with_its_line() {
        assert_eq!(
            places("name,price,code\nThé,1,A\nTh\u{e9}\n".as_bytes().iter().copied().chain(*b"\xE9,1,B\n").collect::<Vec<_>>().as_slice())
                [0]
            .0,
            4
        );
        assert_eq!(places(b"PK\x03\x04rest")[0].0, 1);
        assert_eq!(places(b"name,price,code\nA\0B,1,A\n")[0].0, 2);
        assert_eq!(places(b"name,price,code\nA\x81B,1,A\n"), [(2, "name".to_owned())]);
    }

    #[test]
    fn each_fault_names_its_row_and_column_and_nothing_is_taken() {
        let file = b"Name,Price,Code,EAN\nTea,1.00,A,\n,1,B,\nTea,x,C,\nTea,1,D,4006381333932\nTea,1,A,\nTea,1\nTea,-1,E,\nTea,1,,\nTea,1,F,4.00638E+12\n";
        let expected = [(3, "Name"), (4, "Price"), (5, "EAN"), (6, "Code"), (7, ""), (8, "Price"), (9, ""), (10, "EAN")];
        assert_eq!(places(file), expected.map(|(row, column)| (row, column.to_owned())));
        assert_eq!(places(b"Name,Price,EAN\na,1,96385074\nb,1,96385074\n"), [(3, "EAN".to_owned())]);
    }

    #[test]
    fn a_header_that_lacks_or_doubles_a_column_is_refused() {
        for file in ["", "name,code\n", "price,code\n", "name,price\n", "name,price,code,sku\n", "\n\n"] {
            assert_eq!(places(file.as_bytes())[0].0, 1, "{file:?}");
        }
    }

    #[test]
    fn a_quote_that_never_closes_is_a_fault_not_a_crash() {
        assert!(read(b"name,price,code\n\"Tea,1,A\nMilk,2,B\n").is_err());
    }

    #[test]
    fn faults_are_counted_but_kept_only_up_to_a_limit() {
        let file = format!("name,price,code\n{}", ",,\u{20}x\n".repeat(200));
        let faults = read(file.as_bytes()).unwrap_err();
        assert_eq!((faults.first.len(), faults.count), (MAX_FAULTS, 400));
    }
}
