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
    (Column::Rate, &["tax", "taxrate", "taxpercent", "vat", "vatrate", "vatpercent", "gst", "gstrate", "rate"]),
    (Column::Unit, &["unit", "units", "uom", "unitofmeasure", "soldby", "measure"]),
    (Column::Active, &["active", "enabled", "sold", "forsale", "issold"]),
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
    pub(super) fn read(record: &::csv::StringRecord) -> Result<Self, FileFaults> {
        let mut header = Self { cells: Vec::new(), width: record.len(), ignored: Vec::new() };
        let mut faults = FileFaults::default();
        for (place, title) in record.iter().enumerate() {
            match column(title) {
                Some(column) => {
                    let twin = header.cells.iter().find(|(other, ..)| *other == column && column != Column::Barcode);
                    if let Some((_, _, first)) = twin {
                        faults.add(1, title, format!("'{first}' and '{title}' mean the same; leave one of them out"));
                    }
                    header.cells.push((column, place, title.to_owned()));
                }
                None if title.is_empty() => {}
                None => header.ignored.push(title.to_owned()),
            }
        }
        for (needed, name) in [(Column::Name, "name"), (Column::Price, "price")] {
            if !header.has(needed) {
                faults.add(1, "", format!("no column is called '{name}'; the first line names the columns"));
            }
        }
        if !header.has(Column::Code) && !header.has(Column::Barcode) {
            faults.add(1, "", "no column is called 'code' or 'barcode'; by one of them a product is found again");
        }
        if faults.count > 0 { Err(faults) } else { Ok(header) }
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.cells.iter().any(|(other, ..)| *other == column)
    }

    /// The column's name in the file.
    pub(super) fn title(&self, column: Column) -> &str {
        self.cells.iter().find(|(other, ..)| *other == column).map_or("", |(.., title)| title)
    }

    pub(super) fn columns(&self) -> Vec<Column> {
        let mut columns: Vec<Column> = self.cells.iter().map(|(column, ..)| *column).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }
}

/// `Unit price (GBP)`, `unit_price` and `UnitPrice` are one name.
fn column(title: &str) -> Option<Column> {
    let bare = title.split('(').next().unwrap_or(title);
    let key: String = bare.replace('%', "percent").chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    NAMES.iter().find(|(_, names)| names.contains(&key.as_str())).map(|(column, _)| *column)
}
