//! A server that was restored to an older backup is filled up by its tills: others' logs, and its own.

use crate::{
    exchange::tea,
    talk::{FAST, refused},
    till::{Till, new_product},
    world::{World, on_both_engines},
};
use duka_api::http::{CatalogueProduct, ImportJob};
use duka_core::{Clock, CompanyId, ProductId, ShopId};
use duka_server::platform::db::Connection;
use duka_sync::{Ask, Exchange, Next, Range, RefusalReason, Request, Said};
use serde_json::json;

const MINUTE: i64 = 60_000_000;

async fn create(world: &World, company: CompanyId, code: &str) -> (u16, String) {
    let product = json!({ "name": "Chai", "code": code, "price": { "minor": 120, "currency": "GBP" }, "rate": 200_000, "unit": "each", "active": true, "barcodes": [] });
    let reply = world.post(&format!("/companies/{company}/products"), &product).await;
    let text = String::from_utf8_lossy(&reply.body).into_owned();
    (reply.status.as_u16(), text)
}

/// A server that was backed up, then wrote hundreds of facts and admitted a till; a till that has all of it; and the backup.
async fn after_a_backup(world: World) -> (World, Connection, CompanyId, ShopId, Till, Till) {
    let (company, shop, mut till) = world.shop_with_till().await;
    till.open_shift(0);
    till.sync(&world).await;
    let (world, backup) = world.backed_up().await;
    let mut file = "name,price,code\n".to_owned();
    for n in 0..600 {
        file.push_str(&format!("Item {n:04},1,I{n}\n"));
    }
    let path = format!("/api/admin/v1/companies/{company}/products/import");
    let _: ImportJob = world.raw(axum::http::Method::POST, &path, "text/csv", file.into()).await.json();
    world.state.imports.join().await;
    let mut late = world.till_at(company, till.me().register).await;
    late.open_shift(0);
    late.sell(new_product(), 1);
    late.record(new_product(), &duka_records::create(late.device, &tea("Tea")).unwrap());
    late.sync(&world).await;
    till.sell(new_product(), 1);
    till.sync(&world).await;
    (world, backup, company, shop, till, late)
}

#[test]
fn a_till_fills_the_server_up_with_the_servers_own_log_and_those_of_devices_that_it_forgot() {
    on_both_engines(|world| async move {
        let (world, backup, company, shop, mut till, late) = after_a_backup(world).await;
        let before = world.digests(company, shop).await;
        let world = world.restored(backup).await;
        assert_ne!(world.digests(company, shop).await, before);
        // The till that was admitted since then is not known.
        assert_eq!(late.look(&world).await.said, Said::NotEnrolled(2));

        assert_eq!(till.exchange(&world, FAST).await, Next::More);
        assert_eq!(till.talk.lost.len(), 2, "its own sale, and the server's own log");
        till.sync(&world).await;
        assert_eq!((till.talk.lost.len(), world.digests(company, shop).await), (0, before));
        assert!(world.rebuild(company).await.equal);
        let mut late = late;
        late.sell(new_product(), 1);
        late.sync(&world).await;
        till.sync(&world).await;
        // What this server alone knew of it, it learns again: that it is set apart when its log forks.
        let mut copy = late.copy();
        copy.logs.get_mut(&late.shop_scope()).unwrap().pop();
        copy.sell(new_product(), 2);
        assert_eq!(refused(&copy.bring(&world, copy.all()).await)[0].reason, RefusalReason::Fork);
        assert!(world.get(&format!("/companies/{company}/devices")).await.body.windows(13).any(|text| text == b"\"quarantined\""));
        // I7: the series of the one that was forgotten is not given again.
        let next = world.till_at(company, till.me().register).await;
        assert_eq!([&till, &late, &next].map(|till| till.me().series.clone()), ["A", "A.2", "A.3"]);
        assert_eq!(create(&world, company, "C1").await.0, 201);
    });
}

/// No other till has the server's own log, and nobody types a code.
#[test]
fn the_only_till_of_a_shop_fills_up_a_server_that_has_forgotten_it() {
    on_both_engines(|world| async move {
        let (world, backup, company, shop, _, mut late) = after_a_backup(world).await;
        late.sync(&world).await;
        let before = world.digests(company, shop).await;
        let world = world.restored(backup).await;
        let mut exchanges = 0;
        let mut next = Next::More;
        while next == Next::More {
            next = late.exchange(&world, 8 << 10).await;
            exchanges += 1;
            if exchanges > 3 && world.count("SELECT COUNT(*) FROM device").await < 3 {
                // It is on its way: whatever the server wrote now would be a fork.
                assert_eq!(create(&world, company, "EARLY").await.0, 503);
            }
        }
        assert!(exchanges > 5);
        assert_eq!((next, world.digests(company, shop).await), (Next::InStep, before));
        assert_eq!(world.count("SELECT COUNT(*) FROM fork").await, 0);
        assert_eq!(create(&world, company, "C1").await.0, 201);
        late.sync(&world).await;
    });
}

#[test]
fn a_stranger_is_told_nothing_and_what_it_brings_is_neither_taken_nor_kept() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        till.sync(&world).await;
        let before = world.written().await;
        // It knows the names, and has a key of its own.
        let mut stranger = till.copy();
        stranger.device = Till::new().device;
        stranger.key = [7; 32];
        let elsewhere = Request { server: stranger.device, ..stranger.request(Ask::Look) };
        assert!(matches!(stranger.ask(&world, &elsewhere).await, Err(duka_server::sync::SyncError::Unknown(_))));
        let mut forged = till.pack(&Range::after(0, till.heads().get(&till.server_log()).unwrap()).into_iter().collect::<Vec<_>>(), FAST);
        forged[0].head.signature[0] ^= 1;
        let exchange = Exchange { batches: [forged, till.all()].concat(), ..stranger.stated(1) };
        let answer = stranger.ask(&world, &stranger.request(Ask::Exchange(Box::new(exchange)))).await.unwrap();
        assert_eq!(answer.said, Said::NotEnrolled(till.heads().held(&till.server_log())));
        assert_eq!(world.written().await, before);
    });
}

#[test]
fn a_server_writes_nothing_for_who_holds_more_of_its_log_than_it_does() {
    on_both_engines(|world| async move {
        let (world, backup, company, _, till, _) = after_a_backup(world).await;
        let world = world.restored(backup).await;
        let entries = world.count("SELECT COUNT(*) FROM entry").await;
        // Nobody has brought anything yet, so nobody else is held up.
        let new = Till::new();
        let (request, _) = crate::succession::asked(&till, &new, Vec::new()).seal(&till.signer(), &new.signer()).unwrap();
        assert_eq!(world.post_packed("/api/sync/v1/succeed", &request).await.problem(), (503, "unavailable".to_owned()));
        let code = world.code(company, till.me().register).await;
        let mut again = Till::new();
        again.heard = till.heads().get(&till.server_log()).copied();
        assert_eq!(world.enrol(&again.enrolment(&code)).await.problem(), (503, "unavailable".to_owned()));
        assert_eq!(world.count("SELECT COUNT(*) FROM entry").await, entries);
        let mut till = till;
        till.sync(&world).await;
        assert!(world.enrol(&again.enrolment(&code)).await.status.is_success(), "the code still admits");
    });
}

#[test]
fn certificates_that_come_back_take_effect_for_what_follows_in_the_same_message() {
    on_both_engines(|world| async move {
        let (world, backup, _, _, till, late) = after_a_backup(world).await;
        let world = world.restored(backup).await;
        let logs = [till.server_log(), late.log(late.shop_scope()), late.log(late.company_scope())];
        let heads = till.heads();
        let held = |log| if log == till.server_log() { 2 } else { 0 };
        let ranges: Vec<Range> = logs.iter().filter_map(|log| Range::after(held(*log), heads.get(log).unwrap())).collect();
        let answer = till.bring(&world, till.pack(&ranges, FAST)).await;
        assert_eq!((refused(&answer), answer.taken.len()), (vec![], 3));
        assert!(answer.taken.iter().all(|taken| taken.held == heads.held(&taken.log)));
    });
}

#[test]
fn while_its_log_comes_back_the_server_writes_nothing_there() {
    on_both_engines(|world| async move {
        let (world, backup, company, _, mut till, _) = after_a_backup(world).await;
        let code = world.code(company, till.me().register).await;
        let world = world.restored(backup).await;
        // A code of before the backup is lost with it.
        assert!(!world.enrol(&Till::new().enrolment(&code)).await.status.is_success());
        let code = world.code(company, till.me().register).await;
        let whole = till.heads().held(&till.server_log());
        let held = async || {
            let held = "SELECT log.seq FROM log JOIN server ON server.device = log.device";
            u64::try_from(world.count(held).await).unwrap()
        };
        let mut refusals = 0;
        while held().await < whole {
            let next = till.exchange(&world, 1_000).await;
            assert_eq!(next, Next::More);
            let held = held().await;
            if (3..whole).contains(&held) {
                let (status, text) = create(&world, company, "C1").await;
                assert!(status == 503 && text.contains("restored from an older backup") && text.contains("\"retryable\":true"), "{text}");
                assert_eq!(world.enrol(&Till::new().enrolment(&code)).await.problem(), (503, "unavailable".to_owned()));
                let revoke = world.post(&format!("/companies/{company}/devices/{}/revoke", till.device), &json!({ "reason": "x" })).await;
                assert_eq!(revoke.problem().0, 503);
                refusals += 1;
            }
        }
        assert!(refusals > 1);
        till.sync(&world).await;
        // The code that was refused still admits.
        assert!(world.enrol(&Till::new().enrolment(&code)).await.status.is_success());
        assert_eq!(create(&world, company, "C1").await.0, 201);
        // What was written then is in step with what came back.
        till.sync(&world).await;
    });
}

#[test]
fn a_mere_claim_holds_up_nobody_and_what_was_written_too_early_is_a_fork_of_which_both_branches_are_kept() {
    on_both_engines(|world| async move {
        let (world, backup, company, _, till, _) = after_a_backup(world).await;
        let world = world.restored(backup).await;
        let (log, heads) = (till.server_log(), till.heads());
        let rest = till.pack(&Range::after(2, heads.get(&log).unwrap()).into_iter().collect::<Vec<_>>(), FAST);
        let mut stated = till.stated(till.look(&world).await.counter + 1);
        // Without a piece that this server signed and does not hold nothing is believed.
        let request = Request { heard: 1 << 40, ..till.request(Ask::Exchange(Box::new(stated.clone()))) };
        till.ask(&world, &request).await.unwrap();
        assert_eq!(create(&world, company, "EARLY").await.0, 201);
        stated.counter += 1;
        let brought = i64::try_from(rest.len()).unwrap();
        stated.batches = rest;
        let request = till.request(Ask::Exchange(Box::new(stated)));
        let answer = crate::talk::said(till.ask(&world, &request).await.unwrap());
        // Its own log has two branches now: both are kept, and nobody is set apart for it.
        assert_eq!(refused(&answer)[0].reason, RefusalReason::Fork);
        assert_eq!(world.count("SELECT COUNT(*) FROM fork").await, brought);
        assert_eq!(world.count("SELECT COUNT(*) FROM enrolment WHERE quarantined").await, 0);
        assert_eq!(create(&world, company, "C1").await.0, 201);
    });
}

#[test]
fn what_a_till_says_of_the_rest_is_believed_for_ten_minutes_after_each_piece() {
    on_both_engines(|world| async move {
        let (world, backup, company, _, till, _) = after_a_backup(world).await;
        let world = world.restored(backup).await;
        let (log, heads) = (till.server_log(), till.heads());
        let rest = till.pack(&Range::after(2, heads.get(&log).unwrap()).into_iter().collect::<Vec<_>>(), FAST);
        assert!(rest.len() > 1);
        let mut stated = till.stated(till.look(&world).await.counter + 1);
        stated.batches = rest;
        let request = Request { heard: 1 << 40, ..till.request(Ask::Exchange(Box::new(stated))) };
        assert_eq!(refused(&crate::talk::said(till.ask(&world, &request).await.unwrap())), []);
        let came = world.clock.now().at.micros();
        for (later, status) in [(0, 503), (9 * MINUTE, 503), (10 * MINUTE, 201), (-MINUTE, 201)] {
            world.clock.set(came + later);
            assert_eq!(create(&world, company, &format!("C{later}")).await.0, status, "{later}");
        }
    });
}

#[test]
fn what_the_company_knew_of_its_products_is_whole_again() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        let product = new_product();
        till.record(product, &duka_records::create(till.device, &tea("Tea")).unwrap());
        till.sync(&world).await;
        let (world, backup) = world.backed_up().await;
        let rename = |name: &str| json!({ "name": name });
        let path = format!("/companies/{company}/products/{product}");
        assert!(world.patch(&path, &rename("Chai")).await.status.is_success());
        till.sync(&world).await;
        let world = world.restored(backup).await;
        assert_eq!(name(&world, company, product).await, "Tea");
        till.sync(&world).await;
        assert_eq!(name(&world, company, product).await, "Chai");
        // The server goes on where its own edits ended.
        assert!(world.patch(&path, &rename("Oolong")).await.status.is_success());
        till.sync(&world).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM entry WHERE state <> 0").await, 0);
    });
}

async fn name(world: &World, company: CompanyId, product: ProductId) -> String {
    world.get(&format!("/companies/{company}/products/{product}")).await.json::<CatalogueProduct>().fields.name
}

#[test]
fn a_revocation_that_comes_back_counts_for_what_was_folded_without_it() {
    on_both_engines(|world| async move {
        let (company, _, mut honest) = world.shop_with_till().await;
        let mut stolen = world.till_at(company, honest.me().register).await;
        stolen.sell(new_product(), 1);
        stolen.sync(&world).await;
        honest.sync(&world).await;
        let (world, backup) = world.backed_up().await;
        let reason = json!({ "reason": "stolen", "company_seq": 0, "shop_seq": 0 });
        let revoked = world.post(&format!("/companies/{company}/devices/{}/revoke", stolen.device), &reason).await;
        assert_eq!(revoked.status.as_u16(), 204);
        honest.sync(&world).await;
        let world = world.restored(backup).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 1);
        honest.sync(&world).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 0);
        assert!(world.rebuild(company).await.equal);
    });
}

#[test]
fn a_server_that_merely_starts_writes_nothing() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        till.sync(&world).await;
        let entries = world.count("SELECT COUNT(*) FROM entry").await;
        let world = world.restarted().await;
        duka_server::sync::refold_outdated(&world.state).await.unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM entry").await, entries);
    });
}
