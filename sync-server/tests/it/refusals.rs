//! What the server does not take, and what becomes of it.

use crate::{
    till::{Till, new_product},
    world::{World, on_both_engines},
};
use duka_api::{http::QuarantineView, till::Page};
use duka_core::CompanyId;
use duka_server::{Fault, sync::SyncError};
use duka_sync::{Refusal, RefusalReason};

async fn quarantine(world: &World, company: CompanyId) -> Vec<QuarantineView> {
    world.get(&format!("/companies/{company}/quarantine")).await.json::<Page<QuarantineView>>().rows
}

async fn refused(world: &World, till: &Till, batches: Vec<duka_ledger::Batch>) -> Refusal {
    let answer = till.exchange(world, batches).await.unwrap();
    assert_eq!(answer.refused.len(), 1, "{:?}", answer.refused);
    answer.refused.into_iter().next().unwrap()
}

fn code(fault: SyncError) -> String {
    serde_json::to_value(Fault::from(fault).problem().code).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn a_broken_chain_a_wrong_signature_and_garbage_are_kept_with_their_reason() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        till.sell(new_product(), 1);
        till.sell(new_product(), 1);
        let scope = till.shop_scope();

        let mut broken = till.batch(scope, 1, 3);
        broken.entries.remove(1);
        assert_eq!(refused(&world, &till, vec![broken]).await.reason, RefusalReason::Broken);
        let mut unsigned = till.batch(scope, 1, 3);
        unsigned.head.signature[7] ^= 1;
        assert_eq!(refused(&world, &till, vec![unsigned.clone()]).await.reason, RefusalReason::Broken);
        // The same again only counts up.
        refused(&world, &till, vec![unsigned]).await;
        let mut garbage = till.batch(scope, 1, 1);
        garbage.entries[0] = b"garbage".to_vec().into();
        assert_eq!(refused(&world, &till, vec![garbage]).await.reason, RefusalReason::Broken);

        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 0);
        let kept = quarantine(&world, company).await;
        assert!(kept.len() == 3 && kept.iter().any(|row| row.reason.contains("(2 times)")), "{kept:?}");
        assert!(kept.iter().all(|row| row.device == till.device && !row.reason.is_empty() && row.place.contains("/shop/")));
        // Nothing of it stands in the way of what is right.
        till.sync(&world).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 2);
    });
}

#[test]
fn a_gap_is_asked_for_and_nobody_need_look() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        till.sell(new_product(), 1);
        let refusal = refused(&world, &till, vec![till.batch(till.shop_scope(), 2, 2)]).await;
        assert_eq!((refusal.reason, refusal.seq), (RefusalReason::Gap, 2));
        assert!(quarantine(&world, company).await.is_empty());
        till.sync(&world).await;
    });
}

#[test]
fn a_fork_sets_the_device_apart_and_keeps_both_branches() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        let mut copy = till.copy();
        till.sell(new_product(), 1);
        till.sync(&world).await;
        copy.sell(new_product(), 7);
        copy.sell(new_product(), 8);
        let entries = world.count("SELECT COUNT(*) FROM entry").await;
        let refusal = refused(&world, &copy, copy.all()).await;
        assert_eq!((refusal.reason, refusal.seq), (RefusalReason::Fork, 2));
        // I3: nothing is dropped, and both are told to wait for a person.
        assert_eq!(world.count("SELECT COUNT(*) FROM entry").await, entries);
        assert_eq!(world.count("SELECT COUNT(*) FROM fork").await, 1);
        assert_eq!(quarantine(&world, company).await.len(), 1);
        for till in [&till, &copy] {
            assert_eq!(code(till.exchange(&world, vec![]).await.unwrap_err()), "device_refused");
        }
        let devices: Page<duka_api::http::DeviceView> = world.get(&format!("/companies/{company}/devices")).await.json();
        assert!(devices.rows.iter().any(|row| row.device == till.device && row.state == "quarantined"));
    });
}

#[test]
fn a_copy_that_stands_at_the_same_place_is_a_fork_though_it_sends_nothing() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        let mut copy = till.copy();
        till.sell(new_product(), 1);
        till.sync(&world).await;
        copy.sell(new_product(), 7);
        assert_eq!(refused(&world, &copy, vec![]).await.reason, RefusalReason::Fork);
        assert_eq!(world.count("SELECT COUNT(*) FROM fork").await, 1);
    });
}

#[test]
fn who_is_not_enrolled_or_lies_about_its_company_gets_no_answer() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        let foreign = world.company("Somebody else").await;
        let mut stranger = Till::new();
        stranger.enrolment = till.enrolment.clone();
        assert_eq!(code(stranger.exchange(&world, vec![]).await.unwrap_err()), "not_enrolled");
        let mut liar = till.request(vec![], false);
        liar.company = foreign;
        assert_eq!(code(till.ask(&world, &liar).await.unwrap_err()), "forbidden");
        let mut thief = till.copy();
        thief.key = [7; 32];
        assert_eq!(code(thief.exchange(&world, vec![]).await.unwrap_err()), "unauthenticated");
        till.enrolment.as_mut().unwrap().server_key.clear();
        assert_eq!(code(duka_server::sync::exchange(&world.state, b"garbage").await.unwrap_err()), "invalid_input");
    });
}

#[test]
fn a_message_over_its_limits_is_refused_whole() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        for _ in 0..1_001 {
            till.receive(new_product(), 1);
        }
        let scope = till.shop_scope();
        assert_eq!(code(till.exchange(&world, vec![till.batch(scope, 1, 1_001)]).await.unwrap_err()), "too_large");
        let many = (1..=65).map(|n| till.batch(scope, n, n)).collect();
        assert_eq!(code(till.exchange(&world, many).await.unwrap_err()), "too_large");
        assert_eq!(till.exchange(&world, vec![till.batch(scope, 1, 1_000)]).await.unwrap().refused, []);
    });
}
