//! What the status strip says: the engine knows the counts, the threads beside it know how link and printer fare at this moment.

use duka_api::till::{LinkState, PrinterState, Status};
use duka_link::PrinterNews;
use duka_sync::Phase;
use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The last that was heard of link and printer.
#[derive(Default)]
pub(crate) struct Board {
    seen: Mutex<Seen>,
    link_settled: Condvar,
}

#[derive(Default)]
struct Seen {
    phase: Phase,
    /// How the link stood when it last was not exchanging.
    settled: Phase,
    /// How often it came to stand.
    times_settled: u64,
    printer: Option<PrinterNews>,
}

impl Board {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The link changed its phase.
    pub(crate) fn link(&self, phase: Phase) {
        let mut seen = self.seen();
        if phase != Phase::Exchanging {
            seen.settled = phase.clone();
            seen.times_settled = seen.times_settled.saturating_add(1);
            self.link_settled.notify_all();
        }
        seen.phase = phase;
    }

    /// The printer's thread has news.
    pub(crate) fn printer(&self, news: PrinterNews) {
        self.seen().printer = Some(news);
    }

    /// How often the link has come to stand.
    pub(crate) fn times_settled(&self) -> u64 {
        self.seen().times_settled
    }

    /// Waits until the link has come to stand more than `times`, but not longer than `limit`.
    pub(crate) fn wait_settled(&self, times: u64, limit: Duration) {
        let still = |seen: &mut Seen| seen.times_settled <= times;
        // However it ended, the caller shows how the link is then.
        drop(self.link_settled.wait_timeout_while(self.seen(), limit, still));
    }

    /// The engine's status with what is known here.
    pub(crate) fn complete(&self, mut status: Status) -> Status {
        let seen = self.seen();
        let link = &mut status.link;
        if link.state != LinkState::None {
            (link.state, link.detail) = link_state(&seen.phase, &seen.settled, link.waiting_facts);
        }
        let printer = &mut status.printer;
        if let (false, Some(news)) = (printer.state == PrinterState::None, &seen.printer) {
            match news.state {
                PrinterState::Trouble | PrinterState::Printing => (printer.state, printer.detail) = (news.state, news.detail.clone()),
                PrinterState::Ready if printer.state == PrinterState::Ready => printer.detail.clone_from(&news.detail),
                PrinterState::Ready | PrinterState::None => {}
            }
        }
        status
    }
}

/// A routine question to the server is not worth a flicker: what settled last stays until the answer is here.
fn link_state(phase: &Phase, settled: &Phase, waiting_facts: u64) -> (LinkState, String) {
    match (phase, settled) {
        (Phase::Offline(detail), _) | (Phase::Exchanging, Phase::Offline(detail)) => (LinkState::Offline, detail.clone()),
        (Phase::Attention(detail), _) | (Phase::Exchanging, Phase::Attention(detail)) => (LinkState::Attention, detail.clone()),
        (Phase::InStep, _) | (Phase::Exchanging, Phase::InStep) if waiting_facts == 0 => (LinkState::InStep, String::new()),
        // Nothing was tried yet: it will be in a moment.
        (Phase::New | Phase::InStep | Phase::Exchanging, _) => (LinkState::Syncing, String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_api::till::{Link, Printer, PrinterSettings};
    use duka_core::Timestamp;

    fn status(link: LinkState, waiting_facts: u64, printer: PrinterState) -> Status {
        Status {
            link: Link { state: link, waiting_sales: 0, waiting_facts, in_step_at: None, detail: String::new() },
            printer: Printer { state: printer, queued: 0, stuck: 0, detail: "engine".to_owned(), settings: PrinterSettings::default() },
            now: Timestamp::from_micros(0),
            offset_minutes: 0,
        }
    }

    fn link_after(phases: &[Phase], waiting_facts: u64) -> LinkState {
        let board = Board::default();
        phases.iter().for_each(|phase| board.link(phase.clone()));
        board.complete(status(LinkState::Offline, waiting_facts, PrinterState::None)).link.state
    }

    #[test]
    fn the_link_is_shown_without_flicker() {
        let offline = || Phase::Offline("no route".to_owned());
        let cases: [(&[Phase], u64, LinkState); 8] = [
            (&[], 3, LinkState::Syncing),
            (&[Phase::Exchanging], 3, LinkState::Syncing),
            (&[Phase::InStep], 0, LinkState::InStep),
            (&[Phase::InStep], 1, LinkState::Syncing),
            (&[Phase::InStep, Phase::Exchanging], 0, LinkState::InStep),
            (&[offline()], 0, LinkState::Offline),
            (&[offline(), Phase::Exchanging], 3, LinkState::Offline),
            (&[Phase::Attention("fork".to_owned()), Phase::Exchanging], 0, LinkState::Attention),
        ];
        for (phases, waiting, expected) in cases {
            assert_eq!(link_after(phases, waiting), expected, "{phases:?} with {waiting} waiting");
        }
    }

    #[test]
    fn a_till_that_is_not_enrolled_has_no_link() {
        let board = Board::default();
        board.link(Phase::InStep);
        assert_eq!(board.complete(status(LinkState::None, 0, PrinterState::None)).link.state, LinkState::None);
    }

    #[test]
    fn the_printers_own_trouble_is_shown_and_the_queues_trouble_stays() {
        let board = Board::default();
        board.printer(PrinterNews { state: PrinterState::Trouble, detail: "out of paper".to_owned() });
        let shown = board.complete(status(LinkState::None, 0, PrinterState::Ready)).printer;
        assert_eq!((shown.state, shown.detail.as_str()), (PrinterState::Trouble, "out of paper"));
        board.printer(PrinterNews { state: PrinterState::Ready, detail: String::new() });
        let shown = board.complete(status(LinkState::None, 0, PrinterState::Trouble)).printer;
        assert_eq!((shown.state, shown.detail.as_str()), (PrinterState::Trouble, "engine"));
        assert_eq!(board.complete(status(LinkState::None, 0, PrinterState::None)).printer.state, PrinterState::None);
    }
}
