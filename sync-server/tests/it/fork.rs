//! Forks (I3), and those who are set apart or revoked: answered, with what concerns them.

use crate::{
    refusals::quarantine,
    talk::{FAST, refused, said},
    till::{Till, new_product},
    world::{World, on_both_engines},
};
use duka_api::http::DeviceState;
use duka_core::CompanyId;
use duka_ledger::SealedEntry;
use duka_sync::{Ask, Difference, Exchange, Exchanged, Next, OwnLog, Refusal, RefusalReason, Trace, Trouble};
use serde_json::json;

async fn state(world: &World, company: CompanyId, till: &Till) -> DeviceState {
    world.device(company, till.device).await.state
}

async fn decide(world: &World, company: CompanyId, till: &Till, what: &str) {
    let reply = world.post(&format!("/companies/{company}/devices/{}/{what}", till.device), &json!({ "reason": "decided" })).await;
    assert_eq!(reply.status.as_u16(), 204);
}

/// A till whose log is forked by a copy of it that brings its branch first thing, and a neighbour's sale that neither has seen.
async fn forked(world: &World) -> (CompanyId, Till, Till) {
    let (company, _, mut till) = world.shop_with_till().await;
    till.open_shift(0);
    let mut copy = till.copy();
    till.sell(new_product(), 1);
    till.sync(world).await;
    copy.sell(new_product(), 7);
    copy.sell(new_product(), 8);
    let mut neighbour = world.till_at(company, till.me().register).await;
    neighbour.open_shift(0);
    neighbour.sync(world).await;
    (company, till, copy)
}

/// What an answer names of others than the device and the server.
fn strangers(till: &Till, answer: &Exchanged) -> Vec<duka_ledger::LogId> {
    let known = [till.device, till.me().server_device];
    let logs = answer.batches.iter().map(|piece| piece.log);
    let heads = answer.acknowledged.heads.iter().chain(&answer.places).map(|head| head.log);
    let compared = match &answer.difference {
        Difference::Compared(compared) => compared.wants.iter().map(|want| want.log).chain(compared.diverged.iter().copied()).collect(),
        Difference::None | Difference::Outline(_) => Vec::new(),
    };
    logs.chain(heads).chain(compared).filter(|log| !known.contains(&log.device)).collect()
}

#[test]
fn a_fork_sets_the_device_apart_and_keeps_both_branches() {
    on_both_engines(|world| async move {
        let (company, till, copy) = forked(&world).await;
        let entries = world.count("SELECT COUNT(*) FROM entry").await;
        let fork = Refusal { seq: 2, reason: RefusalReason::Fork };
        assert_eq!(refused(&copy.bring(&world, copy.all()).await), [fork]);
        // I3: nothing is dropped.
        assert_eq!(world.count("SELECT COUNT(*) FROM entry").await, entries);
        assert_eq!(world.count("SELECT COUNT(*) FROM fork").await, 1);
        assert_eq!(quarantine(&world, company).await.len(), 1);
        assert_eq!(state(&world, company, &till).await, DeviceState::Quarantined);
        // The log stands still, whoever brings more of whichever branch, until a person decides.
        let mut first = till.copy();
        first.sell(new_product(), 1);
        for till in [&first, &copy] {
            assert_eq!(refused(&till.bring(&world, till.all()).await)[0].reason, RefusalReason::Fork);
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM entry").await, entries);
        assert_eq!(world.count("SELECT COUNT(*) FROM fork").await, 1);
    });
}

#[test]
fn all_of_the_other_branch_that_came_is_kept_also_an_entry_of_a_megabyte() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        let mut copy = till.copy();
        till.sell(new_product(), 1);
        till.sync(&world).await;
        let large = SealedEntry::MAX_BYTES - 1_000;
        for size in [30 << 10, 30 << 10, large] {
            copy.write_raw(copy.shop_scope(), u16::MAX, vec![7; size]);
        }
        let brought = copy.all();
        let branch: Vec<_> = brought.iter().filter(|piece| piece.log == copy.log(copy.shop_scope())).collect();
        assert!(branch.len() >= 3);
        assert_eq!(refused(&copy.bring(&world, brought.clone()).await)[0].reason, RefusalReason::Fork);
        assert_eq!(world.count("SELECT COUNT(*) FROM fork").await, i64::try_from(branch.len()).unwrap());
        assert_eq!(world.count("SELECT COUNT(*) FROM quarantine").await, i64::try_from(branch.len()).unwrap());
        assert_eq!(world.count("SELECT COUNT(*) FROM fork WHERE LENGTH(batch) > 1047576").await, 1, "I10: whole");
        assert_eq!(world.count("SELECT COUNT(*) FROM quarantine WHERE LENGTH(bytes) > 1047576").await, 1, "I10: whole");
    });
}

#[test]
fn who_is_set_apart_is_answered_and_learns_of_its_own_logs_and_nothing_else() {
    on_both_engines(|world| async move {
        let (_, _, copy) = forked(&world).await;
        copy.bring(&world, copy.all()).await;
        let log = copy.log(copy.shop_scope());
        let trace = Some(Trace { log, agrees: 0, differs: 3 });
        let exchange =
            Exchange { trace, digests: true, room: FAST.try_into().unwrap(), ..copy.stated(copy.look(&world).await.counter + 1) };
        let answer = said(copy.ask(&world, &copy.request(Ask::Exchange(Box::new(exchange)))).await.unwrap());
        assert_eq!(strangers(&copy, &answer), []);
        assert!(answer.digests.is_empty());
        assert!(answer.batches.iter().all(|piece| piece.log.device == copy.me().server_device) && !answer.batches.is_empty());
        assert_eq!(answer.places.iter().map(|place| (place.log, place.seq)).collect::<Vec<_>>(), [(log, 1), (log, 2)]);
        assert!(answer.acknowledged.heads.iter().any(|head| head.log == log && head.seq == 2));
    });
}

#[test]
fn a_copy_learns_where_it_parts_and_brings_nothing_so_that_nobody_is_set_apart() {
    on_both_engines(|world| async move {
        let (company, till, mut copy) = forked(&world).await;
        let before = world.count("SELECT COUNT(*) FROM entry").await;
        copy.run(&world, FAST).await;
        let trouble = copy.talk.peer.as_ref().unwrap().troubles()[&copy.log(copy.shop_scope())];
        assert!(matches!(trouble, Trouble::Own(OwnLog::Diverged(at)) if at.common() == Some(1)), "{trouble:?}");
        assert_eq!(world.count("SELECT COUNT(*) FROM entry").await, before);
        assert_eq!(state(&world, company, &till).await, DeviceState::Active);
    });
}

#[test]
fn a_device_that_was_set_apart_takes_part_again_when_a_person_says_so() {
    on_both_engines(|world| async move {
        let (company, mut till, copy) = forked(&world).await;
        copy.bring(&world, copy.all()).await;
        till.sell(new_product(), 1);
        assert_eq!(till.run(&world, FAST).await, Next::Stuck);
        decide(&world, company, &till, "release").await;
        till.talk.peer.as_mut().unwrap().asked();
        till.sync(&world).await;
        assert_eq!(state(&world, company, &till).await, DeviceState::Active);
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 2);
    });
}

#[test]
fn a_revoked_till_learns_of_it_and_of_nothing_else_and_still_brings_what_it_wrote() {
    on_both_engines(|world| async move {
        let (company, _, mut honest) = world.shop_with_till().await;
        let mut stolen = world.till_at(company, honest.me().register).await;
        stolen.open_shift(0);
        honest.open_shift(0);
        honest.sync(&world).await;
        stolen.sync(&world).await;
        decide(&world, company, &stolen, "revoke").await;
        honest.sell(new_product(), 1);
        honest.sync(&world).await;
        stolen.sell(new_product(), 1);
        let counted = world.count("SELECT COUNT(*) FROM receipt").await;
        // Both hold different things now, and may.
        assert_eq!(stolen.run(&world, FAST).await, Next::Stuck);
        let told = stolen.others[&stolen.server_log()].last().unwrap();
        assert!(matches!(told.body(), Ok(duka_ledger::Body::Known(duka_ledger::Fact::DeviceStandingChanged(_)))));
        assert_eq!(stolen.others[&honest.log(honest.shop_scope())].len(), 1);
        assert_eq!(strangers(&stolen, &stolen.exchange_by_hand(&world, vec![], FAST).await), []);
        // What it wrote came in, and does not count.
        let kept = said(stolen.look(&world).await).acknowledged;
        assert_eq!(kept.held(&stolen.log(stolen.shop_scope())), 2);
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, counted);
        assert_eq!(world.count("SELECT COUNT(*) FROM entry WHERE state = 2").await, 1);
        // It cannot bring what others wrote any more.
        let relayed = stolen.bring(&world, honest.all()).await;
        assert_eq!(refused(&relayed)[0].reason, RefusalReason::NotThisScope);
    });
}

#[test]
fn a_person_who_revokes_a_forked_device_has_decided_and_neither_branch_asks_again() {
    on_both_engines(|world| async move {
        let (company, till, copy) = forked(&world).await;
        copy.bring(&world, copy.all()).await;
        let body = json!({ "reason": "two tills", "company_seq": 0, "shop_seq": 1 });
        let path = format!("/companies/{company}/devices/{}/revoke", till.device);
        assert_eq!(world.post(&path, &body).await.status.as_u16(), 204);
        assert_eq!(state(&world, company, &till).await, DeviceState::Revoked);
        // What either copy brings is kept; where it stands against what is held, it is refused, and nobody is set apart again.
        let mut first = till.copy();
        first.sell(new_product(), 1);
        assert_eq!(refused(&first.bring(&world, first.all()).await), []);
        assert_eq!(refused(&copy.bring(&world, copy.all()).await)[0].reason, RefusalReason::Fork);
        assert_eq!(state(&world, company, &till).await, DeviceState::Revoked);
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 0, "nothing counts behind the place");
        // Whoever reads its log holds the same as everybody.
        let mut neighbour = world.till_at(company, till.me().register).await;
        neighbour.sync(&world).await;
        assert!(neighbour.others.keys().any(|log| log.device == till.device));
    });
}
