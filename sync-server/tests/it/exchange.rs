//! Exchanges between tills and the server.

use crate::{
    talk::{FAST, refused, said},
    till::{Till, new_product},
    world::{World, on_both_engines},
};
use duka_core::{Clock, Money, TaxRate, Unit};
use duka_ledger::{Scope, table::Table};
use duka_records::{Product, ProductEdit};
use duka_server::sync;
use duka_sync::{Ask, Difference, Exchange, Exchanged, Next};

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

async fn with_digests(world: &World, till: &Till) -> Exchanged {
    let exchange = Exchange { digests: true, ..till.stated(till.look(world).await.counter + 1) };
    said(till.ask(world, &till.request(Ask::Exchange(Box::new(exchange)))).await.unwrap())
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
        let answer = till.bring(&world, till.all()).await;
        assert_eq!(refused(&answer), []);
        assert!(answer.acknowledged.heads.contains(&till.head(till.shop_scope())));
        assert_eq!(entries(&world).await, before + 2);

        // I2: the answer was lost; all is brought again, then more with all of it.
        assert_eq!(refused(&till.bring(&world, till.all()).await), []);
        till.sell(new_product(), 1);
        assert_eq!(refused(&till.bring(&world, till.all()).await), []);
        assert_eq!(entries(&world).await, before + 3);
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 2);
        assert_eq!(world.count(SUM_OF_BALANCES).await, 0);
        // An older part of it again, that ends before what is held.
        let answer = till.bring(&world, vec![till.batch(till.shop_scope(), 1, 2)]).await;
        assert_eq!((refused(&answer), answer.taken[0].held), (vec![], 3));
        // Every place where a piece ended can be handed on.
        assert_eq!(world.count("SELECT COUNT(*) FROM signed_head").await, 2);
    });
}

#[test]
fn a_till_that_lacks_all_is_sent_the_servers_own_log_first_and_each_piece_verifies() {
    on_both_engines(|world| async move {
        let (company, _, mut first) = world.shop_with_till().await;
        first.open_shift(0);
        let product = new_product();
        first.record(product, &duka_records::create(first.device, &tea("Tea")).unwrap());
        first.sync(&world).await;

        let mut second = world.till_at(company, first.me().register).await;
        let answer = second.exchange_by_hand(&world, vec![], FAST).await;
        let writers: Vec<_> = answer.batches.iter().map(|batch| batch.log.device).collect();
        assert_eq!(writers, [second.me().server_device, first.device, first.device]);
        // The test's till verifies each by its writer's key.
        second.sync(&world).await;
        first.sync(&world).await;
        assert_eq!(second.heads(), first.heads());
        assert_eq!(said(second.look(&world).await).difference, Difference::None);
    });
}

#[test]
fn a_long_log_comes_in_pieces_that_end_where_it_was_signed_as_many_as_the_line_carries() {
    on_both_engines(|world| async move {
        let (company, _, mut first) = world.shop_with_till().await;
        first.open_shift(0);
        for _ in 0..599 {
            first.receive(new_product(), 1);
        }
        let scope = first.shop_scope();
        let ends = [100, 190, 340, 350, 480, 600];
        let pieces = ends.iter().scan(0, |from, to| Some(first.batch(scope, std::mem::replace(from, *to) + 1, *to)));
        assert_eq!(refused(&first.bring(&world, pieces.collect()).await), []);

        let mut second = world.till_at(company, first.me().register).await;
        let answer = second.exchange_by_hand(&world, vec![], 40_000).await;
        assert_eq!(answer.batches.last().unwrap().log, first.log(scope));
        assert!(matches!(answer.difference, Difference::Compared(compared) if compared.more));
        let mut places: Vec<u64> =
            answer.batches.iter().filter(|piece| piece.log.scope == scope).map(|piece| piece.head.head.seq).collect();
        assert!(!places.is_empty() && places.pop() < Some(600));
        // On a line that carries less than one piece each comes by itself.
        assert_eq!(second.run(&world, 1).await, Next::InStep);
        assert_eq!(second.others[&first.log(scope)].len(), 600);
        let kept =
            "SELECT signed_head.seq FROM signed_head JOIN log ON log.log = signed_head.log WHERE log.device = $1 ORDER BY signed_head.seq";
        let kept = world.state.db.query(kept).bind(first.device.uuid()).fetch_all::<(i64,)>().await.unwrap();
        assert_eq!(kept, ends.map(|end| (i64::try_from(end).unwrap(),)));
    });
}

#[test]
fn in_step_with_a_hundred_devices_takes_a_kilobyte_both_ways_and_writes_nothing() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        let mut tills = Vec::new();
        for _ in 0..99 {
            let mut other = world.till_at(company, till.me().register).await;
            other.open_shift(0);
            other.record(new_product(), &duka_records::create(other.device, &tea("Tea")).unwrap());
            assert_eq!(refused(&other.bring(&world, other.all()).await), []);
            tills.push(other);
        }
        till.open_shift(0);
        till.sync(&world).await;
        assert_eq!(till.heads().len(), 1 + 2 * 99 + 1);
        let before = world.written().await;
        let (request, ticket) = till.plan(FAST);
        let answer = sync::exchange(&world.state, &request).await.unwrap();
        assert!(request.len() + answer.len() <= 1_024, "{} + {}", request.len(), answer.len());
        assert_eq!(till.hear(ticket, &answer), Next::InStep);
        assert_eq!(world.written().await, before);
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
        till.sync(&world).await;
        let answer = with_digests(&world, &till).await;
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

        let view = world.digests(company, shop).await;
        assert!(view.tables.iter().zip(&answer.digests).all(|(seen, told)| seen.table == told.table && seen.digest == told.digest));
        let rebuilt = world.rebuild(company).await;
        assert_eq!((rebuilt.facts, rebuilt.equal), (8, true), "{:?}", rebuilt.mended);
        assert_eq!(world.digests(company, shop).await, view);
    });
}

#[test]
fn digests_are_given_only_to_a_till_in_step_with_tables_that_follow_and_now_and_then() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        till.open_shift(5_000);
        till.sync(&world).await;
        let mark = |folded: i64| {
            let db = world.state.db.clone();
            async move {
                let mut tx = db.begin().await.unwrap();
                tx.query("UPDATE log SET folded = $1 WHERE folded <> $1").bind(folded).execute().await.unwrap();
                tx.commit().await.unwrap();
            }
        };
        let folded = i64::from(duka_ledger::fold::VERSION);
        let ask = async |till: &Till| with_digests(&world, till).await.digests.len();
        mark(0).await;
        assert_eq!(ask(&till).await, 0, "the tables follow only in part");
        mark(folded).await;
        till.sell(new_product(), 1);
        assert_eq!(ask(&till).await, 0, "the till has a sale that the server lacks");
        till.sync(&world).await;
        assert_eq!(ask(&till).await, Table::ALL.len() + 1);
        assert_eq!(ask(&till).await, 0, "again at once");
        world.clock.set(world.clock.now().at.micros() + 60_000_000);
        assert_eq!(ask(&till).await, Table::ALL.len() + 1);
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
        assert!(other.heads().iter().all(|head| head.log.scope != till.shop_scope()));

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
        till.sync(&world).await;
        let exchange = Exchange { digests: true, ..till.stated(till.look(&world).await.counter + 1) };
        let (envelope, ticket) = till.request(Ask::Exchange(Box::new(exchange))).seal(&till.signer()).unwrap();
        let reply = world.post_packed("/api/sync/v1/exchange", &envelope).await;
        assert_eq!((reply.status.as_u16(), reply.kind.as_str()), (200, "application/octet-stream"));
        let answer = said(till.open(ticket, &zstd::decode_all(reply.body.as_slice()).unwrap()));
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
        let answer = said(till.look(&world).await);
        assert!(answer.acknowledged.heads.contains(&till.head(till.shop_scope())));
        till.sell(new_product(), 1);
        till.sync(&world).await;
        assert!(said(till.look(&world).await).acknowledged.heads.contains(&till.head(till.shop_scope())));
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
        let (one, two) = tokio::join!(first.bring(&world, first.all()), second.bring(&world, second.all()));
        assert_eq!((refused(&one), refused(&two)), (vec![], vec![]));
        assert_eq!(world.count("SELECT COUNT(*) FROM stock WHERE thousandths = -2000").await, 20);
        assert_eq!(world.count(SUM_OF_BALANCES).await, 0);
        assert!(world.rebuild(company).await.equal);
    });
}
