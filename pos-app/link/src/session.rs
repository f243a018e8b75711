//! Carries out what the link's state machine asks for.

use crate::wire::{Wire, WireError};
use duka_api::{Problem, till::State};
use duka_core::DeviceId;
use duka_pos::{Engine, Taken};
use duka_sync::{Effect, Event, Link, Phase, Range};
use std::time::Instant;

/// One till's link to its server.
pub struct Session {
    engine: Engine,
    wire: Wire,
    link: Link,
    started: Instant,
}

impl Session {
    /// For the till behind `engine`, enrolled as `device` at the server of `wire`.
    pub fn new(engine: Engine, wire: Wire, device: DeviceId) -> Self {
        Self { engine, wire, link: Link::new(device), started: Instant::now() }
    }

    /// Takes an event and does all that follows from it, exchange after exchange, until there is nothing left but to wait.
    /// Gives the milliseconds until it should be woken. `report` hears of every change of phase.
    pub fn drive(&mut self, event: Event, report: &mut dyn FnMut(&Phase)) -> Result<u64, Problem> {
        // Digests read whole tables: only when a person asks.
        let digests = event == Event::Asked;
        let mut next = Some(event);
        let mut wake_in = Link::POLL_MS;
        while let Some(event) = next.take() {
            let ours = self.engine.read(duka_pos::Reader::heads)?;
            let now = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
            let effects = self.link.step(now, self.jitter(), &ours, event);
            report(self.link.phase());
            for effect in effects {
                match effect {
                    Effect::Exchange(ranges) => next = Some(self.exchange(&ranges, digests)),
                    Effect::WakeAt(at) => wake_in = at.saturating_sub(now),
                }
            }
        }
        Ok(wake_in)
    }

    /// How the link stands.
    pub const fn phase(&self) -> &Phase {
        self.link.phase()
    }

    /// Bytes of bodies sent and received so far.
    pub fn wire_bytes(&self) -> u64 {
        self.wire.bytes()
    }

    fn exchange(&self, ranges: &[Range], digests: bool) -> Event {
        let failed = |retryable, detail: String| Event::Failed { retryable, detail };
        let request = match self.engine.read({
            let ranges = ranges.to_vec();
            move |reader| reader.sync_request(&ranges, digests)
        }) {
            Ok(request) => request,
            Err(problem) => return failed(problem.retryable, problem.detail),
        };
        let answer = match self.wire.exchange(&request) {
            Ok(answer) => answer,
            Err(fault) => return failed(fault.retryable(), fault.to_string()),
        };
        match self.take(answer) {
            Ok(taken) => Event::Answered { have: taken.have, received: taken.received, more: taken.more, trouble: taken.trouble },
            Err(problem) => failed(problem.retryable, problem.detail),
        }
    }

    /// Takes an answer in, in steps that sales fit between.
    fn take(&self, answer: Vec<u8>) -> Result<Taken, Problem> {
        let mut taking = self.engine.run(move |till| till.take_begin(&answer))?;
        while !taking.is_done() {
            taking = self.engine.run(move |till| till.take_step(&mut taking).map(|()| taking))?;
        }
        self.engine.run(move |till| till.take_end(taking))
    }

    /// Spreads the tills' tries; needs to differ between tills, not to be secret.
    fn jitter(&self) -> u32 {
        self.started.elapsed().subsec_nanos()
    }
}

/// Joins a company: makes (or takes up again) a device key, shows the code, and stores what the server answers.
pub fn enrol(engine: &Engine, server: &str, code: &str, device_name: &str) -> Result<State, Problem> {
    let wire = Wire::try_new(server)?;
    let (code, name) = (code.trim().to_owned(), device_name.to_owned());
    let request = engine.run(move |till| till.enrol_request(&code, &name))?;
    let answer = wire.enrol(&request).map_err(|fault: WireError| Problem::from(fault))?;
    let server = server.trim().trim_end_matches('/').to_owned();
    engine.run(move |till| till.enrol_complete(&server, &answer))
}
