//! From the bytes of a file to rows that read well.

use super::{
    STEP_ROWS,
    header::{Columns, Field},
    row::{self, ImportRow},
};
use duka_api::till::{ImportReport, RowFault};
use std::{borrow::Cow, collections::HashMap};

/// The largest file that is read (I11).
pub const MAX_FILE_BYTES: usize = 128 << 20;
/// The most rows of a file (I11).
pub const MAX_ROWS: u64 = 1_000_000;
/// Faults that are told one by one; the rest is counted.
const TOLD: usize = 100;

/// A file that reads well: what [`crate::Till::import_begin`] takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// Rows in chunks of one step each.
    pub(super) chunks: Vec<Vec<ImportRow>>,
    pub(super) headers: Headers,
    total: u64,
}

/// The headers of columns in which a fault may still be found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Headers {
    pub(super) price: String,
    pub(super) barcode: String,
    pub(super) code: String,
    pub(super) stock: String,
}

impl Prepared {
    /// How many rows there are.
    pub const fn rows(&self) -> u64 {
        self.total
    }
}

/// Collects faults: all are counted, the first are told.
pub(super) fn tell(report: &mut ImportReport, row: u64, column: String, detail: String) {
    report.fault_count += 1;
    if report.faults.len() < TOLD {
        report.faults.push(RowFault { row, column, detail });
    }
}

fn refuse(row: u64, column: &str, detail: impl Into<String>) -> ImportReport {
    let mut report = ImportReport::default();
    tell(&mut report, row, column.to_owned(), detail.into());
    report
}

/// Reads and checks a whole CSV file; a report with faults when anything in it is wrong.
///
/// UTF-8, UTF-16 and Windows-1252; separated by commas, semicolons or tabs; the first line names the columns: name, price, and where they are
/// there tax, barcode(s), code, unit, active, stock.
pub fn prepare(bytes: &[u8]) -> Result<Prepared, ImportReport> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(refuse(0, "", "the file is larger than 128 MiB; split it"));
    }
    let text = decode(bytes).map_err(|detail| refuse(0, "", detail))?;
    let first = text.lines().next().unwrap_or_default();
    if first.trim().is_empty() {
        return Err(refuse(1, "", "the first line is empty; it names the columns"));
    }
    let mut reader = csv::ReaderBuilder::new().delimiter(separator(first)).flexible(true).from_reader(text.as_bytes());
    let columns = match reader.headers().cloned() {
        Ok(header) => Columns::read(header.iter()).map_err(|faults| {
            let mut report = ImportReport::default();
            faults.into_iter().for_each(|fault| tell(&mut report, fault.row, fault.column, fault.detail));
            report
        })?,
        Err(fault) => return Err(refuse(1, "", fault.to_string())),
    };

    let mut report = ImportReport::default();
    let mut seen = Seen::default();
    let mut chunks: Vec<Vec<ImportRow>> = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(fault) => {
                let line = fault.position().map_or(0, csv::Position::line);
                tell(&mut report, line, String::new(), format!("the row cannot be read: {fault}"));
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        report.rows += 1;
        if report.rows > MAX_ROWS {
            return Err(refuse(line, "", "the file has more than 1,000,000 rows; split it"));
        }
        if record.len() != columns.headers.len() {
            let detail = format!(
                "the row has {} columns, the first line has {}; look for a missing or extra separator or quote",
                record.len(),
                columns.headers.len()
            );
            tell(&mut report, line, String::new(), detail);
            continue;
        }
        match row::read(line, &columns, &record) {
            Ok(row) => {
                seen.check(&row, &columns, &mut report);
                match chunks.last_mut() {
                    Some(chunk) if chunk.len() < STEP_ROWS => chunk.push(row),
                    _ => chunks.push(vec![row]),
                }
            }
            Err(faults) => faults.into_iter().for_each(|(field, detail)| tell(&mut report, line, columns.header(field), detail)),
        }
    }
    if report.fault_count > 0 {
        return Err(report);
    }
    let headers = Headers {
        price: columns.header(Field::Price),
        barcode: columns.header(Field::Barcode),
        code: columns.header(Field::Code),
        stock: columns.header(Field::Stock),
    };
    Ok(Prepared { chunks, headers, total: report.rows })
}

/// What rows before had, to find the same twice.
#[derive(Default)]
struct Seen {
    barcodes: HashMap<String, u64>,
    codes: HashMap<String, u64>,
    names: HashMap<String, u64>,
}

impl Seen {
    fn check(&mut self, row: &ImportRow, columns: &Columns, report: &mut ImportReport) {
        let mut twice = |map: &mut HashMap<String, u64>, key: &str, field: Field, what: &str| match map.get(key) {
            Some(first) => tell(report, row.row, columns.header(field), format!("{what} {key} is on line {first} already")),
            None => {
                map.insert(key.to_owned(), row.row);
            }
        };
        for code in &row.barcodes {
            twice(&mut self.barcodes, code, Field::Barcode, "barcode");
        }
        if let Some(code) = &row.code {
            twice(&mut self.codes, code, Field::Code, "code");
        }
        if row.barcodes.is_empty() && row.code.is_none() {
            twice(&mut self.names, &row.name, Field::Name, "a product without code named");
        }
    }
}

fn separator(header: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    for byte in header.bytes() {
        quoted ^= byte == b'"';
        if !quoted && let Some((_, count)) = counts.iter_mut().find(|(separator, _)| *separator == byte) {
            *count += 1;
        }
    }
    // The first of the most frequent; a comma when there is none.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator)
}

/// UTF-16 by its mark or its zeros, else UTF-8, else Windows-1252 as old spreadsheets write it.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    let unreadable = |encoding: &str| format!("the file is not readable as {encoding}; save it as CSV UTF-8 and import it again");
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        let (text, faulty) = encoding.decode_with_bom_removal(bytes);
        return if faulty { Err(unreadable(encoding.name())) } else { Ok(text) };
    }
    let sample = bytes.get(..bytes.len().min(512)).unwrap_or(bytes);
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let encoding = if zeros(1) > sample.len() / 5 {
        encoding_rs::UTF_16LE
    } else if zeros(0) > sample.len() / 5 {
        encoding_rs::UTF_16BE
    } else if let Ok(text) = std::str::from_utf8(bytes) {
        return if text.contains('\0') { Err(unreadable("text")) } else { Ok(Cow::Borrowed(text)) };
    } else {
        encoding_rs::WINDOWS_1252
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| unreadable(encoding.name()))?;
    // These places are empty in Windows-1252: the file is something else.
    if text.chars().any(|c| c == '\0' || ('\u{80}'..='\u{9f}').contains(&c)) {
        return Err(unreadable("UTF-8 or Windows-1252"));
    }
    Ok(text)
}
