//! Between fields and documents.

use crate::product::{Product, ProductEdit};
use automerge::{ActorId, AutoCommit, Change, ReadDoc, ScalarValue, Value, transaction::Transactable};
use duka_core::{Barcode, Currency, DeviceId, Money, TaxRate, Unit};

const BARCODE: &str = "barcode:";

/// A saved document, as it is stored.
pub type Document = Vec<u8>;

/// A document after a local edit, and the change that others need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The raw change, the body of a fact.
    pub change: Vec<u8>,
    /// Which of the device's edits of this record it is, from 1.
    pub number: u64,
    /// The document to store.
    pub document: Document,
}

/// What a document says: the same for the same changes, wherever they were merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The change that it begins with has not arrived.
    Waiting,
    /// A product, made such that it can be shown and stored: what no till of ours writes (a name of a thousand letters, a price below zero) is
    /// cut, or the product is not sold.
    Product(Product),
    /// What it says is no product, and why.
    Unreadable(String),
}

impl Reading {
    /// The product, if it is one.
    pub fn product(self) -> Option<Product> {
        match self {
            Self::Product(product) => Some(product),
            Self::Waiting | Self::Unreadable(_) => None,
        }
    }
}

/// What can be wrong with a document or change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The stored document cannot be read.
    #[error("a record's document cannot be read: {0}")]
    Document(String),
    /// The received change cannot be read or applied.
    #[error("a record's change cannot be applied: {0}")]
    Change(String),
}

fn unreadable(fault: impl std::fmt::Display) -> RecordError {
    RecordError::Document(fault.to_string())
}

fn actor(device: DeviceId) -> ActorId {
    ActorId::from(device.as_bytes().as_slice())
}

/// Makes a product's document.
pub fn create(device: DeviceId, product: &Product) -> Result<Edited, RecordError> {
    let mut doc = AutoCommit::new().with_actor(actor(device));
    let whole = ProductEdit {
        name: Some(product.name.clone()),
        code: Some(product.code.clone()),
        price: Some(product.price),
        rate: Some(product.rate),
        unit: Some(product.unit),
        active: Some(product.active),
        add_barcodes: product.barcodes.clone(),
        remove_barcodes: std::collections::BTreeSet::new(),
    };
    put(&mut doc, &whole)?;
    let change = doc.get_last_local_change().ok_or_else(|| unreadable("nothing was written"))?;
    Ok(Edited { change: change.raw_bytes().to_vec(), number: change.seq(), document: doc.save_nocompress() })
}

/// Edits a stored document; none when the edit says nothing.
pub fn edit(document: &[u8], device: DeviceId, edit: &ProductEdit) -> Result<Option<Edited>, RecordError> {
    if *edit == ProductEdit::default() {
        return Ok(None);
    }
    let mut doc = AutoCommit::load(document).map_err(unreadable)?.with_actor(actor(device));
    put(&mut doc, edit)?;
    if doc.commit().is_none() {
        return Ok(None);
    }
    let change = doc.get_last_local_change().ok_or_else(|| unreadable("nothing was written"))?;
    Ok(Some(Edited { change: change.raw_bytes().to_vec(), number: change.seq(), document: doc.save_nocompress() }))
}

/// Takes a change from elsewhere into a stored document (none: the first of a record). Taking it twice changes nothing (I2).
pub fn merge(document: Option<&[u8]>, change: &[u8]) -> Result<Document, RecordError> {
    let change = Change::from_bytes(change.to_vec()).map_err(|fault| RecordError::Change(fault.to_string()))?;
    let mut doc = match document {
        Some(bytes) => AutoCommit::load(bytes).map_err(unreadable)?,
        None => AutoCommit::new(),
    };
    doc.apply_changes([change]).map_err(|fault| RecordError::Change(fault.to_string()))?;
    Ok(doc.save_nocompress())
}

/// [`merge`]s several changes and [`read`]s the result, loading the document once.
pub fn merge_and_read<'c>(
    document: Option<&[u8]>,
    changes: impl IntoIterator<Item = &'c [u8]>,
) -> Result<(Document, Reading), RecordError> {
    let unusable = |fault: &dyn std::fmt::Display| RecordError::Change(fault.to_string());
    let changes: Vec<Change> = changes
        .into_iter()
        .map(|change| Change::from_bytes(change.to_vec()).map_err(|fault| unusable(&fault)))
        .collect::<Result<_, _>>()?;
    let mut doc = match document {
        Some(bytes) => AutoCommit::load(bytes).map_err(unreadable)?,
        None => AutoCommit::new(),
    };
    doc.apply_changes(changes).map_err(|fault| unusable(&fault))?;
    let reading = reading_of(&mut doc);
    Ok((doc.save_nocompress(), reading))
}

/// What a stored document says.
pub fn read(document: &[u8]) -> Result<Reading, RecordError> {
    let mut doc = AutoCommit::load(document).map_err(unreadable)?;
    Ok(reading_of(&mut doc))
}

/// Longest name and code, and most barcodes, as [`Product::check`] has them.
const NAME: usize = 200;
const BARCODES: usize = 50;

fn reading_of(doc: &mut AutoCommit) -> Reading {
    // Changes that build on one that is not there wait inside the document, and say nothing yet.
    if doc.get_heads().is_empty() {
        return Reading::Waiting;
    }
    let Some(currency) = text(doc, "currency").and_then(|code| Currency::try_new(&code).ok()) else {
        return Reading::Unreadable("it has no price in a currency that there is".to_owned());
    };
    let printable = |text: String| text.chars().filter(|c| !c.is_control()).collect::<String>();
    let name: String = text(doc, "name").map(printable).unwrap_or_default().trim().chars().take(NAME).collect();
    if name.trim().is_empty() {
        return Reading::Unreadable("it has no name".to_owned());
    }
    let price = number(doc, "price").and_then(|minor| Money::try_new(minor, currency).ok()).filter(|price| !price.is_negative());
    let rate = match number(doc, "rate") {
        None => Some(TaxRate::default()),
        Some(ppm) => u32::try_from(ppm).ok().and_then(|ppm| TaxRate::try_from_ppm(ppm).ok()),
    };
    let unit = match text(doc, "unit") {
        None => Some(Unit::default()),
        Some(unit) => Unit::parse(&unit),
    };
    // Nobody sells at a price, a tax or by a unit that was guessed.
    let complete = price.is_some() && rate.is_some() && unit.is_some();
    let code: String = text(doc, "code").unwrap_or_default();
    let barcodes = doc.keys(automerge::ROOT).filter_map(|key| key.strip_prefix(BARCODE).and_then(|code| Barcode::parse(code).ok()));
    Reading::Product(Product {
        name: name.trim().to_owned(),
        code: code.chars().filter(char::is_ascii_graphic).take(Barcode::MAX_LENGTH).collect(),
        price: price.unwrap_or(Money::zero(currency)),
        rate: rate.unwrap_or_default(),
        unit: unit.unwrap_or_default(),
        active: complete && flag(doc, "active").unwrap_or(true),
        // The first of them by their digits, for keys come sorted.
        barcodes: barcodes.take(BARCODES).collect(),
    })
}

fn text(doc: &AutoCommit, key: &str) -> Option<String> {
    match doc.get(automerge::ROOT, key) {
        Ok(Some((Value::Scalar(value), _))) => match value.as_ref() {
            ScalarValue::Str(text) => Some(text.to_string()),
            _ => None,
        },
        _ => None,
    }
}

fn number(doc: &AutoCommit, key: &str) -> Option<i64> {
    match doc.get(automerge::ROOT, key) {
        Ok(Some((value, _))) => value.as_i64(),
        _ => None,
    }
}

fn flag(doc: &AutoCommit, key: &str) -> Option<bool> {
    match doc.get(automerge::ROOT, key) {
        Ok(Some((value, _))) => value.as_bool(),
        _ => None,
    }
}

fn put(doc: &mut AutoCommit, edit: &ProductEdit) -> Result<(), RecordError> {
    let root = automerge::ROOT;
    let mut set = |key: &str, value: ScalarValue| doc.put(&root, key, value).map_err(unreadable);
    if let Some(name) = &edit.name {
        set("name", name.trim().into())?;
    }
    if let Some(code) = &edit.code {
        set("code", code.as_str().into())?;
    }
    if let Some(price) = edit.price {
        set("price", price.minor().into())?;
        set("currency", price.currency().code().into())?;
    }
    if let Some(rate) = edit.rate {
        set("rate", i64::from(rate.ppm()).into())?;
    }
    if let Some(unit) = edit.unit {
        set("unit", unit.name().into())?;
    }
    if let Some(active) = edit.active {
        set("active", active.into())?;
    }
    for code in &edit.add_barcodes {
        set(&format!("{BARCODE}{code}"), true.into())?;
    }
    for code in &edit.remove_barcodes {
        let key = format!("{BARCODE}{code}");
        if matches!(doc.get(&root, &key), Ok(Some(_))) {
            doc.delete(&root, key.as_str()).map_err(unreadable)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn device(n: u8) -> DeviceId {
        DeviceId::from_bytes([n; 16])
    }

    fn money(minor: i64) -> Money {
        Money::try_new(minor, Currency::try_new("GBP").unwrap()).unwrap()
    }

    fn tea() -> Product {
        Product {
            name: "Thé \u{202e}أحمد\u{202c} 茶".into(),
            code: "T1".into(),
            price: money(295),
            rate: TaxRate::try_from_ppm(200_000).unwrap(),
            unit: Unit::Each,
            active: true,
            barcodes: [Barcode::parse("8714100791325").unwrap()].into(),
        }
    }

    fn product_in(document: &[u8]) -> Product {
        read(document).unwrap().product().unwrap()
    }

    /// A change as a program writes it that is none of ours.
    fn foreign(fields: &[(&str, ScalarValue)]) -> Vec<u8> {
        let mut doc = AutoCommit::new().with_actor(actor(device(9)));
        for (key, value) in fields {
            doc.put(automerge::ROOT, *key, value.clone()).unwrap();
        }
        doc.get_last_local_change().unwrap().raw_bytes().to_vec()
    }

    #[test]
    fn a_record_that_cannot_be_read_is_told_apart_from_one_that_has_not_arrived() {
        let made = create(device(1), &tea()).unwrap();
        let dearer = edit(&made.document, device(1), &ProductEdit { price: Some(money(310)), ..Default::default() }).unwrap().unwrap();
        let early = merge(None, &dearer.change).unwrap();
        assert_eq!(read(&early).unwrap(), Reading::Waiting);
        assert_eq!(product_in(&merge(Some(&early), &made.change).unwrap()).price, money(310));
        for fields in [&[("name", "Tea".into())][..], &[("name", "Tea".into()), ("currency", "XX".into())], &[("currency", "GBP".into())]] {
            let document = merge(None, &foreign(fields)).unwrap();
            assert!(matches!(read(&document).unwrap(), Reading::Unreadable(_)), "{fields:?}");
        }
    }

    #[test]
    fn what_no_till_writes_is_cut_or_not_sold_and_never_in_the_way() {
        let read_foreign = |fields: &[(&str, ScalarValue)]| {
            let base: &[(&str, ScalarValue)] = &[("name", "Tea".into()), ("currency", "GBP".into()), ("price", 295_i64.into())];
            product_in(&merge(None, &foreign(&[base, fields].concat())).unwrap())
        };
        assert!(read_foreign(&[]).active);
        let long = read_foreign(&[("name", format!("\u{7}{}", "x".repeat(1_000)).into()), ("code", "a b\u{0}".into())]);
        assert_eq!((long.name.len(), long.code.as_str(), long.check()), (200, "ab", Ok(())));
        for field in [("price", (-1_i64).into()), ("price", i64::MAX.into()), ("rate", (-5_i64).into()), ("unit", "barrel".into())] {
            let product = read_foreign(std::slice::from_ref(&field));
            assert_eq!((product.active, product.check()), (false, Ok(())), "{field:?}");
        }
    }

    #[test]
    fn a_new_product_reads_back_the_same_here_and_elsewhere() {
        let made = create(device(1), &tea()).unwrap();
        assert_eq!(product_in(&made.document), tea());
        let elsewhere = merge(None, &made.change).unwrap();
        assert_eq!(product_in(&elsewhere), tea());
        assert_eq!(product_in(&merge(Some(&elsewhere), &made.change).unwrap()), tea());
        let dearer = edit(&made.document, device(1), &ProductEdit { price: Some(money(310)), ..Default::default() }).unwrap().unwrap();
        let (document, product) = merge_and_read(None, [made.change.as_slice(), &dearer.change]).unwrap();
        assert_eq!((read(&document).unwrap(), product.product().unwrap().price), (read(&dearer.document).unwrap(), money(310)));
    }

    #[test]
    fn two_managers_who_edit_different_fields_both_keep_their_edit() {
        let made = create(device(1), &tea()).unwrap();
        let price = edit(&made.document, device(2), &ProductEdit { price: Some(money(310)), ..Default::default() }).unwrap().unwrap();
        let name = edit(
            &made.document,
            device(3),
            &ProductEdit { name: Some("Tea".into()), remove_barcodes: tea().barcodes, ..Default::default() },
        )
        .unwrap()
        .unwrap();
        let both = merge(Some(&price.document), &name.change).unwrap();
        let product = product_in(&both);
        assert_eq!((product.price, product.name.as_str(), product.barcodes.len()), (money(310), "Tea", 0));
        assert_eq!(product_in(&merge(Some(&name.document), &price.change).unwrap()), product);
    }

    #[test]
    fn an_edit_that_says_nothing_is_no_fact_and_garbage_is_an_error() {
        let made = create(device(1), &tea()).unwrap();
        assert_eq!(edit(&made.document, device(1), &ProductEdit::default()).unwrap(), None);
        assert!(merge(Some(&made.document), b"not a change").is_err());
        assert!(read(b"not a document").is_err());
    }

    proptest! {
        // I4: any order of arrival gives the same product, also when a change arrives before the one it builds on.
        #[test]
        fn the_order_of_arrival_does_not_matter(order in Just((0..4_usize).collect::<Vec<_>>()).prop_shuffle()) {
            let made = create(device(1), &tea()).unwrap();
            let a = edit(&made.document, device(2), &ProductEdit { price: Some(money(1)), ..Default::default() }).unwrap().unwrap();
            let b = edit(&made.document, device(3), &ProductEdit { price: Some(money(2)), active: Some(false), ..Default::default() }).unwrap().unwrap();
            let c = edit(&a.document, device(2), &ProductEdit { name: Some("x".into()), ..Default::default() }).unwrap().unwrap();
            let changes = [&made.change, &a.change, &b.change, &c.change];
            let fold = |order: &[usize]| order.iter().fold(None::<Document>, |doc, i| Some(merge(doc.as_deref(), changes[*i]).unwrap())).unwrap();
            let straight = product_in(&fold(&[0, 1, 2, 3]));
            prop_assert_eq!(product_in(&fold(&order)), straight);
        }
    }
}
