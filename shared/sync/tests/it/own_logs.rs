//! A till that was copied back or cloned finds out by itself.

use crate::holder::{FAST, SHOP, Server, Till, shop};
use duka_ledger::LogId;
use duka_sync::{MAX_PLACES, Next, OwnLog, Parting, Trace, Trouble, places_between};
use proptest::prelude::*;

fn sell(till: &mut Till, server: &mut Server, sales: u32, detail: &str) {
    for number in 0..sales {
        till.holder.write(SHOP, &format!("{detail} {number}"));
    }
    till.run(server, FAST);
}

fn own(till: &Till) -> Option<OwnLog> {
    match till.peer.troubles().get(&LogId { device: till.holder.device, scope: SHOP }) {
        Some(Trouble::Own(own)) => Some(*own),
        _ => None,
    }
}

#[test]
fn a_till_that_was_copied_back_sees_how_far_it_is_behind() {
    let (mut server, mut tills) = shop(1);
    let till = &mut tills[0];
    sell(till, &mut server, 40, "before");
    let mut copy = till.clone();
    sell(till, &mut server, 7, "after");
    copy.restart();
    assert_eq!(copy.exchange(&mut server, FAST).0, Next::More, "a look is enough to know, and other logs go on");
    assert!(matches!(own(&copy), Some(OwnLog::Behind { ours: 40, theirs }) if theirs.seq == 47));
    assert_eq!(copy.run(&mut server, FAST).0, Next::Stuck);
}

/// The answer names the place that the request named. What the cashier sold meanwhile it does not speak of.
#[test]
fn a_sale_made_while_the_first_look_is_on_its_way_is_not_taken_for_one_that_the_server_has() {
    let (mut server, mut tills) = shop(1);
    let till = &mut tills[0];
    sell(till, &mut server, 5, "before");
    let mut copy = till.clone();
    sell(till, &mut server, 3, "theirs");
    copy.restart();
    let (look, ticket) = copy.request(FAST);
    let answer = server.answer(&look).unwrap();
    copy.holder.write(SHOP, "sold meanwhile");
    assert_eq!(copy.hear(ticket, &answer).unwrap().0, Next::More);
    let log = LogId { device: copy.holder.device, scope: SHOP };
    let parting = |till: &Till| till.peer.partings(&till.holder.heads(), false);
    assert_eq!(parting(&copy), None, "where it parts is not known yet");
    copy.run(&mut server, FAST);
    assert_eq!(parting(&copy), Some(vec![Parting { log, common: 5 }]));
    // Nor is one that is sold after it is known.
    copy.holder.write(SHOP, "sold later");
    assert_eq!(parting(&copy), Some(vec![Parting { log, common: 5 }]));
}

#[test]
fn an_empty_copy_is_behind_too() {
    let (mut server, mut tills) = shop(1);
    let mut empty = tills[0].clone();
    sell(&mut tills[0], &mut server, 3, "sale");
    empty.run(&mut server, FAST);
    assert!(matches!(own(&empty), Some(OwnLog::Behind { ours: 0, .. })));
}

/// The place is found whatever each branch wrote, in few rounds, and nothing of the branch is forced on the server.
#[test]
fn a_copy_that_was_sold_with_finds_where_the_branches_part() {
    for (common, ours, theirs) in [(1, 1, 1), (0, 1, 1), (0, 3, 2), (100, 5, 900), (100, 900, 5), (1_000, 1, 1), (3, 2_000, 2_000)] {
        let (mut server, mut tills) = shop(1);
        let till = &mut tills[0];
        sell(till, &mut server, common, "before");
        let mut copy = till.clone();
        sell(till, &mut server, theirs, "theirs");
        copy.restart();
        for number in 0..ours {
            copy.holder.write(SHOP, &format!("ours {number}"));
        }
        let held = server.holder.heads();
        let (next, rounds, _) = copy.run(&mut server, FAST);
        let found = own(&copy);
        let Some(OwnLog::Diverged(divergence)) = found else { panic!("{found:?} of ({common}, {ours}, {theirs})") };
        assert_eq!(divergence.common(), Some(u64::from(common)), "({common}, {ours}, {theirs})");
        assert_eq!((next, server.holder.heads()), (Next::Stuck, held));
        assert!(rounds <= 8, "{rounds} rounds");
    }
}

#[test]
fn a_till_that_wrote_more_than_the_server_holds_is_fine() {
    let (mut server, mut tills) = shop(1);
    sell(&mut tills[0], &mut server, 5, "sale");
    tills[0].holder.write(SHOP, "another");
    assert_eq!(tills[0].run(&mut server, FAST).0, Next::InStep);
    assert_eq!(own(&tills[0]), None);
}

proptest! {
    #[test]
    fn any_place_is_found_in_few_rounds(common in 0_u64..1_000_000, apart in 1_u64..1_000_000) {
        let log = LogId { device: crate::holder::device(1), scope: SHOP };
        let mut trace = Trace { log, agrees: 0, differs: common + apart };
        let mut rounds = 0;
        while trace.differs > trace.agrees + 1 {
            let places = places_between(&trace);
            prop_assert!(!places.is_empty() && places.len() <= MAX_PLACES);
            prop_assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(places[0] > trace.agrees && *places.last().unwrap() < trace.differs);
            for place in places {
                if place <= common { trace.agrees = trace.agrees.max(place) } else { trace.differs = trace.differs.min(place) }
            }
            rounds += 1;
        }
        prop_assert_eq!(trace.agrees, common);
        prop_assert!(rounds <= 5);
    }

    #[test]
    fn no_trace_makes_the_server_look_up_more_than_its_share(agrees: u64, differs: u64) {
        let log = LogId { device: crate::holder::device(1), scope: SHOP };
        let places = places_between(&Trace { log, agrees, differs });
        prop_assert!(places.len() <= MAX_PLACES);
        prop_assert!(places.iter().all(|place| *place > agrees && *place < differs));
    }
}
