//! The real server's program on two days, as it was recorded, while tills and an admin outside of the recording talk to it.

use super::{
    Recorded,
    cuts::Confirmations,
    recording::{self, Event, tracing_works},
    server::{Acknowledged, enrol, exchange, found},
};
use anyhow::{Context, Result};
use duka_tests::{
    company::{Admin, TestCompany},
    process::Group,
    short_day::{open_shift, sell_bread},
    till::TestTill,
};
use std::path::{Path, PathBuf};

/// A path that the server does not have: asked for, it marks a place in the recording.
const MARK: &str = "/power-cut-mark/";

/// A recording, and what the server had acknowledged.
pub struct Day {
    pub recorded: Recorded,
    pub acknowledged: Confirmations<Acknowledged>,
}

/// Founds a company and enrols a till on one day; on the next, with the server started again, tills sell and exchange. On that day the server
/// waits for the disk as `planted`.
pub fn recorded(planted: Option<&str>) -> Result<Day> {
    tracing_works()?;
    let folder = tempfile::tempdir()?;
    let root = folder.path().canonicalize()?;
    // Not even the server's folder is there yet.
    let place = root.join("place");
    std::fs::create_dir(&place)?;
    let mut run = Run { place, root, logs: Vec::new(), acknowledged: Vec::new() };
    let (till, company) = run.first_day()?;
    run.next_day(&till, &company, planted)?;

    let recorded = Recorded::read(&run.logs, &run.place)?;
    let acknowledged = acknowledged(&recorded.events, run.acknowledged)?;
    Ok(Day { recorded, acknowledged })
}

struct Run {
    root: PathBuf,
    place: PathBuf,
    logs: Vec<PathBuf>,
    acknowledged: Vec<Acknowledged>,
}

impl Run {
    /// Starts the server under the tracer.
    fn start(&mut self, planted: Option<&str>) -> Result<(Group, Admin)> {
        let program =
            std::env::var_os("DUKA_SERVER").context("DUKA_SERVER names the server's program: run the tests with `cargo xtask test`")?;
        let log = self.root.join(format!("log-{}", self.logs.len()));
        let mut command = recording::traced(Path::new(&program), &log);
        command.args(["--listen", "127.0.0.1:0", "--data-dir"]).arg(self.place.join("data")).current_dir("/");
        if let Some(planted) = planted {
            command.env("DUKA_PLANTED_SYNCHRONOUS", planted);
        }
        self.logs.push(log);
        let (server, address) = Group::spawn_until(&mut command, |line| line.strip_prefix("listening on ").map(str::to_owned))?;
        let token = std::fs::read_to_string(self.place.join("data/admin-token")).context("the server keeps its admin's token")?;
        Ok((server, Admin::new(&address, token.trim())))
    }

    /// From its last answer on, the server has acknowledged this.
    fn mark(&mut self, admin: &Admin, acknowledged: Acknowledged) {
        // There is no such page; being asked for is all that it is for.
        let _ = admin.get::<serde_json::Value>(&format!("{MARK}{}.", self.acknowledged.len()));
        self.acknowledged.push(acknowledged);
    }

    fn first_day(&mut self) -> Result<(TestTill, TestCompany)> {
        let (server, admin) = self.start(None)?;
        let company = found(&admin)?;
        let token = std::fs::read_to_string(self.place.join("data/admin-token"))?.trim().to_owned();
        self.mark(&admin, Acknowledged::Company { company: company.company, shop: company.shop, token });
        let (till, device) = enrol(&company, &self.root.join("till-a"), "A1", 1)?;
        self.mark(&admin, Acknowledged::Till(device));
        exchange(&till, &admin.server)?;
        open_shift(&till)?;
        server.end()?;
        Ok((till, company))
    }

    fn next_day(&mut self, till: &TestTill, company: &TestCompany, planted: Option<&str>) -> Result<()> {
        let (server, admin) = self.start(planted)?;
        let company = TestCompany { admin: admin.clone(), company: company.company, shop: company.shop };
        for sales in [1, 2] {
            for _ in 0..sales {
                sell_bread(till, sales)?;
            }
            self.exchanged(till, &admin)?;
        }
        let (other, device) = enrol(&company, &self.root.join("till-b"), "B1", 2)?;
        self.mark(&admin, Acknowledged::Till(device));
        exchange(&other, &admin.server)?;
        open_shift(&other)?;
        sell_bread(&other, 1)?;
        self.exchanged(&other, &admin)?;
        self.exchanged(till, &admin)?;
        server.end()
    }

    fn exchanged(&mut self, till: &TestTill, admin: &Admin) -> Result<()> {
        exchange(till, &admin.server)?;
        self.mark(admin, Acknowledged::by(till)?);
        Ok(())
    }
}

/// What was acknowledged counts from the moment in which the server began to send the last answer before the mark.
fn acknowledged(events: &[Event], what: Vec<Acknowledged>) -> Result<Confirmations<Acknowledged>> {
    let (mut answered, mut at) = (None, Vec::new());
    // A question may come in pieces.
    let mut asked = Vec::new();
    for (place, event) in events.iter().enumerate() {
        match event {
            Event::Told(bytes) if bytes.starts_with(b"HTTP/1.1 ") => {
                answered = Some(place);
                asked.clear();
            }
            Event::Heard(bytes) => {
                asked.extend_from_slice(bytes);
                if String::from_utf8_lossy(&asked).contains(&format!("{MARK}{}.", at.len())) {
                    at.push(answered.context("a mark before any answer")?);
                    asked.clear();
                }
            }
            _ => {}
        }
    }
    anyhow::ensure!(at.len() == what.len(), "{} of {} marks stand in the recording", at.len(), what.len());
    Ok(Confirmations { at, what })
}
