//! Waits at the server for news, so that what others did is here within a second where the line allows it.

use crate::wire::Wire;
use duka_api::Problem;
use duka_pos::{Engine, SealedRequest};
use duka_sync::Phase;
use std::{
    sync::mpsc::Receiver,
    time::{Duration, Instant},
};

/// A look that was answered sooner was not kept back.
const LISTENED: Duration = Duration::from_secs(5);

pub(crate) struct Listener {
    engine: Engine,
    wire: Wire,
    phases: Receiver<Phase>,
    nudge: Box<dyn Fn() + Send>,
}

impl Listener {
    /// `phases` tells how the link stands each time that it has settled; closing it ends the listener. `nudge` has the link ask.
    pub(crate) fn new(engine: Engine, wire: Wire, phases: Receiver<Phase>, nudge: impl Fn() + Send + 'static) -> Self {
        Self { engine, wire, phases, nudge: Box::new(nudge) }
    }

    /// Listens while both are in step: before, the link asks by itself, and what keeps both apart would be news for ever.
    pub(crate) fn run(self) {
        let mut phase = Phase::New;
        loop {
            phase = match self.phases.try_iter().last() {
                Some(newest) => newest,
                None if phase == Phase::InStep => phase,
                None => match self.phases.recv() {
                    Ok(next) => next,
                    Err(_) => return,
                },
            };
            if phase != Phase::InStep {
                continue;
            }
            if self.wire.stopper().is_stopped() {
                return;
            }
            let begun = Instant::now();
            match self.listen() {
                // A server that keeps nothing back would be asked without end.
                Ok(false) if begun.elapsed() < LISTENED => phase = Phase::New,
                Ok(false) => {}
                Ok(true) => {
                    // The link exchanges, and then says how it stands.
                    (self.nudge)();
                    phase = Phase::New;
                }
                Err(problem) => {
                    // The link finds out by itself how it is, at its next look.
                    tracing::debug!(%problem, "nobody tells of news now");
                    phase = Phase::New;
                }
            }
        }
    }

    /// One look that the server may keep back; whether it has something that is not here.
    fn listen(&self) -> Result<bool, Problem> {
        let SealedRequest { bytes, ticket } = self.engine.read(duka_pos::Reader::look)?;
        let answer = self.wire.wait_for_news(&bytes).map_err(Problem::from)?;
        self.engine.read(move |reader| reader.is_news(ticket, &answer))
    }
}
