//! Which column is what.

use super::FileFaults;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The product's name; every file has it.
    Name,
    /// The price of one unit, tax included; every file has it.
    Price,
    /// The shop's own code.
    Code,
    /// Codes on the packages; several in a cell stand apart by space, comma, semicolon or `|`. There may be several such columns.
    Barcode,
    /// The tax included, in percent.
    Rate,
    /// Piece, kilogram, litre or metre.
    Unit,
    /// Whether it is sold.
    Active,
    /// What is in the shop.
    Stock,
}

const NAMES: [(Column, &[&str]); 8] = [
    (
        Column::Name,
        &["name", "description", "product", "productname", "productdescription", "item", "itemname", "title", "article", "label"],
    ),
    (
        Column::Price,
        &["price", "unitprice", "retailprice", "sellingprice", "saleprice", "salesprice", "grossprice", "priceincltax", "priceinclvat"],
    ),
    (
        Column::Code,
        &[
            "code",
            "sku",
            "plu",
            "stockcode",
            "itemcode",
            "productcode",
            "articlenumber",
            "articleno",
            "itemnumber",
            "itemno",
            "reference",
            "ref",
        ],
    ),
    (Column::Barcode, &["barcode", "barcodes", "ean", "ean8", "ean13", "gtin", "gtin13", "gtin14", "upc", "upca", "eanupc", "eancode"]),
    (Column::Rate, &["tax", "taxrate", "taxpercent", "vat", "vatrate", "vatpercent", "gst", "gstrate", "gstpercent", "rate"]),
    (Column::Unit, &["unit", "units", "uom", "unitofmeasure", "soldby", "measure"]),
    (Column::Active, &["active", "enabled", "available", "sold", "forsale", "issold"]),
    (Column::Stock, &["stock", "quantity", "qty", "onhand", "stockonhand", "instock", "inventory", "stocklevel", "quantityonhand"]),
];

/// The header of a file.
pub(super) struct Header {
    /// Every understood column: what it holds, where it stands, its name in the file.
    pub(super) cells: Vec<(Column, usize, String)>,
    /// How many columns there are.
    pub(super) width: usize,
    pub(super) ignored: Vec<String>,
}

impl Header {
    /// Reads the line that names the columns.
    pub(super) fn read(line: u64, record: &::csv::StringRecord) -> Result<Self, FileFaults> {
        let mut header = Self { cells: Vec::new(), width: record.len(), ignored: Vec::new() };
        let mut faults = FileFaults::default();
        for (place, title) in record.iter().map(str::trim).enumerate() {
            match column(title) {
                Some(column) => {
                    let twin = header.cells.iter().find(|(other, ..)| *other == column && column != Column::Barcode);
                    if let Some((_, _, first)) = twin {
                        faults.add(line, title, format!("'{first}' and '{title}' mean the same; leave one of them out"));
                    }
                    header.cells.push((column, place, title.to_owned()));
                }
                None if title.is_empty() => {}
                None => header.ignored.push(title.to_owned()),
            }
        }
        for (needed, name) in [(Column::Name, "name"), (Column::Price, "price")] {
            if !header.cells.iter().any(|(column, ..)| *column == needed) {
                faults.add(line, name, "this column is missing; the first line of the file names the columns");
            }
        }
        if faults.count > 0 { Err(faults) } else { Ok(header) }
    }

    /// The column's name in the file.
    pub(super) fn title(&self, column: Column) -> &str {
        self.cells.iter().find(|(other, ..)| *other == column).map_or("", |(.., title)| title)
    }

    /// Each column once, with its name in the file.
    pub(super) fn columns(&self) -> Vec<(Column, String)> {
        let mut columns: Vec<(Column, String)> = self.cells.iter().map(|(column, _, title)| (*column, title.clone())).collect();
        // Stable, so that of several barcode columns the first one names them.
        columns.sort_by_key(|(column, _)| *column);
        columns.dedup_by_key(|(column, _)| *column);
        columns
    }
}

/// `Unit price (GBP)`, `unit_price` and `UnitPrice` are one name. `Price (excl. VAT)` is none: a price has its tax in it.
fn column(title: &str) -> Option<Column> {
    let (bare, note) = title.split_once('(').unwrap_or((title, ""));
    let key: String = bare.replace('%', "percent").chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let (column, _) = NAMES.iter().find(|(_, names)| names.contains(&key.as_str()))?;
    let note = note.trim_start().to_lowercase();
    let without_tax = *column == Column::Price && (note.starts_with("ex") || note.starts_with("net"));
    (!without_tax).then_some(*column)
}
