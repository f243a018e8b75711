//! The link on a thread of its own, so that no sale ever waits for the network; and beside it one that listens for news.

use crate::{
    listener::Listener,
    session::{LinkNews, Session},
    trust::Trust,
    wire::{Stopper, Wire},
};
use duka_api::Problem;
use duka_core::ErrorCode;
use duka_pos::Engine;
use duka_sync::{Event, Phase};
use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread::{Builder, JoinHandle},
    time::Duration,
};

enum Call {
    Grew,
    Ask,
    Nudge,
    Stop,
}

/// A running link. Dropping it stops and joins its threads, whatever they are at.
pub struct Background {
    calls: Sender<Call>,
    stoppers: [Stopper; 2],
    threads: Vec<JoinHandle<()>>,
}

impl Background {
    /// Starts it for the till behind `engine`, enrolled at `server`. `report` hears how the link stands, on the link's thread.
    pub fn start(engine: Engine, server: &str, trust: &Trust, report: impl FnMut(&LinkNews) + Send + 'static) -> Result<Self, Problem> {
        let (link, news) = (Wire::try_new(server, trust)?, Wire::try_new(server, trust)?);
        let stoppers = [link.stopper(), news.stopper()];
        let (calls, inbox) = channel();
        let (phases, phase) = channel();
        let nudge = calls.clone();
        // A link that has stopped needs no telling.
        let listener = Listener::new(engine.clone(), news, phase, move || drop(nudge.send(Call::Nudge)));
        let session = Session::new(engine, link);
        let mut running = Self { calls, stoppers, threads: Vec::with_capacity(2) };
        running.spawn("link", move || run(session, &inbox, &phases, report))?;
        running.spawn("news", move || listener.run())?;
        Ok(running)
    }

    fn spawn(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Problem> {
        let thread = Builder::new().name(name.to_owned()).spawn(work);
        let unable = |fault| Problem::new(ErrorCode::Internal, format!("the link's threads cannot be started: {fault}"));
        self.threads.push(thread.map_err(unable)?);
        Ok(())
    }

    /// Tells it that the journal grew. Never blocks.
    pub fn grew(&self) {
        // A link that has stopped needs no telling.
        let _ = self.calls.send(Call::Grew);
    }

    /// Tries now, also while it waits after a failure.
    pub fn ask_now(&self) {
        let _ = self.calls.send(Call::Ask);
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.calls.send(Call::Stop);
        self.stoppers.iter().for_each(Stopper::stop);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Ends only when it is told to: nothing that fails ends it.
fn run(mut session: Session, inbox: &Receiver<Call>, phases: &Sender<Phase>, mut report: impl FnMut(&LinkNews)) {
    let mut event = Event::Woke;
    loop {
        let wake_in = session.drive(event, &mut report);
        // The listener may have ended before us.
        let _ = phases.send(session.phase().clone());
        event = match inbox.recv_timeout(Duration::from_millis(wake_in)) {
            Ok(Call::Grew) => Event::Grew,
            Ok(Call::Ask) => Event::Asked,
            Ok(Call::Nudge) => Event::Nudged,
            Err(RecvTimeoutError::Timeout) => Event::Woke,
            Ok(Call::Stop) | Err(RecvTimeoutError::Disconnected) => return,
        };
    }
}
