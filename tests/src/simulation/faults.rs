//! What goes wrong on purpose, beside the lines: processes, disks, clocks, backups, versions, and people at two tills at once.

use super::{
    held::{self, TillBooks},
    line::Line,
    place::Place,
    schedule::Happening,
    surroundings::MORNING,
    switches::Version,
    world::World,
};
use anyhow::Result;
use duka_api::till::ReceiptKind;
use duka_pos::Till;
use duka_server::Fault;
use duka_sync::Event;

const MINUTE: u64 = 60_000;
const DAY: i64 = 86_400_000_000;
/// 2070-01-01, µs.
const FAR: i64 = 3_155_760_000_000_000;
/// More pages than any disk has.
const NO_LIMIT: u32 = 1_000_000_000;

impl World {
    /// Something goes wrong, and some minutes later something else.
    pub fn fault(&mut self) -> Result<()> {
        let pause = MINUTE + self.chance.below(12 * MINUTE);
        self.schedule.at(self.now + pause, Happening::Fault);
        let place = self.pick(self.places.len());
        match self.chance.below(29) {
            0..=1 => self.restart_till(place),
            2..=6 => {
                self.places[place].doom = Some(u32::try_from(self.chance.below(16))?);
                Ok(())
            }
            7 => self.restart_server(),
            8..=10 => {
                self.office.doom = Some(u32::try_from(self.chance.below(24))?);
                Ok(())
            }
            11..=13 => self.jump_clock(),
            14 | 15 => self.fill_disk(place),
            16 | 17 => self.give_back_twice(place),
            18 | 19 => self.update(place),
            20..=23 => self.back_up_or_put_back(),
            24 => self.places[place].copy_disk().map(|()| self.faults.count("disk copied")),
            25 => self.copy_back(place),
            26 => self.open_clone(place),
            _ => self.revoke(place),
        }
    }

    fn restart_till(&mut self, place: usize) -> Result<()> {
        if self.places[place].is_up() {
            self.faults.count("till restarted");
            self.places[place].stop();
            self.reopen(place)?;
        }
        Ok(())
    }

    /// Lets a till do something; none when it is down, or dies over it.
    pub fn at<T>(&mut self, place: usize, work: impl FnOnce(&mut Till) -> T) -> Result<Option<T>> {
        let was_up = self.places[place].is_up();
        let done = self.places[place].work(work);
        if was_up && done.is_none() {
            self.fell(place)?;
        }
        Ok(done)
    }

    /// A till's process died; somebody starts it again.
    pub fn fell(&mut self, place: usize) -> Result<()> {
        self.faults.count("till killed");
        let after = 1_000 + self.chance.below(15 * MINUTE);
        self.schedule.at(self.now + after, Happening::Reopen(place));
        Ok(())
    }

    /// A till's program starts.
    pub fn reopen(&mut self, place: usize) -> Result<()> {
        if self.places[place].is_up() {
            return Ok(());
        }
        if !self.places[place].start()? {
            return self.fell(place);
        }
        if self.places[place].replaced == 0 && !self.places[place].revoked {
            self.i1_confirmed_is_kept(place)?;
        }
        self.link(place, Event::Woke)
    }

    fn restart_server(&mut self) -> Result<()> {
        if self.office.is_up() {
            self.faults.count("server restarted");
            self.office.stop();
            let after = self.chance.below(5 * MINUTE);
            self.schedule.at(self.now + after, Happening::ServerBack);
        }
        Ok(())
    }

    /// The server's process died.
    pub fn server_fell(&mut self) -> Result<()> {
        self.faults.count("server killed");
        let after = 1_000 + self.chance.below(10 * MINUTE);
        self.schedule.at(self.now + after, Happening::ServerBack);
        Ok(())
    }

    /// The server starts again, and folds again what is to be when it comes to it.
    pub fn server_back(&mut self) -> Result<()> {
        if !self.office.is_up() {
            self.office.start()?;
        }
        let after = self.chance.below(2 * MINUTE);
        self.schedule.at(self.now + after, Happening::Refold);
        Ok(())
    }

    /// The server folds again what another version folded.
    pub fn refold(&mut self) -> Result<()> {
        let was_up = self.office.is_up();
        match self.office.work(async |state| duka_server::sync::refold_outdated(state).await) {
            Some(Err(fault)) => self.violate("unexpected", format!("the server does not fold again: {}", Fault::from(fault).logged())),
            None if was_up => self.server_fell()?,
            Some(Ok(_)) | None => {}
        }
        Ok(())
    }

    /// A till's clock, or the server's, jumps: to 1970, to 2070, or by days (I8).
    fn jump_clock(&mut self) -> Result<()> {
        let whose = Some(self.pick(self.places.len() + 1)).filter(|whose| *whose < self.places.len());
        let to = match self.chance.below(3) {
            0 => i64::try_from(self.chance.below(1_000_000_000))?,
            1 => FAR,
            _ => MORNING + i64::try_from(self.chance.below(7_300))? * DAY - 3_650 * DAY,
        };
        self.faults.count("clock jump");
        self.clock_of(whose).jump_to(to);
        let after = self.chance.below(120 * MINUTE);
        self.schedule.at(self.now + after, Happening::ClockRight(whose));
        Ok(())
    }

    fn fill_disk(&mut self, place: usize) -> Result<()> {
        // The smallest that it may be is what it is.
        if let Some(limited) = self.at(place, |till| till.limit_pages(1))? {
            limited?;
            self.faults.count("full disk");
            self.places[place].full = true;
            let after = self.chance.below(30 * MINUTE);
            self.schedule.at(self.now + after, Happening::DiskFreed(place));
        }
        Ok(())
    }

    /// A till's disk has room again.
    pub fn free_disk(&mut self, place: usize) -> Result<()> {
        if let Some(freed) = self.at(place, |till| till.limit_pages(NO_LIMIT))? {
            freed?;
            self.places[place].full = false;
        }
        Ok(())
    }

    /// One sale is given back at two tills that have not told each other.
    fn give_back_twice(&mut self, place: usize) -> Result<()> {
        let shop = self.shop_of(place);
        let Some(other) = (0..self.places.len()).find(|other| *other != place && self.shop_of(*other) == shop) else { return Ok(()) };
        let Some(sale) = self.some_receipt(place).filter(|receipt| receipt.kind == ReceiptKind::Sale) else { return Ok(()) };
        if self.refund_line(place, sale.receipt)? && self.refund_line(other, sale.receipt)? {
            self.faults.count("double return");
        }
        Ok(())
    }

    /// A till, or the server, is updated.
    fn update(&mut self, place: usize) -> Result<()> {
        if self.chance.chance(300) && self.office.version != Version::default() {
            self.faults.count("server updated");
            self.office.version = Version::default();
            self.office.stop();
            return self.server_back();
        }
        if self.places[place].version != Version::default() {
            self.faults.count("till updated");
            self.places[place].stop();
            self.places[place].version = Version::default();
            self.reopen(place)?;
        }
        Ok(())
    }

    fn back_up_or_put_back(&mut self) -> Result<()> {
        let half = self.setup.hours * 30 * MINUTE;
        if !self.plan.rolls_back || !self.office.is_up() {
            return Ok(());
        }
        if self.now < half {
            self.faults.count("server backup");
            return self.office.back_up();
        }
        for company in 0..self.companies.len() {
            let server = self.companies[company].server;
            for place in self.places.iter().filter(|place| place.company == company) {
                let held = TillBooks::open(&place.database())?.held(server)?;
                self.companies[company].known = self.companies[company].known.max(held);
            }
        }
        if self.office.put_back()? {
            self.faults.count("server put back");
            self.server_back()?;
            self.books_are_older()?;
        }
        Ok(())
    }

    /// The disk of a till is replaced by an older copy of it, or the whole computer is.
    fn copy_back(&mut self, place: usize) -> Result<()> {
        let Some(copy) = self.places[place].copy.take() else { return Ok(()) };
        self.faults.count("disk copied back");
        self.doubt(place)?;
        let keys_too = self.chance.chance(500);
        self.places[place].copy_back(copy, keys_too);
        self.books_are_older()?;
        self.reopen(place)?;
        self.doubt(place)
    }

    /// The copy of a till's disk is put into another computer, and both are used.
    fn open_clone(&mut self, place: usize) -> Result<()> {
        let Some(copy) = self.places[place].copy.take() else { return Ok(()) };
        self.faults.count("till cloned");
        self.doubt(place)?;
        let number = self.places.len();
        let folder = self.folder().join(format!("till{number}"));
        let cloned = Place::clone_of(&self.places[place], copy, folder, &self.truth, self.chance.below(u64::MAX))?;
        self.places.push(cloned);
        self.lines.push(Line::clear());
        self.reopen(number)?;
        self.doubt(number)?;
        self.schedule.at(self.now + MINUTE, Happening::Trade(number));
        self.schedule.at(self.now + MINUTE, Happening::Weather(number));
        Ok(())
    }

    /// From now on there may be two of the device that a till is.
    fn doubt(&mut self, place: usize) -> Result<()> {
        self.witness.doubt(TillBooks::open(&self.places[place].database())?.device()?);
        Ok(())
    }

    /// Books were replaced by older ones: what stood in those alone is gone with them.
    fn books_are_older(&mut self) -> Result<()> {
        self.witness.books_are_older();
        for company in 0..self.companies.len() {
            for shop in 0..self.companies[company].shops.len() {
                let mut held = Vec::new();
                for at in self.places.iter().filter(|at| (at.company, at.shop) == (company, shop)) {
                    held.extend(TillBooks::open(&at.database())?.receipts()?);
                }
                let (id, shop_id) = (self.companies[company].id, self.companies[company].shops[shop]);
                if self.office.is_up() {
                    let doom = self.office.doom.take();
                    held.extend(held::server_receipts(&mut self.office, id, shop_id)?);
                    self.office.doom = doom;
                }
                self.promises.forgive((company, shop), &held);
            }
        }
        Ok(())
    }
}
