//! Tills and server talking: the real link decides when, the real peer what, and the lines between do what they do.

use super::{
    place::{Asked, Exchanging},
    schedule::{Door, Flight, Happening},
    witness::Witness,
    world::World,
};
use anyhow::Result;
use duka_pos::Succeeding;
use duka_sync::{Effect, Event, Failure, FailureKind, Link, Next, Pause, Peer, Phase, Ticket};
use std::rc::Rc;

/// How late a machine may wake a link that is in step, ms: a till's computer sleeps, and a run need not poll every few seconds.
const SLEEPY: u64 = 1_200_000;

impl World {
    /// A link takes an event, and what it wants is done.
    pub fn link(&mut self, place: usize, event: Event) -> Result<()> {
        let mut event = event;
        loop {
            if !self.places[place].is_up() {
                return Ok(());
            }
            match &event {
                Event::Failed(_) => {
                    self.places[place].exchange = None;
                    self.places[place].peer.iter_mut().for_each(Peer::failed);
                }
                Event::Asked => {
                    self.places[place].pause = Pause::default();
                    self.places[place].peer.iter_mut().for_each(Peer::asked);
                }
                _ => {}
            }
            let jitter = u32::try_from(self.chance.below(u64::from(u32::MAX))).unwrap_or(0);
            match self.places[place].link.step(self.now, jitter, event) {
                Effect::Exchange(room) => match self.send(place, room.bytes())? {
                    Some(failed) => event = failed,
                    None => return Ok(()),
                },
                Effect::WakeAt(at) => {
                    let sleeps = if *self.places[place].link.phase() == Phase::InStep { self.chance.below(SLEEPY) } else { 0 };
                    self.places[place].wake += 1;
                    self.schedule.at(at.max(self.now + 1) + sleeps, Happening::Wake(place, self.places[place].wake));
                    return Ok(());
                }
                Effect::UnderWay => return Ok(()),
            }
        }
    }

    /// The journal of a till may have grown.
    pub fn grew(&mut self, place: usize) -> Result<()> {
        let peer = self.places[place].peer.take();
        let owes = |till: &mut duka_pos::Till| peer.as_ref().zip(till.reader().heads().ok()).is_none_or(|(peer, heads)| peer.owes(&heads));
        let Some(owes) = self.at(place, owes)? else { return Ok(()) };
        self.places[place].peer = peer;
        if owes { self.link(place, Event::Grew) } else { Ok(()) }
    }

    /// A till makes a request, and it goes out. Gives what the link hears at once, if anything.
    fn send(&mut self, place: usize, room: usize) -> Result<Option<Event>> {
        let at = &mut self.places[place];
        let peer = at.peer.take();
        let made = at.work(|till| {
            let mut peer = peer.map_or_else(|| till.reader().peer(), Ok)?;
            let request = till.reader().sync_request(&mut peer, room)?;
            Ok::<_, duka_pos::SyncError>((peer, request))
        });
        let (peer, request) = match made {
            Some(Ok(made)) => made,
            Some(Err(fault)) => return Ok(Some(Event::Failed(Failure { kind: fault.failure(), detail: fault.to_string() }))),
            None => return self.fell(place).map(|()| None),
        };
        self.places[place].peer = Some(peer);
        self.ask(place, Asked::Exchange(request.ticket), request.bytes, 0);
        Ok(None)
    }

    /// A request goes out; `before`: bytes that went over the line for it already.
    fn ask(&mut self, place: usize, asked: Asked, request: Vec<u8>, before: usize) {
        let at = &mut self.places[place];
        at.exchanges += 1;
        let door = if matches!(asked, Asked::Exchange(_)) { Door::Exchange } else { Door::Succession };
        at.exchange = Some(Exchanging { number: at.exchanges, asked, bytes: before + request.len() });
        let flight = Flight { place, life: at.life, exchange: at.exchanges, door, bytes: Rc::new(request) };
        if self.lines[place].cut {
            let at = self.now + 1_000 + self.chance.below(4_000);
            self.schedule.at(at, Happening::Broken(flight, FailureKind::Unreachable));
            return;
        }
        // Silence is what ends an exchange whose messages are lost.
        let silence = self.now + self.lines[place].transfer(flight.bytes.len()) + Link::PATIENCE_MS;
        for delay in self.lines[place].carry(flight.bytes.len(), &self.chance, &mut self.faults) {
            self.schedule.at(self.now + delay, Happening::Request(flight.clone()));
        }
        self.schedule.at(silence, Happening::Broken(flight, FailureKind::TimedOut));
    }

    /// A request comes to the server, perhaps a second time, or long after its till has given up.
    pub fn request_comes(&mut self, flight: Flight) -> Result<()> {
        let place = flight.place;
        if self.lines[place].cut {
            return Ok(());
        }
        if flight.exchange < self.places[place].exchanges {
            self.faults.count("reordering");
        }
        let soon = self.now + 50;
        let was_up = self.office.is_up();
        let answer = match flight.door {
            Door::Exchange => self.office.exchange(&flight.bytes),
            Door::Succession => self.office.succeed(&flight.bytes),
        };
        match answer {
            None => {
                if was_up {
                    self.server_fell()?;
                }
                self.schedule.at(soon, Happening::Broken(flight, FailureKind::Unreachable));
            }
            Some(Err(problem)) => {
                let kind = if problem.retryable { FailureKind::Busy } else { FailureKind::Refused };
                self.schedule.at(soon, Happening::Broken(flight, kind));
            }
            Some(Ok(answer)) => {
                if flight.door == Door::Exchange {
                    self.see(place, &flight.bytes, &answer)?;
                }
                let flight = Flight { bytes: Rc::new(answer), ..flight };
                let silence = self.now + self.lines[place].transfer(flight.bytes.len()) + Link::PATIENCE_MS;
                for delay in self.lines[place].carry(flight.bytes.len(), &self.chance, &mut self.faults) {
                    self.schedule.at(self.now + delay, Happening::Answer(flight.clone()));
                }
                self.schedule.at(silence, Happening::Broken(flight, FailureKind::TimedOut));
            }
        }
        Ok(())
    }

    /// An answer comes to its till; now and then one that was caught before comes in its place.
    pub fn answer_comes(&mut self, flight: &Flight) -> Result<()> {
        let at = &self.places[flight.place];
        if self.lines[flight.place].cut || !at.is_up() {
            return Ok(());
        }
        let awaited = at.life == flight.life && at.exchange.as_ref().is_some_and(|exchange| exchange.number == flight.exchange);
        // A connection that was given up brings nothing; somebody in between may give an old answer for a new one.
        let replayed = !awaited && at.exchange.is_some() && self.chance.chance(300);
        if replayed {
            self.faults.count("replayed answer");
        }
        if awaited || replayed { self.hear(flight.place, &flight.bytes) } else { Ok(()) }
    }

    /// An exchange came to nothing, if its till still waits for it and nothing has moved since.
    pub fn broken(&mut self, flight: &Flight, kind: FailureKind) -> Result<()> {
        let at = &self.places[flight.place];
        if at.life != flight.life || at.exchange.as_ref().is_none_or(|exchange| exchange.number != flight.exchange) {
            return Ok(());
        }
        match self.places[flight.place].exchange.take() {
            Some(Exchanging { asked: Asked::Succession(_, next), bytes, .. }) => self.stay(flight.place, next, bytes),
            _ => self.link(flight.place, Event::Failed(Failure { kind, detail: format!("{kind:?}") })),
        }
    }

    /// What an exchange brought is noted, whether or not its answer ever comes.
    fn see(&mut self, place: usize, request: &[u8], answer: &[u8]) -> Result<()> {
        self.witness.see(request, answer)?;
        if let Some(leak) = Witness::may_hear(answer, &self.scopes_of(place))? {
            self.violate(leak.invariant, leak.detail);
        }
        Ok(())
    }

    /// A till takes an answer.
    fn hear(&mut self, place: usize, bytes: &[u8]) -> Result<()> {
        let Some(Exchanging { asked, bytes: sent, .. }) = self.places[place].exchange.take() else { return Ok(()) };
        let sum = sent + bytes.len();
        match asked {
            Asked::Exchange(ticket) => self.take(place, ticket, bytes, sum),
            Asked::Succession(succeeding, next) => self.become_another(place, *succeeding, bytes, (next, sum)),
        }
    }

    /// It is another device from here on, if the answer is the one that was asked for.
    fn become_another(&mut self, place: usize, succeeding: Succeeding, answer: &[u8], (next, sum): (Next, usize)) -> Result<()> {
        match self.places[place].work(|till| till.succession_complete(succeeding, answer)) {
            Some(Ok(())) => {
                self.faults.count("went on as another device");
                let at = &mut self.places[place];
                (at.peer, at.trouble, at.pause) = (None, None, Pause::default());
                self.link(place, Event::Answered { next: Next::More, bytes: sum })
            }
            Some(Err(_)) => self.stay(place, next, sum),
            None => self.fell(place),
        }
    }

    /// A till takes in what an exchange brought, in steps that the cashier's work fits between.
    fn take(&mut self, place: usize, ticket: Ticket, bytes: &[u8], sum: usize) -> Result<()> {
        let at = &mut self.places[place];
        let Some(mut peer) = at.peer.take() else { return Ok(()) };
        let mut taking = match at.work(|till| till.take_begin(ticket, bytes)) {
            Some(Ok(taking)) => taking,
            Some(Err(fault)) => {
                self.places[place].peer = Some(peer);
                return self.link(place, failed(&fault));
            }
            None => return self.fell(place),
        };
        while !taking.is_done() {
            match self.places[place].work(|till| till.take_step(&mut taking)) {
                Some(Ok(())) => {}
                Some(Err(fault)) => {
                    self.places[place].peer = Some(peer);
                    return self.link(place, failed(&fault));
                }
                None => return self.fell(place),
            }
            if self.open && self.chance.chance(100) {
                self.trade(place)?;
                if !self.places[place].is_up() {
                    return Ok(());
                }
            }
        }
        match self.places[place].work(|till| till.take_end(&mut peer, taking)) {
            Some(Ok(mut taken)) => {
                if let (None, Some(compared)) = (&taken.trouble, &taken.compared) {
                    let compare = |till: &mut duka_pos::Till| till.reader().difference(compared);
                    taken.trouble = self.places[place].work(compare).transpose()?.flatten();
                }
                self.places[place].trouble = taken.trouble;
                self.ask_to_succeed(place, peer, taken.next, sum)
            }
            Some(Err(fault)) => self.link(place, failed(&fault)),
            None => self.fell(place),
        }
    }

    /// A till that knows itself for a copy, and where its logs part, asks to go on as another device.
    fn ask_to_succeed(&mut self, place: usize, peer: Peer, next: Next, sum: usize) -> Result<()> {
        if !self.places[place].pause.is_over(self.now) {
            self.places[place].peer = Some(peer);
            return self.link(place, Event::Answered { next, bytes: sum });
        }
        let begun = self.places[place].work(|till| till.succession_begin(&peer));
        match begun {
            Some(begun) => {
                self.places[place].peer = Some(peer);
                match begun {
                    Ok(None) => self.link(place, Event::Answered { next, bytes: sum }),
                    Ok(Some(succeeding)) => {
                        let request = succeeding.bytes.clone();
                        self.ask(place, Asked::Succession(Box::new(succeeding), next), request, sum);
                        Ok(())
                    }
                    Err(_) => self.stay(place, next, sum),
                }
            }
            None => self.fell(place),
        }
    }

    /// It is not let go on as another device now: the exchange goes on, and it asks again after a while.
    fn stay(&mut self, place: usize, next: Next, sum: usize) -> Result<()> {
        self.faults.count("succession put off");
        let jitter = u32::try_from(self.chance.below(u64::from(u32::MAX))).unwrap_or(0);
        self.places[place].pause.lengthen(self.now, jitter);
        self.places[place].trouble = Some("it is not let go on as another device".to_owned());
        self.link(place, Event::Answered { next, bytes: sum })
    }
}

fn failed(fault: &duka_pos::SyncError) -> Event {
    Event::Failed(Failure { kind: fault.failure(), detail: fault.to_string() })
}
