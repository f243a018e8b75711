//! What leaves the till and what comes out of the printer, over a real connection.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::net::TcpListener;
use std::time::Duration;

use duka_api::print::{Align, Block, Direction, Document, Style};
use duka_devices::simulator::{Fault, PrinterSimulator, SimReceipt, decode};
use duka_devices::{Doubt, PaperWidth, Printed, Printer, PrinterConfig, PrinterError, Timeouts};
use proptest::prelude::*;

/// Long enough that only a broken printer meets it.
const PATIENT: Duration = Duration::from_secs(60);
/// For printers that will not answer at all.
const IMPATIENT: Timeouts =
    Timeouts { connect: PATIENT, write: PATIENT, status: Duration::from_millis(50), finish: Duration::from_millis(50) };

fn printer(simulator: &PrinterSimulator, width: PaperWidth) -> Printer {
    let patient = Timeouts { connect: PATIENT, write: PATIENT, status: PATIENT, finish: PATIENT };
    Printer::new(PrinterConfig::Tcp { address: simulator.address(), width }).with_timeouts(patient)
}

fn item(start: &str, end: &str) -> Block {
    Block::Columns { start: start.into(), end: end.into(), style: Style::default() }
}

fn receipt() -> Document {
    let shop = Style { align: Align::Centre, strong: true, large: true };
    let total = Style { strong: true, large: true, ..Style::default() };
    Document {
        kick_drawer: true,
        direction: Direction::LeftToRight,
        blocks: vec![
            Block::Text { text: "Duka Ndogo".into(), style: shop },
            Block::Text { text: "12 Market Street".into(), style: Style { align: Align::Centre, ..Style::default() } },
            Block::Rule,
            item("Whole wheat bread, sliced, 400 g", "£1.35"),
            item("شاي أخضر", "€12.00"),
            item("有机绿茶", "€3.50"),
            Block::Rule,
            Block::Columns { start: "Total".into(), end: "£16.85".into(), style: total },
            Block::Feed { lines: 1 },
            Block::Qr { data: "duka:r:0190a5f0-receipt".into() },
            Block::Text { text: "Asante!".into(), style: Style { align: Align::Centre, ..Style::default() } },
        ],
    }
}

fn note() -> Document {
    Document { blocks: vec![Block::Text { text: "one\ntwo\nthree\nfour".into(), style: Style::default() }], ..Document::default() }
}

#[test]
fn what_was_printed_reads_back_from_the_paper() {
    for (width, name) in [(PaperWidth::Mm58, "58mm"), (PaperWidth::Mm80, "80mm")] {
        let simulator = PrinterSimulator::start(width).unwrap();
        assert_eq!(printer(&simulator, width).print(&receipt()).unwrap(), Printed { paper_low: false });
        assert!(simulator.wait_for(1, PATIENT));

        let [paper] = &simulator.receipts()[..] else { panic!("one document is one receipt") };
        assert_eq!(paper.problems, Vec::<String>::new());
        assert!(paper.cut && simulator.uncut().text().is_empty());
        assert_eq!((simulator.drawer_kicks(), paper.drawer_kicks), (1, 1));
        assert_eq!(paper.qr_codes(), [b"duka:r:0190a5f0-receipt"]);
        assert_eq!(paper.images().len(), 2);
        // The height of an image depends on the fonts of the machine.
        let text = without_heights(&paper.text());
        insta::assert_snapshot!(name, text);
        assert!(paper.png().unwrap().starts_with(b"\x89PNG"));
    }
}

/// Replaces the heights of images, which differ from machine to machine.
fn without_heights(text: &str) -> String {
    let line = |line: &str| match line.split_once('x') {
        Some((start, _)) if start.starts_with("[image ") => format!("{start}xH]\n"),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn documents_come_out_one_after_another() {
    let simulator = PrinterSimulator::start(PaperWidth::Mm80).unwrap();
    let printer = printer(&simulator, PaperWidth::Mm80);
    printer.check().unwrap();
    for _ in 0..3 {
        printer.print(&note()).unwrap();
    }
    let texts: Vec<_> = simulator.receipts().iter().map(SimReceipt::text).collect();
    assert_eq!(texts, ["one\ntwo\nthree\nfour\n"; 3]);
    assert_eq!(simulator.drawer_kicks(), 0);
}

#[test]
fn a_printer_that_nobody_listens_at_is_unreachable() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let error = Printer::new(PrinterConfig::Tcp { address, width: PaperWidth::Mm58 }).print(&note()).unwrap_err();
    assert!(matches!(error, PrinterError::Unreachable { .. }) && !error.may_be_on_paper(), "{error}");
}

#[test]
fn a_printer_that_is_off_is_unreachable_and_prints_when_it_is_on_again() {
    let simulator = PrinterSimulator::start(PaperWidth::Mm58).unwrap();
    let printer = printer(&simulator, PaperWidth::Mm58);
    simulator.set_fault(Fault::Off);
    let error = printer.print(&note()).unwrap_err();
    assert!(matches!(error, PrinterError::Unreachable { .. }) && !error.may_be_on_paper(), "{error}");
    simulator.set_fault(Fault::None);
    printer.print(&note()).unwrap();
    assert_eq!(simulator.receipts().len(), 1);
}

#[test]
fn a_printer_that_dies_in_the_middle_is_not_reported_as_printed() {
    let simulator = PrinterSimulator::start(PaperWidth::Mm58).unwrap();
    simulator.set_fault(Fault::DiesAfter { lines: 2 });
    let error = printer(&simulator, PaperWidth::Mm58).print(&note()).unwrap_err();
    assert!(matches!(error, PrinterError::Unconfirmed { doubt: Doubt::ConnectionLost, .. }) && error.may_be_on_paper(), "{error}");
    assert_eq!(simulator.receipts(), []);
    assert_eq!(simulator.uncut().text(), "one\ntwo\n");
}

#[test]
fn a_printer_without_paper_is_sent_nothing() {
    let simulator = PrinterSimulator::start(PaperWidth::Mm58).unwrap();
    let printer = printer(&simulator, PaperWidth::Mm58);
    simulator.set_fault(Fault::PaperOut);
    let error = printer.print(&receipt()).unwrap_err();
    assert!(matches!(error, PrinterError::OutOfPaper { .. }) && !error.may_be_on_paper(), "{error}");
    simulator.set_fault(Fault::CoverOpen);
    let error = printer.print(&receipt()).unwrap_err();
    assert!(matches!(error, PrinterError::CoverOpen { .. }) && !error.may_be_on_paper(), "{error}");
    simulator.set_fault(Fault::None);
    assert_eq!((simulator.receipts().len(), simulator.drawer_kicks()), (0, 0));
}

#[test]
fn paper_that_runs_out_on_the_way_is_neither_printed_nor_lost() {
    let simulator = PrinterSimulator::start(PaperWidth::Mm58).unwrap();
    simulator.set_fault(Fault::PaperOutAfter { lines: 2 });
    let timeouts = Timeouts { finish: IMPATIENT.finish, status: PATIENT, ..IMPATIENT };
    let error = printer(&simulator, PaperWidth::Mm58).with_timeouts(timeouts).print(&note()).unwrap_err();
    assert!(matches!(error, PrinterError::Unconfirmed { doubt: Doubt::OutOfPaper, .. }), "{error}");
    // A new roll: it goes on by itself, so that sending the document again would have printed it twice.
    simulator.set_fault(Fault::None);
    assert_eq!(simulator.receipts().iter().map(SimReceipt::text).collect::<Vec<_>>(), ["one\ntwo\nthree\nfour\n"]);
}

#[test]
fn a_printer_that_answers_late_may_have_printed() {
    let simulator = PrinterSimulator::start(PaperWidth::Mm58).unwrap();
    simulator.set_fault(Fault::AnswersLate);
    let printer = printer(&simulator, PaperWidth::Mm58).with_timeouts(IMPATIENT);
    let error = printer.print(&note()).unwrap_err();
    assert!(matches!(error, PrinterError::Unconfirmed { doubt: Doubt::NoAnswer, .. }) && error.may_be_on_paper(), "{error}");
    assert!(simulator.wait_for(1, PATIENT), "it is on paper all the same");
    assert!(matches!(printer.check(), Err(PrinterError::Unconfirmed { .. })));
}

#[test]
fn a_file_printer_appends_and_its_file_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("receipts.bin");
    let printer = Printer::new(PrinterConfig::File { path: path.clone(), width: PaperWidth::Mm80 });
    printer.check().unwrap();
    printer.print(&note()).unwrap();
    printer.print(&receipt()).unwrap();
    let papers = decode(&std::fs::read(&path).unwrap(), PaperWidth::Mm80);
    assert_eq!(papers.len(), 2);
    assert!(papers.iter().all(|paper| paper.cut && paper.problems.is_empty()));
    assert_eq!(papers[0].text(), "one\ntwo\nthree\nfour\n");
    assert_eq!(papers[1].drawer_kicks, 1);
}

#[test]
fn a_printer_file_in_a_folder_that_is_not_there_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing").join("receipts.bin");
    let error = Printer::new(PrinterConfig::File { path, width: PaperWidth::Mm80 }).print(&note()).unwrap_err();
    assert!(error.to_string().contains("receipts.bin"), "{error}");
}

#[test]
fn settings_are_read_as_they_are_written() {
    let settings = [
        (r#"{"kind":"tcp","address":"kitchen.lan","width":"58mm"}"#, PaperWidth::Mm58),
        (r#"{"kind":"file","path":"receipts.bin","width":"80mm"}"#, PaperWidth::Mm80),
    ];
    for (json, wanted) in settings {
        let config: PrinterConfig = serde_json::from_str(json).unwrap();
        let (PrinterConfig::Tcp { width, .. } | PrinterConfig::File { width, .. }) = &config;
        assert_eq!((*width, serde_json::to_string(&config).unwrap().as_str()), (wanted, json));
    }
}

#[test]
fn what_is_no_command_is_told() {
    let [paper] = &decode(b"\x1b@Tea\x00\n\x1bQ\x1b", PaperWidth::Mm58)[..] else { panic!() };
    assert_eq!((paper.text().as_str(), paper.problems.len()), ("Tea\n", 3));
}

#[test]
fn a_byte_that_many_printers_take_for_half_a_chinese_character_is_told() {
    let problems = |bytes: &[u8]| decode(bytes, PaperWidth::Mm58)[0].problems.len();
    assert_eq!(problems(b"\x1b@\x1bt\x10\xa35\n"), 1);
    assert_eq!(problems(b"\x1b@\x1c.\x1bt\x10\xa35\n"), 0);
}

proptest! {
    #[test]
    fn any_bytes_are_decoded(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for paper in decode(&bytes, PaperWidth::Mm58) {
            let _ = paper.text();
        }
    }

    #[test]
    fn any_bytes_with_many_commands_among_them_are_decoded(
        parts in proptest::collection::vec(prop_oneof![
            Just(b"\x1b@".to_vec()), Just(b"\x1dv0\x00\x02\x00\x02\x00".to_vec()), Just(b"\x1d(k\x03\x001Q0".to_vec()),
            Just(b"\x1d(k\x06\x001P0abc".to_vec()), Just(b"\x1d!\x77".to_vec()), Just(b"\x1dVA\x00".to_vec()), Just(b"\x1dv0".to_vec()),
            proptest::collection::vec(any::<u8>(), 0..8),
        ], 0..40),
    ) {
        for paper in decode(&parts.concat(), PaperWidth::Mm80) {
            let _ = paper.text();
        }
    }
}
