//! Two people edit one product at once, one of them offline.

use duka_api::{http::CatalogueProduct, till::SaveProduct};
use duka_core::{Currency, Money, Timestamp};
use duka_sync::{Event, Phase};
use duka_tests::{
    company::TestCompany,
    server::{Storage, TestServer},
    till::TestTill,
};

fn both_edits_survive(storage: Storage) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = TestServer::start(storage, folder.path()).expect("a server");
    let gbp = Currency::try_new("GBP").expect("a currency");
    let company = TestCompany::found(server.admin(), "Edit", "Shop", gbp).expect("a company");
    company.import(b"name,price,tax,code\nTea,2.95,20,T1\n".to_vec()).expect("a product");
    let till = TestTill::open(&folder.path().join("till"), 1, Timestamp::from_micros(1_700_000_000_000_000)).expect("a till");
    till.enrol(&server.address(), &company.register("E1").expect("a register").code, "Edit").expect("enrolled");
    let mut session = till.session(&server.address()).expect("a link");
    session.drive(Event::Asked, &mut |_| ());

    // At the till, which is offline now, a manager changes the price and adds a barcode …
    let before = till.product_by_code("T1").expect("a search").expect("the product arrived");
    let mut fields = before.fields.clone();
    fields.price = Money::try_new(310, gbp).expect("a price");
    fields.barcodes.push("8714100791325".to_owned());
    let save = SaveProduct { product: Some(before.product), before: Some(before.fields.clone()), fields };
    till.engine.run(move |till| till.product_save(&save)).expect("saved offline");
    // … while an admin changes the name at the server.
    let path = format!("/companies/{}/products/{}", company.company, before.product);
    let _: CatalogueProduct = company.admin.patch(&path, &serde_json::json!({"name": "Black tea"})).expect("patched");

    session.drive(Event::Asked, &mut |_| ());
    assert_eq!(*session.phase(), Phase::InStep);
    let here = till.product(before.product).expect("a list").expect("the product").fields;
    let there: CatalogueProduct = company.admin.get(&path).expect("the product");
    assert_eq!(here, there.fields, "I4");
    assert_eq!((here.name.as_str(), here.price.minor(), here.barcodes.as_slice()), ("Black tea", 310, &["8714100791325".to_owned()][..]));
}

#[test]
fn an_offline_price_edit_and_a_name_edit_at_the_server_both_survive_on_sqlite() {
    both_edits_survive(Storage::Sqlite);
}

#[test]
fn an_offline_price_edit_and_a_name_edit_at_the_server_both_survive_on_postgres() {
    both_edits_survive(Storage::Postgres);
}
