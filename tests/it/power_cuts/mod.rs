//! Power cuts: a run of the real till and of the real server is recorded as the kernel saw it; after each thing that it did to its disk, each disk
//! that a power cut could leave is opened again (ADR 18). What was confirmed until then is there.

mod cuts;
mod disk;
mod journal;
mod recording;
mod server;
mod server_run;
mod till;
mod trace;

use anyhow::{Context, Result, ensure};
use cuts::{Confirmations, Ways, cut_everywhere, is_what_was_left};
use disk::Disk;
use duka_tests::short_day::Said;
use recording::{Event, tracing_works};
use server::{Acknowledged, Opening};
use std::path::{Path, PathBuf};

const SEED: u64 = 18;

/// Recordings of runs one after the other, and the disk that they began with.
struct Recorded {
    events: Vec<Event>,
    disk: Disk,
}

impl Recorded {
    /// Reads `logs`, whose runs began with nothing in `folder`.
    fn read(logs: &[PathBuf], folder: &Path) -> Result<Self> {
        let runs = logs.iter().map(|log| recording::read(log, folder)).collect::<Result<Vec<_>>>()?;
        let events = runs.concat();
        let mut disk = Disk::empty(folder);
        events.iter().try_for_each(|event| disk.take(event).map(drop))?;
        is_what_was_left(&disk, folder)?;
        Ok(Self { events, disk: Disk::empty(folder) })
    }
}

/// How SQLite is told not to wait for the disk at all, and only now and then.
const PLANTED: [&str; 2] = ["0", "1"];

/// A short day at the real till's engine, in a process of its own; on the day itself it waits for the disk as `planted`.
fn recorded_day(planted: Option<&str>) -> Result<Recorded> {
    tracing_works()?;
    let folder = tempfile::tempdir()?;
    let root = folder.path().canonicalize()?;
    // Not even the till's folder is there yet.
    let shop = root.join("shop");
    std::fs::create_dir(&shop)?;
    let logs = [root.join("begin"), root.join("trade")];
    for (log, begins) in logs.iter().zip([true, false]) {
        let mut command = recording::traced(Path::new(env!("CARGO_BIN_EXE_duka-drive")), log);
        command.arg("day").arg("--folder").arg(shop.join("till")).current_dir("/");
        if begins {
            command.arg("--begin");
        } else if let Some(planted) = planted {
            command.env("DUKA_PLANTED_SYNCHRONOUS", planted);
        }
        let run = command.output()?;
        ensure!(run.status.success(), "the day was not traded: {}", String::from_utf8_lossy(&run.stderr));
    }
    Recorded::read(&logs, &shop)
}

/// What the till said on standard output, and when.
fn said(events: &[Event]) -> Result<Confirmations<Said>> {
    let told = events.iter().enumerate().filter_map(|(place, event)| match event {
        Event::Told(bytes) if bytes.starts_with(b"{") => Some((place, bytes)),
        _ => None,
    });
    told.map(|(place, bytes)| Ok((place, serde_json::from_slice(bytes).context("the till says JSON")?))).collect()
}

const SEARCH: Ways = Ways { torn: 1, seed: SEED, keep: true };
const FIND_PLANTED: Ways = Ways { torn: 0, seed: SEED, keep: false };

#[test]
fn whenever_the_power_is_cut_the_till_has_all_that_it_confirmed_and_sells_on() {
    let Recorded { events, disk } = recorded_day(None).expect("a day is recorded");
    let said = said(&events).expect("the till says what it confirms");
    let sales = said.what.iter().filter(|said| till::is_receipt(said)).count();
    assert_eq!((said.what.len(), sales), (12, 7), "the whole day was recorded");
    let into_database = |event: &Event| matches!(event, Event::Written { path, .. } if path.ends_with("till.sqlite"));
    let tidied = said.at.windows(2).filter(|between| events[between[0]..between[1]].iter().any(into_database)).count();
    assert!(tidied >= 2, "the write-ahead log went into the database while the till was idle, and when it was closed");
    let found = cut_everywhere(&events, disk, &said, SEARCH, till::opened).expect("the recording can be replayed");
    assert!(found.faults.is_empty(), "{}", found.faults.join("\n"));
    assert!(found.disks > events.len() / 2, "only {} different disks", found.disks);
}

#[cfg(debug_assertions)]
#[test]
fn a_till_that_does_not_wait_for_the_disk_loses_a_confirmed_sale_and_this_is_found() {
    for planted in PLANTED {
        let Recorded { events, disk } = recorded_day(Some(planted)).expect("a day is recorded");
        let said = said(&events).expect("the till says what it confirms");
        // Until the first sale all is as it should be.
        let opened = |shop: &Path, said: &[Said]| if said.iter().any(till::is_receipt) { till::opened(shop, said) } else { Ok(()) };
        let found = cut_everywhere(&events, disk, &said, FIND_PLANTED, opened).expect("the recording can be replayed");
        let lost = found.faults.iter().any(|fault| fault.contains("I1: the confirmed sale A1-") && fault.contains(" is lost"));
        assert!(lost, "synchronous = {planted} was not noticed: {:?}", found.faults);
    }
}

#[test]
fn whenever_the_power_is_cut_the_server_has_all_that_it_acknowledged_and_goes_on() {
    let server_run::Day { recorded: Recorded { events, disk }, acknowledged } = server_run::recorded(None).expect("two days are recorded");
    let server = Opening::new();
    let opened = |place: &Path, acknowledged: &[_]| server.open(place, acknowledged);
    let found = cut_everywhere(&events, disk, &acknowledged, SEARCH, opened).expect("the recording can be replayed");
    assert!(found.faults.is_empty(), "{}", found.faults.join("\n"));
    assert!(found.disks > events.len() / 2, "only {} different disks", found.disks);
}

#[cfg(debug_assertions)]
#[test]
fn a_server_that_does_not_wait_for_the_disk_loses_an_acknowledged_sale_and_this_is_found() {
    for planted in PLANTED {
        let day = server_run::recorded(Some(planted)).expect("two days are recorded");
        let server = Opening::new();
        // Until the first sale all is as it should be.
        let opened = |place: &Path, known: &[Acknowledged]| match known.iter().any(Acknowledged::is_of_sales) {
            true => server.open(place, known),
            false => Ok(()),
        };
        let Recorded { events, disk } = day.recorded;
        let found = cut_everywhere(&events, disk, &day.acknowledged, FIND_PLANTED, opened).expect("the recording can be replayed");
        let lost = found.faults.iter().any(|fault| fault.contains("I1: the acknowledged sale A1-") && fault.contains(" is lost"));
        assert!(lost, "synchronous = {planted} was not noticed: {:?}", found.faults);
    }
}
