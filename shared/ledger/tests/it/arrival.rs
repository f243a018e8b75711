//! What arrives in another order is judged alike and gives the same tables (I4).

use crate::{
    books::Books,
    log::{Log, check_record},
    program::{logs, sale},
};
use duka_ledger::{
    Body, Fact, SealedEntry,
    rule::{Asks, LogState, Verdict, Writer, judge, judge_fact},
};
use proptest::{prelude::*, sample::Index};

/// Everything in the logs, in an order that the picks say: each log's entries in their own order.
fn interleaved<'l>(logs: &'l [Log], picks: &[Index]) -> Vec<(&'l Writer, &'l SealedEntry)> {
    let mut rest: Vec<_> = logs.iter().map(|log| (&log.writer, log.entries.iter())).collect();
    let mut all = Vec::new();
    let mut picks = picks.iter().cycle();
    loop {
        rest.retain(|(_, entries)| entries.len() > 0);
        if rest.is_empty() {
            return all;
        }
        let at = picks.next().unwrap().index(rest.len());
        let (writer, entries) = &mut rest[at];
        all.push((*writer, entries.next().unwrap()));
    }
}

fn books<'l>(entries: impl IntoIterator<Item = (&'l Writer, &'l SealedEntry)>) -> Books {
    let mut books = Books::default();
    for (writer, sealed) in entries {
        books.take(writer, sealed);
    }
    books
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_arrival_changes_neither_verdicts_nor_states_nor_rows(
        logs in logs(),
        one in prop::collection::vec(any::<Index>(), 1..40),
        other in prop::collection::vec(any::<Index>(), 1..40),
    ) {
        let books_of_one = books(interleaved(&logs, &one));
        prop_assert_eq!(&books_of_one, &books(interleaved(&logs, &other)));
        for log in logs.iter().filter(|log| !log.entries.is_empty()) {
            prop_assert_eq!(&books_of_one.states[&log.id], &log.state, "the writer knows of its log what its readers know");
        }
    }

    /// A revocation that comes late, or is taken back, gives what it would have given at once.
    #[test]
    fn what_the_server_says_late_is_as_if_it_had_said_it_at_once(logs in logs(), picks in prop::collection::vec(any::<Index>(), 1..40)) {
        let at_once = books(interleaved(&logs, &picks));
        let before: Vec<Log> = logs.iter().cloned().map(|mut log| { log.writer.standing = None; log }).collect();
        let mut late = books(interleaved(&before, &picks));
        for log in &logs {
            late.fold_again(&log.writer, &log.entries);
        }
        prop_assert_eq!(late, at_once);
    }

    /// The same, entry by entry, on tables that hold what was said before; and back again.
    #[test]
    fn a_log_that_is_folded_again_in_place_is_as_if_it_had_been_folded_so_at_once(
        logs in logs(),
        picks in prop::collection::vec(any::<Index>(), 1..40),
    ) {
        let at_once = books(interleaved(&logs, &picks));
        let before: Vec<Log> = logs.iter().cloned().map(|mut log| { log.writer.standing = None; log }).collect();
        let as_before = books(interleaved(&before, &picks));
        let mut books = books(interleaved(&before, &picks));
        // Whose certificate cannot be read, of that all waits; when it can, all is as it was.
        for log in &logs {
            books.refold(None, &log.entries);
        }
        prop_assert!(books.rows.is_empty());
        prop_assert_eq!(&books.tables, &Default::default());
        for log in logs.iter().filter(|log| !log.entries.is_empty()) {
            books.refold(Some(&log.writer), &log.entries);
        }
        prop_assert_eq!(&books, &at_once);
        for log in &before {
            books.refold(Some(&log.writer), &log.entries);
        }
        prop_assert_eq!(&books, &as_before);
    }

    /// The writer, who has the fact at hand, judges it as its readers do, who have the bytes; and the state survives being stored in between.
    #[test]
    fn writer_and_readers_judge_alike(logs in logs()) {
        for log in &logs {
            let (mut of_writer, mut of_reader) = (LogState::default(), LogState::default());
            for sealed in &log.entries {
                let asks = Asks { record: &check_record, seen: &|_| false };
                let read = judge(&log.writer, &mut of_reader, sealed, &asks);
                match sealed.body() {
                    Ok(Body::Known(fact)) => {
                        prop_assert_eq!(judge_fact(&log.writer, &mut of_writer, sealed.entry(), fact, &asks), read);
                    }
                    _ => of_writer = of_reader.clone(),
                }
                prop_assert_eq!(&of_writer, &of_reader);
                let bytes = minicbor::to_vec(&of_reader).unwrap();
                prop_assert!(bytes.len() <= 4_096, "{} bytes", bytes.len());
                of_reader = minicbor::decode(&bytes).unwrap();
                prop_assert_eq!(&of_writer, &of_reader);
            }
        }
    }

    /// What is flagged or waits adds nothing, to no table and to no document.
    #[test]
    fn only_what_is_projected_adds_rows(logs in logs(), sale in sale()) {
        for log in &logs {
            let mut log = log.clone();
            let judged = log.judge(&Fact::SaleCompleted(sale.clone()));
            if judged.verdict != Verdict::Projected {
                prop_assert!(judged.rows.is_empty() && judged.effect.is_none());
            }
        }
    }
}
