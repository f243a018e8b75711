//! The world of one run: two companies, three shops, their tills, one server, and the queue of all that happens. One thread decides
//! everything from one seed.

use super::{
    hostile::Hostile,
    line::Line,
    office::Office,
    place::{Disk, Place},
    promises::{Promises, ShopOf},
    report::{Counts, Outcome, Violation},
    schedule::{Happening, Schedule},
    surroundings::{MORNING, SkewedClock, TrueTime},
    switches::Version,
    witness::Witness,
};
use crate::{server::Storage, till::Seeded};
use anyhow::{Context, Result};
use duka_api::http::{Named, NewCompany, NewShop};
use duka_core::{CompanyId, Currency, DeviceId, EnrolCode, Language, Money, ProductId, ReceiptId, ShopId, Timestamp};
use duka_ledger::{PublicKey, Scope};
use duka_server::{company, device};
use duka_sync::Event;
use std::{path::Path, sync::Arc};
use tempfile::TempDir;

const MINUTE: u64 = 60_000;

/// What a run is to be.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Decides everything else.
    pub seed: u64,
    /// How many tills.
    pub tills: usize,
    /// How long the shops are open.
    pub hours: u64,
    /// Where the server keeps its books.
    pub storage: Storage,
}

/// A company, as its admin knows it.
pub struct Company {
    /// Its id.
    pub id: CompanyId,
    /// The server as its device.
    pub server: DeviceId,
    /// And that one's key.
    pub key: PublicKey,
    /// What it sells in.
    pub currency: Currency,
    /// Its shops.
    pub shops: Vec<ShopId>,
    /// Products that somebody made.
    pub products: Vec<ProductId>,
    /// How far its server's own log went before the books were put back, as far as any till holds it.
    pub known: u64,
}

/// What a run has beside the faults that every run has.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The server is put back to an older backup.
    pub rolls_back: bool,
    /// The hostile device signs two branches of its log.
    pub forks: bool,
}

/// Everything there is.
pub struct World {
    /// What the run is.
    pub setup: Setup,
    /// Decides what happens.
    pub chance: Arc<Seeded>,
    /// ms since the morning.
    pub now: u64,
    /// What the clocks are right or wrong by.
    pub truth: Arc<TrueTime>,
    /// What is to happen.
    pub schedule: Schedule,
    /// What has happened.
    pub steps: u64,
    /// What went wrong on purpose.
    pub faults: Counts,
    /// The server.
    pub office: Office,
    /// The companies.
    pub companies: Vec<Company>,
    /// The tills.
    pub places: Vec<Place>,
    /// Their lines.
    pub lines: Vec<Line>,
    /// A device that was admitted and is up to no good.
    pub hostile: Option<Hostile>,
    /// What people were told.
    pub promises: Promises,
    /// What was seen on the lines.
    pub witness: Witness,
    /// What must not be, and is.
    pub violations: Vec<Violation>,
    /// What the run has.
    pub plan: Plan,
    /// The shops are open.
    pub open: bool,
    folder: TempDir,
}

impl World {
    /// Founds the companies, opens the tills and enrols them.
    pub fn found(setup: Setup) -> Result<Self> {
        // Nobody pulls the power here, so a disk in memory will do.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::with_prefix_in("duka-sim-", memory)? } else { TempDir::with_prefix("duka-sim-")? };
        let chance = Arc::new(Seeded::new(setup.seed));
        let truth = Arc::new(TrueTime::default());
        let version = some_version(&chance);
        let office = Office::open(setup.storage, folder.path(), SkewedClock::new(&truth), chance.below(u64::MAX), version)?;
        let rolls_back = chance.chance(500);
        let plan = Plan { rolls_back, forks: !rolls_back && chance.chance(500) };
        let mut world = Self {
            setup,
            chance,
            now: 0,
            truth,
            schedule: Schedule::default(),
            steps: 0,
            faults: Counts::default(),
            office,
            companies: Vec::new(),
            places: Vec::new(),
            lines: Vec::new(),
            hostile: None,
            promises: Promises::default(),
            witness: Witness::default(),
            violations: Vec::new(),
            plan,
            open: true,
            folder,
        };
        world.found_company("Ash", "GBP", &["Ash Lane", "Ash Hill"])?;
        world.found_company("Birch", "EUR", &["Birch Road"])?;
        for place in 0..world.setup.tills {
            world.open_till(place)?;
        }
        world.admit_hostile()?;
        world.begin()?;
        Ok(world)
    }

    fn found_company(&mut self, name: &str, currency: &str, shops: &[&str]) -> Result<()> {
        let currency = Currency::try_new(currency)?;
        let new = NewCompany { name: name.to_owned(), currency };
        let id = self.office.must(async |state| company::create(state, new).await)?.company;
        let mut ids = Vec::new();
        for shop in shops {
            let new = NewShop { name: (*shop).to_owned(), language: Language::default(), number_form: None };
            ids.push(self.office.must(async |state| company::create_shop(state, id, &new).await)?.shop);
        }
        let server = self.office.must(async |state| duka_server::journal::server_of(state, id).await)?;
        let (device, key) = (server.device, server.key.public());
        self.companies.push(Company { id, server: device, key, currency, shops: ids, products: Vec::new(), known: 0 });
        Ok(())
    }

    fn open_till(&mut self, number: usize) -> Result<()> {
        // Most tills stand in one shop, so that they have something to say to each other.
        let (company, shop) = [(0, 0), (0, 0), (0, 1), (1, 0), (0, 0)].get(number % 5).copied().unwrap_or_default();
        let folder = self.folder.path().join(format!("till{number}"));
        let version = some_version(&self.chance);
        let mut place = Place::new(company, shop, folder, &self.truth, self.chance.below(u64::MAX), version);
        place.register = number;
        place.start()?;
        let register = self.register((company, shop), &format!("R{number}"))?;
        let code = self.office.must(async |state| device::create_code(state, self.companies[company].id, register).await)?;
        let name = format!("Till {number}");
        let code = code.code.parse::<EnrolCode>()?;
        let asked = place.work(|till| till.enrol_request(code, &name)).context("a till asks to join")??;
        let sealed = self.office.must(async |state| device::enrol(state, &state.guesses, None, &asked.bytes).await)?;
        place.work(|till| till.enrol_complete("http://127.0.0.1:9", &asked.ticket, &sealed)).context("a till joins")??;
        self.places.push(place);
        self.lines.push(Line::clear());
        Ok(())
    }

    fn register(&mut self, (company, shop): ShopOf, name: &str) -> Result<duka_core::RegisterId> {
        let of = &self.companies[company];
        let (company, shop, new) = (of.id, of.shops[shop], Named { name: name.to_owned() });
        Ok(self.office.must(async |state| company::create_register(state, company, shop, &new).await)?.register)
    }

    fn admit_hostile(&mut self) -> Result<()> {
        let register = self.register((0, 0), "EVIL")?;
        let company = self.companies[0].id;
        let code = self.office.must(async |state| device::create_code(state, company, register).await)?;
        let (hostile, request, ticket) = Hostile::ask(&self.chance, Timestamp::from_micros(MORNING), &code.code)?;
        let sealed = self.office.must(async |state| device::enrol(state, &state.guesses, None, &request).await)?;
        let hostile = hostile.admitted(&ticket, &sealed, self.companies[0].key)?;
        self.witness.doubt(hostile.device);
        self.hostile = Some(hostile);
        Ok(())
    }

    /// The first products, and what keeps everything going.
    fn begin(&mut self) -> Result<()> {
        for place in 0..self.places.len() {
            for number in 0..2 {
                self.make_product(place, &format!("Thing {place}-{number}"));
            }
            self.link(place, Event::Asked)?;
            let (trade, weather) = (self.chance.below(10 * MINUTE), self.chance.below(30 * MINUTE));
            self.schedule.at(trade, Happening::Trade(place));
            self.schedule.at(weather, Happening::Weather(place));
        }
        for (what, within) in [(Happening::Fault, 15), (Happening::Mischief, 30), (Happening::Admin, 20), (Happening::Refold, 5)] {
            let at = self.chance.below(within * MINUTE);
            self.schedule.at(at, what);
        }
        Ok(())
    }

    /// Runs until the shops close, mends all, and looks at what came of it.
    pub fn run(mut self) -> Result<Outcome> {
        let end = self.setup.hours * 60 * MINUTE;
        while let Some((at, what)) = self.schedule.next_before(end) {
            self.now = at;
            self.truth.set(at);
            self.steps += 1;
            self.happen(what)?;
        }
        self.now = self.now.max(end);
        self.truth.set(self.now);
        self.heal()?;
        let digest = self.check()?;
        let facts = super::held::server_facts(&mut self.office)?;
        Ok(Outcome { steps: self.steps, facts, digest, faults: self.faults, violations: self.violations })
    }

    fn happen(&mut self, what: Happening) -> Result<()> {
        match what {
            Happening::Trade(place) => self.trade_and_go_on(place),
            Happening::Wake(place, wish) => {
                if self.places[place].wake == wish {
                    self.link(place, Event::Woke)
                } else {
                    Ok(())
                }
            }
            Happening::Request(flight) => self.request_comes(flight),
            Happening::Answer(flight) => self.answer_comes(&flight),
            Happening::Broken(flight, kind) => self.broken(&flight, kind),
            Happening::Weather(place) => {
                let stays = self.lines[place].turn(&self.chance, &mut self.faults);
                self.schedule.at(self.now + stays, Happening::Weather(place));
                Ok(())
            }
            Happening::Fault => self.fault(),
            Happening::Reopen(place) => self.reopen(place),
            Happening::DiskFreed(place) => self.free_disk(place),
            Happening::ClockRight(whose) => {
                self.clock_of(whose).set_right();
                Ok(())
            }
            Happening::ServerBack => self.server_back(),
            Happening::Refold => self.refold(),
            Happening::Admin => self.admin(),
            Happening::Release(company) => self.release(company).map(drop),
            Happening::Mischief => self.mischief(),
        }
    }

    /// What must not be.
    pub fn violate(&mut self, invariant: &'static str, detail: impl Into<String>) {
        // One fault shows in many places; the first few tell enough.
        if self.violations.iter().filter(|known| known.invariant == invariant).count() < 5 {
            let seconds = self.now / 1_000;
            self.violations.push(Violation { invariant, detail: format!("after {seconds} s: {}", detail.into()) });
        }
    }

    /// The clock of a till, or the server's.
    pub fn clock_of(&self, whose: Option<usize>) -> &SkewedClock {
        whose.map_or(&self.office.clock, |place| &self.places[place].clock)
    }

    /// The shop of a till.
    pub fn shop_of(&self, place: usize) -> ShopOf {
        (self.places[place].company, self.places[place].shop)
    }

    /// The disk that a till stands on.
    pub fn disk(&self, place: usize) -> Disk {
        Disk { place, replaced: self.places[place].replaced }
    }

    /// What a till may read.
    pub fn scopes_of(&self, place: usize) -> [Scope; 2] {
        let company = &self.companies[self.places[place].company];
        [Scope::Company(company.id), Scope::Shop(company.shops[self.places[place].shop])]
    }

    /// An amount as a till knows it.
    pub fn money(&self, place: usize, minor: i64) -> Result<Money> {
        Ok(Money::try_new(minor, self.companies[self.places[place].company].currency)?)
    }

    /// A receipt's id, made before anything is asked for.
    pub fn fresh_receipt(&self) -> ReceiptId {
        let now = MORNING.saturating_add(i64::try_from(self.now).unwrap_or(0).saturating_mul(1_000));
        ReceiptId::new(Timestamp::from_micros(now), &*self.chance)
    }

    /// Where tills and server have their disks.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// One of so many.
    pub fn pick(&self, below: usize) -> usize {
        usize::try_from(self.chance.below(u64::try_from(below).unwrap_or(1))).unwrap_or(0)
    }
}

/// This version, or now and then the one before, which does not know a kind of fact, and folded otherwise or not.
fn some_version(chance: &Seeded) -> Version {
    let kind = [6, 7, 10].get(usize::try_from(chance.below(3)).unwrap_or(0)).copied();
    let behind = u32::try_from(chance.below(2)).unwrap_or(0);
    if chance.chance(300) { Version { behind, unknown: kind } } else { Version::default() }
}
