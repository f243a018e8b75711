//! Exchanges between tills and the server.

use crate::{
    till::new_product,
    world::{World, on_both_engines},
};
use axum::http::Method;
use duka_api::http::DigestsView;
use duka_core::{Clock, CompanyId, Money, ShopId, TaxRate, Unit};
use duka_ledger::{Scope, SealedEntry, table::Table};
use duka_records::{Product, ProductEdit};
use duka_sync::{Envelope, MAX_ENTRIES, Purpose};

const SUM_OF_BALANCES: &str = "SELECT CAST(SUM(balance) AS BIGINT) FROM account";

pub fn tea(name: &str) -> Product {
    Product {
        name: name.into(),
        code: String::new(),
        price: Money::try_new(120, duka_core::Currency::try_new("GBP").unwrap()).unwrap(),
        rate: TaxRate::try_from_ppm(200_000).unwrap(),
        unit: Unit::Each,
        active: true,
        barcodes: Default::default(),
    }
}

async fn digests(world: &World, company: CompanyId, shop: ShopId) -> DigestsView {
    world.get(&format!("/companies/{company}/shops/{shop}/digests")).await.json()
}

async fn entries(world: &World) -> i64 {
    world.count("SELECT COUNT(*) FROM entry").await
}

#[test]
fn what_a_till_wrote_is_held_and_confirmed_and_the_same_again_changes_nothing() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        till.open_shift(5_000);
        till.sell(new_product(), 2);
        let before = entries(&world).await;
        let answer = till.exchange(&world, till.all()).await.unwrap();
        assert_eq!(answer.refused, []);
        assert!(answer.have.contains(&till.head(till.shop_scope())));
        assert_eq!(entries(&world).await, before + 2);

        // I2: the answer was lost; all is sent again, then more with all of it.
        till.exchange(&world, till.all()).await.unwrap();
        till.sell(new_product(), 1);
        let answer = till.exchange(&world, till.all()).await.unwrap();
        assert_eq!(answer.refused, []);
        assert_eq!(entries(&world).await, before + 3);
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 2);
        assert_eq!(world.count(SUM_OF_BALANCES).await, 0);
        // An older part of it again, that ends before what is held.
        assert_eq!(till.exchange(&world, vec![till.batch(till.shop_scope(), 1, 2)]).await.unwrap().refused, []);
    });
}

#[test]
fn a_till_that_lacks_all_is_sent_the_servers_own_log_first_and_each_batch_verifies() {
    on_both_engines(|world| async move {
        let (company, _, mut first) = world.shop_with_till().await;
        first.open_shift(0);
        let product = new_product();
        first.record(product, &duka_records::create(first.device, &tea("Tea")).unwrap());
        first.sync(&world).await;

        let mut second = world.till_at(company, first.me().register).await;
        let answer = second.exchange(&world, vec![]).await.unwrap();
        assert_eq!(answer.batches[0].log.device, second.me().server_device);
        assert_eq!(answer.batches.len(), 3);
        let server_key =
            duka_ledger::PublicKey::try_from_bytes(duka_server::platform::secret::from_hex(&second.me().server_key).unwrap()).unwrap();
        for batch in &answer.batches {
            let key = if batch.log.device == first.device { first.signer().public() } else { server_key };
            let taken = duka_ledger::verify_batch(batch, duka_ledger::Held::NOTHING, &key, |_| None).unwrap();
            assert!(!taken.fresh.is_empty());
        }
        second.sync(&world).await;
        let even = second.exchange(&world, vec![]).await.unwrap();
        assert_eq!((even.batches.len(), even.more), (0, false));
    });
}

#[test]
fn a_long_log_comes_in_parts_that_end_where_it_was_signed() {
    on_both_engines(|world| async move {
        let (company, _, mut first) = world.shop_with_till().await;
        first.open_shift(0);
        for _ in 0..1_499 {
            first.receive(new_product(), 1);
        }
        let scope = first.shop_scope();
        first.exchange(&world, vec![first.batch(scope, 1, 700)]).await.unwrap();
        first.exchange(&world, vec![first.batch(scope, 701, 900)]).await.unwrap();
        first.exchange(&world, vec![first.batch(scope, 901, 1_500)]).await.unwrap();

        let mut second = world.till_at(company, first.me().register).await;
        let answer = second.exchange(&world, vec![]).await.unwrap();
        let part = answer.batches.iter().find(|batch| batch.log.device == first.device).unwrap();
        assert!(answer.more);
        assert_eq!(part.head.head.seq, 900);
        assert!(part.entries.len() <= MAX_ENTRIES);
        second.sync(&world).await;
        assert_eq!(second.others[&first.log(scope)].len(), 1_500);
    });
}

#[test]
fn digests_are_those_of_the_tables_and_a_rebuild_does_not_change_them() {
    on_both_engines(|world| async move {
        let (company, shop, mut till) = world.shop_with_till().await;
        let products = [new_product(), new_product()];
        till.open_shift(5_000);
        till.receive(products[0], 10);
        till.sell(products[0], 3);
        till.sell(products[1], 1);
        for product in products {
            till.record(product, &duka_records::create(till.device, &tea("Thé 茶")).unwrap());
        }
        let answer = till.ask(&world, &till.request(till.all(), true)).await.unwrap();
        assert_eq!(answer.refused, []);
        let rows: Vec<(String, String)> =
            answer.digests.iter().map(|digest| (digest.table.clone(), digest.digest.split(':').next().unwrap().to_owned())).collect();
        let expected = [
            ("device", "2"),
            ("device_standing", "0"),
            ("shift", "1"),
            ("z_report", "0"),
            ("receipt", "2"),
            ("receipt_line", "2"),
            ("payment", "2"),
            ("aborted_sale", "0"),
            ("reprint", "0"),
            ("account", "4"),
            ("stock", "2"),
            ("record_change", "2"),
            ("product", "2"),
            ("flag", "0"),
        ];
        assert_eq!(rows, expected.map(|(table, rows)| (table.to_owned(), rows.to_owned())));
        assert_eq!(rows.len(), Table::ALL.len() + 1);

        let view = digests(&world, company, shop).await;
        assert!(view.tables.iter().zip(&answer.digests).all(|(seen, told)| seen.table == told.table && seen.digest == told.digest));
        let rebuilt: duka_api::http::Rebuilt = world.post(&format!("/companies/{company}/rebuild"), &()).await.json();
        assert_eq!((rebuilt.facts, rebuilt.equal), (8, true), "{:?}", rebuilt.mended);
        assert_eq!(digests(&world, company, shop).await, view);
    });
}

#[test]
fn edits_of_different_fields_at_two_tills_both_survive_whichever_comes_first() {
    on_both_engines(|world| async move {
        let (company, _, mut first) = world.shop_with_till().await;
        let mut second = world.till_at(company, first.me().register).await;
        let product = new_product();
        let made = duka_records::create(first.device, &tea("Tea")).unwrap();
        let dearer = tea("Tea").price.checked_add(tea("Tea").price).unwrap();
        let price =
            duka_records::edit(&made.document, first.device, &ProductEdit { price: Some(dearer), ..Default::default() }).unwrap().unwrap();
        let name = duka_records::edit(&made.document, second.device, &ProductEdit { name: Some("Chai".into()), ..Default::default() })
            .unwrap()
            .unwrap();
        // The edit arrives before the product that it edits.
        second.record(product, &name);
        second.sync(&world).await;
        assert_eq!(world.get(&format!("/companies/{company}/products/{product}")).await.problem().0, 404);
        first.record(product, &made);
        first.record(product, &price);
        first.sync(&world).await;
        let held: duka_api::http::CatalogueProduct = world.get(&format!("/companies/{company}/products/{product}")).await.json();
        assert_eq!((held.fields.name.as_str(), held.fields.price), ("Chai", dearer));
    });
}

#[test]
fn a_clock_set_back_ten_years_stops_nothing() {
    on_both_engines(|world| async move {
        let (company, shop, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        till.sell(new_product(), 1);
        till.now -= 10 * 365 * 24 * 60 * 60 * 1_000_000;
        till.sell(new_product(), 1);
        till.now = i64::MIN / 2;
        till.sell(new_product(), 1);
        till.sync(&world).await;
        world.clock.set(world.clock.now().at.micros() - 10 * 365 * 24 * 60 * 60 * 1_000_000);
        till.sell(new_product(), 1);
        till.sync(&world).await;
        let sales: duka_api::till::Page<duka_api::http::SaleView> =
            world.get(&format!("/companies/{company}/shops/{shop}/sales")).await.json();
        assert_eq!(sales.rows.len(), 4);
    });
}

#[test]
fn a_shop_is_never_sent_what_another_shop_wrote() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        let elsewhere = world.shop(company).await;
        let register = world.register(company, elsewhere, "B").await;
        let mut other = world.till_at(company, register).await;
        till.open_shift(0);
        till.record(new_product(), &duka_records::create(till.device, &tea("Tea")).unwrap());
        till.sync(&world).await;
        other.sync(&world).await;
        // I9: the products of the company, but no sale of the other shop.
        let scopes: Vec<Scope> = other.others.keys().map(|log| log.scope).collect();
        assert!(scopes.iter().all(|scope| *scope == Scope::Company(company)), "{scopes:?}");
        let answer = other.exchange(&world, vec![]).await.unwrap();
        assert!(answer.have.iter().all(|head| head.log.scope != till.shop_scope()));

        let foreign = world.company("Somebody else").await;
        let shop = world.shop(foreign).await;
        let register = world.register(foreign, shop, "A").await;
        let mut stranger = world.till_at(foreign, register).await;
        stranger.sync(&world).await;
        assert!(stranger.others.keys().all(|log| log.device == stranger.me().server_device));
    });
}

#[test]
fn an_exchange_over_http_is_packed_both_ways() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        let envelope = till.seal(&till.request(till.all(), true));
        let packed = zstd::encode_all(envelope.as_slice(), 3).unwrap();
        let reply = world.raw(Method::POST, "/api/sync/v1/exchange", "application/octet-stream", packed).await;
        assert_eq!((reply.status.as_u16(), reply.kind.as_str()), (200, "application/octet-stream"));
        let answer = Envelope::read(&zstd::decode_all(reply.body.as_slice()).unwrap()).unwrap();
        assert_eq!(answer.device, till.me().server_device);
        let key = duka_ledger::PublicKey::try_from_bytes(duka_server::platform::secret::from_hex(&till.me().server_key).unwrap()).unwrap();
        let answer: duka_sync::Answer = answer.open(&key, Purpose::Answer).unwrap();
        assert_eq!(answer.digests.len(), Table::ALL.len() + 1);
    });
}

#[test]
fn what_was_confirmed_is_there_after_a_restart() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        till.sell(new_product(), 1);
        till.sync(&world).await;
        let world = world.restarted().await;
        let answer = till.exchange(&world, vec![]).await.unwrap();
        assert!(answer.have.contains(&till.head(till.shop_scope())));
        till.sell(new_product(), 1);
        till.sync(&world).await;
        assert_eq!(
            till.logs[&till.shop_scope()].last().map(SealedEntry::hash),
            till.exchange(&world, vec![])
                .await
                .unwrap()
                .have
                .iter()
                .find(|head| head.log == till.log(till.shop_scope()))
                .map(|head| head.hash)
        );
    });
}

#[test]
fn two_tills_that_push_at_once_both_get_through() {
    on_both_engines(|world| async move {
        let (company, _, mut first) = world.shop_with_till().await;
        let mut second = world.till_at(company, first.me().register).await;
        let products: Vec<_> = (0..20).map(|_| new_product()).collect();
        for till in [&mut first, &mut second] {
            till.open_shift(0);
            for product in &products {
                till.sell(*product, 1);
                till.record(*product, &duka_records::create(till.device, &tea("Tea")).unwrap());
            }
        }
        let (one, two) = tokio::join!(first.exchange(&world, first.all()), second.exchange(&world, second.all()));
        assert_eq!((one.unwrap().refused, two.unwrap().refused), (vec![], vec![]));
        assert_eq!(world.count("SELECT COUNT(*) FROM stock WHERE thousandths = -2000").await, 20);
        assert_eq!(world.count(SUM_OF_BALANCES).await, 0);
        assert!(world.post(&format!("/companies/{company}/rebuild"), &()).await.json::<duka_api::http::Rebuilt>().equal);
    });
}
