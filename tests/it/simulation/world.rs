//! The world of one run: tills, a server, and what is under way between them.

use anyhow::{Context, Result, ensure};
use duka_api::till::{
    AdjustStock, CloseShift, OpenShift, ProductFields, Refund, RefundLines, RefundedLine, SaveProduct, StockReason, UnlinkedLine,
};
use duka_core::{Currency, Money, ProductId, Quantity, ReceiptId, TaxRate, Timestamp, Unit};
use duka_ledger::table;
use duka_sync::{Effect, Event, Failure, FailureKind, Link, MAX_BODY_BYTES, Peer, Ticket};
use duka_tests::{
    company::TestCompany,
    server::{Storage, TestServer},
    till::{Seeded, TestTill},
};
use std::collections::BTreeSet;
use tempfile::TempDir;

/// A message on its way.
enum Message {
    Request { till: usize, body: Vec<u8> },
    Answer { till: usize, body: Vec<u8> },
}

struct Place {
    till: Option<TestTill>,
    link: Link,
    peer: Option<Peer>,
    /// Opens the answer to the request that is under way.
    ticket: Option<Ticket>,
    selling: bool,
}

pub struct World {
    chance: Seeded,
    folder: TempDir,
    server: Option<TestServer>,
    company: TestCompany,
    places: Vec<Place>,
    under_way: Vec<Message>,
    products: Vec<ProductId>,
    sold: Vec<ReceiptId>,
    paid: BTreeSet<ReceiptId>,
    given_back: BTreeSet<ReceiptId>,
    now: i64,
}

const DAY: i64 = 86_400_000_000;

impl World {
    pub fn new(seed: u64, tills: usize) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let chance = Seeded::new(seed);
        let server = TestServer::start(Storage::Sqlite, folder.path())?;
        let company = TestCompany::found(server.admin(), "Sim", "Shop", gbp(0).currency())?;
        let mut world = Self {
            chance,
            folder,
            server: Some(server),
            company,
            places: Vec::new(),
            under_way: Vec::new(),
            products: Vec::new(),
            sold: Vec::new(),
            paid: BTreeSet::new(),
            given_back: BTreeSet::new(),
            now: 1_700_000_000_000_000,
        };
        for number in 0..tills {
            let folder = world.folder.path().join(format!("till-{number}"));
            let till =
                TestTill::open(&folder, seed.wrapping_mul(100).wrapping_add(u64::try_from(number)?), Timestamp::from_micros(world.now))?;
            let code = world.company.register(&format!("S{number}"))?;
            till.enrol(&world.company.admin.server, &code.code, &format!("Till {number}"))?;
            world.places.push(Place { till: Some(till), link: Link::new(), peer: None, ticket: None, selling: false });
        }
        for number in 0..5 {
            let product = world.save_product(0, None, &format!("Thing {number}"), 100 + number * 37)?;
            world.products.push(product);
        }
        world.heal()?;
        Ok(world)
    }

    /// One thing happens.
    pub fn step(&mut self) -> Result<()> {
        self.now += 60_000_000;
        let place = self.pick(self.places.len());
        match self.chance.below(100) {
            0..=29 => self.trade(place)?,
            30..=59 => self.link(place, Event::Asked)?,
            60..=84 => self.deliver()?,
            85..=88 => self.lose_or_double(),
            89..=92 => self.restart_till(place)?,
            93..=94 => self.restart_server()?,
            95..=97 => self.jump_clock(place),
            _ => self.edit(place)?,
        }
        Ok(())
    }

    /// Everything still under way arrives or is lost, then all talk until they are in step.
    pub fn heal(&mut self) -> Result<()> {
        while !self.under_way.is_empty() {
            self.deliver()?;
        }
        for _ in 0..2 {
            for place in 0..self.places.len() {
                let mut session = self.till(place).session(&self.company.admin.server)?;
                session.drive(Event::Asked, &mut |_| ());
                ensure!(*session.phase() == duka_sync::Phase::InStep, "till {place} is not in step: {:?}", session.phase());
            }
        }
        Ok(())
    }

    /// I1, I2, I4, I5, I7, and tables = fold(facts) on both sides.
    pub fn check(&mut self) {
        let server = self.company.digests().expect("the server gives its digests").combined;
        for place in 0..self.places.len() {
            let till = self.till(place);
            let digests = till.engine.read(duka_pos::Reader::digests).expect("a till gives its digests");
            let rebuilt = till.engine.run(duka_pos::Till::rebuild).expect("a till rebuilds");
            let receipts = till.receipts().expect("a till lists its receipts");
            let digest = table::combined(digests.into_iter().map(|digest| (digest.table, digest.digest)));
            assert_eq!(digest, server, "I4: till {place} and the server hold different tables");
            assert!(rebuilt.is_same(), "tables = fold(facts) at till {place}");
            let held: BTreeSet<ReceiptId> = receipts.into_iter().collect();
            let confirmed: BTreeSet<ReceiptId> = self.paid.union(&self.given_back).copied().collect();
            assert_eq!(held, confirmed, "I1, I2: till {place} holds exactly what was confirmed");
        }
        let accounts = self.company.accounts().expect("the server gives its accounts");
        assert_eq!(accounts.values().sum::<i64>(), 0, "I5: the books balance");
        let rebuilt = self.company.rebuild().expect("the server rebuilds");
        assert!(rebuilt.equal, "tables = fold(facts) at the server");
        // I7 is enforced by the server at every sale it takes in: all were taken in.
    }

    fn till(&self, place: usize) -> &TestTill {
        self.places[place].till.as_ref().expect("a till stands at every place")
    }

    fn pick(&self, below: usize) -> usize {
        usize::try_from(self.chance.below(u64::try_from(below).unwrap_or(1))).unwrap_or(0)
    }

    /// A shift begins or ends, or something is sold, given back or counted.
    fn trade(&mut self, place: usize) -> Result<()> {
        self.till(place).clock.set(Timestamp::from_micros(self.now));
        if !self.places[place].selling {
            self.till(place).engine.run(|till| till.shift_open(&OpenShift { operator: "Sim".into(), float: gbp(5_000) }))?;
            self.places[place].selling = true;
            return Ok(());
        }
        match self.chance.below(20) {
            0 => {
                self.till(place).engine.run(|till| till.shift_close(&CloseShift { counted: gbp(4_990) }))?;
                self.places[place].selling = false;
            }
            1..=3 => self.refund_sale(place)?,
            4 => self.refund_goods(place)?,
            5 | 6 => self.count_stock(place)?,
            _ => self.sell(place)?,
        }
        Ok(())
    }

    fn sell(&mut self, place: usize) -> Result<()> {
        let receipt = ReceiptId::new(Timestamp::from_micros(self.now), &self.chance);
        let lines: Vec<_> = (0..=self.chance.below(4)).map(|_| self.line()).collect();
        // A cashier who presses twice, or a program that asks again after a time-out, sells once (I2).
        for _ in 0..=self.chance.below(2) {
            let lines = lines.clone();
            self.till(place).engine.run(move |till| till.sale_complete_lines(receipt, &lines))?;
        }
        self.paid.insert(receipt);
        self.sold.push(receipt);
        Ok(())
    }

    fn line(&self) -> duka_pos::SaleLineInput {
        let product = self.products[0];
        let quantity = Quantity::whole(i64::try_from(1 + self.chance.below(5)).unwrap_or(1), Unit::Each).unwrap_or(Quantity::ONE);
        let unit_price = gbp(i64::try_from(self.chance.below(2_000)).unwrap_or(0));
        duka_pos::SaleLineInput { product, quantity, unit_price, discount: duka_pricing::Discount::None, note: None }
    }

    /// Any till that holds the receipt may refund its first line once; the others are refused, also when they do not know yet.
    fn refund_sale(&mut self, place: usize) -> Result<()> {
        if self.sold.is_empty() {
            return Ok(());
        }
        let sale = self.sold.swap_remove(self.pick(self.sold.len()));
        let refund = ReceiptId::new(Timestamp::from_micros(self.now), &self.chance);
        let lines = RefundLines::Receipt { receipt: sale, lines: vec![RefundedLine { line: 1, quantity: Quantity::ONE }] };
        let asked = Refund { refund, lines, reason: String::new() };
        match self.till(place).engine.run(move |till| till.refund_complete(&asked)) {
            Ok(_) => {
                self.given_back.insert(refund);
            }
            Err(problem) => {
                ensure!(problem.code == duka_core::ErrorCode::NotFound, "only a receipt that did not arrive yet is unknown: {problem}");
            }
        }
        Ok(())
    }

    fn refund_goods(&mut self, place: usize) -> Result<()> {
        let refund = ReceiptId::new(Timestamp::from_micros(self.now), &self.chance);
        let lines = vec![UnlinkedLine { product: self.products[0], quantity: Quantity::ONE, unit_price: Some(gbp(250)) }];
        let asked = Refund { refund, lines: RefundLines::Unlinked { lines }, reason: "brought back".into() };
        match self.till(place).engine.run(move |till| till.refund_complete(&asked)) {
            Ok(_) => {
                self.given_back.insert(refund);
            }
            Err(problem) => {
                ensure!(problem.code == duka_core::ErrorCode::NotFound, "only a product that did not arrive yet is unknown: {problem}");
            }
        }
        Ok(())
    }

    fn count_stock(&mut self, place: usize) -> Result<()> {
        let quantity = Quantity::whole(i64::try_from(self.chance.below(9)).unwrap_or(0) - 4, Unit::Each)?;
        if quantity.is_zero() {
            return Ok(());
        }
        let adjust = AdjustStock { product: self.products[0], quantity, reason: StockReason::Counted, note: String::new() };
        match self.till(place).engine.run(move |till| till.stock_adjust(&adjust)) {
            Ok(_) => Ok(()),
            Err(problem) if problem.code == duka_core::ErrorCode::NotFound => Ok(()),
            Err(problem) => Err(problem.into()),
        }
    }

    fn edit(&mut self, place: usize) -> Result<()> {
        let product = self.products[self.pick(self.products.len())];
        let (name, price) = (format!("Thing {}", self.chance.below(1_000)), i64::try_from(self.chance.below(500))?);
        match self.save_product(place, Some(product), &name, price) {
            Ok(_) => Ok(()),
            // The product did not arrive at this till yet.
            Err(fault)
                if fault.downcast_ref::<duka_api::Problem>().is_some_and(|problem| problem.code == duka_core::ErrorCode::NotFound) =>
            {
                Ok(())
            }
            Err(fault) => Err(fault),
        }
    }

    fn save_product(&self, place: usize, product: Option<ProductId>, name: &str, price: i64) -> Result<ProductId> {
        let fields = ProductFields {
            name: name.to_owned(),
            code: String::new(),
            price: gbp(price),
            rate: TaxRate::try_from_ppm(200_000)?,
            unit: Unit::Each,
            active: true,
            barcodes: vec![],
        };
        let before = match product {
            Some(product) => self.till(place).product(product)?.map(|found| found.fields),
            None => None,
        };
        let save = SaveProduct { product, before, fields };
        Ok(self.till(place).engine.run(move |till| till.product_save(&save))?.product)
    }

    /// The link of a till takes an event; what it sends is under way, not delivered.
    fn link(&mut self, place: usize, event: Event) -> Result<()> {
        let now = u64::try_from(self.now / 1_000)?;
        if let Event::Failed(_) = event {
            self.places[place].ticket = None;
            self.places[place].peer.iter_mut().for_each(Peer::failed);
        }
        if let Effect::Exchange(_) = self.places[place].link.step(now, 7, event) {
            let peer = self.places[place].peer.take();
            let (peer, request) = self.till(place).engine.read(move |reader| {
                let mut peer = match peer {
                    Some(peer) => peer,
                    None => reader.peer()?,
                };
                let request = reader.sync_request(&mut peer, MAX_BODY_BYTES)?;
                Ok::<_, duka_pos::SyncError>((peer, request))
            })?;
            (self.places[place].peer, self.places[place].ticket) = (Some(peer), Some(request.ticket));
            self.under_way.push(Message::Request { till: place, body: request.bytes });
        }
        Ok(())
    }

    /// Any of the messages under way arrives: not always the oldest.
    fn deliver(&mut self) -> Result<()> {
        if self.under_way.is_empty() {
            return Ok(());
        }
        match self.under_way.swap_remove(self.pick(self.under_way.len())) {
            Message::Request { till, body } => {
                let server = self.server.as_ref().context("the server runs")?;
                match server.exchange(&body) {
                    Ok(body) => self.under_way.push(Message::Answer { till, body }),
                    Err(problem) => self.link(till, failed(&problem.detail))?,
                }
            }
            Message::Answer { till, body } => self.hear(till, &body)?,
        }
        Ok(())
    }

    /// An answer to a request that nobody waits for any more is refused.
    fn hear(&mut self, place: usize, body: &[u8]) -> Result<()> {
        let Some((ticket, mut peer)) = self.places[place].ticket.take().zip(self.places[place].peer.take()) else { return Ok(()) };
        let (bytes, answer) = (body.len(), body.to_vec());
        let (peer, taken) = self.till(place).engine.run(move |till| {
            let taken = till.sync_take(&mut peer, ticket, &answer);
            Ok::<_, duka_api::Problem>((peer, taken))
        })?;
        self.places[place].peer = Some(peer);
        match taken {
            Ok(taken) => {
                ensure!(taken.trouble.is_none(), "trouble: {:?}", taken.trouble);
                self.link(place, Event::Answered { next: taken.next, bytes })
            }
            Err(fault) => self.link(place, Event::Failed(Failure { kind: fault.failure(), detail: fault.to_string() })),
        }
    }

    fn lose_or_double(&mut self) {
        if self.under_way.is_empty() {
            return;
        }
        let place = self.pick(self.under_way.len());
        if self.chance.chance(500) {
            let (Message::Request { till, .. } | Message::Answer { till, .. }) = self.under_way.swap_remove(place);
            self.link(till, failed("lost")).expect("a link takes a loss");
        } else {
            let twice = match &self.under_way[place] {
                Message::Request { till, body } => Message::Request { till: *till, body: body.clone() },
                Message::Answer { till, body } => Message::Answer { till: *till, body: body.clone() },
            };
            self.under_way.push(twice);
        }
    }

    /// The till's program ends (its link forgets all) and starts again on its database.
    fn restart_till(&mut self, place: usize) -> Result<()> {
        let till = self.places[place].till.take().context("a till stands at every place")?.restart()?;
        let selling = self.places[place].selling;
        self.places[place] = Place { till: Some(till), link: Link::new(), peer: None, ticket: None, selling };
        Ok(())
    }

    fn restart_server(&mut self) -> Result<()> {
        self.server = Some(self.server.take().context("the server runs")?.restart()?);
        Ok(())
    }

    /// I8: a clock that jumps changes a label and nothing else.
    fn jump_clock(&mut self, place: usize) {
        let days = i64::try_from(self.chance.below(7_300)).unwrap_or(0) - 3_650;
        self.till(place).clock.set(Timestamp::from_micros(self.now + days * DAY));
    }
}

fn gbp(minor: i64) -> Money {
    Currency::try_new("GBP").and_then(|gbp| Money::try_new(minor, gbp)).expect("an amount")
}

fn failed(detail: &str) -> Event {
    Event::Failed(Failure { kind: FailureKind::Unreachable, detail: detail.to_owned() })
}
