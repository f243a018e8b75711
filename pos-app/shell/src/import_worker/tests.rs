use super::*;
use crate::member::Member;
use std::sync::{
    Arc,
    mpsc::{Receiver, channel},
};

fn worker(member: &Member) -> (Arc<ImportWorker>, Receiver<Event>) {
    let (tell, events) = channel();
    (Arc::new(ImportWorker::new(member.engine.clone(), Arc::new(move |event| drop(tell.send(event))))), events)
}

fn file(folder: &Path, rows: u32) -> ImportFile {
    let path = folder.join("products.csv");
    let lines: String = (0..rows).map(|n| format!("Product {n},1.50,P{n}\n")).collect();
    std::fs::write(&path, format!("name,price,code\n{lines}")).unwrap();
    ImportFile { path: path.to_string_lossy().into_owned(), number_form: None }
}

#[test]
fn an_import_tells_how_far_it_is_and_ends_with_a_report() {
    let (member, folder) = (Member::new(), tempfile::tempdir().unwrap());
    let (worker, events) = worker(&member);
    let report = worker.import(&file(folder.path(), 1_200)).unwrap();
    assert_eq!((report.rows, report.added, report.fault_count), (1_200, 1_200, 0));
    assert_eq!(worker.progress().unwrap(), None);
    let told: Vec<_> = events.try_iter().collect();
    assert!(matches!(told.first(), Some(Event::Import(ImportProgress { done: 0, total: 1_200 }))));
    assert!(matches!(told.last(), Some(Event::Import(ImportProgress { done: 1_200, total: 1_200 }))));
}

#[test]
fn an_import_that_the_programs_end_interrupts_goes_on_at_the_next_start() {
    let (member, folder) = (Member::new(), tempfile::tempdir().unwrap());
    let (first, _events) = worker(&member);
    first.stop();
    assert_eq!(first.import(&file(folder.path(), 1_200)).unwrap_err().code, ErrorCode::Unavailable);
    assert!(member.engine.read(duka_pos::Reader::import_pending).unwrap());
    let (second, _events) = worker(&member);
    second.resume().unwrap();
    assert_eq!(member.engine.read(duka_pos::Reader::import_report).unwrap().unwrap().added, 1_200);
    second.resume().unwrap();
}

#[test]
fn a_file_that_cannot_be_read_or_makes_no_sense_changes_nothing() {
    let (member, folder) = (Member::new(), tempfile::tempdir().unwrap());
    let (worker, _events) = worker(&member);
    let missing = ImportFile { path: folder.path().join("none.csv").to_string_lossy().into_owned(), number_form: None };
    assert_eq!(worker.import(&missing).unwrap_err().code, ErrorCode::NotFound);
    let folder_itself = ImportFile { path: folder.path().to_string_lossy().into_owned(), number_form: None };
    assert_eq!(worker.import(&folder_itself).unwrap_err().code, ErrorCode::InvalidInput);
    std::fs::write(folder.path().join("bad.csv"), "colour,size\nred,9\n").unwrap();
    let bad = ImportFile { path: folder.path().join("bad.csv").to_string_lossy().into_owned(), number_form: None };
    assert!(worker.import(&bad).unwrap().fault_count > 0);
    assert_eq!((worker.progress().unwrap(), member.engine.read(duka_pos::Reader::import_pending).unwrap()), (None, false));
}

#[test]
fn two_imports_at_once_are_refused() {
    let member = Member::new();
    let (worker, _events) = worker(&member);
    let turn = worker.begin().unwrap();
    let second = worker.import(&ImportFile { path: "any.csv".to_owned(), number_form: None });
    assert_eq!(second.unwrap_err().code, ErrorCode::Conflict);
    drop(turn);
    assert!(worker.begin().is_ok());
}
