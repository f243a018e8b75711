//! Whatever is held can be cut at signed places for any line.

use crate::holder::{FAST, Holder, OFFICE, SHOP, Server, Till, device, server_id};
use duka_ledger::LogId;
use duka_sync::{Cut, Heads, MAX_BATCHES, MAX_ENTRIES, MAX_PIECE_BYTES, Next, Packing, RefusalReason, Weight, missing, signature_due};
use proptest::prelude::*;

fn weights(sizes: &[(usize, bool)]) -> Vec<Weight> {
    sizes.iter().map(|(bytes, signed)| Weight { bytes: *bytes, signed: *signed }).collect()
}

#[test]
fn a_piece_ends_at_the_last_signed_place_that_fits() {
    let entries = weights(&[(10, false), (10, true), (10, false), (10, true), (10, false)]);
    // Room for the message, what was packed before, where the piece ends.
    for (room, before, expected) in [
        (100, false, Cut::Entries(4)),
        (39, false, Cut::Entries(2)),
        (39, true, Cut::Entries(2)),
        (19, false, Cut::Entries(2)),
        (19, true, Cut::Full),
        (0, false, Cut::Entries(2)),
        (0, true, Cut::Full),
    ] {
        let mut packing = Packing::new(if before { room + 1 } else { room });
        if before {
            assert_eq!(packing.cut(&weights(&[(1, true)])), Cut::Entries(1));
        }
        assert_eq!(packing.cut(&entries), expected, "room {room}, {before}");
    }
    assert_eq!(Packing::new(100).cut(&weights(&[(10, false), (10, false)])), Cut::NoSignedPlace);
    assert_eq!(Packing::new(100).cut(&[]), Cut::NoSignedPlace);
}

#[test]
fn a_single_large_entry_goes_alone() {
    let large = (1 << 20, true);
    assert_eq!(Packing::new(1_000).cut(&weights(&[large, (10, true)])), Cut::Entries(1));
    assert_eq!(Packing::new(FAST).cut(&weights(&[(10, true), large])), Cut::Entries(1), "what stands before it ends a piece");
}

#[test]
fn a_message_has_a_bounded_number_of_pieces() {
    let mut packing = Packing::new(FAST);
    for _ in 0..MAX_BATCHES {
        assert_eq!(packing.cut(&weights(&[(1, true)])), Cut::Entries(1));
    }
    assert_eq!(packing.cut(&weights(&[(1, true)])), Cut::Full);
}

/// What comes over a fast line in large messages is handed on over a slow one in small ones, by somebody who has not the writer's key.
#[test]
fn a_relayed_backlog_of_any_length_goes_over_a_slow_line_in_small_pieces() {
    let mut writer = Till::new(device(1));
    let mut server = Server::new([device(1), device(2)]);
    for number in 0..2_000 {
        writer.holder.write(SHOP, &format!("sale {number} {}", "x".repeat(if number % 500 == 77 { 50_000 } else { 300 })));
    }
    assert_eq!(writer.run(&mut server, FAST).0, Next::InStep);

    let mut reader = Till::new(device(2));
    for _ in 0..200 {
        let (request, ticket) = reader.request(1);
        let answer = server.answer(&request).unwrap();
        assert!(answer.len() < MAX_PIECE_BYTES + 4_000 || answer.len() > 50_000 && answer.len() < 52_000, "{} bytes", answer.len());
        if reader.hear(ticket, &answer).unwrap().0 == Next::InStep {
            break;
        }
    }
    assert_eq!(reader.holder.heads(), server.holder.heads());
}

#[test]
fn a_piece_that_could_not_be_relayed_to_a_slow_line_is_refused() {
    let mut writer = Holder::new(device(1));
    for _ in 0..=MAX_ENTRIES {
        writer.write(SHOP, "sale");
    }
    let log = LogId { device: device(1), scope: SHOP };
    let (mut pieces, _) = writer.pack(&missing(&writer.heads(), &Heads::default()), FAST);
    assert_eq!(pieces.len(), 2);
    let last = pieces.remove(1);
    pieces[0].entries.extend(last.entries);
    pieces[0].head = last.head;
    let intake = Server::new([device(1)]).holder.take(&pieces);
    let taken = *intake.taken().next().unwrap();
    assert_eq!((taken.log, taken.held, taken.refused.unwrap().reason), (log, 0, RefusalReason::TooLarge));
}

#[test]
fn each_piece_is_taken_by_itself_and_one_that_is_broken_stops_its_own_log_alone() {
    let mut writer = Holder::new(device(1));
    let mut other = Holder::new(device(2));
    for number in 0..600 {
        writer.write(SHOP, &format!("sale {number}"));
        other.write(SHOP, &format!("sale {number}"));
    }
    let mut server = Server::new([device(1), device(2)]);
    let all = |holder: &Holder| holder.pack(&missing(&holder.heads(), &Heads::default()), FAST).0;
    let mut pieces = all(&writer);
    assert_eq!(pieces.len(), 3);
    pieces[1].entries.swap(3, 4);
    pieces.extend(all(&other));
    let intake = server.holder.take(&pieces);
    let held = |number| LogId { device: device(number), scope: SHOP };
    let taken: Vec<_> = intake.taken().map(|taken| (taken.log, taken.held, taken.refused.map(|it| (it.seq, it.reason)))).collect();
    let mut expected = [(held(1), 256, Some((261, RefusalReason::BrokenChain))), (held(2), 600, None)];
    expected.sort_by_key(|(log, ..)| *log);
    assert_eq!(taken, expected);
    assert_eq!(intake.entries(), 856);
}

proptest! {
    /// A writer that signs when it is due, and whose key is gone: its log can be cut to the end of what was signed.
    #[test]
    fn a_log_that_was_signed_when_due_can_be_handed_over_without_its_key(sizes in prop::collection::vec(1_usize..60_000, 1..400), room in 0_usize..100_000) {
        let (mut entries, mut count, mut bytes) = (Vec::<Weight>::new(), 0, 0);
        for size in sizes {
            if signature_due(count, bytes, size) {
                entries.last_mut().unwrap().signed = true;
                (count, bytes) = (0, 0);
            }
            entries.push(Weight { bytes: size, signed: false });
            (count, bytes) = (count + 1, bytes + size);
        }
        entries.last_mut().unwrap().signed = true;
        let mut from = 0;
        while from < entries.len() {
            let Cut::Entries(count) = Packing::new(room).cut(&entries[from..]) else { panic!("no place after {from}") };
            let size: usize = entries[from..from + count].iter().map(|entry| entry.bytes).sum();
            prop_assert!(count == 1 || size <= MAX_PIECE_BYTES && count <= MAX_ENTRIES);
            prop_assert!(entries[from + count - 1].signed);
            from += count;
        }
    }
}

#[test]
fn the_servers_own_log_comes_first_for_it_certifies_the_others() {
    let mut server = Server::new([device(1), device(2)]);
    let mut writer = Till::new(device(1));
    writer.holder.write(SHOP, "sale");
    writer.run(&mut server, FAST);
    for _ in 0..100 {
        server.holder.write(OFFICE, "a price was changed");
    }
    let mut reader = Till::new(device(2));
    reader.exchange(&mut server, FAST);
    let (request, ticket) = reader.request(FAST);
    let answer = server.answer(&request).unwrap();
    let (_, answer) = reader.hear(ticket, &answer).unwrap();
    let duka_sync::Said::Exchanged(said) = answer.said else { panic!("it is new") };
    let devices: Vec<_> = said.batches.iter().map(|batch| batch.log.device).collect();
    assert_eq!(devices, [server_id(), device(1)]);
}
