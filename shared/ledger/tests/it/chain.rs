//! A batch is believed whole or not at all (I2, I3).

use crate::log::{Log, event, key};
use duka_ledger::{Batch, BatchFault, Entry, Fact, Hash, Head, Held, SealedEntry, verify_batch};
use proptest::prelude::*;

fn entries(count: usize) -> Vec<SealedEntry> {
    after(&[], count, "ours")
}

/// `count` entries more after those of one log.
fn after(before: &[SealedEntry], count: usize, detail: &str) -> Vec<SealedEntry> {
    let mut log = Log::till(1);
    log.entries = before.to_vec();
    for _ in 0..count {
        log.write(&Fact::TechnicalEvent(event(detail)));
    }
    log.entries
}

fn batch(entries: &[SealedEntry]) -> Batch {
    let last = entries.last().unwrap();
    let log = last.entry().log;
    let head = Head { log, seq: last.entry().seq, hash: last.hash() };
    Batch { log, entries: entries.iter().map(|entry| entry.bytes().to_vec().into()).collect(), head: key(1).sign_head(head) }
}

fn held(entries: &[SealedEntry], seq: usize) -> Held {
    seq.checked_sub(1).map_or(Held::NOTHING, |last| Held { seq: entries[last].entry().seq, hash: entries[last].hash() })
}

/// How many of a batch were known and how many are new.
fn take(batch: &Batch, held: Held, known: &[SealedEntry]) -> Result<(usize, usize), BatchFault> {
    let hash = |seq: u64| known.get(usize::try_from(seq).unwrap().wrapping_sub(1)).map(SealedEntry::hash);
    verify_batch(batch, held, &key(1).public(), hash).map(|verified| (verified.known, verified.fresh.len()))
}

#[test]
fn a_batch_is_taken_once_in_order_and_whole() {
    let all = entries(6);
    let whole = batch(&all);
    assert_eq!(take(&whole, Held::NOTHING, &all), Ok((0, 6)));
    assert_eq!(take(&whole, held(&all, 2), &all), Ok((2, 4)));
    assert_eq!(take(&whole, held(&all, 6), &all), Ok((6, 0)));
    assert_eq!(take(&batch(&all[2..5]), held(&all, 2), &all), Ok((0, 3)));
    assert_eq!(take(&batch(&all[..3]), held(&all, 6), &all), Ok((3, 0)), "an old batch that comes late changes nothing (I2)");
    assert!(matches!(take(&batch(&all[3..]), held(&all, 2), &all), Err(BatchFault::Gap { starts: 4, held: 2, .. })));
}

#[test]
fn whatever_is_wrong_with_a_batch_is_told_and_nothing_of_it_is_taken() {
    let all = entries(4);
    let spoilt = |spoil: &dyn Fn(&mut Batch)| {
        let mut batch = batch(&all);
        spoil(&mut batch);
        take(&batch, Held::NOTHING, &all).unwrap_err()
    };
    assert!(matches!(spoilt(&|it| it.entries.clear()), BatchFault::Empty(_)));
    assert!(matches!(spoilt(&|it| drop(it.entries.remove(1))), BatchFault::BrokenChain { seq: 3, .. }));
    assert!(matches!(spoilt(&|it| it.entries.swap(1, 2)), BatchFault::BrokenChain { .. }));
    assert!(matches!(spoilt(&|it| it.entries[2] = vec![1, 2, 3].into()), BatchFault::Entry { index: 2, .. }));
    assert!(matches!(spoilt(&|it| it.log = Log::till(2).id), BatchFault::WrongLog { .. }));
    assert!(matches!(spoilt(&|it| it.head.head.seq = 3), BatchFault::Signature { seq: 4, .. }));
    assert!(matches!(spoilt(&|it| it.head = key(2).sign_head(it.head.head)), BatchFault::Signature { seq: 4, .. }));
}

/// A log has one beginning: its first entry has nothing before it, and no other has.
#[test]
fn a_log_begins_at_one_and_only_there() {
    let first = entries(1).remove(0).entry().clone();
    for (seq, prev) in [(0, Hash::NONE), (2, Hash::NONE), (1, Hash::of(b"before the beginning"))] {
        let odd = SealedEntry::seal(Entry { seq, prev, ..first.clone() }).unwrap();
        assert!(matches!(take(&batch(&[odd]), Held::NOTHING, &[]), Err(BatchFault::BrokenChain { .. })), "{seq}");
    }
}

/// I3: two entries at one place, both signed by the device, are a fork, wherever the branches part.
#[test]
fn a_device_that_wrote_one_place_twice_is_told() {
    let ours = entries(4);
    let theirs = after(&ours[..2], 3, "theirs");
    assert!(matches!(take(&batch(&theirs), held(&ours, 4), &ours), Err(BatchFault::Fork { seq: 4, .. })));
    assert!(matches!(take(&batch(&theirs[2..3]), held(&ours, 4), &ours), Err(BatchFault::Fork { seq: 3, .. })));
    assert!(matches!(take(&batch(&theirs[4..]), held(&ours, 4), &ours), Err(BatchFault::Fork { .. })));
    assert_eq!(take(&batch(&theirs[..2]), held(&ours, 4), &ours), Ok((2, 0)));
}

proptest! {
    #[test]
    fn any_changed_byte_of_an_entry_is_seen(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let all = entries(3);
        let mut bytes = all[1].bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let mut changed = batch(&all);
        changed.entries[1] = bytes.into();
        prop_assert!(take(&changed, Held::NOTHING, &all).is_err());
    }
}
