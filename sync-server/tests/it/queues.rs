//! Whoever waits, or takes long, leaves the database's connections to others.

use crate::{
    till::{Till, new_product},
    world::{Reply, World, on_both_engines},
};
use duka_core::CompanyId;
use duka_ledger::fold;
use duka_server::{
    platform::db::{Engine, Lock, Waiting},
    sync,
};
use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};
use tokio::task::JoinHandle;

/// As few connections as a server may have.
const FEWEST: u32 = 2;

async fn make(world: &World, company: CompanyId) -> Reply {
    let tea = serde_json::json!({ "name": "Tea", "price": { "minor": 120, "currency": "GBP" } });
    world.post(&format!("/companies/{company}/products"), &tea).await
}

#[test]
fn a_company_that_waits_for_its_own_lock_leaves_the_connections_to_the_others() {
    World::with_connections(Engine::Postgres, FEWEST, |world| async move {
        let (busy, other) = (world.company("Tea & Sons").await, world.company("Somebody else").await);
        let elsewhere = world.another_process().await;
        let mut held = elsewhere.state.db.begin().await.unwrap();
        held.lock(busy.uuid(), Lock::Exclusive).await.unwrap();
        let world = Arc::new(world);
        let of_busy: Vec<_> = (0..4)
            .map(|_| {
                let world = Arc::clone(&world);
                tokio::spawn(async move { make(&world, busy).await })
            })
            .collect();
        while elsewhere.waiting().await == 0 && !of_busy.iter().any(JoinHandle::is_finished) {
            tokio::task::yield_now().await;
        }
        // As many as there are connections would be in the way.
        assert_eq!(make(&world, other).await.status.as_u16(), 201);
        assert!(world.get("/companies").await.status.is_success());
        assert_eq!(elsewhere.waiting().await, 1, "one of them asks the database, the others wait for that one");
        drop(held);
        for made in of_busy {
            assert_eq!(made.await.unwrap().status.as_u16(), 201);
        }
    });
}

#[test]
fn tills_that_join_a_busy_company_leave_the_connections_to_the_others_and_an_old_code_waits_for_nobody() {
    World::with_connections(Engine::Postgres, FEWEST, |world| async move {
        let (busy, other) = (world.company("Tea & Sons").await, world.company("Somebody else").await);
        let shop = world.shop(busy).await;
        let register = world.register(busy, shop, "A").await;
        let used = world.code(busy, register).await;
        let first = Till::new().enrolment(&used);
        assert!(world.enrol(&first).await.status.is_success());
        let mut joining = Vec::new();
        for _ in 0..4 {
            joining.push(Till::new().enrolment(&world.code(busy, register).await));
        }
        let elsewhere = world.another_process().await;
        let mut held = elsewhere.state.db.begin().await.unwrap();
        held.lock(busy.uuid(), Lock::Exclusive).await.unwrap();
        let world = Arc::new(world);
        let joining: Vec<_> = joining
            .into_iter()
            .map(|asking| {
                let world = Arc::clone(&world);
                tokio::spawn(async move { world.enrol(&asking).await })
            })
            .collect();
        while elsewhere.waiting().await == 0 && !joining.iter().any(JoinHandle::is_finished) {
            tokio::task::yield_now().await;
        }
        assert_eq!(make(&world, other).await.status.as_u16(), 201);
        assert!(world.enrol(&first).await.status.is_success(), "asked again, it is answered without the company's turn");
        assert_eq!(world.enrol(&Till::new().enrolment(&used)).await.status.as_u16(), 422, "and refused without it");
        assert_eq!(elsewhere.waiting().await, 1, "one of them asks the database, the others wait for that one");
        drop(held);
        for joined in joining {
            assert!(joined.await.unwrap().status.is_success());
        }
    });
}

#[test]
fn journals_of_two_companies_are_gone_over_at_once_on_the_fewest_connections_while_others_go_on() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        World::with_connections(engine, FEWEST, |world| async move {
            let (one, _, mut till) = world.shop_with_till().await;
            let (two, _, mut other) = world.shop_with_till().await;
            for till in [&mut till, &mut other] {
                till.open_shift(0);
                till.sell(new_product(), 1);
                till.sync(&world).await;
            }
            let first = world.state.db.alone(one.uuid()).await.unwrap();
            let second = world.state.db.alone(two.uuid()).await.unwrap();
            let (read_first, read_second) = (first.snapshot().await.unwrap(), second.snapshot().await.unwrap());
            till.sell(new_product(), 1);
            till.sync(&world).await;
            drop((read_first, read_second, first, second));

            let mut tx = world.state.db.begin().await.unwrap();
            tx.query("UPDATE log SET folded = 0").execute().await.unwrap();
            tx.commit().await.unwrap();
            let (mut till, mut other) = (till, other);
            till.sell(new_product(), 1);
            other.sell(new_product(), 1);
            tokio::join!(till.sync(&world), other.sync(&world));
            assert_eq!(sync::refold_outdated(&world.state).await.unwrap(), 0);
            let current = world.count("SELECT COUNT(*) FROM log WHERE folded > 0").await;
            assert!(fold::version() > 0 && current >= 4, "{current}");
            for company in [one, two] {
                assert!(sync::rebuild(&world.state, company).await.unwrap().equal);
            }
        });
    }
}

#[test]
fn a_commit_whose_asker_has_gone_is_carried_through_and_told_to_those_who_wait() {
    on_both_engines(|world| async move {
        let company = world.company("Tea & Sons").await;
        let mut waiting = world.state.db.news().wait(company.uuid(), None, company.uuid()).unwrap();
        let mut tx = world.state.db.begin().await.unwrap();
        tx.query("UPDATE company SET name = 'Tea & Daughters'").execute().await.unwrap();
        tx.grew(company.uuid());
        {
            let mut commit = pin!(tx.commit());
            // Asked for, and given up at its first breath.
            let _given_up = poll_fn(|cx| Poll::Ready(commit.as_mut().poll(cx))).await;
        }
        assert!(tokio::time::timeout(std::time::Duration::from_secs(30), waiting.news()).await.expect("nobody told of it"));
        assert_eq!(world.count("SELECT COUNT(*) FROM company WHERE name = 'Tea & Daughters'").await, 1, "it is there when it is told");
    });
}

#[test]
fn a_sale_wakes_those_of_its_shop_and_an_edit_of_a_product_all_of_the_company() {
    on_both_engines(|world| async move {
        let (company, shop, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        till.sync(&world).await;
        let elsewhere = world.shop(company).await;
        let news = world.state.db.news();
        let mut here = news.wait(company.uuid(), Some(shop.uuid()), shop.uuid()).unwrap();
        let mut there = news.wait(company.uuid(), Some(elsewhere.uuid()), elsewhere.uuid()).unwrap();
        till.sell(new_product(), 1);
        till.sync(&world).await;
        assert_eq!((is_told(&mut here), is_told(&mut there)), (true, false));
        assert_eq!(make(&world, company).await.status.as_u16(), 201);
        assert_eq!((is_told(&mut here), is_told(&mut there)), (true, true));
    });
}

/// Whether there is news right now.
fn is_told(waiting: &mut Waiting) -> bool {
    let mut news = pin!(waiting.news());
    news.as_mut().poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(true)
}
