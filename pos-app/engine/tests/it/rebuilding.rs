//! A rebuild compares the tables with the facts while others go on, and writes only what differs (ADR 11).

use crate::world::{Server, Shop, fields};
use duka_api::till::{Product, ProductSearch, SaveProduct};
use duka_core::DeviceId;
use duka_ledger::{DeviceStandingChanged, Fact, Standing};
use duka_pos::{Comparing, Engine, Rebuilt};
use duka_sync::MAX_BODY_BYTES;
use std::fs;

/// A till with a day behind it: its own, and that of another till of the shop. One product has two edits, one is gone by another name.
fn a_day(server: &Server) -> Shop {
    let (mut shop, mut other) = (Shop::open(server, "A1"), Shop::open(server, "B1"));
    other.sell(&["T1", "M1"]);
    other.sync(server);
    shop.sync(server);
    shop.sell(&["T1", "S1"]);
    let before = fields("Soap", "S1", 199, 200_000, "");
    let named = fields("Olive soap", "S1", 210, 200_000, "73513537");
    let soap = shop.id("Soap");
    shop.till().product_save(&SaveProduct { product: Some(soap), before: Some(before), fields: named }).unwrap();
    fold(&mut shop);
    shop.assert_rebuilds();
    shop
}

fn fold(shop: &mut Shop) {
    while shop.till().fold_step().unwrap() {}
}

fn begun(shop: &mut Shop) -> Comparing {
    shop.till().compare_begin().unwrap().expect("nothing is to be folded again")
}

fn entries(shop: &Shop) -> u64 {
    shop.raw().query_row("select count(*) from entry", [], |row| row.get::<_, u32>(0)).unwrap().into()
}

/// The bytes of the database and of its write-ahead log.
fn files(shop: &Shop) -> [Vec<u8>; 2] {
    [shop.path(), shop.path().with_extension("db-wal")].map(|path| fs::read(path).unwrap())
}

#[test]
fn a_rebuild_that_finds_nothing_writes_nothing_and_waits_for_nobody_who_writes() {
    let mut shop = a_day(&Server::new());
    let (entries, before) = (entries(&shop), files(&shop));
    // Somebody writes, and is not done before the rebuild is.
    let raw = shop.raw();
    raw.execute_batch("begin immediate").unwrap();
    let rebuilt = shop.till().rebuild().unwrap();
    assert_eq!(rebuilt, Rebuilt { facts: entries, mended: vec![] });
    assert!(files(&shop) == before, "not a byte was written");
    raw.execute_batch("rollback").unwrap();
    drop(raw);
    shop.sell(&["T1"]);
    let engine = Engine::start(shop.till.take().unwrap()).unwrap();
    assert_eq!(engine.rebuild().unwrap(), Rebuilt { facts: entries + 1, mended: vec![] });
}

#[test]
fn a_till_sells_while_it_is_compared_and_that_is_no_difference() {
    let mut shop = a_day(&Server::new());
    let entries = entries(&shop);
    let comparing = begun(&mut shop);
    let sold = shop.sell(&["T1"]);
    shop.product("Jam", "J1", 100, 0, "");
    let found = comparing.compare().unwrap();
    assert_eq!(shop.till().compare_end(found).unwrap(), Rebuilt { facts: entries, mended: vec![] }, "as it was when that began");
    assert!(sold.number.ends_with("-000002"));
    shop.assert_rebuilds();

    // What differed then is made what the facts say by now.
    shop.raw().execute_batch("delete from payment; update product set price = 7").unwrap();
    let comparing = begun(&mut shop);
    shop.sell(&["T1"]);
    let found = comparing.compare().unwrap();
    assert_eq!(shop.till().compare_end(found).unwrap().mended, ["payment", "product"]);
    shop.assert_rebuilds();
}

/// Each kind of damage, and the tables that are made anew for it.
const DAMAGES: &[(&str, &[&str])] = &[
    ("update receipt set gross = gross + 1 where number = 1", &["receipt"]),
    ("update receipt_line set note = '' where line = 1", &["receipt_line"]),
    ("delete from receipt_line where line = 2", &["receipt_line"]),
    ("insert into payment select device, number, position + 1, tender, amount, tendered from payment limit 1", &["payment"]),
    ("delete from shift", &["shift"]),
    ("update stock set thousandths = thousandths + 1", &["stock"]),
    ("delete from account", &["account"]),
    ("insert into account values ('nobody', 'GBP', 1)", &["account"]),
    ("update product set name = cast(x'ff' as text) where code = 'T1'", &["product"]),
    ("update receipt_line set name = cast(x'ff' as text)", &["receipt_line"]),
    ("update entry set state = 2, reason = 'no' where place = (select max(place) from entry)", &["entry"]),
    ("update entry set state = 1, reason = 'no' where place = (select max(place) from entry)", &["entry"]),
    ("update log set state = (select state from log order by length(state) limit 1)", &["log"]),
    ("update device set name = 'another' where series = 'B1'", &["device"]),
    ("update record set document = (select document from record order by n limit 1)", PRODUCTS),
    ("update record set document = x'00' where n = 2", PRODUCTS),
    ("update record set fault = 'its price is out of range' where n = 1", PRODUCTS),
    ("delete from record where n = 3", PRODUCTS),
    ("delete from record where record = (select max(record) from record)", PRODUCTS),
    ("insert into record (record, document) values (zeroblob(16), x'00')", PRODUCTS),
    ("insert into record (record, document) select randomblob(16), document from record", PRODUCTS),
    ("update product set price = price + 1 where code = 'T1'", &["product"]),
    ("update product set active = 0", &["product"]),
    ("delete from product where code = 'T1'", &["product"]),
    ("delete from barcode where code = '96385074'", &["barcode"]),
    ("insert into barcode select '96385074', n from product where code = 'T1'", &["barcode"]),
    ("insert into product_search (product_search) values ('delete-all')", &["product_search"]),
    ("delete from product_search where rowid = 1", &["product_search"]),
    ("insert into product_search (rowid, words) values (99, 'ghost')", &["product_search"]),
    ("delete from product_search where rowid = 1; insert into product_search (rowid, words) values (1, 'tea')", &["product_search"]),
    ("delete from product_search_data where id > 10", &["product_search"]),
];

const PRODUCTS: &[&str] = &["barcode", "product", "product_search", "record"];

/// What a cashier sees of the products.
fn found(shop: &mut Shop) -> Vec<(String, i64, Vec<String>)> {
    let words = ["tea", "t1", "milk", "olive", "soap", "ghost"];
    let search = |text: &str| ProductSearch { text: text.into(), limit: 9 };
    let found = words.map(|word| shop.till().reader().product_search(&search(word)).unwrap());
    let shown = |product: Product| (product.fields.name, product.fields.price.minor(), product.fields.barcodes);
    let mut found: Vec<_> = found.into_iter().flatten().map(shown).collect();
    found.sort();
    found
}

#[test]
fn whatever_table_is_damaged_a_rebuild_finds_it_and_makes_it_anew_and_no_other() {
    let mut shop = a_day(&Server::new());
    let (right, seen) = (shop.till().reader().digests().unwrap(), found(&mut shop));
    for (damage, tables) in DAMAGES {
        let raw = shop.raw();
        raw.execute_batch("pragma foreign_keys = off").unwrap();
        raw.execute_batch(damage).unwrap();
        drop(raw);
        assert_eq!(shop.till().rebuild().unwrap().mended, *tables, "{damage}");
        assert_eq!(shop.till().rebuild().unwrap().mended, [""; 0], "{damage}");
        assert_eq!(shop.till().reader().digests().unwrap(), right, "{damage}");
        assert_eq!(found(&mut shop), seen, "{damage}");
    }
    shop.sell(&["T1", "M1"]);
    shop.assert_rebuilds();
}

/// A sum of nothing need not stand there.
#[test]
fn what_is_sold_out_and_a_drawer_that_was_emptied_can_be_taken_out_after_all_was_made_anew() {
    let server = Server::new();
    let (mut a, mut other) = (Shop::open(&server, "A1"), Shop::open(&server, "B1"));
    other.sell(&["T1"]);
    other.close(10_295);
    other.sync(&server);
    a.sync(&server);
    // As an update of the fold does.
    a.raw().execute_batch("update log set folded = 77").unwrap();
    a.reopen();
    fold(&mut a);
    let shop_seq = 1;
    let (device, standing) = (other.device(), Standing::Revoked);
    server.write(&Fact::DeviceStandingChanged(DeviceStandingChanged {
        device,
        standing,
        company_seq: 100,
        shop_seq,
        reason: "lost".into(),
    }));
    assert_eq!(a.sync(&server).trouble, None);
    fold(&mut a);
    assert!(a.till().reader().account_balances().unwrap().iter().all(|row| row.account.to_string() != "sales" || row.balance == 0));
    a.assert_balanced();
    a.assert_rebuilds();
}

#[test]
fn what_the_server_says_of_a_writer_is_mended_with_all_that_rests_on_it() {
    let mut shop = a_day(&Server::new());
    let right = shop.till().reader().digests().unwrap();
    let damages = [
        "delete from device where series = 'B1'; delete from device_standing",
        "delete from record_change",
        // It is said to be revoked, so what it wrote is to be taken out, which is not all there.
        "insert into device_standing select device, 9, 1, 0, 0, 'lost' from device where series = 'B1';
         update log set folded = 0; delete from payment",
    ];
    for damage in damages {
        shop.raw().execute_batch(damage).unwrap();
        assert!(!shop.till().rebuild().unwrap().is_same(), "{damage}");
        assert_eq!(shop.till().reader().digests().unwrap(), right, "{damage}");
        shop.assert_rebuilds();
    }
}

fn is_marked(shop: &Shop) -> bool {
    shop.raw().prepare("select 1 from log where folded = 0").unwrap().exists([]).unwrap()
}

/// Takes the server's next answer in, by as many steps as leave a log to be folded again.
fn hear_until_marked(shop: &mut Shop, server: &Server) {
    let request = shop.ask(MAX_BODY_BYTES);
    let answer = server.answer(&request.bytes);
    let mut taking = shop.till().take_begin(request.ticket, &answer).unwrap();
    while !taking.is_done() && !is_marked(shop) {
        shop.till().take_step(&mut taking).unwrap();
    }
    if taking.is_done() {
        let mut peer = shop.peer.take().unwrap();
        shop.till().take_end(&mut peer, taking).unwrap();
        shop.peer = Some(peer);
    }
}

#[test]
fn a_till_that_is_revoked_while_another_is_compared_is_taken_out_of_all_tables() {
    let server = Server::new();
    let mut shop = a_day(&server);
    let other =
        shop.raw().query_row("select device from device where series = 'B1'", [], |row| row.get(0).map(DeviceId::from_bytes)).unwrap();
    shop.raw().execute_batch("delete from payment").unwrap();
    let comparing = begun(&mut shop);
    let reason = "lost".to_owned();
    let revoked = DeviceStandingChanged { device: other, standing: Standing::Revoked, company_seq: 0, shop_seq: 0, reason };
    server.write(&Fact::DeviceStandingChanged(revoked));
    // The first answer tells where the logs differ.
    for _ in 0..3 {
        hear_until_marked(&mut shop, &server);
    }
    assert!(is_marked(&shop), "what the other till wrote is to be folded again");
    let found = comparing.compare().unwrap();
    assert_eq!(shop.till().compare_end(found).unwrap().mended, ["payment"]);
    let receipts: u32 = shop.raw().query_row("select count(*) from receipt", [], |row| row.get(0)).unwrap();
    assert_eq!(receipts, 1, "what was sold here");
    shop.assert_rebuilds();
}
