//! Between fields and documents.

use crate::product::{Product, ProductEdit};
use automerge::{ActorId, AutoCommit, ReadDoc, ScalarValue, Value, hydrate, transaction::Transactable};
use duka_core::{Barcode, Currency, DeviceId, Money, TaxRate, Unit};
use std::collections::{BTreeSet, HashMap};

const BARCODE: &str = "barcode:";

/// A saved document, as it is stored.
pub type Document = Vec<u8>;

/// A document after a local edit, and the change that others need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// Which of its author's changes of this record it is, from 1.
    pub number: u64,
    /// The raw change, the body of a fact.
    pub change: Vec<u8>,
    /// The document to store.
    pub document: Document,
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

/// What a document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Nothing yet: its first change has not arrived.
    Waiting,
    /// A product.
    Product(Product),
    /// A product of which something is not as it may be, which no form of Duka lets through. Shown with a stand-in for that, and not sold.
    Faulty(Product, &'static str),
    /// No product can be made of it.
    Unreadable(&'static str),
}

impl Reading {
    /// The product, also a faulty one.
    pub fn product(self) -> Option<Product> {
        match self {
            Self::Product(product) | Self::Faulty(product, _) => Some(product),
            Self::Waiting | Self::Unreadable(_) => None,
        }
    }

    /// What is wrong with it.
    pub const fn fault(&self) -> Option<&'static str> {
        match self {
            Self::Faulty(_, fault) | Self::Unreadable(fault) => Some(fault),
            Self::Waiting | Self::Product(_) => None,
        }
    }
}

pub(crate) fn unreadable(fault: impl std::fmt::Display) -> RecordError {
    RecordError::Document(fault.to_string())
}

pub(crate) fn actor(device: DeviceId) -> ActorId {
    ActorId::from(device.as_bytes().as_slice())
}

/// The last change of a document that was just edited, and the document.
fn edited(doc: &mut AutoCommit) -> Result<Edited, RecordError> {
    let change = doc.get_last_local_change().ok_or_else(|| unreadable("nothing was written"))?;
    let (number, change) = (change.seq(), change.raw_bytes().to_vec());
    Ok(Edited { number, change, document: doc.save_nocompress() })
}

/// Whether two stored documents hold the same changes, and wait for the same; not, where one cannot be read.
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    let held = |bytes: &[u8]| {
        let mut document = AutoCommit::load(bytes).ok()?;
        let (mut heads, mut missing) = (document.get_heads(), document.get_missing_deps(&[]));
        heads.sort_unstable();
        missing.sort_unstable();
        Some((heads, missing))
    };
    one == other || held(one).is_some_and(|one| Some(one) == held(other))
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
        remove_barcodes: BTreeSet::new(),
    };
    // All at once, in the order of the keys: many times faster than one after the other.
    let fields: HashMap<String, hydrate::Value> = fields(&whole).map(|(key, value)| (key, value.into())).collect();
    doc.init_root_from_hydrate(&fields.into()).map_err(unreadable)?;
    edited(&mut doc)
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
    edited(&mut doc).map(Some)
}

/// What a document says.
pub fn read(document: &[u8]) -> Result<Reading, RecordError> {
    let doc = AutoCommit::load(document).map_err(unreadable)?;
    Ok(reading(&doc))
}

/// The same document gives the same reading everywhere, whatever stands in it (I4).
pub(crate) fn reading(doc: &AutoCommit) -> Reading {
    if doc.keys(automerge::ROOT).next().is_none() {
        return Reading::Waiting;
    }
    let value = |key: &str| doc.get(automerge::ROOT, key).ok().flatten().map(|(value, _)| value);
    let text = |key: &str| match value(key) {
        Some(Value::Scalar(value)) => match value.as_ref() {
            ScalarValue::Str(text) => Some(text.to_string()),
            _ => None,
        },
        _ => None,
    };
    let number = |key: &str| value(key).and_then(|value| value.as_i64());
    let Some(currency) = text("currency").and_then(|code| Currency::try_new(&code).ok()) else {
        return Reading::Unreadable("its price has no currency");
    };
    let mut fault = None;
    let name = text("name").filter(|name| Product::is_name(name)).unwrap_or_else(|| {
        fault = Some("its name is not one of 1 to 200 characters");
        "?".to_owned()
    });
    let price = number("price").and_then(|minor| Money::try_new(minor, currency).ok()).filter(|price| !price.is_negative());
    let price = price.unwrap_or_else(|| {
        fault = Some("its price is out of range");
        Money::zero(currency)
    });
    let rate = number("rate").and_then(|ppm| u32::try_from(ppm).ok()).and_then(|ppm| TaxRate::try_from_ppm(ppm).ok());
    let rate = rate.unwrap_or_else(|| {
        fault = Some("its tax rate is out of range");
        TaxRate::ZERO
    });
    let unit = text("unit").and_then(|unit| Unit::parse(&unit)).unwrap_or_else(|| {
        fault = Some("its unit is not known to this version");
        Unit::Each
    });
    let code = text("code").filter(|code| Product::is_code(code)).unwrap_or_else(|| {
        fault = Some("its code cannot be typed");
        String::new()
    });
    let active = value("active").and_then(|value| value.as_bool()).unwrap_or(true);
    let barcodes =
        doc.keys(automerge::ROOT).filter_map(|key| key.strip_prefix(BARCODE).and_then(|code| Barcode::parse(code).ok())).collect();
    let product = Product { name, code, price, rate, unit, active: active && fault.is_none(), barcodes };
    match fault {
        None => Reading::Product(product),
        Some(fault) => Reading::Faulty(product, fault),
    }
}

/// The fields that an edit sets, as documents have them.
fn fields(edit: &ProductEdit) -> impl Iterator<Item = (String, ScalarValue)> {
    let text = |text: &str| ScalarValue::from(text);
    let plain = [
        ("name", edit.name.as_ref().map(|name| text(name.trim()))),
        ("code", edit.code.as_ref().map(|code| text(code))),
        ("price", edit.price.map(|price| price.minor().into())),
        ("currency", edit.price.map(|price| text(price.currency().code()))),
        ("rate", edit.rate.map(|rate| i64::from(rate.ppm()).into())),
        ("unit", edit.unit.map(|unit| text(unit.name()))),
        ("active", edit.active.map(ScalarValue::from)),
    ];
    let plain = plain.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    plain.chain(edit.add_barcodes.iter().map(|code| (format!("{BARCODE}{code}"), true.into())))
}

fn put(doc: &mut AutoCommit, edit: &ProductEdit) -> Result<(), RecordError> {
    let root = automerge::ROOT;
    for (key, value) in fields(edit) {
        doc.put(&root, key, value).map_err(unreadable)?;
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
    use crate::{Merged, merge, merge_and_read};
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

    fn product(document: &[u8]) -> Product {
        read(document).unwrap().product().unwrap()
    }

    #[test]
    fn a_record_that_says_nonsense_is_shown_but_not_sold_and_one_that_has_not_come_waits() {
        let made = create(device(1), &tea()).unwrap();
        let dearer = edit(&made.document, device(1), &ProductEdit { price: Some(money(310)), ..Default::default() }).unwrap().unwrap();
        assert_eq!(read(&merge(None, &dearer.change).unwrap()), Ok(Reading::Waiting));

        let spoilt = edit(&made.document, device(1), &ProductEdit { price: Some(money(-1)), ..Default::default() }).unwrap().unwrap();
        let Ok(Reading::Faulty(shown, fault)) = read(&spoilt.document) else { panic!("a price below zero") };
        assert_eq!((shown.price, shown.active, shown.name), (money(0), false, tea().name));
        assert!(fault.contains("price"));

        let mut empty = AutoCommit::new();
        empty.put(automerge::ROOT, "name", "Tea").unwrap();
        assert_eq!(read(&empty.save()), Ok(Reading::Unreadable("its price has no currency")));
    }

    #[test]
    fn a_new_product_reads_back_the_same_here_and_elsewhere() {
        let made = create(device(1), &tea()).unwrap();
        assert_eq!(product(&made.document), tea());
        let elsewhere = merge(None, &made.change).unwrap();
        assert_eq!(product(&elsewhere), tea());
        assert_eq!(product(&merge(Some(&elsewhere), &made.change).unwrap()), tea());
        let dearer = edit(&made.document, device(1), &ProductEdit { price: Some(money(310)), ..Default::default() }).unwrap().unwrap();
        let Merged { document, reading, .. } = merge_and_read(None, [made.change.as_slice(), &dearer.change]).unwrap();
        assert_eq!((product(&document), reading.product().unwrap().price), (product(&dearer.document), money(310)));
        assert_eq!((made.number, dearer.number), (1, 2));
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
        let merged = product(&both);
        assert_eq!((merged.price, merged.name.as_str(), merged.barcodes.len()), (money(310), "Tea", 0));
        assert_eq!(product(&merge(Some(&name.document), &price.change).unwrap()), merged);
    }

    #[test]
    fn an_edit_that_says_nothing_is_no_fact_and_garbage_is_an_error() {
        let made = create(device(1), &tea()).unwrap();
        assert_eq!(edit(&made.document, device(1), &ProductEdit::default()).unwrap(), None);
        assert!(matches!(merge(Some(&made.document), b"not a change"), Err(RecordError::Change(_))));
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
            let straight = product(&fold(&[0, 1, 2, 3]));
            prop_assert_eq!(product(&fold(&order)), straight);
        }
    }
}
