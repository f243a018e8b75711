//! The end of a run: everything works again, everybody talks, and nobody does anything else.

use super::{
    line::Line,
    schedule::{Happening, Schedule},
    switches::Version,
    world::World,
};
use anyhow::Result;
use duka_sync::{Event, Failure, FailureKind, Phase};

const MINUTE: u64 = 60_000;
/// How often everybody is asked to talk, at most.
const ROUNDS: usize = 12;

impl World {
    /// Mends all, and lets everybody talk until nobody has anything to say.
    pub fn heal(&mut self) -> Result<()> {
        self.open = false;
        self.schedule = Schedule::default();
        self.mend_server()?;
        for place in 0..self.places.len() {
            self.mend_till(place)?;
        }
        self.settle()?;
        for company in 0..self.companies.len() {
            if !self.release(company)? {
                self.violate("unexpected", format!("the tills of company {company} cannot be released at the end"));
            }
        }
        self.settle()?;
        for place in 0..self.places.len() {
            let at = &self.places[place];
            let (phase, trouble) = (at.link.phase().clone(), at.trouble.clone());
            if phase != Phase::InStep || trouble.is_some() {
                self.violate("I4", format!("till {place} is not in step at the end: {phase:?}, {trouble:?}"));
            }
        }
        Ok(())
    }

    /// Lets everybody talk until nobody has anything to say.
    fn settle(&mut self) -> Result<()> {
        let mut in_step = 0;
        for _ in 0..ROUNDS {
            for place in 0..self.places.len() {
                self.link(place, Event::Asked)?;
            }
            let end = self.now + 3 * MINUTE;
            while let Some((at, what)) = self.schedule.next_before(end) {
                self.now = at;
                self.truth.set(at);
                self.steps += 1;
                self.talk(what)?;
            }
            self.now = end;
            // What the last of them brought, the first has to hear of.
            in_step = if self.places.iter().all(|place| *place.link.phase() == Phase::InStep) { in_step + 1 } else { 0 };
            if in_step == 2 {
                break;
            }
        }
        Ok(())
    }

    fn mend_server(&mut self) -> Result<()> {
        self.office.doom = None;
        self.office.clock.set_right();
        if self.office.version != Version::default() {
            self.office.stop();
            self.office.version = Version::default();
        }
        if !self.office.is_up() {
            self.office.start()?;
        }
        self.refold()
    }

    fn mend_till(&mut self, place: usize) -> Result<()> {
        self.lines[place] = Line::clear();
        let at = &mut self.places[place];
        at.doom = None;
        at.clock.set_right();
        if at.version != Version::default() {
            at.stop();
            at.version = Version::default();
        }
        self.reopen(place)?;
        self.free_disk(place)?;
        if self.places[place].exchange.is_some() {
            let lost = Failure { kind: FailureKind::Unreachable, detail: "lost".to_owned() };
            self.link(place, Event::Failed(lost))?;
        }
        Ok(())
    }

    fn talk(&mut self, what: Happening) -> Result<()> {
        match what {
            Happening::Wake(place, wish) if self.places[place].wake == wish => self.link(place, Event::Woke),
            Happening::Request(flight) => self.request_comes(flight),
            Happening::Answer(flight) => self.answer_comes(&flight),
            Happening::Broken(flight, kind) => self.broken(&flight, kind),
            _ => Ok(()),
        }
    }
}
