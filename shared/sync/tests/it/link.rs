//! When the till speaks, and how much at once.

use duka_sync::{Effect, Event, Failure, FailureKind, Link, Next, Pause, Phase};
use proptest::prelude::*;

fn failure(kind: FailureKind) -> Event {
    Event::Failed(Failure { kind, detail: "no route".into() })
}

fn offline() -> Event {
    failure(FailureKind::Unreachable)
}

fn answered(next: Next) -> Event {
    Event::Answered { next, bytes: 1_000 }
}

fn is_exchange(effect: Effect) -> bool {
    matches!(effect, Effect::Exchange(_))
}

/// A link that is in step since `now`, with no jitter.
fn in_step(now: u64) -> Link {
    let mut link = Link::new();
    assert!(is_exchange(link.step(now, 0, Event::Woke)));
    link.step(now, 0, answered(Next::InStep));
    link
}

#[test]
fn in_step_it_asks_for_news_now_and_then_and_brings_a_sale_at_once() {
    let mut link = in_step(0);
    assert_eq!(*link.phase(), Phase::InStep);
    assert_eq!(link.step(1, 0, Event::Woke), Effect::WakeAt(Link::POLL_MS / 2));
    assert!(is_exchange(link.clone().step(Link::POLL_MS / 2, 0, Event::Woke)));
    assert!(is_exchange(link.step(1, 0, Event::Grew)));
}

#[test]
fn what_is_left_to_say_is_said_at_once() {
    let mut link = in_step(0);
    link.step(1, 0, Event::Grew);
    assert!(is_exchange(link.step(2, 0, answered(Next::More))));
    assert_eq!(*link.phase(), Phase::CatchingUp);
    assert!(matches!(link.step(3, 0, answered(Next::InStep)), Effect::WakeAt(_)));
}

#[test]
fn tries_wait_longer_and_longer_but_a_person_may_hurry_them() {
    let mut link = Link::new();
    for expected in [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
        assert!(is_exchange(link.step(0, 0, Event::Asked)));
        assert_eq!(link.step(0, 0, offline()), Effect::WakeAt(expected));
    }
    assert!(is_exchange(link.step(1, u32::MAX, Event::Asked)));
    link.step(1, 0, answered(Next::InStep));
    link.step(1, 0, Event::Grew);
    assert_eq!(link.step(1, 0, offline()), Effect::WakeAt(501), "an answer ends the row of failures");
}

/// Every event says again when to wake, so no driver can lose it.
#[test]
fn sales_and_nudges_neither_shorten_the_wait_after_a_failure_nor_put_it_off() {
    let mut link = Link::new();
    link.step(0, 0, Event::Woke);
    link.step(0, 0, offline());
    assert!(is_exchange(link.step(500, 0, Event::Woke)));
    assert_eq!(link.step(1_000, 0, offline()), Effect::WakeAt(2_000));
    for now in 1_001..2_000 {
        let event = if now % 2 == 0 { Event::Grew } else { Event::Nudged };
        assert_eq!(link.step(now, 0, event), Effect::WakeAt(2_000));
    }
    assert!(is_exchange(link.step(2_000, 0, Event::Grew)));
}

#[test]
fn a_nudge_leads_to_an_exchange_at_once_but_many_to_no_more_than_two_a_second() {
    let mut link = in_step(0);
    assert!(is_exchange(link.step(5_000, 0, Event::Nudged)));
    let mut exchanges = 0;
    for now in 5_000..15_000 {
        if now % 10 == 5 {
            link.step(now, 0, answered(Next::InStep));
        }
        for event in [Event::Nudged, Event::Woke] {
            exchanges += u32::from(is_exchange(link.step(now, 0, event)));
        }
    }
    assert!((19..=20).contains(&exchanges), "{exchanges}");
}

#[test]
fn news_during_an_exchange_are_asked_for_after_it() {
    for event in [Event::Grew, Event::Nudged, Event::Asked] {
        let mut link = in_step(0);
        link.step(5_000, 0, Event::Asked);
        assert_eq!(link.step(5_001, 0, event), Effect::UnderWay);
        assert_eq!(link.step(5_100, 0, answered(Next::InStep)), Effect::WakeAt(5_500));
        assert!(is_exchange(link.step(5_500, 0, Event::Woke)));
    }
}

#[test]
fn no_failure_ends_it_and_what_a_person_must_mend_is_tried_rarely() {
    use FailureKind::{Busy, Contended, Mangled, Refused, TimedOut, Unreachable, Untrusted};
    for kind in [Unreachable, TimedOut, Busy, Mangled, Contended, Refused, Untrusted] {
        let mut link = in_step(0);
        link.step(1, 0, Event::Grew);
        let Effect::WakeAt(at) = link.step(1, 0, failure(kind)) else { panic!("{kind:?} ends the link") };
        match kind.retryable() {
            true => assert!(at <= 1_001 && matches!(link.phase(), Phase::Offline(_))),
            false => assert!(at >= Link::LONGEST_BACK_OFF_MS / 2 && matches!(link.phase(), Phase::Attention(_))),
        }
        assert!(is_exchange(link.step(at, 0, Event::Woke)), "{kind:?}");
    }
}

#[test]
fn what_cannot_be_moved_is_not_hammered() {
    let mut link = in_step(0);
    let (mut now, mut waits) = (1, Vec::new());
    link.step(now, 0, Event::Asked);
    for _ in 0..8 {
        let Effect::WakeAt(at) = link.step(now, 0, answered(Next::Stuck)) else { panic!("it is asked for ever") };
        waits.push(at - now);
        now = at;
        assert!(is_exchange(link.step(now, 0, Event::Woke)));
    }
    assert_eq!(*link.phase(), Phase::Stuck);
    assert_eq!(waits, [10_000, 10_000, 10_000, 10_000, 10_000, 16_000, 30_000, 30_000]);
    link.step(now, 0, answered(Next::Stuck));
    assert!(is_exchange(link.step(now + 1, 0, Event::Grew)), "sales still go");
}

#[test]
fn one_used_counter_is_a_lost_answer_and_two_in_a_row_another_till() {
    let mut link = in_step(0);
    link.step(1, 0, Event::Grew);
    assert!(is_exchange(link.step(2, 0, answered(Next::Stale))));
    assert!(matches!(link.step(3, 0, answered(Next::Stale)), Effect::WakeAt(_)));
    assert!(matches!(link.phase(), Phase::Offline(failure) if failure.kind == FailureKind::Contended));
}

/// A line of 2 kB/s, and a till that was away for a week: each message goes through in time, and nothing but room is lost when one does not.
#[test]
fn a_slow_line_makes_progress_and_a_fast_one_is_used() {
    for (bytes_per_second, seconds_at_most) in [(500, 2_500), (2_000, 600), (1_000_000, 5)] {
        let (mut link, mut now, mut backlog) = (Link::new(), 0_u64, 1_000_000_usize);
        let mut effect = link.step(now, 0, Event::Woke);
        let mut known = false;
        while backlog > 0 {
            effect = match effect {
                Effect::Exchange(room) => {
                    let bytes = room.bytes().min(backlog);
                    let took = bytes as u64 * 1_000 / bytes_per_second;
                    assert!(!known || took <= 10_000 || room.bytes() == 8 << 10, "{} bytes take {took} ms", room.bytes());
                    // Somebody on the way cuts what lasts longer than a minute.
                    now += took.min(60_000);
                    if took > 60_000 {
                        link.step(now, 0, failure(FailureKind::TimedOut))
                    } else {
                        (backlog, known) = (backlog - bytes, true);
                        link.step(now, 0, Event::Answered { next: Next::More, bytes })
                    }
                }
                Effect::WakeAt(at) => {
                    now = at;
                    link.step(now, 0, Event::Woke)
                }
                Effect::UnderWay => unreachable!(),
            };
        }
        assert!(now / 1_000 <= seconds_at_most, "{bytes_per_second} bytes a second took {} s", now / 1_000);
    }
}

/// A server, or whoever stands before it, gives a large message up after two minutes and says that it cannot now. What was learnt on a fast line
/// must not be said again for ever on a slow one.
#[test]
fn a_line_that_became_slow_makes_progress_whatever_a_failure_is_called() {
    for kind in [FailureKind::Busy, FailureKind::Mangled, FailureKind::Refused, FailureKind::Unreachable] {
        let mut link = Link::new();
        let mut effect = link.step(0, 0, Event::Woke);
        while let Effect::Exchange(room) = effect {
            if room.bytes() == duka_sync::MAX_BODY_BYTES {
                break;
            }
            effect = link.step(0, 0, Event::Answered { next: Next::More, bytes: room.bytes() });
        }
        // Sixteen, eight, four … minutes at two kilobytes a second.
        for _ in 0..5 {
            let Effect::WakeAt(at) = link.step(0, 0, failure(kind)) else { panic!("it tries at once") };
            effect = link.step(at, 0, Event::Woke);
        }
        assert!(matches!(effect, Effect::Exchange(room) if room.bytes() / 2_000 <= 120), "{kind:?}: {effect:?}");
    }
}

#[test]
fn a_server_that_does_not_know_the_till_is_asked_rarely_and_a_person_is_told() {
    let mut link = in_step(0);
    link.step(1, 0, Event::Grew);
    assert_eq!(link.step(1, 0, answered(Next::NotEnrolled)), Effect::WakeAt(1 + Link::LONGEST_BACK_OFF_MS / 2));
    assert!(matches!(link.phase(), Phase::Attention(failure) if failure.detail.contains("not enrolled")));
}

#[test]
fn what_was_not_granted_is_asked_for_again_soon_and_then_ever_more_rarely() {
    let (mut pause, mut now, mut waits) = (Pause::default(), 0, Vec::new());
    assert!(pause.is_over(now));
    for _ in 0..14 {
        pause.lengthen(now, u32::MAX);
        let over = (now..).step_by(500).find(|now| pause.is_over(*now)).unwrap();
        waits.push(over - now);
        now = over;
    }
    assert!(waits.is_sorted() && waits[0] <= 1_000 && waits[13] <= Pause::LONGEST_MS && waits[13] >= Pause::LONGEST_MS / 2, "{waits:?}");
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        Just(Event::Grew),
        Just(Event::Nudged),
        Just(Event::Woke),
        Just(Event::Asked),
        (prop::sample::select(vec![Next::InStep, Next::More, Next::Stuck, Next::Stale, Next::NotEnrolled]), 0_usize..10_000_000)
            .prop_map(|(next, bytes)| Event::Answered { next, bytes }),
        prop::sample::select(vec![FailureKind::Unreachable, FailureKind::TimedOut, FailureKind::Refused]).prop_map(failure),
    ]
}

proptest! {
    /// Whatever happens in whatever order: it says when to wake, within bounds, unless an exchange is under way; and it wakes.
    #[test]
    fn it_never_sleeps_for_ever_and_never_runs_two_exchanges(events in prop::collection::vec((0_u64..30_000, any::<u32>(), event()), 1..200)) {
        let (mut link, mut now) = (Link::new(), 0);
        for (later, jitter, event) in events {
            now += later;
            let was_exchanging = link.is_exchanging();
            let ends = matches!(event, Event::Answered { .. } | Event::Failed(_));
            match link.step(now, jitter, event) {
                Effect::Exchange(room) => {
                    prop_assert!(!was_exchanging || ends);
                    prop_assert!(room.bytes() >= 8 << 10 && room.bytes() <= duka_sync::MAX_BODY_BYTES);
                }
                Effect::WakeAt(at) => {
                    prop_assert!(at > now && at - now <= Link::LONGEST_BACK_OFF_MS);
                    prop_assert!(is_exchange(link.clone().step(at, jitter, Event::Woke)));
                }
                Effect::UnderWay => prop_assert!(was_exchanging && !ends),
            }
        }
    }
}
