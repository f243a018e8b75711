//! A look that waits is answered when there is news.

use crate::{
    talk::{FAST, said},
    till::{Till, new_product},
    world::{Reply, TOKEN, World, on_both_engines},
};
use duka_server::{
    platform::db::{Engine, News},
    router,
};
use duka_sync::{Ask, Difference, Exchange, Exchanged};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinHandle;

/// A look under way that waits.
struct Look {
    till: Till,
    ticket: duka_sync::Ticket,
    reply: JoinHandle<Reply>,
}

impl Look {
    /// Sends a look, and returns when the server holds it back.
    async fn begin(world: &Arc<World>, till: &Till, seconds: u64) -> Self {
        let before = news(world).waiting();
        let look = Self::send(world, till, seconds);
        while news(world).waiting() == before && !look.reply.is_finished() {
            tokio::task::yield_now().await;
        }
        assert!(!look.reply.is_finished(), "it was answered at once");
        look
    }

    fn send(world: &Arc<World>, till: &Till, seconds: u64) -> Self {
        let (envelope, ticket) = till.request(Ask::Look).seal(&till.signer()).unwrap();
        let world = Arc::clone(world);
        let path = format!("/api/sync/v1/exchange?wait={seconds}");
        let reply = tokio::spawn(async move { world.post_packed(&path, &envelope).await });
        Self { till: till.copy(), ticket, reply }
    }

    async fn answer(self) -> Exchanged {
        // Without news it would come after fifty seconds, and show the difference all the same.
        let reply = tokio::time::timeout(Duration::from_secs(30), self.reply).await.expect("nobody told it of the news").unwrap();
        assert_eq!(reply.status.as_u16(), 200, "{}", String::from_utf8_lossy(&reply.body));
        said(self.till.open(self.ticket, &zstd::decode_all(reply.body.as_slice()).unwrap()))
    }
}

fn news(world: &World) -> &News {
    world.state.db.news()
}

async fn two_tills(world: World) -> (Arc<World>, Till, Till) {
    let (company, _, mut first) = world.shop_with_till().await;
    let mut second = world.till_at(company, first.me().register).await;
    first.open_shift(0);
    second.open_shift(0);
    first.sync(&world).await;
    second.sync(&world).await;
    first.sync(&world).await;
    (Arc::new(world), first, second)
}

#[test]
fn a_look_that_waits_is_answered_when_another_till_sells() {
    on_both_engines(|world| async move {
        let (world, first, mut second) = two_tills(world).await;
        let look = Look::begin(&world, &first, 50).await;
        second.sell(new_product(), 1);
        second.sync(&world).await;
        assert!(matches!(look.answer().await.difference, Difference::Outline(_)));
        assert_eq!(news(&world).waiting(), 0);
        let mut first = first;
        first.sync(&world).await;
        assert_eq!(first.others[&second.log(second.shop_scope())].len(), 2);
    });
}

#[test]
fn a_look_that_waits_is_answered_when_the_back_office_writes() {
    on_both_engines(|world| async move {
        let (world, first, _) = two_tills(world).await;
        let company = first.me().company;
        let look = Look::begin(&world, &first, 50).await;
        let revoke = serde_json::json!({ "reason": "lost" });
        assert!(world.post(&format!("/companies/{company}/devices/{}/revoke", first.device), &revoke).await.status.is_success());
        assert_ne!(look.answer().await.difference, Difference::None);
    });
}

#[test]
fn what_another_shop_or_company_does_is_no_news() {
    on_both_engines(|world| async move {
        let (world, first, mut second) = two_tills(world).await;
        let elsewhere = world.shop(first.me().company).await;
        let register = world.register(first.me().company, elsewhere, "B").await;
        let mut other = world.till_at(first.me().company, register).await;
        let mut first = first;
        first.sync(&world).await;
        let look = Look::begin(&world, &first, 50).await;
        other.sell(new_product(), 1);
        other.sync(&world).await;
        world.company("Somebody else").await;
        // Whatever the look made of that, it made of it before this.
        let held = said(first.look(&world).await);
        assert_eq!((held.difference, look.reply.is_finished()), (Difference::None, false));
        second.sync(&world).await;
        second.sell(new_product(), 1);
        second.sync(&world).await;
        let told = look.answer().await;
        assert_eq!(told.summary.logs, held.summary.logs);
        assert_ne!(told.summary, held.summary);
    });
}

#[test]
fn a_look_without_news_gets_the_same_answer_in_the_end_though_other_requests_may_not_take_so_long() {
    on_both_engines(|mut world| async move {
        world.router = router(&world.state, TOKEN, Duration::from_secs(1));
        let (world, first, _) = two_tills(world).await;
        assert_eq!(Look::begin(&world, &first, 2).await.answer().await.difference, Difference::None);
        assert_eq!(Look::send(&world, &first, 0).answer().await.difference, Difference::None);
    });
}

#[test]
fn a_newer_look_of_a_device_ends_the_older() {
    on_both_engines(|world| async move {
        let (world, first, mut second) = two_tills(world).await;
        let older = Look::begin(&world, &first, 50).await;
        let newer = Look::send(&world, &first, 50);
        assert_eq!(older.answer().await.difference, Difference::None);
        assert_eq!((news(&world).waiting(), newer.reply.is_finished()), (1, false));
        second.sell(new_product(), 1);
        second.sync(&world).await;
        assert_ne!(newer.answer().await.difference, Difference::None);
    });
}

#[test]
fn only_a_look_in_step_waits_and_only_so_long() {
    on_both_engines(|world| async move {
        let (world, mut first, mut second) = two_tills(world).await;
        second.sell(new_product(), 1);
        second.sync(&world).await;
        assert_ne!(Look::send(&world, &first, 50).answer().await.difference, Difference::None);
        first.sync(&world).await;
        let exchange = Exchange { room: FAST.try_into().unwrap(), ..first.stated(first.look(&world).await.counter + 1) };
        let (envelope, ticket) = first.request(Ask::Exchange(Box::new(exchange))).seal(&first.signer()).unwrap();
        let reply = world.post_packed("/api/sync/v1/exchange?wait=50", &envelope).await;
        assert_eq!(said(first.open(ticket, &zstd::decode_all(reply.body.as_slice()).unwrap())).difference, Difference::None);
        for wrong in ["51", "-1", "soon"] {
            let reply = world.post_packed(&format!("/api/sync/v1/exchange?wait={wrong}"), &envelope).await;
            assert_eq!(reply.problem().1, "invalid_input", "{wrong}");
        }
    });
}

#[test]
fn what_another_process_on_the_same_database_takes_in_is_news_a_little_later() {
    World::with_connections(Engine::Postgres, 8, |world| async move {
        let (world, first, mut second) = two_tills(world).await;
        let elsewhere = world.another_process().await;
        let look = Look::begin(&world, &first, 50).await;
        second.sell(new_product(), 1);
        second.sync(&elsewhere).await;
        assert_ne!(look.answer().await.difference, Difference::None);
    });
}

#[test]
fn a_server_that_stops_answers_whoever_waits() {
    on_both_engines(|world| async move {
        let (world, first, _) = two_tills(world).await;
        let look = Look::begin(&world, &first, 50).await;
        news(&world).close();
        assert_eq!(look.answer().await.difference, Difference::None);
        assert_eq!(Look::send(&world, &first, 50).answer().await.difference, Difference::None);
    });
}
