//! What the server does not take, and what becomes of it.

use crate::{
    talk::refused,
    till::{Till, new_product},
    world::{World, on_both_engines},
};
use duka_api::{http::QuarantineView, till::Page};
use duka_core::CompanyId;
use duka_ledger::Batch;
use duka_server::{Fault, sync::SyncError};
use duka_sync::{Ask, Exchange, MAX_BATCHES, MAX_ENTRIES, Refusal, RefusalReason, Request, Said};

pub async fn quarantine(world: &World, company: CompanyId) -> Vec<QuarantineView> {
    world.get(&format!("/companies/{company}/quarantine")).await.json::<Page<QuarantineView>>().rows
}

async fn one_refused(world: &World, till: &Till, pieces: Vec<Batch>) -> Refusal {
    let refused = refused(&till.bring(world, pieces).await);
    assert_eq!(refused.len(), 1, "{refused:?}");
    refused[0]
}

fn code(fault: SyncError) -> (u16, String) {
    let problem = Fault::from(fault);
    let code = serde_json::to_value(problem.problem().code).unwrap().as_str().unwrap().to_owned();
    let response = axum::response::IntoResponse::into_response(problem);
    (response.status().as_u16(), code)
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
        assert_eq!(one_refused(&world, &till, vec![broken]).await.reason, RefusalReason::BrokenChain);
        let mut unsigned = till.batch(scope, 1, 3);
        unsigned.head.signature[7] ^= 1;
        let told = Refusal { seq: 3, reason: RefusalReason::Signature };
        assert_eq!(one_refused(&world, &till, vec![unsigned.clone()]).await, told);
        // The same again only counts up.
        one_refused(&world, &till, vec![unsigned]).await;
        let mut garbage = till.batch(scope, 1, 1);
        garbage.entries[0] = b"garbage".to_vec().into();
        assert_eq!(one_refused(&world, &till, vec![garbage]).await.reason, RefusalReason::Unreadable);
        let empty = Batch { entries: vec![], ..till.batch(scope, 1, 1) };
        assert_eq!(one_refused(&world, &till, vec![empty]).await.reason, RefusalReason::Unreadable);

        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 0);
        let kept = quarantine(&world, company).await;
        assert!(kept.len() == 4 && kept.iter().any(|row| row.reason.contains("(2 times)")), "{kept:?}");
        assert!(kept.iter().all(|row| row.device == till.device && !row.reason.is_empty() && row.place.contains("/shop/")));
        // Nothing of it stands in the way of what is right.
        till.sync(&world).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 2);
    });
}

#[test]
fn a_log_that_is_refused_stops_no_other_and_is_stopped_for_this_message_alone() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        till.sell(new_product(), 1);
        till.change(new_product(), 1, vec![1]);
        let (shop, company) = (till.shop_scope(), till.company_scope());
        let mut unsigned = till.batch(shop, 1, 1);
        unsigned.head.signature[7] ^= 1;
        let answer = till.bring(&world, vec![unsigned, till.batch(shop, 1, 2), till.batch(company, 1, 1)]).await;
        let taken: Vec<_> =
            answer.taken.iter().map(|taken| (taken.log.scope, taken.held, taken.refused.map(|refusal| refusal.reason))).collect();
        assert_eq!(taken.len(), 2);
        assert!(taken.contains(&(shop, 0, Some(RefusalReason::Signature))) && taken.contains(&(company, 1, None)), "{taken:?}");
        till.sync(&world).await;
    });
}

#[test]
fn a_gap_is_asked_for_and_nobody_need_look() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        till.sell(new_product(), 1);
        let refusal = one_refused(&world, &till, vec![till.batch(till.shop_scope(), 2, 2)]).await;
        assert_eq!(refusal, Refusal { seq: 2, reason: RefusalReason::Gap });
        assert!(quarantine(&world, company).await.is_empty());
        till.sync(&world).await;
    });
}

#[test]
fn who_is_not_enrolled_or_speaks_to_somebody_else_gets_no_answer() {
    on_both_engines(|world| async move {
        let (_, _, till) = world.shop_with_till().await;
        let foreign = world.company("Somebody else").await;
        let mut stranger = Till::new();
        stranger.enrolment.clone_from(&till.enrolment);
        assert_eq!(stranger.look(&world).await.said, Said::NotEnrolled(2));
        let elsewhere = Request { company: foreign, ..stranger.request(Ask::Look) };
        assert_eq!(code(stranger.ask(&world, &elsewhere).await.unwrap_err()), (401, "not_enrolled".to_owned()));
        let mut elsewhere = till.request(Ask::Look);
        elsewhere.company = foreign;
        assert_eq!(code(till.ask(&world, &elsewhere).await.unwrap_err()), (403, "forbidden".to_owned()));
        let mut elsewhere = till.request(Ask::Look);
        elsewhere.server = till.device;
        assert_eq!(code(till.ask(&world, &elsewhere).await.unwrap_err()), (403, "forbidden".to_owned()));
        let mut thief = till.copy();
        thief.key = [7; 32];
        assert_eq!(code(thief.ask(&world, &till.request(Ask::Look)).await.unwrap_err()), (401, "unauthenticated".to_owned()));
        assert_eq!(code(duka_server::sync::exchange(&world.state, b"garbage").await.unwrap_err()), (422, "invalid_input".to_owned()));
        // The server has no till's door.
        let mut server = till.copy();
        server.device = till.me().server_device;
        assert_eq!(server.look(&world).await.said, Said::NotEnrolled(2));
        assert_eq!(world.count("SELECT COUNT(*) FROM quarantine").await, 0);
    });
}

#[test]
fn a_message_over_its_limits_is_refused_whole_and_a_piece_over_its_own_by_itself() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        for _ in 0..MAX_ENTRIES + 1 {
            till.receive(new_product(), 1);
        }
        let scope = till.shop_scope();
        let many = (1..=MAX_BATCHES + 1).map(|n| till.batch(scope, n, n)).collect();
        let request = till.request(Ask::Exchange(Box::new(Exchange { batches: many, ..till.stated(1) })));
        assert_eq!(code(till.ask(&world, &request).await.unwrap_err()), (422, "invalid_input".to_owned()));
        assert_eq!(world.count("SELECT COUNT(*) FROM signed_head").await, 0);
        let large = till.batch(scope, 1, MAX_ENTRIES + 1);
        assert_eq!(one_refused(&world, &till, vec![large]).await, Refusal { seq: 1, reason: RefusalReason::TooLarge });
        let single = (1..=MAX_BATCHES).map(|n| till.batch(scope, n, n)).collect();
        assert_eq!(refused(&till.bring(&world, single).await), []);
        assert_eq!(world.count("SELECT COUNT(*) FROM signed_head").await, i64::try_from(MAX_BATCHES).unwrap());
    });
}
