use super::*;
use crate::{Product, ProductEdit, check, create, edit};
use automerge::{ActorId, ScalarValue, legacy};
use duka_core::{Currency, DeviceId, Money, TaxRate, Unit};
use proptest::prelude::*;

#[allow(dead_code, reason = "shared with the tests of all who merge")]
#[path = "../../tests/hostile/mod.rs"]
mod harmful;

fn device(n: u8) -> DeviceId {
    DeviceId::from_bytes([n; 16])
}

fn money(minor: i64) -> Money {
    Money::try_new(minor, Currency::try_new("GBP").unwrap()).unwrap()
}

fn tea() -> Product {
    Product {
        name: "Tea".into(),
        code: "T1".into(),
        price: money(295),
        rate: TaxRate::ZERO,
        unit: Unit::Each,
        active: true,
        barcodes: [].into(),
    }
}

/// A change that sets the price, and says of itself what it likes.
fn hostile(by: u8, seq: u64, start_op: u64, deps: Vec<ChangeHash>, pred: &[(u64, u8)]) -> Vec<u8> {
    let pred = pred.iter().map(|(counter, by)| legacy::OpId(*counter, actor(*by))).collect();
    let (obj, key) = (legacy::ObjectId::Root, legacy::Key::Map("price".into()));
    let action = legacy::OpType::Put(ScalarValue::Int(1));
    change(by, seq, start_op, deps, legacy::Op { action, obj, key, pred, insert: false })
}

fn change(by: u8, seq: u64, start_op: u64, deps: Vec<ChangeHash>, operation: legacy::Op) -> Vec<u8> {
    harmful::change(actor(by), seq, start_op, deps, operation)
}

fn actor(n: u8) -> ActorId {
    ActorId::from(device(n).as_bytes().as_slice())
}

fn hash(change: &[u8]) -> ChangeHash {
    Change::from_bytes(change.to_vec()).unwrap().hash()
}

/// Honest changes, two of them at the same time, and those of a device that means harm.
fn changes() -> Vec<Vec<u8>> {
    let made = create(device(1), &tea()).unwrap();
    let price = edit(&made.document, device(2), &ProductEdit { price: Some(money(310)), ..Default::default() }).unwrap().unwrap();
    let name = edit(&made.document, device(3), &ProductEdit { name: Some("Chai".into()), ..Default::default() }).unwrap().unwrap();
    let (first, second) = (hash(&made.change), hash(&price.change));
    let fine = hostile(9, 1, 20, vec![first], &[]);
    let harm = vec![
        // Nobody knows its author.
        hostile(8, 3, 1, vec![], &[]),
        // The same, but it waits for an honest change.
        hostile(9, 4, 30, vec![second], &[]),
        // It overwrites what never was.
        hostile(7, 1, 40, vec![second], &[(7_777, 2)]),
        // It uses its own numbers twice.
        hostile(9, 2, 20, vec![hash(&fine)], &[]),
        b"nonsense".to_vec(),
    ];
    [made.change, price.change, name.change, fine].into_iter().chain(harm).collect()
}

#[test]
fn changes_that_do_not_fit_are_left_out_and_honest_edits_stay() {
    let all = changes();
    let merged = merge_and_read(None, all.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(merged.left_out.len(), 5, "{:?}", merged.left_out);
    let product = merged.reading.clone().product().unwrap();
    assert_eq!((product.name.as_str(), product.price.minor()), ("Chai", 1), "device 9 may set a price like anybody else");
    assert_eq!(crate::read(&merged.document), Ok(merged.reading));
}

/// Where a change lies that is not a flat one, nothing has to be merged to see it.
#[test]
fn a_change_that_makes_more_than_fields_breaks_a_rule() {
    let operation =
        |action, obj| legacy::Op { action, obj, key: legacy::Key::Map("x".into()), pred: Vec::new().into_iter().collect(), insert: false };
    let nowhere = legacy::ObjectId::Id(legacy::OpId(99, actor(9)));
    for operation in [
        operation(legacy::OpType::Put(ScalarValue::Int(1)), nowhere),
        operation(legacy::OpType::Make(automerge::ObjType::Map), legacy::ObjectId::Root),
        operation(legacy::OpType::Increment(1), legacy::ObjectId::Root),
    ] {
        let fault = check(&change(9, 1, 1, vec![], operation), device(9), 1).unwrap_err();
        assert!(fault.contains("field"), "{fault}");
    }
    assert_eq!(check(&hostile(9, 1, 1, vec![], &[]), device(9), 1), Ok(()));
}

proptest! {
    // I4: whatever the order in which they come, one by one or many at once.
    #[test]
    fn the_same_changes_are_left_out_whatever_the_order(order in Just((0..9_usize).collect::<Vec<_>>()).prop_shuffle(), at_once in 1..9_usize) {
        let all = changes();
        let straight = merge_and_read(None, all.iter().map(Vec::as_slice)).unwrap();
        let mut document: Option<Document> = None;
        let mut read = Reading::Waiting;
        for some in order.chunks(at_once) {
            let merged = merge_and_read(document.as_deref(), some.iter().map(|at| all[*at].as_slice())).unwrap();
            (document, read) = (Some(merged.document), merged.reading);
        }
        prop_assert_eq!(read, straight.reading);
    }
}
