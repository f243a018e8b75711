//! Devices that are revoked, and released.

use crate::{
    exchange::tea,
    talk::refused,
    till::{Till, new_product},
    world::{World, on_both_engines},
};
use duka_api::http::{CatalogueProduct, DeviceState};
use duka_core::{CompanyId, Money, ShopId};
use duka_records::ProductEdit;
use serde_json::{Value, json};

async fn digests(world: &World, company: CompanyId, shop: ShopId) -> Vec<(String, String)> {
    let view = world.digests(company, shop).await;
    // That somebody was revoked stays told for ever; the rest is as if it had not been.
    view.tables.into_iter().filter(|view| view.table != "device_standing").map(|view| (view.table, view.digest)).collect()
}

async fn post(world: &World, company: CompanyId, till: &Till, what: &str, body: &Value) -> u16 {
    world.post(&format!("/companies/{company}/devices/{}/{what}", till.device), body).await.status.as_u16()
}

fn priced(minor: i64) -> ProductEdit {
    let price = Money::try_new(minor, duka_core::Currency::try_new("GBP").unwrap()).unwrap();
    ProductEdit { price: Some(price), ..Default::default() }
}

#[test]
fn what_a_stolen_till_wrote_does_not_count_and_counts_again_to_the_penny_when_it_is_found() {
    on_both_engines(|world| async move {
        let (company, shop, mut honest) = world.shop_with_till().await;
        let mut stolen = world.till_at(company, honest.me().register).await;
        let product = new_product();
        let made = duka_records::create(honest.device, &tea("Tea")).unwrap();
        honest.open_shift(1_000);
        honest.record(product, &made);
        honest.sell(product, 2);
        honest.sync(&world).await;
        let before = digests(&world, company, shop).await;
        stolen.open_shift(500);
        stolen.sell(product, 1);
        let kept = stolen.logs[&stolen.shop_scope()].len();
        stolen.sell(product, 5);
        stolen.receive(product, 100);
        let price = duka_records::edit(&made.document, stolen.device, &priced(1)).unwrap().unwrap();
        stolen.record(product, &price);
        stolen.sync(&world).await;
        let path = format!("/companies/{company}/products/{product}");
        assert_eq!(world.get(&path).await.json::<CatalogueProduct>().fields.price.minor(), 1);
        let with_all = digests(&world, company, shop).await;

        // Revoked from before it wrote anything: as if it had never been.
        let reason = json!({ "reason": "stolen", "company_seq": 0, "shop_seq": 0 });
        assert_eq!(post(&world, company, &stolen, "revoke", &reason).await, 204);
        let without = digests(&world, company, shop).await;
        let differing: Vec<_> = without.iter().zip(&before).filter(|(now, then)| now != then).map(|(now, _)| now.0.as_str()).collect();
        assert_eq!(differing, ["flag"]);
        assert_eq!(world.get(&path).await.json::<CatalogueProduct>().fields.price.minor(), 120);
        let seen = world.device(company, stolen.device).await;
        assert_eq!((seen.state, seen.reason.as_str()), (DeviceState::Revoked, "stolen"));
        assert_eq!(seen.logs.iter().map(|log| (log.held, log.flagged)).fold((0, 0), |sum, log| (sum.0 + log.0, sum.1 + log.1)), (5, 5));
        assert!(world.rebuild(company).await.equal);

        // Its shop's log counts up to a place after all.
        let reason = json!({ "reason": "stolen at noon", "company_seq": 0, "shop_seq": kept });
        assert_eq!(post(&world, company, &stolen, "revoke", &reason).await, 204);
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 2);
        // What it brings from then on is kept, and does not count.
        stolen.sell(product, 50);
        assert_eq!(refused(&stolen.bring(&world, stolen.all()).await), []);
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 2);

        assert_eq!(post(&world, company, &stolen, "release", &json!({ "reason": "found" })).await, 204);
        assert_eq!(world.device(company, stolen.device).await.state, DeviceState::Active);
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 4);
        assert!(world.rebuild(company).await.equal);
        // The one more sale apart, all is as if it had never been revoked.
        let now = digests(&world, company, shop).await;
        let again: Vec<String> = now.into_iter().zip(with_all).filter(|(now, then)| now != then).map(|(now, _)| now.0).collect();
        assert!(
            again.iter().all(|table| ["receipt", "receipt_line", "payment", "account", "stock"].contains(&table.as_str())),
            "{again:?}"
        );
        assert_eq!(world.get(&path).await.json::<CatalogueProduct>().fields.price.minor(), 1);
    });
}

#[test]
fn released_at_once_a_device_leaves_the_tables_as_if_it_had_never_been_revoked() {
    on_both_engines(|world| async move {
        let (company, shop, mut till) = world.shop_with_till().await;
        let product = new_product();
        till.open_shift(1_000);
        till.record(product, &duka_records::create(till.device, &tea("Tea")).unwrap());
        for _ in 0..3 {
            till.sell(product, 1);
        }
        till.sync(&world).await;
        let before = digests(&world, company, shop).await;
        assert_eq!(post(&world, company, &till, "revoke", &json!({ "reason": "by mistake", "company_seq": 0, "shop_seq": 1 })).await, 204);
        assert_ne!(digests(&world, company, shop).await, before);
        assert_eq!(world.get(&format!("/companies/{company}/products/{product}")).await.problem().0, 404);
        assert_eq!(post(&world, company, &till, "release", &json!({ "reason": "a mistake" })).await, 204);
        assert_eq!(digests(&world, company, shop).await, before);
        till.sell(product, 1);
        till.sync(&world).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM entry WHERE state <> 0").await, 0);
    });
}

#[test]
fn what_a_lost_till_still_owed_is_seen() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        till.sell(new_product(), 1);
        till.sell(new_product(), 1);
        // It told of three, and the line broke after one.
        till.bring(&world, vec![till.batch(till.shop_scope(), 1, 1)]).await;
        let logs = world.device(company, till.device).await.logs;
        assert_eq!((logs.len(), logs[0].scope.as_str(), logs[0].held, logs[0].told), (1, "shop", 1, 3));
        // Told again it is no news.
        let before = world.written().await;
        till.look(&world).await;
        assert_eq!(world.written().await, before);
        till.sync(&world).await;
        assert_eq!(world.device(company, till.device).await.logs[0].held, 3);
    });
}

/// A copy tells in a look what it has, before it learns that it is one; or a till says more than there can be.
#[test]
fn what_is_owed_is_what_the_newest_exchange_told_and_no_look_changes_it() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        till.sell(new_product(), 1);
        till.bring(&world, vec![till.batch(till.shop_scope(), 1, 1)]).await;
        let told = async || world.device(company, till.device).await.logs[0].told;
        assert_eq!(told().await, 2);
        let before = world.written().await;
        let mut copy = till.copy();
        for _ in 0..40 {
            copy.sell(new_product(), 1);
        }
        copy.look(&world).await;
        assert_eq!((told().await, world.written().await), (2, before));
        copy.bring(&world, Vec::new()).await;
        assert_eq!(told().await, 42);
        till.bring(&world, Vec::new()).await;
        assert_eq!(told().await, 2, "what is told now counts, not the most that ever was");
    });
}

#[test]
fn the_server_itself_and_anothers_devices_are_not_to_be_revoked() {
    on_both_engines(|world| async move {
        let (company, _, till) = world.shop_with_till().await;
        let other = world.company("Somebody else").await;
        let reason = json!({ "reason": "why not" });
        assert_eq!(post(&world, other, &till, "revoke", &reason).await, 404);
        let server = till.me().server_device;
        let reply = world.post(&format!("/companies/{company}/devices/{server}/revoke"), &reason).await;
        assert_eq!(reply.problem().1, "invalid_input");
        let long = json!({ "reason": "x".repeat(1_001) });
        assert_eq!(post(&world, company, &till, "revoke", &long).await, 422);
        assert_eq!(world.device(company, till.device).await.state, DeviceState::Active);
    });
}
