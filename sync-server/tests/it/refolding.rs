//! Who folds again what was marked: it comes to its end whoever asked for it is gone, whatever fails beside it, and whoever else is at it.

use crate::{
    till::{Till, new_product},
    world::{World, on_both_engines},
};
use duka_api::http::RevokeDevice;
use duka_core::CompanyId;
use duka_ledger::fold;
use duka_server::{
    device,
    platform::db::{Engine, Lock},
    sync::{self, Refolding, SyncError},
};
use duka_sync::Ask;
use std::{
    future::{Future, poll_fn},
    task::Poll,
    time::Duration,
};
use tokio::task::{JoinHandle, yield_now};

const RECEIPTS: &str = "SELECT COUNT(*) FROM receipt";

/// A company with a till that sold something.
async fn company_that_sold(world: &World) -> (CompanyId, Till) {
    let (company, _, mut till) = world.shop_with_till().await;
    till.open_shift(100);
    till.sell(new_product(), 3);
    till.sync(world).await;
    (company, till)
}

fn stolen() -> RevokeDevice {
    RevokeDevice { reason: "stolen".to_owned(), company_seq: Some(0), shop_seq: Some(0), successors: None }
}

/// Revokes a till as a server that died right after the commit: nothing is folded again.
async fn revoke(world: &World, company: CompanyId, till: &Till) {
    device::revoke(&world.state, company, till.device, &stolen()).await.unwrap();
}

/// How many logs of a company are to be folded again.
async fn left(world: &World, company: CompanyId) -> i64 {
    let left = world.state.db.query("SELECT COUNT(*) FROM log WHERE company = $1 AND folded <> $2");
    left.bind(company.uuid()).bind(i64::from(fold::version())).fetch_one::<(i64,)>().await.unwrap().0
}

/// What goes on by itself comes to its end.
async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let waiting = async {
        while !is_so().await {
            yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.expect(what);
}

#[test]
fn a_revocation_whose_request_is_given_up_right_after_its_commit_is_folded_all_the_same() {
    on_both_engines(|world| async move {
        let (company, till) = company_that_sold(&world).await;
        let refolding = Refolding::start(&world.state);
        // Nobody can fold before the request is gone.
        let alone = world.state.db.alone(company.uuid()).await.unwrap();
        let path = format!("/companies/{company}/devices/{}/revoke", till.device);
        let body = stolen();
        let mut request = Box::pin(world.post(&path, &body));
        while left(&world, company).await == 0 {
            assert!(poll_fn(|cx| Poll::Ready(request.as_mut().poll(cx).is_pending())).await, "it waits until it is folded");
            yield_now().await;
        }
        drop(request);
        assert_eq!(world.count(RECEIPTS).await, 1);
        drop(alone);
        world.state.db.backlog().tried(company.uuid()).await;
        assert_eq!((left(&world, company).await, world.count(RECEIPTS).await), (0, 0));
        refolding.stop().await;
        assert!(sync::rebuild(&world.state, company).await.unwrap().equal);
    });
}

#[test]
fn a_company_whose_journal_cannot_be_read_keeps_no_other_from_being_folded_again() {
    on_both_engines(|world| async move {
        let mut two = [company_that_sold(&world).await, company_that_sold(&world).await];
        two.sort_by_key(|(company, _)| *company);
        // It is gone to first.
        let [(damaged, mut till), (sound, other)] = two;
        let (third, another) = company_that_sold(&world).await;
        for (company, till) in [(damaged, &till), (sound, &other)] {
            revoke(&world, company, till).await;
        }
        let sale = "kind = 3 AND company = $1";
        let bytes = world.state.db.query_made(format!("SELECT bytes FROM entry WHERE {sale}")).bind(damaged.uuid());
        let bytes = bytes.fetch_one::<(Vec<u8>,)>().await.unwrap().0;
        let set = async |bytes: Vec<u8>| {
            let mut tx = world.state.db.begin().await.unwrap();
            let update = tx.query_made(format!("UPDATE entry SET bytes = $2 WHERE {sale}"));
            assert_eq!(update.bind(damaged.uuid()).bind(bytes).execute().await.unwrap(), 1);
            tx.commit().await.unwrap();
        };
        set(b"no entry".to_vec()).await;

        // Whoever drives the library is told of the one, and has the other.
        assert!(sync::refold_outdated(&world.state).await.is_err());
        assert_eq!((left(&world, damaged).await, left(&world, sound).await), (1, 0));

        // A server that runs goes on to whatever comes, and says so to whoever needs what it cannot do.
        revoke(&world, third, &another).await;
        let refolding = Refolding::start(&world.state);
        until("what an earlier process left is folded", async || left(&world, third).await == 0).await;
        till.sell(new_product(), 1);
        let exchange = till.stated(till.look(&world).await.counter + 1);
        let request = till.request(Ask::Exchange(Box::new(duka_sync::Exchange { batches: till.all(), ..exchange })));
        let told = till.ask(&world, &request).await.map(drop);
        assert!(matches!(told, Err(SyncError::Refolding(device)) if device == till.device), "{told:?}");
        let path = format!("/companies/{damaged}/devices/{}/release", till.device);
        assert_eq!(world.post(&path, &serde_json::json!({ "reason": "found" })).await.status.as_u16(), 204);
        revoke(&world, damaged, &till).await;

        // And as soon as it can be done, it is.
        set(bytes).await;
        until("what failed is tried again", async || left(&world, damaged).await == 0).await;
        refolding.stop().await;
        assert_eq!(world.count(RECEIPTS).await, 0);
        for company in [damaged, sound, third] {
            assert!(sync::rebuild(&world.state, company).await.unwrap().equal);
        }
    });
}

/// Lets a server fold what is left, up to where it would write.
async fn folding<T>(elsewhere: &World, folding: &JoinHandle<T>, all: i64) {
    while elsewhere.waiting().await < all && !folding.is_finished() {
        yield_now().await;
    }
    assert!(!folding.is_finished());
}

#[test]
fn two_servers_that_fold_one_log_again_at_once_count_nothing_twice() {
    World::with_connections(Engine::Postgres, 4, |world| async move {
        let (company, till) = company_that_sold(&world).await;
        let (one, other) = (world.another_process().await.state, world.another_process().await.state);
        revoke(&world, company, &till).await;
        let mut held = world.state.db.begin().await.unwrap();
        held.lock(company.uuid(), Lock::Exclusive).await.unwrap();
        let first = tokio::spawn(async move { sync::refold_outdated(&one).await });
        folding(&world, &first, 1).await;
        // The first has judged a page when the connection breaks that keeps others from the same journal.
        let holds = held.query(
            "SELECT CAST(pid AS BIGINT) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid() \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        );
        let (pid,) = holds.fetch_one::<(i64,)>().await.unwrap();
        held.query("SELECT pg_terminate_backend(CAST($1 AS INTEGER))").bind(pid).execute().await.unwrap();
        let second = tokio::spawn(async move { sync::refold_outdated(&other).await });
        folding(&world, &second, 2).await;
        held.roll_back().await.unwrap();
        assert!(first.await.unwrap().is_err(), "whose lock is gone does not go on");
        second.await.unwrap().unwrap();
        assert_eq!((left(&world, company).await, world.count(RECEIPTS).await), (0, 0));
        assert_eq!(world.count("SELECT COUNT(*) FROM account WHERE balance <> 0").await, 0);
        let rebuilt = sync::rebuild(&world.state, company).await.unwrap();
        assert!(rebuilt.equal, "{rebuilt:?}");
    });
}
