//! What waits, and what is found out again, when another version looks.

use crate::{
    books::Books,
    log::{Log, certificate, edited},
};
use duka_ledger::{
    Fact,
    rule::{Flag, LogState, Verdict, VerdictKind},
};

#[test]
fn a_state_with_a_field_more_or_less_cannot_be_read_so_that_its_log_is_folded_again() {
    let mut log = Log::till(1);
    log.write(&Fact::ShiftOpened(log.opening()));
    log.write(&Fact::SaleCompleted(log.sale()));
    let stored = minicbor::to_vec(&log.state).unwrap();
    assert_eq!(minicbor::decode::<LogState>(&stored).unwrap(), log.state);
    let empty = minicbor::to_vec(LogState::default()).unwrap();
    assert_eq!(minicbor::decode::<LogState>(&empty).unwrap(), LogState::default());
    for stored in [stored, empty] {
        let more = [&[stored[0] + 1], &stored[1..], &[0xf6]].concat();
        let less = [&[stored[0] - 1], &stored[1..stored.len() - 1]].concat();
        assert!(minicbor::decode::<LogState>(&more).is_err());
        assert!(minicbor::decode::<LogState>(&less).is_err());
    }
}

/// As when the first was written by a newer version: it waited, and now it is understood.
#[test]
fn where_an_earlier_place_says_the_same_and_counts_by_now_the_later_one_repeats_it() {
    let [mut company, mut server] = [Log::company(1), Log::server()];
    let first = company.judge(&Fact::RecordChanged(edited(1, 1)));
    assert_eq!(first.verdict, Verdict::Projected);
    let state = company.state.clone();
    assert_eq!(company.write(&Fact::RecordChanged(edited(1, 1))), Verdict::Flagged(Flag::Repeated));
    assert_eq!(company.state.lamport(), state.lamport() + 1, "its time goes on");
    for _ in 0..2 {
        server.write(&Fact::DeviceCertified(certificate(2)));
    }
    for log in [company, server] {
        let mut at_once = Books::default();
        for sealed in &log.entries {
            at_once.take(&log.writer, sealed);
        }
        let mut late = Books::default();
        late.take(&log.writer, &log.entries[1]);
        late.wait(&log.entries[0]);
        late.refold(Some(&log.writer), &log.entries);
        assert_eq!(late, at_once);
        assert_eq!(late.verdicts[&(log.id, 1)].kind(), VerdictKind::Projected);
    }
}
