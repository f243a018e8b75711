//! A request is good once, and an answer for the request that it answers.

use crate::{
    talk::{FAST, refused, said},
    till::new_product,
    world::on_both_engines,
};
use duka_server::sync;
use duka_sync::{Ask, Difference, EnvelopeError, Exchange, Next, Said};

#[test]
fn a_captured_request_given_again_is_stale_and_changes_nothing() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        let exchange = Exchange { batches: till.all(), room: FAST.try_into().unwrap(), digests: true, ..till.stated(1) };
        let (captured, ticket) = till.request(Ask::Exchange(Box::new(exchange))).seal(&till.signer()).unwrap();
        let first = till.open(ticket, &sync::exchange(&world.state, &captured).await.unwrap());
        assert!(first.counter == 1 && !said(first).batches.is_empty());
        // News that whoever gives it again would like to have.
        let mut other = world.till_at(company, till.me().register).await;
        other.sell(new_product(), 1);
        other.sync(&world).await;
        let before = world.written().await;
        // Its answer is bound to the request as the first one was; whoever captured both can open neither.
        let again = duka_sync::Envelope::read(&sync::exchange(&world.state, &captured).await.unwrap()).unwrap();
        let answer: duka_sync::Answer = minicbor::decode(&again.message).unwrap();
        assert_eq!((answer.counter, answer.said), (1, Said::Stale));
        assert_eq!(world.written().await, before);
        // An honest till that finds its counter used goes on from the server's.
        till.sell(new_product(), 1);
        till.sync(&world).await;
    });
}

#[test]
fn of_two_requests_with_one_counter_one_is_acted_on() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        let request = || till.request(Ask::Exchange(Box::new(Exchange { batches: till.all(), ..till.stated(1) })));
        let (one, two) = (request(), request());
        let (one, two) = tokio::join!(till.ask(&world, &one), till.ask(&world, &two));
        let stale = [one, two].into_iter().filter(|answer| answer.as_ref().unwrap().said == Said::Stale).count();
        assert_eq!(stale, 1);
    });
}

#[test]
fn a_captured_look_given_again_gives_digests_alone_and_writes_nothing() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        till.sync(&world).await;
        let look = till.request(Ask::Look);
        let mut other = world.till_at(company, till.me().register).await;
        other.sell(new_product(), 1);
        other.sync(&world).await;
        let before = world.written().await;
        let answer = said(till.ask(&world, &look).await.unwrap());
        assert!(matches!(answer.difference, Difference::Outline(_)));
        assert!(answer.batches.is_empty() && answer.places.is_empty() && answer.digests.is_empty() && answer.taken.is_empty());
        let device = till.device;
        let known = [device, till.me().server_device];
        assert!(answer.acknowledged.heads.iter().all(|head| known.contains(&head.log.device)));
        assert_eq!(world.written().await, before);
    });
}

#[test]
fn a_counter_that_leaps_is_not_believed_so_that_none_can_be_used_up() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        for counter in [u64::MAX, i64::MAX as u64, (1 << 32) + 1, 0] {
            let request = till.request(Ask::Exchange(Box::new(till.stated(counter))));
            assert_eq!(till.ask(&world, &request).await.unwrap().said, Said::Stale, "{counter}");
        }
        till.sync(&world).await;
    });
}

#[test]
fn an_answer_opens_for_its_own_request_and_for_no_other() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        let (captured, ticket) = till.plan(FAST);
        let answer = sync::exchange(&world.state, &captured).await.unwrap();
        assert_ne!(till.hear(ticket, &answer), Next::Stale);
        let (_, ticket) = till.plan(FAST);
        let key = duka_server::platform::secret::from_hex(&till.me().server_key).unwrap();
        let key = duka_ledger::PublicKey::try_from_bytes(key).unwrap();
        assert_eq!(ticket.open(&answer, &key), Err(EnvelopeError::OtherRequest));
    });
}

#[test]
fn a_lost_answer_costs_a_look_and_nothing_else() {
    on_both_engines(|world| async move {
        let (_, _, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        assert_eq!(till.exchange(&world, FAST).await, Next::More);
        let (request, _) = till.plan(FAST);
        sync::exchange(&world.state, &request).await.unwrap();
        till.talk.peer.as_mut().unwrap().failed();
        till.sync(&world).await;
        let answer = till.bring(&world, till.all()).await;
        assert_eq!((refused(&answer), world.count("SELECT COUNT(*) FROM shift").await), (vec![], 1));
    });
}
