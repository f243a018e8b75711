use super::*;
use crate::{Product, ProductEdit, check, create, edit};
use automerge::{ActorId, ScalarValue, legacy};
use duka_core::{Currency, DeviceId, Money, TaxRate, Unit};
use proptest::prelude::*;

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

/// The number of the first operation of one that builds on a change.
fn behind(change: &[u8]) -> u64 {
    Change::from_bytes(change.to_vec()).unwrap().max_op() + 1
}

/// Honest changes, two of them at the same time, and those of a device that means harm.
fn changes() -> Vec<Vec<u8>> {
    let made = create(device(1), &tea()).unwrap();
    let price = edit(&made.document, device(2), &ProductEdit { price: Some(money(310)), ..Default::default() }).unwrap().unwrap();
    let name = edit(&made.document, device(3), &ProductEdit { name: Some("Chai".into()), ..Default::default() }).unwrap().unwrap();
    let (first, second) = (hash(&made.change), hash(&price.change));
    let fine = hostile(9, 1, behind(&made.change), vec![first], &[]);
    let next = behind(&price.change);
    let harm = vec![
        // Nobody knows its author.
        hostile(8, 3, 1, vec![], &[]),
        // The same, but it waits for an honest change.
        hostile(9, 4, next, vec![second], &[]),
        // It overwrites what never was.
        hostile(7, 1, next, vec![second], &[(7_777, 2)]),
        // It uses its own numbers twice.
        hostile(9, 2, behind(&made.change), vec![hash(&fine)], &[]),
        // It leaves no number for those who come after it.
        hostile(6, 1, (1 << 31) - 1, vec![first], &[]),
        b"nonsense".to_vec(),
    ];
    [made.change, price.change, name.change, fine].into_iter().chain(harm).collect()
}

#[test]
fn changes_that_do_not_fit_are_left_out_and_honest_edits_stay() {
    let all = changes();
    let merged = merge_and_read(None, all.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(merged.left_out.len(), 6, "{:?}", merged.left_out);
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

/// It would be counted for years, by every till and by the server, before anybody could say that it is wrong.
#[test]
fn a_change_that_asks_for_endless_work_breaks_a_rule_before_anybody_does_any() {
    for change in harmful::endless(device(9), 1) {
        assert!(change.len() < 120);
        assert_eq!(check(&change, device(9), 1), Err("it sets more fields at once than a product has".to_owned()));
    }
    let mut packed = create(device(1), &tea()).unwrap().change;
    packed[8] = 2;
    assert_eq!(check(&packed, device(1), 1), Err("it is packed, or no change".to_owned()));
    let deflated = harmful::chunk(device(9), 1, &[(0x42 | 8, vec![1, 1])]);
    assert_eq!(check(&deflated, device(9), 1), Err("it is packed".to_owned()));
}

/// The largest that a product can be, at one stroke and then away again.
#[test]
fn a_product_with_all_the_barcodes_that_one_may_have_breaks_no_rule() {
    let codes = |from: u32| (from..from + 50).map(|n| duka_core::Barcode::parse(&format!("{n:0>48}")).unwrap()).collect();
    let whole = Product { name: "ö".repeat(200), code: "C".repeat(48), barcodes: codes(0), ..tea() };
    let made = create(device(1), &whole).unwrap();
    assert_eq!(check(&made.change, device(1), 1), Ok(()));
    let others = edit(&made.document, device(1), &ProductEdit { add_barcodes: codes(50), remove_barcodes: codes(0), ..Default::default() });
    assert_eq!(check(&others.unwrap().unwrap().change, device(1), 2), Ok(()));
}

proptest! {
    // Whatever a device writes, the look at it ends.
    #[test]
    fn of_any_bytes_it_is_said_what_they_are(at in 0..400_usize, to in any::<[u8; 10]>(), cut in 0..400_usize) {
        let mut change = create(device(1), &tea()).unwrap().change;
        let at = at.min(change.len().saturating_sub(to.len()));
        change[at..at + to.len()].copy_from_slice(&to);
        let _ = check(&change, device(1), 1);
        let whole = change.len();
        change.truncate(cut);
        prop_assert!(cut >= whole || check(&change, device(1), 1).is_err());
    }

    // I4: whatever the order in which they come, one by one or many at once.
    #[test]
    fn the_same_changes_are_left_out_whatever_the_order(order in Just((0..10_usize).collect::<Vec<_>>()).prop_shuffle(), at_once in 1..10_usize) {
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
