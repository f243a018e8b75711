//! The tables are the fold of the journal, and whoever goes over all of it keeps nobody waiting.

use crate::{
    exchange::tea,
    talk::refused,
    till::{Till, new_product},
    world::{TOKEN, World, on_both_engines},
};
use axum::http::Method;
use duka_api::http::{CatalogueProduct, ImportJob, ImportState, Rebuilt};
use duka_core::{Barcode, CompanyId, ShopId};
use duka_records::{Product, ProductEdit};
use duka_server::platform::db::Lock;
use std::time::Duration;

fn packed_tea() -> Product {
    Product { barcodes: [Barcode::parse("4006381333931").unwrap()].into(), ..tea("Tea") }
}

async fn traded(world: &World) -> (CompanyId, ShopId, Till) {
    let (company, shop, mut till) = world.shop_with_till().await;
    till.open_shift(5_000);
    for name in ["Tea", "Green tea", "Black tea"] {
        let product = new_product();
        till.record(product, &duka_records::create(till.device, &Product { name: name.into(), ..packed_tea() }).unwrap());
        till.receive(product, 9);
        till.sell(product, 2);
    }
    till.sync(world).await;
    (company, shop, till)
}

#[test]
fn every_kind_of_damage_shows_and_is_mended_and_nothing_else_is_touched() {
    on_both_engines(|world| async move {
        let (company, shop, _) = traded(&world).await;
        let before = world.digests(company, shop).await;
        for (table, rows, damage) in [
            ("account", 1, "UPDATE account SET balance = balance + 1 WHERE account = 'sales'"),
            ("account", 4, "DELETE FROM account"),
            (
                "account",
                1,
                "INSERT INTO account (company, shop, account, currency, balance) SELECT company, shop, 'bad_debt', 'GBP', 5 FROM shop",
            ),
            ("stock", 3, "UPDATE stock SET thousandths = -thousandths"),
            ("receipt", 1, "UPDATE receipt SET gross = gross + 1 WHERE number = 2"),
            ("receipt", 3, "DELETE FROM receipt"),
            ("receipt_line", 3, "UPDATE receipt_line SET line = 7"),
            ("payment", 1, "DELETE FROM payment WHERE number = 1"),
            ("shift", 1, "UPDATE shift SET number = 99"),
            ("entry", 1, "UPDATE entry SET state = 2, reason = 'nonsense' WHERE kind = 3 AND seq = 3"),
            ("product", 3, "UPDATE product SET price = 1"),
            ("product", 3, "DELETE FROM product_barcode"),
            ("product", 3, "DELETE FROM product_document"),
            (
                "product",
                2,
                "UPDATE product_document SET document = (SELECT first.document FROM product_document AS first ORDER BY first.product LIMIT 1)",
            ),
        ] {
            let mut tx = world.state.db.begin().await.unwrap();
            assert!(tx.query(damage).execute().await.unwrap() > 0, "{damage}");
            tx.commit().await.unwrap();
            let found = world.rebuild(company).await;
            let mended: Vec<(&str, u64)> = found.mended.iter().map(|row| (row.table.as_str(), row.rows)).collect();
            if table == "entry" {
                // What it should have added was there, so taking it in again added it twice; that shows as well.
                assert!(!found.equal && mended.contains(&("entry", 1)), "{damage}: {mended:?}");
            } else {
                assert_eq!((found.equal, mended), (false, vec![(table, rows)]), "{damage}");
            }
            assert_eq!(world.digests(company, shop).await, before, "{damage}");
            assert!(world.rebuild(company).await.equal, "{damage}");
        }
    });
}

#[test]
fn a_tills_edit_of_a_product_whose_document_is_lost_is_merged_with_all_that_went_before() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        let product = new_product();
        let made = duka_records::create(till.device, &packed_tea()).unwrap();
        till.record(product, &made);
        till.sync(&world).await;
        let mut tx = world.state.db.begin().await.unwrap();
        assert_eq!(tx.query("DELETE FROM product_document").execute().await.unwrap(), 1);
        tx.commit().await.unwrap();

        let edit = ProductEdit { name: Some("Green tea".into()), ..ProductEdit::default() };
        till.record(product, &duka_records::edit(&made.document, till.device, &edit).unwrap().unwrap());
        till.sync(&world).await;
        let shown: CatalogueProduct = world.get(&format!("/companies/{company}/products/{product}")).await.json();
        assert_eq!((shown.fields.name.as_str(), shown.fields.barcodes.len()), ("Green tea", 1));
        assert!(world.rebuild(company).await.equal);
    });
}

#[test]
fn a_rebuild_goes_on_without_whoever_asked_for_it_and_says_what_it_came_to() {
    on_both_engines(|mut world| async move {
        let (company, ..) = traded(&world).await;
        let path = format!("/companies/{company}/rebuild");
        assert_eq!(world.get(&path).await.problem().1, "not_found");
        let mut tx = world.state.db.begin().await.unwrap();
        tx.query("DELETE FROM account").execute().await.unwrap();
        tx.commit().await.unwrap();

        let quiet = duka_server::router(&world.state, TOKEN, Duration::from_millis(20));
        let patient = std::mem::replace(&mut world.router, quiet);
        // It cannot begin before whoever goes over the journal is done, and so takes longer than a request may.
        let alone = world.state.db.alone(company.uuid()).await.unwrap();
        assert_eq!(world.post(&path, &()).await.problem(), (408, "unavailable".to_owned()));
        drop(alone);
        world.router = patient;
        let found: Rebuilt = world.get(&path).await.json();
        assert_eq!((found.equal, found.mended.len()), (false, 1));
        assert_eq!(world.count("SELECT COUNT(*) FROM account").await, 4);
        assert!(world.rebuild(company).await.equal);
    });
}

#[test]
fn a_rebuild_that_finds_nothing_waits_for_nobody_who_writes() {
    on_both_engines(|world| async move {
        let (company, _, _) = traded(&world).await;
        // Somebody writes, and is not done before the rebuild is.
        let mut tx = world.state.db.begin().await.unwrap();
        tx.lock(company.uuid(), Lock::Exclusive).await.unwrap();
        tx.query("UPDATE company SET name = 'Still writing'").execute().await.unwrap();
        assert!(duka_server::sync::rebuild(&world.state, company).await.unwrap().equal);
        tx.commit().await.unwrap();
    });
}

#[test]
fn a_till_gets_in_between_the_steps_of_an_import() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        let mut file = "name,price,code\n".to_owned();
        for n in 0..4_000 {
            file.push_str(&format!("Item {n:04},1,I{n}\n"));
        }
        let path = format!("/api/admin/v1/companies/{company}/products/import");
        let job: ImportJob = world.raw(Method::POST, &path, "text/csv", file.into()).await.json();
        let look = async || world.get(&format!("/companies/{company}/imports/{}", job.import)).await.json::<ImportJob>();
        while look().await.progress.done == 0 {
            tokio::task::yield_now().await;
        }
        // It merges records too, so it needs what the import needs.
        till.record(new_product(), &duka_records::create(till.device, &tea("Tea")).unwrap());
        assert_eq!(refused(&till.bring(&world, till.all()).await), []);
        let then = look().await;
        assert_eq!(then.state, ImportState::Running, "the till waited for the whole import");
        world.state.imports.join().await;
        let done = look().await;
        assert_eq!((done.state, done.report.unwrap().added), (ImportState::Done, 4_000));
        assert!(world.rebuild(company).await.equal);
    });
}
