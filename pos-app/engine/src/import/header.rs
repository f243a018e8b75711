//! Which column is what, by its header.

use duka_api::till::RowFault;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Name,
    Price,
    Tax,
    Barcode,
    Code,
    Unit,
    Active,
    Stock,
}

const NAMES: [(Field, &[&str]); 8] = [
    (Field::Name, &["name", "description", "product", "productname", "title", "item", "itemname"]),
    (Field::Price, &["price", "unitprice", "sellingprice", "salesprice", "retailprice", "grossprice"]),
    (Field::Tax, &["tax", "taxrate", "vat", "vatrate", "gst", "tax%", "vat%", "gst%"]),
    (Field::Barcode, &["barcode", "barcodes", "ean", "ean13", "gtin", "upc", "eancode"]),
    (Field::Code, &["code", "sku", "plu", "stockcode", "productcode", "itemcode", "articlenumber"]),
    (Field::Unit, &["unit", "uom", "unitofmeasure"]),
    (Field::Active, &["active", "enabled", "sold", "available"]),
    (Field::Stock, &["stock", "instock", "stocklevel", "onhand", "quantity", "qty"]),
];

/// Where each field stands, and the headers as they were written.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Columns {
    places: Vec<(Field, usize)>,
    pub(super) headers: Vec<String>,
}

impl Columns {
    /// Reads the header row; case, spaces, dashes and underscores do not matter. Columns of other names are left alone.
    pub(super) fn read<'h>(header: impl Iterator<Item = &'h str>) -> Result<Self, Vec<RowFault>> {
        let mut columns = Self::default();
        let mut faults = Vec::new();
        for (place, text) in header.enumerate() {
            let plain: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '.' | '(' | ')')).collect();
            let plain = plain.to_lowercase();
            columns.headers.push(text.trim().to_owned());
            let Some((field, _)) = NAMES.iter().find(|(_, names)| names.contains(&plain.as_str())) else { continue };
            if columns.place(*field).is_some() {
                faults.push(fault(text, "a second column of this kind; keep one"));
            } else {
                columns.places.push((*field, place));
            }
        }
        for (field, name) in [(Field::Name, "name"), (Field::Price, "price")] {
            if columns.place(field).is_none() {
                faults.push(fault(name, "this column is missing; the first line of the file names the columns"));
            }
        }
        if faults.is_empty() { Ok(columns) } else { Err(faults) }
    }

    pub(super) fn place(&self, field: Field) -> Option<usize> {
        self.places.iter().find(|(other, _)| *other == field).map(|(_, place)| *place)
    }

    /// The header of a field's column, for telling of faults.
    pub(super) fn header(&self, field: Field) -> String {
        self.place(field).and_then(|place| self.headers.get(place)).cloned().unwrap_or_default()
    }
}

fn fault(column: &str, detail: &str) -> RowFault {
    RowFault { row: 1, column: column.trim().to_owned(), detail: detail.to_owned() }
}
