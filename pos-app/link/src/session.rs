//! Carries out what the link's state machine asks for.

use crate::{trust::Trust, wire::Wire};
use duka_api::{Problem, till::State};
use duka_core::{EnrolCode, EnrolCodeError, ErrorCode};
use duka_pos::{Compared, Engine, SealedEnrolment, SealedRequest, SyncError, Taken};
use duka_sync::{Effect, Event, Failure, FailureKind, Link, Next, Pause, Peer, Phase, Room, Ticket};
use std::time::Instant;

const NOT_ADMITTED: &str = "This till is to go on as a device of its own, since its database is a copy, and the server does not admit it yet. It \
    sells on and asks again by itself. The server says: ";

/// How the link stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkNews {
    /// As of the last answer or failure.
    pub phase: Phase,
    /// What a person must look at although the server answers, if anything.
    pub trouble: Option<String>,
    /// Whether there is nothing to do now but to wait.
    pub settled: bool,
}

/// One till's link to its server.
pub struct Session {
    engine: Engine,
    wire: Wire,
    link: Link,
    /// None while it is under way, and before the first exchange.
    peer: Option<Peer>,
    trouble: Option<String>,
    /// Until when the server is not asked again to let this till go on as another device, and what it said to that.
    pause: Pause,
    refused: Option<String>,
    /// Whether this till's tables were compared with its journal, since they were not the server's.
    compared: bool,
    started: Instant,
}

impl Session {
    /// For the till behind `engine`, enrolled at the server of `wire`.
    pub fn new(engine: Engine, wire: Wire) -> Self {
        Self {
            engine,
            wire,
            link: Link::new(),
            peer: None,
            trouble: None,
            pause: Pause::default(),
            refused: None,
            compared: false,
            started: Instant::now(),
        }
    }

    /// Takes an event and does all that follows from it, exchange after exchange, until there is nothing left but to wait.
    /// Gives the milliseconds until it should be woken. `report` hears how the link stands before each exchange and at the end.
    pub fn drive(&mut self, event: Event, report: &mut dyn FnMut(&LinkNews)) -> u64 {
        let mut event = match event {
            // What the server sent us is no news to it.
            Event::Grew if !self.owes() => Event::Woke,
            Event::Asked => {
                self.peer = self.peer.take().or_else(|| self.engine.read(duka_pos::Reader::peer).ok());
                self.peer.iter_mut().for_each(Peer::asked);
                self.pause = Pause::default();
                Event::Asked
            }
            other => other,
        };
        loop {
            let now = self.now();
            let effect = self.link.step(now, self.jitter(), event);
            report(&self.news(!matches!(effect, Effect::Exchange(_))));
            event = match effect {
                Effect::Exchange(room) => self.exchange(room),
                Effect::WakeAt(at) => return at.saturating_sub(now),
                Effect::UnderWay => return Link::POLL_MS,
            };
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// How the link stands.
    pub const fn phase(&self) -> &Phase {
        self.link.phase()
    }

    /// What a person must look at although the server answers, if anything.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Bytes of bodies sent and received so far.
    pub fn wire_bytes(&self) -> u64 {
        self.wire.bytes()
    }

    fn news(&self, settled: bool) -> LinkNews {
        LinkNews { phase: self.link.phase().clone(), trouble: self.trouble.clone(), settled }
    }

    /// Whether the server lacks something that was written here, as far as is known.
    fn owes(&self) -> bool {
        let heads = self.engine.read(duka_pos::Reader::heads);
        self.peer.as_ref().zip(heads.ok()).is_none_or(|(peer, heads)| peer.owes(&heads))
    }

    fn exchange(&mut self, room: Room) -> Event {
        match self.try_exchange(room) {
            Ok((taken, bytes)) => {
                self.trouble = taken.trouble;
                let next = if self.go_on_as_another() { Next::More } else { taken.next };
                Event::Answered { next, bytes }
            }
            Err(failure) => self.failed(failure),
        }
    }

    /// Has the till go on as another device, where it has to; whether it did. If the server does not let it, that is told, the exchange goes on
    /// as it is, and it is asked again after a while.
    fn go_on_as_another(&mut self) -> bool {
        let now = self.now();
        if self.pause.is_over(now) {
            match self.succeed() {
                Ok(became) => {
                    (self.pause, self.refused) = (Pause::default(), None);
                    if became {
                        // Another device speaks from here on.
                        (self.peer, self.trouble) = (None, None);
                    }
                    return became;
                }
                Err(failure) => {
                    self.pause.lengthen(now, self.jitter());
                    let said = matches!(failure.kind, FailureKind::Busy | FailureKind::Refused);
                    self.refused = said.then(|| format!("{NOT_ADMITTED}{}", failure.detail));
                }
            }
        }
        if self.refused.is_some() {
            self.trouble.clone_from(&self.refused);
        }
        false
    }

    fn failed(&mut self, failure: Failure) -> Event {
        self.peer.iter_mut().for_each(Peer::failed);
        Event::Failed(failure)
    }

    /// Has the till go on as another device, once it is known to be a copy and where its logs part; whether it did (I12).
    fn succeed(&mut self) -> Result<bool, Failure> {
        let Some(peer) = self.peer.take() else { return Ok(false) };
        let (peer, begun) = self
            .engine
            .run(move |till| {
                let begun = till.succession_begin(&peer);
                Ok::<_, Problem>((peer, begun))
            })
            .map_err(busy)?;
        self.peer = Some(peer);
        let Some(succeeding) = begun.map_err(|fault| failure(&fault))? else { return Ok(false) };
        let answer = self.wire.succeed(&succeeding.bytes)?;
        let done = self.engine.run(move |till| Ok::<_, Problem>(till.succession_complete(succeeding, &answer))).map_err(busy)?;
        done.map_err(|fault| failure(&fault)).map(|()| true)
    }

    fn try_exchange(&mut self, room: Room) -> Result<(Taken, usize), Failure> {
        let SealedRequest { bytes: request, ticket } = self.request(room)?;
        let answer = self.wire.exchange(&request)?;
        let bytes = request.len().saturating_add(answer.len());
        Ok((self.take(ticket, answer)?, bytes))
    }

    fn request(&mut self, room: Room) -> Result<SealedRequest, Failure> {
        let peer = self.peer.take();
        let asked = self.engine.read(move |reader| {
            let mut peer = match peer {
                Some(peer) => peer,
                None => reader.peer()?,
            };
            let request = reader.sync_request(&mut peer, room.bytes());
            Ok::<_, SyncError>((peer, request))
        });
        let (peer, request) = asked.map_err(busy)?;
        self.peer = Some(peer);
        request.map_err(|fault| failure(&fault))
    }

    /// Takes an answer in, in steps that sales fit between.
    fn take(&mut self, ticket: Ticket, answer: Vec<u8>) -> Result<Taken, Failure> {
        let begun = self.engine.run(move |till| Ok::<_, Problem>(till.take_begin(ticket, &answer))).map_err(busy)?;
        let mut taking = begun.map_err(|fault| failure(&fault))?;
        while !taking.is_done() {
            taking = self.engine.run(move |till| till.take_step(&mut taking).map(|()| taking)).map_err(busy)?;
        }
        // Lost with an answer that could not be ended: the next exchange learns anew what the server holds.
        let Some(mut peer) = self.peer.take() else {
            return Err(busy(Problem::new(ErrorCode::Internal, "no exchange was begun")));
        };
        let (peer, mut taken) = self.engine.run(move |till| till.take_end(&mut peer, taking).map(|taken| (peer, taken))).map_err(busy)?;
        self.peer = Some(peer);
        if let (None, Some(compared)) = (&taken.trouble, taken.compared.take()) {
            taken.trouble = self.difference(compared)?;
        }
        Ok(taken)
    }

    /// What differs from the tables of a server that holds what this till holds, once the till's are sure to be what its journal says. Every row is read
    /// for it: beside the cashier, not before.
    fn difference(&mut self, theirs: Compared) -> Result<Option<String>, Failure> {
        let look = |theirs: Compared| self.engine.read(move |reader| reader.difference(&theirs)).map_err(busy);
        let found = look(theirs.clone())?;
        if found.is_none() || self.compared {
            return Ok(found);
        }
        let mended = self.engine.rebuild().map_err(busy)?.mended;
        self.compared = true;
        if mended.is_empty() {
            return Ok(found);
        }
        tracing::error!(?mended, "this till's tables were not what its journal says; they are now");
        look(theirs)
    }

    /// Spreads the tills' tries; needs to differ between tills, not to be secret.
    fn jitter(&self) -> u32 {
        self.started.elapsed().subsec_nanos()
    }
}

fn failure(fault: &SyncError) -> Failure {
    Failure { kind: fault.failure(), detail: fault.to_string() }
}

/// The till itself could not: its disk or database. Sales go on, and so does the link.
fn busy(problem: Problem) -> Failure {
    Failure { kind: FailureKind::Busy, detail: problem.detail }
}

/// Joins a company, or has a till that has joined become a new device after [`duka_pos::Till::enrol_anew`]: makes (or takes up again) a device
/// key, shows the one-time part of the code, and stores what its server answers. A code that is mistyped, and a server that may not be spoken
/// to, are told before anything is sent.
pub fn enrol(engine: &Engine, server: &str, trust: &Trust, code: &str, device_name: &str) -> Result<State, Problem> {
    let code: EnrolCode = code.parse().map_err(|fault: EnrolCodeError| Problem::new(ErrorCode::EnrolmentCode, fault.to_string()))?;
    let wire = Wire::try_new(server, trust)?;
    let ask = || {
        let name = device_name.to_owned();
        engine.run(move |till| till.enrol_request(code, &name))
    };
    let SealedEnrolment { bytes, mut ticket } = ask()?;
    let answer = match wire.enrol(bytes).map_err(Problem::from) {
        // It holds this id already, as after an answer that was lost, and not for the register of this code.
        Err(problem) if problem.code == ErrorCode::Conflict => {
            let name = device_name.to_owned();
            engine.run(move |till| till.enrol_as_another(&name))?;
            let again = ask()?;
            ticket = again.ticket;
            wire.enrol(again.bytes)?
        }
        answered => answered?,
    };
    let server = wire.server().to_owned();
    engine.run(move |till| till.enrol_complete(&server, &ticket, &answer))
}
