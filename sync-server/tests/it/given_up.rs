//! A request whose sender is gone is given up wherever it stands.

use crate::{talk::said, till::new_product, world::World};
use duka_server::platform::db::Engine;
use duka_sync::{Ask, Exchange};
use std::{future::Future, pin::pin, task::Poll};

/// More than any exchange of these tests is polled.
const MOST: u32 = 2_000;

/// What `work` comes to, unless it is polled more often than so; then it is dropped.
async fn given_up_after<T>(polls: u32, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        work.as_mut().poll(context).map(Some)
    })
    .await
}

async fn given_up_everywhere(world: World) {
    let (company, _, mut till) = world.shop_with_till().await;
    till.open_shift(0);
    let mut sold = 0;
    for polls in 1..MOST {
        till.sell(new_product(), 1);
        sold += 1;
        let exchange = Exchange { batches: till.all(), ..till.stated(till.look(&world).await.counter + 1) };
        let request = till.request(Ask::Exchange(Box::new(exchange)));
        let done = given_up_after(polls, till.ask(&world, &request)).await;
        // The till asks again, as after any answer that it never got.
        till.sync(&world).await;
        if let Some(answer) = done {
            assert!(polls > 1, "an exchange that never waits for its database cannot be given up");
            assert!(said(answer.unwrap()).taken.iter().all(|taken| taken.refused.is_none()));
            break;
        }
        assert!(polls + 1 < MOST, "no exchange came to its end");
    }
    assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, sold, "each sale is there once");
    assert!(duka_server::sync::rebuild(&world.state, company).await.unwrap().equal);
}

#[test]
fn an_exchange_that_is_given_up_anywhere_leaves_nothing_half_done() {
    // With few connections, one that never came back would soon be missed.
    for engine in [Engine::Sqlite, Engine::Postgres] {
        World::with_connections(engine, 2, given_up_everywhere);
    }
}
