//! What the status strip says: the engine knows the counts, the threads beside it know how link and printer fare at this moment.

use duka_api::till::{Link, LinkState, OwnDevice, PrinterState, Status};
use duka_link::{LinkNews, PrinterNews};
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
    link: LinkNews,
    /// How often the link came to stand.
    times_settled: u64,
    printer: Option<PrinterNews>,
}

impl Board {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The link has news.
    pub(crate) fn link(&self, news: LinkNews) {
        let mut seen = self.seen();
        if news.settled {
            seen.times_settled = seen.times_settled.saturating_add(1);
            self.link_settled.notify_all();
        }
        seen.link = news;
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
            (link.state, link.detail) = link_state(&seen.link, link);
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

/// What the person at the till is shown of the link. The phase is that of the last answer, so a routine question to the server is no flicker.
fn link_state(news: &LinkNews, link: &Link) -> (LinkState, String) {
    // More than words on a light: what to do about it stands behind it.
    let looked_at = link.stranded_facts > 0 || matches!(link.device, OwnDevice::Revoked { .. });
    match (&news.phase, &news.trouble) {
        (Phase::Offline(failure), _) => (LinkState::Offline, failure.detail.clone()),
        (Phase::Attention(failure), _) => (LinkState::Attention, failure.detail.clone()),
        (_, Some(trouble)) => (LinkState::Attention, trouble.clone()),
        (Phase::New | Phase::CatchingUp | Phase::InStep, None) if looked_at => (LinkState::Attention, String::new()),
        (Phase::InStep, None) if link.waiting_facts == 0 => (LinkState::InStep, String::new()),
        // Both have said all that they can, and are not in step.
        (Phase::Stuck, None) => (LinkState::Attention, String::new()),
        // Nothing was heard yet, or there is more to say: it will be in a moment.
        (Phase::New | Phase::CatchingUp | Phase::InStep, None) => (LinkState::Syncing, String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_api::till::{Printer, PrinterSettings};
    use duka_core::Timestamp;
    use duka_sync::{Failure, FailureKind};

    fn status(link: LinkState, waiting_facts: u64, printer: PrinterState) -> Status {
        Status {
            link: Link {
                state: link,
                waiting_sales: 0,
                waiting_facts,
                stranded_sales: 0,
                stranded_facts: 0,
                in_step_at: None,
                detail: String::new(),
                device: OwnDevice::Same,
            },
            printer: Printer { state: printer, queued: 0, stuck: 0, detail: "engine".to_owned(), settings: PrinterSettings::default() },
            now: Timestamp::from_micros(0),
            offset_minutes: 0,
        }
    }

    fn link_after(phases: &[Phase], trouble: Option<&str>, waiting_facts: u64) -> LinkState {
        let board = Board::default();
        for phase in phases {
            board.link(LinkNews { phase: phase.clone(), trouble: trouble.map(str::to_owned), settled: true });
        }
        board.complete(status(LinkState::Offline, waiting_facts, PrinterState::None)).link.state
    }

    #[test]
    fn the_link_is_shown_as_it_last_stood() {
        let failure = |kind| Failure { kind, detail: "no route".to_owned() };
        let (offline, refused) = (Phase::Offline(failure(FailureKind::Unreachable)), Phase::Attention(failure(FailureKind::Refused)));
        let cases: [(&[Phase], Option<&str>, u64, LinkState); 9] = [
            (&[], None, 3, LinkState::Syncing),
            (&[Phase::CatchingUp], None, 3, LinkState::Syncing),
            (&[Phase::InStep], None, 0, LinkState::InStep),
            (&[Phase::InStep], None, 1, LinkState::Syncing),
            (&[Phase::InStep], Some("tables differ"), 0, LinkState::Attention),
            (std::slice::from_ref(&offline), None, 0, LinkState::Offline),
            (&[offline.clone(), Phase::CatchingUp], None, 3, LinkState::Syncing),
            (&[refused], None, 0, LinkState::Attention),
            (&[Phase::Stuck], Some("fork"), 0, LinkState::Attention),
        ];
        for (phases, trouble, waiting, expected) in cases {
            assert_eq!(link_after(phases, trouble, waiting), expected, "{phases:?} with {waiting} waiting");
        }
    }

    #[test]
    fn that_a_till_was_revoked_or_has_sales_that_cannot_be_sent_is_never_shown_as_syncing_or_in_step() {
        let revoked = |status: &mut Status| status.link.device = OwnDevice::Revoked { reason: "lost".to_owned() };
        let stranded = |status: &mut Status| (status.link.waiting_facts, status.link.stranded_facts) = (2, 2);
        let offline = Phase::Offline(Failure { kind: FailureKind::Unreachable, detail: "no route".to_owned() });
        for looked_at in [&revoked as &dyn Fn(&mut Status), &stranded] {
            let phases = [Phase::New, Phase::CatchingUp, Phase::InStep, Phase::Stuck].map(|phase| (phase, LinkState::Attention));
            for (phase, shown) in phases.into_iter().chain([(offline.clone(), LinkState::Offline)]) {
                let board = Board::default();
                board.link(LinkNews { phase, trouble: None, settled: true });
                let mut status = status(LinkState::Offline, 0, PrinterState::None);
                looked_at(&mut status);
                assert_eq!(board.complete(status).link.state, shown);
            }
        }
        assert_eq!(link_after(&[Phase::Stuck], None, 0), LinkState::Attention, "nor is one that cannot come into step");
    }

    #[test]
    fn a_till_that_is_not_enrolled_has_no_link() {
        let board = Board::default();
        board.link(LinkNews { phase: Phase::InStep, trouble: None, settled: true });
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
