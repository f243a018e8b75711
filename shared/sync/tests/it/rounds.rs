//! Who lacks what, and in how many rounds both are even.

use crate::holder::{COMPANY, FAST, Holder, OFFICE, SHOP, Server, Till, device, key, parties, server_id, shop};
use duka_core::Timestamp;
use duka_ledger::{Batch, Hash, Head, LogId};
use duka_sync::{
    Acknowledged, BucketCount, Compared, Difference, Envelope, Exchanged, Heads, Next, Range, Refusal, RefusalReason, Said, Taken, Trouble,
    diverged, missing,
};
use std::collections::BTreeSet;

fn head(number: u32, seq: u64, hash: u8) -> Head {
    Head { log: LogId { device: device(number), scope: SHOP }, seq, hash: Hash::from_bytes([hash; 32]) }
}

fn range(number: u32, from: u64, to: u64) -> Range {
    Range { log: head(number, 0, 0).log, from, to }
}

#[test]
fn each_side_is_sent_what_it_lacks_and_forks_are_told() {
    struct Case {
        ours: Vec<Head>,
        theirs: Vec<Head>,
        they_lack: Vec<Range>,
        we_lack: Vec<Range>,
        forked: Vec<LogId>,
    }
    let cases = [
        Case { ours: vec![], theirs: vec![], they_lack: vec![], we_lack: vec![], forked: vec![] },
        Case { ours: vec![head(1, 5, 1)], theirs: vec![head(1, 5, 1)], they_lack: vec![], we_lack: vec![], forked: vec![] },
        Case { ours: vec![head(1, 5, 1)], theirs: vec![], they_lack: vec![range(1, 1, 5)], we_lack: vec![], forked: vec![] },
        Case { ours: vec![head(1, 5, 1)], theirs: vec![head(1, 2, 9)], they_lack: vec![range(1, 3, 5)], we_lack: vec![], forked: vec![] },
        Case { ours: vec![head(1, 0, 0)], theirs: vec![head(1, 2, 9)], they_lack: vec![], we_lack: vec![range(1, 1, 2)], forked: vec![] },
        Case {
            ours: vec![head(1, 5, 1)],
            theirs: vec![head(1, 5, 2)],
            they_lack: vec![],
            we_lack: vec![],
            forked: vec![head(1, 0, 0).log],
        },
        Case {
            ours: vec![head(1, 5, 1), head(2, 3, 2)],
            theirs: vec![head(2, 4, 2), head(3, 7, 3)],
            they_lack: vec![range(1, 1, 5)],
            we_lack: vec![range(2, 4, 4), range(3, 1, 7)],
            forked: vec![],
        },
    ];
    for case in cases {
        let (ours, theirs): (Heads, Heads) = (case.ours.iter().copied().collect(), case.theirs.iter().copied().collect());
        let sorted = |mut ranges: Vec<Range>| {
            ranges.sort_by_key(|range| range.log);
            ranges
        };
        assert_eq!(missing(&ours, &theirs), sorted(case.they_lack), "{ours:?} against {theirs:?}");
        assert_eq!(missing(&theirs, &ours), sorted(case.we_lack), "{theirs:?} against {ours:?}");
        assert_eq!(diverged(&ours, &theirs), case.forked);
        let same = case.forked.is_empty() && missing(&ours, &theirs).is_empty() && missing(&theirs, &ours).is_empty();
        assert_eq!(ours.summary() == theirs.summary(), same);
        let outline = theirs.outline(BucketCount::for_logs(100));
        assert_eq!(ours.differing(&outline).is_empty(), same);
    }
}

#[test]
fn a_till_looks_first_and_then_brings_its_sale_in_one_exchange() {
    let (mut server, mut tills) = shop(2);
    let till = &mut tills[0];
    till.holder.write(SHOP, "sale");
    assert_eq!(till.run(&mut server, FAST).0, Next::InStep);
    till.holder.write(SHOP, "another");
    assert!(till.peer.owes(&till.holder.heads()));
    assert_eq!(till.exchange(&mut server, FAST).0, Next::InStep, "one exchange brings a sale and says that both agree");
    assert!(!till.peer.owes(&till.holder.heads()));
    assert_eq!(server.holder.heads(), till.holder.heads());
}

#[test]
fn news_of_one_till_reaches_another_in_two_exchanges() {
    let (mut server, mut tills) = shop(2);
    let [one, two] = tills.as_mut_slice() else { unreachable!() };
    one.run(&mut server, FAST);
    two.run(&mut server, FAST);
    one.holder.write(SHOP, "sale");
    one.run(&mut server, FAST);
    assert_eq!(two.exchange(&mut server, FAST).0, Next::More, "the first says where both differ");
    assert_eq!(two.exchange(&mut server, FAST).0, Next::InStep);
    assert_eq!(one.holder.heads(), two.holder.heads());
}

#[test]
fn in_step_is_said_only_when_the_heads_agree_here_too() {
    let (mut server, mut tills) = shop(1);
    let till = &mut tills[0];
    till.run(&mut server, FAST);
    let (request, ticket) = till.request(FAST);
    let answer = server.answer(&request).unwrap();
    till.holder.write(SHOP, "a sale while the answer was under way");
    assert_eq!(till.hear(ticket, &answer).unwrap().0, Next::More, "the server said that both agree, but that was before the sale");
    assert_eq!(till.exchange(&mut server, FAST).0, Next::InStep);
}

#[test]
fn a_log_that_is_refused_does_not_stop_the_others() {
    // Of a bucket that none of the others is in.
    const STRANGER: u32 = 12;
    let (mut server, mut tills) = shop(2);
    let mut stranger = Holder::new(device(STRANGER));
    let till = &mut tills[0];
    stranger.write(SHOP, "of a device that nobody certified");
    till.holder.logs.extend(stranger.logs.clone());
    let unknown = LogId { device: device(STRANGER), scope: SHOP };
    let (pieces, _) = stranger.pack(&[Range { log: unknown, from: 1, to: 1 }], FAST);
    till.holder.signatures.insert((unknown, 1), pieces[0].head.signature);
    till.holder.write(SHOP, "sale");
    assert_eq!(till.run(&mut server, FAST).0, Next::Stuck);
    assert_eq!(server.holder.held(&LogId { device: till.holder.device, scope: SHOP }), 1);
    let trouble = till.peer.troubles().get(&unknown);
    assert!(matches!(trouble, Some(Trouble::Refused(refusal)) if refusal.reason == RefusalReason::UnknownWriter), "{trouble:?}");
    // It costs no more than a look at each poll, and new sales go on.
    assert_eq!(till.run(&mut server, FAST).1, 1);
    till.holder.write(SHOP, "another");
    assert_eq!(till.run(&mut server, FAST).1, 1, "nor is what differs compared anew at each sale");
    assert_eq!(server.holder.held(&LogId { device: till.holder.device, scope: SHOP }), 2);
    // The certificate comes with the server's own log, and lifts the refusal.
    server.holder.write(OFFICE, &device(STRANGER).to_string());
    assert_eq!(till.run(&mut server, FAST).0, Next::InStep);
    assert_eq!(server.holder.held(&unknown), 1);
}

#[test]
fn a_long_backlog_that_a_till_does_not_take_holds_up_nobody() {
    let (mut server, mut tills) = shop(2);
    // Of the other till's bucket, so that both are asked for at once.
    let bucket = |number| {
        let heads: Heads = [head(number, 1, 0)].into_iter().collect();
        heads.differing(&Heads::default().outline(BucketCount::try_new(256).unwrap()))
    };
    let number = (3..).find(|number| bucket(*number) == bucket(2)).unwrap();
    let mut stranger = Holder::new(device(number));
    stranger.write(SHOP, "of a device that the server lets in without its log saying so");
    server.holder.logs.extend(stranger.logs.clone());
    let unknown = LogId { device: device(number), scope: SHOP };
    let (pieces, _) = stranger.pack(&[Range { log: unknown, from: 1, to: 1 }], FAST);
    server.holder.signatures.insert((unknown, 1), pieces[0].head.signature);
    for sale in 0..200 {
        tills[1].holder.write(SHOP, &format!("sale {sale} {}", "x".repeat(400)));
    }
    tills[1].run(&mut server, FAST);
    // Each message of this slow till has room for one piece, and the stranger's is the shortest.
    assert_eq!(tills[0].run(&mut server, 1).0, Next::Stuck);
    assert_eq!(tills[0].holder.held(&LogId { device: device(2), scope: SHOP }), 200);
    assert!(matches!(tills[0].peer.troubles().get(&unknown), Some(Trouble::NotTaken(_))));
}

#[test]
fn a_new_till_of_a_large_company_is_filled_up_in_bounded_rounds() {
    let mut server = Server::new((1..=300).map(device));
    for number in 1..=300 {
        let mut other = Till::new(device(number));
        other.holder.write(SHOP, "sale");
        other.holder.write(OFFICE, "record");
        let (pieces, _) = other.holder.pack(&missing(&other.holder.heads(), &Heads::default()), FAST);
        assert_eq!(server.holder.take(&pieces).entries(), 2);
    }
    let mut fast = Till::new(device(1));
    fast.holder.logs.extend(server.holder.logs.iter().filter(|(log, _)| log.device == device(1)).map(|(log, it)| (*log, it.clone())));
    let mut slow = fast.clone();
    let (next, rounds, _) = fast.run(&mut server, FAST);
    assert_eq!((next, fast.holder.heads()), (Next::InStep, server.holder.heads()));
    assert!(rounds <= 2 + 600 / 256 + 2, "{rounds} rounds");
    assert_eq!(slow.run(&mut server, 8 << 10).0, Next::InStep);
    assert_eq!(slow.holder.heads(), server.holder.heads());
}

/// I3: both branches stay where they are, whoever is longer, and other logs go on.
#[test]
fn two_branches_of_anothers_log_are_told_and_hold_up_nobody() {
    for (ours, theirs) in [(1, 1), (2, 1), (1, 2)] {
        let (mut server, mut tills) = shop(2);
        let branch = |sales: u32, detail: &str| {
            let mut forked = Till::new(device(2));
            (0..sales).for_each(|_| forked.holder.write(SHOP, detail));
            forked.holder
        };
        let log = LogId { device: device(2), scope: SHOP };
        let whole = |holder: &Holder| holder.pack(&missing(&holder.heads(), &Heads::default()), FAST).0;
        let till = &mut tills[0];
        till.run(&mut server, FAST);
        assert_eq!(till.holder.take(&whole(&branch(ours, "ours"))).entries(), u64::from(ours));
        assert_eq!(server.holder.take(&whole(&branch(theirs, "theirs"))).entries(), u64::from(theirs));
        till.holder.write(SHOP, "sale");
        assert_eq!(till.run(&mut server, FAST).0, Next::Stuck);
        let trouble = *till.peer.troubles().get(&log).unwrap();
        match (ours, theirs) {
            (2, 1) => assert!(matches!(trouble, Trouble::Refused(refusal) if refusal.reason == RefusalReason::Fork)),
            (1, 2) => assert!(matches!(trouble, Trouble::NotTaken(refusal) if refusal.reason == RefusalReason::Fork)),
            _ => assert_eq!(trouble, Trouble::Diverged),
        }
        assert_eq!(server.holder.held(&LogId { device: device(1), scope: SHOP }), 1);
        assert_eq!((till.holder.held(&log), server.holder.held(&log)), (ours.into(), theirs.into()));
    }
}

#[test]
fn the_digests_of_the_tables_are_asked_for_once_when_a_person_asks_and_both_are_in_step() {
    let (mut server, mut tills) = shop(1);
    let till = &mut tills[0];
    till.holder.write(SHOP, "sale");
    till.peer.asked();
    let mut asked = Vec::new();
    for _ in 0..20 {
        let (request, ticket) = till.request(FAST);
        let received = Envelope::read(&request).unwrap().open_request(&key(device(1)).public(), server_id(), COMPANY).unwrap();
        asked.push(received.request.exchange().is_some_and(|exchange| exchange.digests));
        let answer = server.answer(&request).unwrap();
        if till.hear(ticket, &answer).unwrap().0 == Next::InStep {
            break;
        }
    }
    assert_eq!((asked.iter().filter(|asked| **asked).count(), asked.last()), (1, Some(&true)));
    let (request, _) = till.request(FAST);
    let received = Envelope::read(&request).unwrap().open_request(&key(device(1)).public(), server_id(), COMPANY).unwrap();
    assert_eq!(received.request.exchange(), None);
}

/// Its outline is from before the others' sales: what both differ in now is not among the buckets that it named.
#[test]
fn a_till_looks_again_when_others_have_brought_something_since_the_outline() {
    let bucket = |number| {
        let heads: Heads = [head(number, 1, 0)].into_iter().collect();
        heads.differing(&Heads::default().outline(BucketCount::for_logs(2)))
    };
    let elsewhere = (3..).find(|number| bucket(*number) != bucket(2)).unwrap();
    let (mut server, mut tills) = shop(elsewhere);
    let mut other = tills.pop().unwrap();
    let (one, two) = tills.split_at_mut(1);
    let (one, two) = (&mut one[0], &mut two[0]);
    one.run(&mut server, FAST);
    two.holder.write(SHOP, "sale");
    two.run(&mut server, FAST);
    assert_eq!(one.exchange(&mut server, FAST).0, Next::More, "an outline");
    // The server is restored to a backup of before the sale, and another sells.
    server.holder.logs.retain(|log, _| log.device != two.holder.device);
    other.holder.write(SHOP, "sale");
    other.run(&mut server, FAST);
    assert_eq!(one.run(&mut server, FAST).0, Next::InStep);
    assert_eq!(one.holder.heads(), server.holder.heads());
}

/// The only till of a shop, admitted after the backup to which its server was restored.
#[test]
fn a_till_that_a_restored_server_has_forgotten_brings_the_servers_own_log_first_and_then_everything() {
    let (mut server, mut tills) = shop(1);
    for number in 0..600 {
        server.holder.write(OFFICE, &format!("price {number}"));
    }
    let till = &mut tills[0];
    till.holder.write(SHOP, "sale");
    assert_eq!(till.run(&mut server, FAST).0, Next::InStep);
    let all = server.holder.heads();
    let mut server = Server::new([]);
    till.holder.write(SHOP, "another");
    assert_eq!(till.exchange(&mut server, 8 << 10).0, Next::More, "it looked first");
    assert_eq!(till.run(&mut server, 8 << 10).0, Next::InStep);
    assert!(all.iter().all(|head| server.holder.heads().held(&head.log) >= head.seq));
}

#[test]
fn a_till_that_was_never_admitted_is_told_and_learns_nothing() {
    let (mut server, _) = shop(1);
    let mut stranger = Till::new(device(7));
    stranger.holder.write(SHOP, "sale");
    let before = server.holder.heads();
    assert_eq!(stranger.exchange(&mut server, FAST).0, Next::NotEnrolled);
    assert_eq!(stranger.run(&mut server, FAST).0, Next::NotEnrolled);
    assert_eq!((server.holder.heads(), stranger.holder.logs.len()), (before, 1));
}

/// A log that the server asks for anew each time, and that fills a message.
#[test]
fn a_log_that_is_brought_in_vain_starves_no_other() {
    let (server, mut tills) = shop(1);
    let till = &mut tills[0];
    for scope in [OFFICE, SHOP] {
        till.holder.write(scope, "an entry");
    }
    let mut brought = BTreeSet::new();
    for _ in 0..4 {
        let (request, ticket) = till.request(1);
        let received = Envelope::read(&request).unwrap().open_request(&key(device(1)).public(), server_id(), COMPANY).unwrap();
        let pieces = received.request.exchange().map_or(&[][..], |exchange| &exchange.batches);
        assert!(pieces.len() <= 1, "one fills the message");
        brought.extend(pieces.iter().map(|piece| piece.log));
        let gap = |piece: &Batch| Taken { log: piece.log, held: 0, refused: Some(Refusal { seq: 1, reason: RefusalReason::Gap }) };
        let said = Exchanged {
            summary: server.holder.heads().summary(),
            acknowledged: Acknowledged::new(&key(server_id()), parties(device(1)), []),
            difference: Difference::Compared(Compared::default()),
            taken: pieces.iter().map(gap).collect(),
            batches: Vec::new(),
            places: Vec::new(),
            digests: Vec::new(),
        };
        let answer = received.answer(&key(server_id()), Timestamp::EPOCH, 0, Said::Exchanged(Box::new(said))).unwrap();
        till.hear(ticket, &answer).unwrap();
    }
    assert_eq!(brought.len(), 2);
}
