use super::*;
use crate::member::Member;
use duka_api::till::{LinkState, PrinterSettings, PrinterState};
use duka_devices::{
    PaperWidth,
    simulator::{Fault, PrinterSimulator},
};

/// Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(60);

struct Counter {
    member: Member,
    surroundings: Surroundings,
    events: Receiver<Event>,
    printer: PrinterSimulator,
}

impl Counter {
    fn new() -> Self {
        let (member, printer) = (Member::new(), PrinterSimulator::start(PaperWidth::Mm80).unwrap());
        let settings = PrinterSettings { address: printer.address(), paper_mm: 80 };
        member.engine.run(move |till| till.printer_set(&settings)).unwrap();
        let (tell, events) = channel();
        let told = Arc::new(move |event| drop(tell.send(event)));
        let surroundings = Surroundings::start(member.engine.clone(), Trust::default(), told).unwrap();
        Self { member, surroundings, events, printer }
    }

    /// Waits until the window is told a status of that kind.
    fn until(&self, mut wanted: impl FnMut(&Status) -> bool) -> Status {
        loop {
            match self.events.recv_timeout(PATIENCE).unwrap() {
                Event::Status(status) if wanted(&status) => return *status,
                Event::Status(_) | Event::Import(_) => {}
            }
        }
    }
}

#[test]
fn a_receipt_is_printed_and_the_window_is_told() {
    let counter = Counter::new();
    counter.member.sell();
    assert!(counter.printer.wait_for(1, PATIENCE));
    counter.until(|status| status.printer.state == PrinterState::Ready && status.printer.queued == 0);
    assert!(counter.printer.receipts()[0].text().contains("Pen"));
    counter.surroundings.stop(PATIENCE);
}

#[test]
fn a_printer_that_is_off_holds_no_sale_and_prints_all_receipts_once_when_it_is_on() {
    let counter = Counter::new();
    counter.printer.set_fault(Fault::Off);
    for _ in 0..3 {
        counter.member.sell();
    }
    let trouble = counter.until(|status| status.printer.state == PrinterState::Trouble && status.printer.queued == 3);
    assert!(!trouble.printer.detail.is_empty());
    counter.printer.set_fault(Fault::None);
    counter.surroundings.retry_printer();
    counter.until(|status| status.printer.state == PrinterState::Ready && status.printer.queued == 0);
    assert_eq!(counter.printer.receipts().len(), 3);
    counter.surroundings.stop(PATIENCE);
}

#[test]
fn a_receipt_that_may_be_on_paper_is_not_printed_again_by_itself() {
    let counter = Counter::new();
    counter.printer.set_fault(Fault::DiesAfter { lines: 1 });
    counter.member.sell();
    counter.until(|status| status.printer.state == PrinterState::Trouble && status.printer.queued == 1);
    counter.printer.set_fault(Fault::None);
    counter.surroundings.retry_printer();
    counter.member.sell();
    assert!(counter.printer.wait_for(1, PATIENCE));
    // The second is out; the first still waits for somebody to look.
    let after = counter.until(|status| status.printer.queued == 1 && status.printer.state == PrinterState::Trouble);
    assert_eq!(after.printer.queued, 1);
    assert_eq!(after.printer.stuck, 1);
    let stuck = counter.member.engine.read(duka_pos::Reader::print_stuck).unwrap();
    assert!(stuck.len() == 1 && stuck[0].may_be_on_paper && stuck[0].what.ends_with("-000001"), "{stuck:?}");
    let job = stuck[0].job;
    counter.member.engine.run(move |till| till.print_leave(job)).unwrap();
    counter.surroundings.retry_printer();
    counter.until(|status| status.printer.queued == 0 && status.printer.state == PrinterState::Ready);
    assert!(counter.member.engine.run(move |till| till.print_again(job)).is_err(), "it was taken as printed");
    assert_eq!(counter.printer.receipts().len(), 1, "nothing was printed twice");
    counter.surroundings.stop(PATIENCE);
}

#[test]
fn sales_are_counted_as_waiting_while_the_server_cannot_be_reached() {
    let counter = Counter::new();
    counter.member.sell();
    let status = counter.until(|status| status.link.state == LinkState::Offline && status.link.waiting_sales == 1);
    assert!(!status.link.detail.is_empty(), "a person wants to know why");
    counter.surroundings.ask_server(PATIENCE);
    let asked = counter.surroundings.complete(counter.member.engine.read(duka_pos::Reader::status).unwrap());
    assert_eq!(asked.link.state, LinkState::Offline);
    counter.surroundings.stop(PATIENCE);
}
