//! Products by API: made, edited, imported.

use crate::{
    till::new_product,
    world::{Reply, TOKEN, World, on_both_engines},
};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use duka_api::{
    http::{CatalogueProduct, ImportJob, ImportState, Shop},
    till::{ImportReport, Page},
};
use duka_core::{CompanyId, ErrorCode, ProductId, ShopId};
use duka_records::ProductEdit;
use duka_server::platform::db::Lock;
use serde_json::{Value, json};
use std::{
    pin::Pin,
    task::{Context, Poll},
};

fn product(name: &str, code: &str, barcodes: &[&str]) -> Value {
    json!({ "name": name, "code": code, "price": { "minor": 295, "currency": "GBP" }, "rate": 200_000, "barcodes": barcodes })
}

async fn make(world: &World, company: CompanyId, body: &Value) -> CatalogueProduct {
    world.post(&format!("/companies/{company}/products"), body).await.json()
}

async fn find(world: &World, company: CompanyId, query: &str) -> Page<CatalogueProduct> {
    world.get(&format!("/companies/{company}/products{query}")).await.json()
}

async fn names(world: &World, company: CompanyId, query: &str) -> Vec<String> {
    find(world, company, query).await.rows.into_iter().map(|row| row.fields.name).collect()
}

/// An import that has ended.
async fn ended(world: &World, company: CompanyId, query: &str, file: &str) -> ImportJob {
    let path = format!("/api/admin/v1/companies/{company}/products/import{query}");
    let reply = world.raw(Method::POST, &path, "text/csv", file.into()).await;
    assert_eq!(reply.status.as_u16(), 202);
    let job: ImportJob = reply.json();
    world.state.imports.join().await;
    world.get(&format!("/companies/{company}/imports/{}", job.import)).await.json()
}

async fn import(world: &World, company: CompanyId, file: &str) -> ImportReport {
    let job = ended(world, company, "", file).await;
    assert_eq!(job.state, ImportState::Done, "{job:?}");
    job.report.unwrap()
}

#[test]
fn a_product_is_made_once_and_tills_learn_of_it() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        let mut body = product("Thé 茶", "T1", &["8714100791325", "085000017180"]);
        body["product"] = json!(new_product().to_string());
        let made = make(&world, company, &body).await;
        // I2
        assert_eq!(make(&world, company, &body).await, made);
        assert_eq!(made.fields.barcodes, ["0085000017180", "8714100791325"]);
        assert_eq!(world.get(&format!("/companies/{company}/products/{}", made.product)).await.json::<CatalogueProduct>(), made);

        till.sync(&world).await;
        let log = till.others.iter().find(|(log, _)| log.device == till.me().server_device).unwrap();
        let record = log.1.last().unwrap();
        let Ok(duka_ledger::Body::Known(duka_ledger::Fact::RecordChanged(record))) = record.body() else { panic!("a record") };
        let read = duka_records::read(&duka_records::merge(None, &record.change).unwrap()).unwrap().product().unwrap();
        assert_eq!((record.record, read.name.as_str(), read.price.minor()), (made.product.into(), "Thé 茶", 295));
    });
}

#[test]
fn what_cannot_be_a_product_is_refused_by_field() {
    on_both_engines(|world| async move {
        let company = world.company("Tea & Sons").await;
        let first = make(&world, company, &product("Tea", "T1", &["8714100791325"])).await;
        let mut euro = product("Tea", "T2", &[]);
        euro["price"]["currency"] = json!("EUR");
        let mut much = product("Tea", "T2", &[]);
        much["price"]["minor"] = json!(i64::MAX);
        let mut debt = product("Tea", "T2", &[]);
        debt["price"]["minor"] = json!(-1);
        let mut rate = product("Tea", "T2", &[]);
        rate["rate"] = json!(10_000_001);
        let mut taken = product("Other", "", &[]);
        taken["product"] = json!(first.product.to_string());
        for (body, code) in [
            (product("", "T2", &[]), "invalid_input"),
            (product("Tea", "T 2", &[]), "invalid_input"),
            (product("Tea", "T2", &["8714100791326"]), "wrong_check_digit"),
            (product("Tea", "T1", &[]), "conflict"),
            (product("Tea", "T2", &["8714100791325"]), "conflict"),
            (euro, "invalid_input"),
            (much, "invalid_input"),
            (debt, "invalid_input"),
            (rate, "invalid_input"),
            (taken, "conflict"),
            (json!({ "name": "Tea" }), "invalid_input"),
        ] {
            assert_eq!(world.post(&format!("/companies/{company}/products"), &body).await.problem().1, code, "{body}");
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM product").await, 1);
    });
}

#[test]
fn an_edit_changes_only_what_it_gives_and_an_edit_at_a_till_survives() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        let made = make(&world, company, &product("Tea", "T1", &["8714100791325"])).await;
        till.sync(&world).await;
        let path = format!("/companies/{company}/products/{}", made.product);

        // The till, offline, renames it; meanwhile the office changes price and barcodes.
        let log = till.others.iter().find(|(log, _)| log.device == till.me().server_device).unwrap();
        let Ok(duka_ledger::Body::Known(duka_ledger::Fact::RecordChanged(first))) = log.1.last().unwrap().body() else {
            panic!("a record")
        };
        let document = duka_records::merge(None, &first.change).unwrap();
        let renamed =
            duka_records::edit(&document, till.device, &ProductEdit { name: Some("Chai".into()), ..Default::default() }).unwrap().unwrap();
        let patch =
            json!({ "price": { "minor": 310, "currency": "GBP" }, "add_barcodes": ["96385074"], "remove_barcodes": ["8714100791325"] });
        let edited: CatalogueProduct = world.patch(&path, &patch).await.json();
        assert_eq!((edited.fields.name.as_str(), edited.fields.price.minor()), ("Tea", 310));
        till.record(made.product, &renamed);
        till.sync(&world).await;

        let held: CatalogueProduct = world.get(&path).await.json();
        assert_eq!((held.fields.name.as_str(), held.fields.price.minor(), held.fields.code.as_str()), ("Chai", 310, "T1"));
        assert_eq!(held.fields.barcodes, ["96385074"]);
        let entries = world.count("SELECT COUNT(*) FROM entry").await;
        // What is so already is no fact.
        assert_eq!(world.patch(&path, &json!({ "name": "Chai" })).await.json::<CatalogueProduct>(), held);
        assert_eq!(world.count("SELECT COUNT(*) FROM entry").await, entries);

        assert_eq!(world.patch(&path, &json!({ "prize": 1 })).await.problem().1, "invalid_input");
        assert_eq!(world.patch(&path, &json!({ "name": "" })).await.problem().1, "invalid_input");
        let nobody = ProductId::from_bytes([1; 16]);
        assert_eq!(world.patch(&format!("/companies/{company}/products/{nobody}"), &json!({})).await.problem().1, "not_found");
    });
}

#[test]
fn edits_at_the_same_moment_all_count() {
    on_both_engines(|world| async move {
        let company = world.company("Tea & Sons").await;
        let made = make(&world, company, &product("Tea", "T1", &[])).await;
        let path = format!("/companies/{company}/products/{}", made.product);
        let patches = [json!({ "name": "Chai" }), json!({ "code": "T9" }), json!({ "active": false }), json!({ "rate": 50_000 })];
        let (a, b, c, d) = tokio::join!(
            world.patch(&path, &patches[0]),
            world.patch(&path, &patches[1]),
            world.patch(&path, &patches[2]),
            world.patch(&path, &patches[3])
        );
        assert!([a, b, c, d].iter().all(|reply: &Reply| reply.status.is_success()));
        let held: CatalogueProduct = world.get(&path).await.json();
        assert_eq!(
            (held.fields.name.as_str(), held.fields.code.as_str(), held.fields.active, held.fields.rate.ppm()),
            ("Chai", "T9", false, 50_000)
        );
        assert!(world.rebuild(company).await.equal);
    });
}

#[test]
fn products_are_found_by_name_code_and_barcode_page_by_page() {
    on_both_engines(|world| async move {
        let company = world.company("Tea & Sons").await;
        let mut file = "name,price,code,barcode\nÉclair,1,E1,\n50% off_er!,1,P1,\nzebra,1,Z1,085000017180\n".to_owned();
        for n in 0..120 {
            file.push_str(&format!("Item {n:03},1,I{n},\n"));
        }
        assert_eq!(import(&world, company, &file).await.added, 123);
        assert_eq!(names(&world, company, "?find=%C3%89cl").await, ["Éclair"]);
        assert_eq!(names(&world, company, "?find=0%25").await, ["50% off_er!"]);
        assert_eq!(names(&world, company, "?find=F_E").await, ["50% off_er!"]);
        assert_eq!(names(&world, company, "?find=Z1").await, ["zebra"]);
        assert_eq!(names(&world, company, "?find=0085000017180").await, ["zebra"]);
        assert_eq!(names(&world, company, "?find=nothing").await, Vec::<String>::new());

        let (mut all, mut query) = (Vec::new(), String::new());
        loop {
            let page = find(&world, company, &query).await;
            all.extend(page.rows.into_iter().map(|row| row.fields.name));
            let Some(next) = page.next else { break };
            query = format!("?after={}", next.replace(' ', "%20").replace('%', "%25").replace("%2520", "%20"));
        }
        // The same order on both engines, whatever the database's own collation.
        let mut sorted = all.clone();
        sorted.sort_by_key(|name| name.to_lowercase());
        assert_eq!((all.len(), &all), (123, &sorted));
        assert_eq!(world.get(&format!("/companies/{company}/products?after=x")).await.problem().1, "invalid_input");
    });
}

#[test]
fn an_import_takes_all_rows_or_none() {
    on_both_engines(|world| async move {
        let company = world.company("Tea & Sons").await;
        make(&world, company, &product("Tea", "T1", &["8714100791325"])).await;
        make(&world, company, &product("Milk", "M1", &["96385074"])).await;

        let file = "name,price,code,barcode,tax\nTea,3.10,T1,8714100791325,\nMilk,2.95,,96385074,20\nBread,1.00,B1,,\n";
        let report = import(&world, company, file).await;
        assert_eq!((report.rows, report.added, report.changed, report.unchanged, report.fault_count), (3, 1, 1, 1, 0));
        let tea = find(&world, company, "?find=T1").await.rows.remove(0);
        assert_eq!((tea.fields.price.minor(), tea.fields.rate.ppm()), (310, 200_000));
        let again = import(&world, company, file).await;
        assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 3));

        let entries = world.count("SELECT COUNT(*) FROM entry").await;
        for clash in ["New,1,N1,\nBoth,1,T1,96385074\n", "Milk,1,M1,\nMilk again,1,,96385074\n"] {
            let report = import(&world, company, &format!("name,price,code,barcode\n{clash}")).await;
            assert_eq!((report.faults.len(), report.faults[0].row, report.added), (1, 3, 0), "{:?}", report.faults);
        }
        let broken = import(&world, company, "name,price,code\nNew,1,N1\nOld,x,N2\n").await;
        assert_eq!((broken.faults[0].row, broken.faults[0].column.as_str()), (3, "price"));
        assert_eq!(world.count("SELECT COUNT(*) FROM entry").await, entries);
        assert!(names(&world, company, "?find=N1").await.is_empty());
        assert!(world.rebuild(company).await.equal);
    });
}

#[test]
fn an_import_is_its_companys_own_and_an_unknown_one_is_told() {
    on_both_engines(|world| async move {
        let company = world.company("Tea & Sons").await;
        let other = world.company("Somebody else").await;
        let reply = world
            .raw(Method::POST, &format!("/api/admin/v1/companies/{company}/products/import"), "text/csv", b"name,price,code\n".to_vec())
            .await;
        let job: ImportJob = reply.json();
        world.state.imports.join().await;
        assert_eq!(world.get(&format!("/companies/{other}/imports/{}", job.import)).await.problem().1, "not_found");
        let nobody = CompanyId::from_bytes([1; 16]);
        let reply = world.raw(Method::POST, &format!("/api/admin/v1/companies/{nobody}/products/import"), "text/csv", vec![]).await;
        assert_eq!(reply.problem().1, "not_found");
    });
}

/// Eight digits may be an EAN-8 or a UPC-E: a package that scanners read in two ways is one product.
#[test]
fn a_upc_e_is_one_product_in_its_short_and_in_its_long_form() {
    on_both_engines(|world| async move {
        for (there, given) in [("01234565", "012345000065"), ("012345000065", "01234565")] {
            let company = world.company("Tea & Sons").await;
            make(&world, company, &product("Gum", "G1", &[there])).await;
            assert_eq!(names(&world, company, &format!("?find={given}")).await, ["Gum"]);
            let again = world.post(&format!("/companies/{company}/products"), &product("Gum again", "G2", &[given])).await;
            assert_eq!(again.problem().1, "conflict", "{given}");
            let report = import(&world, company, &format!("name,price,barcode\nGum,3.10,{given}\n")).await;
            assert_eq!((report.added, report.changed, report.fault_count), (0, 1, 0), "{given}: {:?}", report.faults);
            assert_eq!(names(&world, company, "").await, ["Gum"]);
        }
    });
}

/// A file that says 2.500 may mean two and a half or two thousand five hundred: nobody guesses.
#[test]
fn a_file_whose_numbers_can_be_read_in_two_ways_is_asked_about_and_never_guessed() {
    on_both_engines(|world| async move {
        let company = world.company("Tea & Sons").await;
        let price = async |code: &str| find(&world, company, &format!("?find={code}")).await.rows[0].fields.price.minor();
        let file = |code: &str, price: &str| format!("code;name;price\n{code};Item {code};{price}\n");

        for query in ["", "?number_form="] {
            let path = format!("/api/admin/v1/companies/{company}/products/import{query}");
            let reply = world.raw(Method::POST, &path, "text/csv", file("A", "2.500").into()).await;
            assert_eq!(reply.status.is_success(), query.is_empty(), "a form that is none is no answer");
        }
        let asked = ended(&world, company, "", &file("A", "2.500")).await;
        let question = asked.failure.unwrap();
        assert_eq!((asked.state, question.code), (ImportState::Failed, ErrorCode::AmbiguousNumber));
        for seen in ["row 2", "price", "'2.500'", "2.50 or 2,500.00", "number_form"] {
            assert!(question.detail.contains(seen), "{seen}: {}", question.detail);
        }
        assert_eq!(names(&world, company, "").await, Vec::<String>::new(), "nothing was imported");

        for (query, code, minor) in [("?number_form=point", "P", 250), ("?number_form=comma", "C", 250_000)] {
            assert_eq!(ended(&world, company, query, &file(code, "2.500")).await.state, ImportState::Done, "{query}");
            assert_eq!(price(code).await, minor, "{query}");
        }
        let shop = json!({ "name": "Unter den Linden", "language": "de" });
        let shop = world.post(&format!("/companies/{company}/shops"), &shop).await.json::<Shop>().shop;
        // The shop's way alone leaves this in doubt; where another cell tells, nothing is asked.
        let asked = ended(&world, company, &format!("?shop={shop}"), &file("S", "2.500")).await;
        assert_eq!(asked.failure.unwrap().code, ErrorCode::AmbiguousNumber);
        let told = ended(&world, company, &format!("?shop={shop}"), "code;name;price;stock\nS;Item S;3;1,500\n").await;
        assert_eq!(told.report.unwrap().added, 1, "a comma is the shop's own decimal mark");
        for stock in ["1,500", "1.500"] {
            let asked = ended(&world, company, "", &format!("code;name;price;stock\nT;Item T;3;{stock}\n")).await;
            assert_eq!(asked.failure.unwrap().code, ErrorCode::AmbiguousNumber, "nothing is known of the file");
        }
        let nowhere = format!("/api/admin/v1/companies/{company}/products/import?shop={}", ShopId::from_bytes([1; 16]));
        assert_eq!(world.raw(Method::POST, &nowhere, "text/csv", file("A", "1").into()).await.problem().1, "not_found");
    });
}

#[test]
fn an_import_that_could_not_run_is_turned_away_before_its_file_has_come() {
    on_both_engines(|world| async move {
        let company = world.company("Tea & Sons").await;
        let path = format!("/api/admin/v1/companies/{company}/products/import");
        // Those that run do not end before somebody else does.
        let held = world.state.db.begin_locked(company.uuid(), Lock::Exclusive).await.unwrap();
        for n in 0..4 {
            let file = format!("name,price,code\nTea,1,T{n}\n");
            assert_eq!(world.raw(Method::POST, &path, "text/csv", file.into()).await.status.as_u16(), 202);
        }
        let file = Body::from_stream(NeverComes);
        let request = Request::post(&path).header(header::AUTHORIZATION, format!("Bearer {TOKEN}")).body(file).unwrap();
        let reply = tokio::time::timeout(std::time::Duration::from_secs(15), world.send(request)).await.expect("it waits for the file");
        assert_eq!(reply.problem(), (429, "too_many".to_owned()));
        drop(held);
        world.state.imports.join().await;
    });
}

struct NeverComes;

impl futures_core::Stream for NeverComes {
    type Item = Result<Vec<u8>, std::io::Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Pending
    }
}
