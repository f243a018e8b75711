//! Reads real invoices and says of every row what it is. Pure: nothing is sold here.

use anyhow::{Context, Result, bail};
use duka_core::{Currency, Money, Timestamp};
use std::{collections::BTreeMap, io::Read};

/// A product as the invoices know it.
#[derive(Clone, Debug, PartialEq)]
pub struct StockItem {
    /// The code in the catalogue: the stock code, or one made from it when it has characters that no code has.
    pub code: String,
    /// The first description that says something.
    pub name: String,
    /// The first price that is above zero, minor units.
    pub price: i64,
}

/// What is sold, given back or counted: a stock code, how many, at what price each (minor units).
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Key into [`Invoices::items`].
    pub stock_code: String,
    /// Whole pieces; above zero for sales and refunds, signed for stock.
    pub quantity: i64,
    /// Minor units.
    pub price: i64,
}

/// All rows of one invoice number.
#[derive(Clone, Debug, PartialEq)]
pub struct Invoice {
    /// Its number as written.
    pub number: String,
    /// Its first row's date.
    pub at: Timestamp,
    /// Rows of a sale.
    pub sold: Vec<Row>,
    /// Rows of an unlinked refund.
    pub refunded: Vec<Row>,
    /// Stock adjustments.
    pub counted: Vec<Row>,
    /// Account adjustments, signed minor units.
    pub adjusted: Vec<i64>,
}

/// A whole file.
#[derive(Debug, Default)]
pub struct Invoices {
    /// Rows read, without the header.
    pub rows: u64,
    /// In the order they begin in the file.
    pub invoices: Vec<Invoice>,
    /// By stock code.
    pub items: BTreeMap<String, StockItem>,
    /// How many rows were rejected, by reason.
    pub rejected: BTreeMap<&'static str, u64>,
}

/// What one row is.
#[derive(Debug, PartialEq)]
enum Kind {
    Sold,
    Refunded,
    Counted,
    Adjusted(i64),
    Rejected(&'static str),
}

/// The largest quantity of a receipt line, in pieces.
const MOST: i64 = 999_999;

/// Reads `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,…` from CSV.
pub fn read(source: impl Read, currency: Currency) -> Result<Invoices> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source);
    let headers = reader.byte_headers().context("the file has no header")?.clone();
    let column = |name: &str| {
        let found = headers.iter().position(|header| String::from_utf8_lossy(header).trim_start_matches('\u{feff}').trim() == name);
        found.with_context(|| format!("the file has no column {name}"))
    };
    let (number, stock_code, description) = (column("InvoiceNo")?, column("StockCode")?, column("Description")?);
    let (quantity, date, price) = (column("Quantity")?, column("InvoiceDate")?, column("UnitPrice")?);

    let mut all = Invoices::default();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).with_context(|| format!("row {} cannot be read", all.rows + 2))? {
        all.rows += 1;
        let text = |column: usize| String::from_utf8_lossy(record.get(column).unwrap_or_default()).trim().to_owned();
        let (number, stock_code) = (text(number), text(stock_code));
        let place = *places.entry(number.clone()).or_insert(all.invoices.len());
        if place == all.invoices.len() {
            let at = Timestamp::parse_utc(&text(date)).unwrap_or(Timestamp::EPOCH);
            all.invoices.push(Invoice { number: number.clone(), at, sold: vec![], refunded: vec![], counted: vec![], adjusted: vec![] });
        }
        let (kind, row) =
            classify(&number, &stock_code, &text(quantity), &text(price), Timestamp::parse_utc(&text(date)).is_some(), currency);
        let description: String = text(description).chars().filter(|c| !c.is_control()).take(200).collect();
        learn(&mut all.items, &stock_code, description.trim(), row.price);
        let Some(invoice) = all.invoices.get_mut(place) else { bail!("no invoice {number}") };
        match kind {
            Kind::Sold => invoice.sold.push(row),
            Kind::Refunded => invoice.refunded.push(row),
            Kind::Counted => invoice.counted.push(row),
            Kind::Adjusted(amount) => invoice.adjusted.push(amount),
            Kind::Rejected(reason) => *all.rejected.entry(reason).or_default() += 1,
        }
    }
    Ok(all)
}

fn classify(number: &str, stock_code: &str, quantity: &str, price: &str, dated: bool, currency: Currency) -> (Kind, Row) {
    let mut row = Row { stock_code: stock_code.to_owned(), quantity: 0, price: 0 };
    let reject = |row, reason| (Kind::Rejected(reason), row);
    if number.is_empty() || stock_code.is_empty() {
        return reject(row, "no invoice number or stock code");
    }
    if !dated {
        return reject(row, "date cannot be read");
    }
    let Some(quantity) = whole(quantity) else { return reject(row, "quantity is not a whole number") };
    row.quantity = quantity;
    let price = match Money::parse_plain(price, currency) {
        Ok(price) => price.minor(),
        Err(duka_core::MoneyError::TooManyDecimals { .. }) if below_a_penny(price) => return reject(row, "price below a penny"),
        Err(duka_core::MoneyError::TooManyDecimals { .. }) => return reject(row, "price is not a whole number of pence"),
        Err(_) => return reject(row, "price cannot be read"),
    };
    row.price = price;
    let Some(amount) = quantity.checked_mul(price).filter(|amount| amount.abs() <= Money::MAX_MINOR) else {
        return reject(row, "amount too large");
    };
    if quantity == 0 {
        return reject(row, "quantity 0");
    }
    if quantity.abs() > MOST {
        return reject(row, "quantity too large");
    }
    match number.chars().next() {
        Some('A') if amount == 0 => reject(row, "adjustment of nothing"),
        Some('A') => (Kind::Adjusted(amount), row),
        _ if price < 0 => reject(row, "price below zero"),
        Some('C') if quantity > 0 => reject(row, "positive quantity on a credit note"),
        Some('C') => {
            row.quantity = -quantity;
            (Kind::Refunded, row)
        }
        Some('0'..='9') if price == 0 => (Kind::Counted, row),
        Some('0'..='9') if quantity < 0 => reject(row, "negative quantity at a price"),
        Some('0'..='9') => (Kind::Sold, row),
        _ => reject(row, "unknown kind of invoice"),
    }
}

/// Reads `6`, `-6` or `6.0`.
fn whole(text: &str) -> Option<i64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    rest.bytes().all(|digit| digit == b'0').then(|| whole.parse().ok()).flatten()
}

fn below_a_penny(price: &str) -> bool {
    let digits = price.trim_start_matches('-').trim_start_matches('0');
    digits.strip_prefix('.').is_some_and(|fraction| fraction.starts_with("00"))
}

fn learn(items: &mut BTreeMap<String, StockItem>, stock_code: &str, description: &str, price: i64) {
    if stock_code.is_empty() {
        return;
    }
    let item =
        items.entry(stock_code.to_owned()).or_insert_with(|| StockItem { code: catalogue_code(stock_code), name: String::new(), price: 0 });
    if item.name.is_empty() && !description.is_empty() {
        description.clone_into(&mut item.name);
    }
    if item.price == 0 && price > 0 {
        item.price = price;
    }
}

/// The stock code itself, or a code of its bytes where it has characters that no code has.
fn catalogue_code(stock_code: &str) -> String {
    if stock_code.len() <= 40 && stock_code.bytes().all(|b| b.is_ascii_graphic() && !b"=,;|\"".contains(&b)) {
        return stock_code.to_owned();
    }
    format!("x-{}", duka_ledger::Hash::of(stock_code.as_bytes()).to_string().split_at(24).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(rows: &str) -> Invoices {
        let file = format!("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n{rows}");
        read(file.as_bytes(), Currency::try_new("GBP").unwrap()).unwrap()
    }

    #[test]
    fn every_row_is_told_for_what_it_is_and_none_is_dropped() {
        let all = kinds(
            "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n\
             C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,,United Kingdom\n\
             536365,71053,,-10,2010-12-01 08:26:00,0.0,,United Kingdom\n\
             A563186,B,Adjust bad debt,1,2011-08-12 14:51:00,-11062.06,,United Kingdom\n\
             550193,PADS,PADS,1,2011-04-15 09:27:00,0.001,13952.0,United Kingdom\n\
             550193,BANK CHARGES,Fée,1,not a date,1.00,,\n\
             550193,X,x,-3,2011-04-15 09:27:00,1.00,,\n",
        );
        assert_eq!((all.rows, all.invoices.len(), all.items.len()), (7, 4, 7));
        let first = &all.invoices[0];
        assert_eq!((first.sold.len(), first.counted[0].quantity), (1, -10));
        assert_eq!(all.invoices[1].refunded[0], Row { stock_code: "D".into(), quantity: 1, price: 2_750 });
        assert_eq!(all.invoices[2].adjusted, [-1_106_206]);
        assert_eq!(
            all.rejected.into_iter().collect::<Vec<_>>(),
            [("date cannot be read", 1), ("negative quantity at a price", 1), ("price below a penny", 1)]
        );
        assert!(all.items["BANK CHARGES"].code.starts_with("x-") && all.items["85123A"].code == "85123A");
    }

    #[test]
    fn a_file_that_is_no_invoice_file_is_refused_by_name() {
        let fault = read(&b"a,b\n1,2\n"[..], Currency::try_new("GBP").unwrap()).unwrap_err();
        assert_eq!(fault.to_string(), "the file has no column InvoiceNo");
    }
}
