//! The link on a thread of its own, so that no sale ever waits for the network.

use crate::{session::Session, wire::Wire};
use duka_api::Problem;
use duka_core::DeviceId;
use duka_pos::Engine;
use duka_sync::{Event, Phase};
use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread::JoinHandle,
    time::Duration,
};

enum Call {
    Grew,
    Ask,
    Stop,
}

/// A running link. Dropping it stops and joins its thread.
pub struct Background {
    calls: Sender<Call>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Starts it for the till behind `engine`, enrolled as `device` at `server`. `report` hears of every change of phase, on the link's thread.
    pub fn start(engine: Engine, server: &str, device: DeviceId, report: impl FnMut(&Phase) + Send + 'static) -> Result<Self, Problem> {
        let session = Session::new(engine, Wire::try_new(server)?, device);
        let (calls, inbox) = channel();
        let thread = std::thread::Builder::new()
            .name("link".to_owned())
            .spawn(move || run(session, &inbox, report))
            .map_err(|fault| Problem::new(duka_core::ErrorCode::Internal, format!("the link's thread cannot be started: {fault}")))?;
        Ok(Self { calls, thread: Some(thread) })
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
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(mut session: Session, inbox: &Receiver<Call>, mut report: impl FnMut(&Phase)) {
    let mut event = Event::Woke;
    loop {
        let wake_in = match session.drive(event, &mut report) {
            Ok(wake_in) => wake_in,
            Err(problem) => {
                tracing::error!(%problem, "the link cannot reach the till's engine");
                return;
            }
        };
        event = match inbox.recv_timeout(Duration::from_millis(wake_in)) {
            Ok(Call::Grew) => Event::Grew,
            Ok(Call::Ask) => Event::Asked,
            Err(RecvTimeoutError::Timeout) => Event::Woke,
            Ok(Call::Stop) | Err(RecvTimeoutError::Disconnected) => return,
        };
    }
}
