//! Builders: a company with its server's key, tills on temporary databases, a clock that does as it is told.

use duka_api::{
    http::EnrolAnswer,
    till::{CloseShift, OpenShift, PrinterSettings, Product, ProductFields, SaleDone, SaveProduct, Scan, Scanned, Tender},
};
use duka_core::{
    Clock, CompanyId, Currency, DeviceId, Entropy, Language, LocalTime, Money, OperatorId, ProductId, Quantity, RegisterId, ShopId,
    TaxRate, Timestamp, Unit,
};
use duka_ledger::{Batch, DeviceCertified, DeviceKey, DeviceRole, Entry, Fact, Hash, Head, LogId, PublicKey, Scope, SealedEntry};
use duka_pos::{KeyError, KeyStore, Settings, Till};
use duka_sync::{Answer, Envelope, Purpose, Range, Request};
use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex},
};
use tempfile::TempDir;

/// A clock that shows what it was set to.
pub struct TestClock(Mutex<i64>);

impl TestClock {
    pub fn add_minutes(&self, minutes: i64) {
        *self.0.lock().unwrap() += minutes * 60_000_000;
    }
}

impl Clock for TestClock {
    fn now(&self) -> LocalTime {
        LocalTime { at: Timestamp::from_micros(*self.0.lock().unwrap()), offset_minutes: 0 }
    }
}

/// Randomness from a counter.
struct Counter(Mutex<u64>);

impl Entropy for Counter {
    fn fill(&self, buffer: &mut [u8]) {
        let mut state = self.0.lock().unwrap();
        for chunk in buffer.chunks_mut(8) {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let bytes = (*state ^ (*state >> 31)).to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

#[derive(Default)]
pub struct Keys(Mutex<HashMap<DeviceId, [u8; 32]>>);

impl KeyStore for Keys {
    fn load(&self, device: DeviceId) -> Result<Option<[u8; 32]>, KeyError> {
        Ok(self.0.lock().unwrap().get(&device).copied())
    }
    fn save(&self, device: DeviceId, secret: &[u8; 32]) -> Result<(), KeyError> {
        self.0.lock().unwrap().insert(device, *secret);
        Ok(())
    }
    fn weak(&self) -> bool {
        false
    }
}

/// The company's server, as far as a till sees it.
pub struct Server {
    pub device: DeviceId,
    pub key: DeviceKey,
    pub company: CompanyId,
    pub shop: ShopId,
    /// The language that the shop speaks.
    pub language: Language,
    certified: Mutex<Vec<SealedEntry>>,
}

impl Server {
    pub fn new() -> Self {
        Self {
            device: DeviceId::from_bytes([0xee; 16]),
            key: DeviceKey::from_secret([0xee; 32]),
            company: CompanyId::from_bytes([0xcc; 16]),
            shop: ShopId::from_bytes([0x55; 16]),
            language: Language::default(),
            certified: Mutex::default(),
        }
    }

    pub fn log(&self) -> LogId {
        LogId { device: self.device, scope: Scope::Company(self.company) }
    }

    /// Admits a device and answers its request to join.
    pub fn admit(&self, device: DeviceId, public_key: &str, series: &str) -> EnrolAnswer {
        let bytes: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&public_key[2 * i..2 * i + 2], 16).unwrap()).collect();
        let key = PublicKey::try_from_bytes(bytes.try_into().unwrap()).unwrap();
        let register = RegisterId::from_bytes([series.len() as u8 + series.as_bytes()[0]; 16]);
        let fact = DeviceCertified {
            device,
            key,
            role: DeviceRole::Till,
            shop: Some(self.shop),
            register: Some(register),
            name: format!("Register {series}"),
            series: series.to_owned(),
            currency: gbp(),
        };
        self.write(&Fact::DeviceCertified(fact));
        EnrolAnswer {
            company: self.company,
            company_name: "Acme".into(),
            shop: self.shop,
            shop_name: "Corner Shop".into(),
            register,
            register_name: format!("Register {series}"),
            series: series.to_owned(),
            currency: gbp(),
            language: self.language.clone(),
            number_form: Default::default(),
            operator: OperatorId::from_bytes([0x0f; 16]),
            server_device: self.device,
            server_key: self.key.public().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }

    /// Writes a fact into the server's own company log.
    pub fn write(&self, fact: &Fact) {
        let body = fact.encode().unwrap();
        self.write_raw(fact.kind().number(), body);
    }

    pub fn write_raw(&self, kind: u16, body: Vec<u8>) {
        let mut certified = self.certified.lock().unwrap();
        let prev = certified.last().map_or(Hash::NONE, SealedEntry::hash);
        let seq = certified.len() as u64 + 1;
        let entry = Entry {
            log: self.log(),
            seq,
            prev,
            lamport: seq,
            at: Timestamp::EPOCH,
            offset_minutes: 0,
            operator: None,
            kind,
            body: body.into(),
        };
        certified.push(SealedEntry::seal(entry).unwrap());
    }

    /// All of the server's own log as one batch.
    pub fn batch(&self) -> Batch {
        let certified = self.certified.lock().unwrap();
        let last = certified.last().unwrap();
        let head = Head { log: self.log(), seq: last.entry().seq, hash: last.hash() };
        Batch {
            log: self.log(),
            entries: certified.iter().map(|entry| entry.bytes().to_vec().into()).collect(),
            head: self.key.sign_head(head),
        }
    }

    pub fn head(&self) -> Head {
        self.batch().head.head
    }

    pub fn seal(&self, answer: &Answer) -> Vec<u8> {
        Envelope::seal(self.device, &self.key, Purpose::Answer, answer).unwrap()
    }
}

pub fn answer(have: Vec<Head>, batches: Vec<Batch>) -> Answer {
    Answer { have, batches, more: false, refused: Vec::new(), digests: Vec::new() }
}

/// A till on a temporary database.
pub struct Shop {
    pub till: Option<Till>,
    pub folder: Arc<TempDir>,
    pub name: String,
    pub clock: Arc<TestClock>,
    pub settings: Settings,
}

impl Shop {
    /// A till that is not enrolled.
    pub fn fresh(seed: u64) -> Self {
        let clock = Arc::new(TestClock(Mutex::new(1_291_191_960_000_000)));
        let settings = Settings {
            clock: clock.clone(),
            entropy: Arc::new(Counter(Mutex::new(seed))),
            keys: Arc::new(Keys::default()),
            version: "0.1.0".into(),
        };
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let till = Till::open(&folder.path().join("till.db"), settings.clone()).unwrap();
        Self { till: Some(till), folder, name: "till.db".into(), clock, settings }
    }

    /// An enrolled till, with a printer.
    pub fn enrolled(server: &Server, series: &str) -> Self {
        let mut shop = Self::fresh(series.bytes().map(u64::from).sum());
        shop.enrol(server, series);
        shop.till().printer_set(&PrinterSettings { address: "file:/dev/null".into(), paper_mm: 80 }).unwrap();
        shop
    }

    pub fn enrol(&mut self, server: &Server, series: &str) {
        let begun = self.till().enrol_begin("till").unwrap();
        let answer = server.admit(begun.device, &begun.public_key, series);
        self.till().enrol_complete("http://127.0.0.1:1/", &answer).unwrap();
    }

    /// An enrolled till with an open shift and three products.
    pub fn open(server: &Server, series: &str) -> Self {
        let mut shop = Self::enrolled(server, series);
        shop.till().shift_open(&OpenShift { operator: "Amina".into(), float: money(10_000) }).unwrap();
        for (name, code, price, rate, barcode) in
            [("Tea", "T1", 295, 200_000, "8714100791325"), ("Milk", "M1", 120, 0, "96385074"), ("Soap", "S1", 199, 200_000, "")]
        {
            shop.product(name, code, price, rate, barcode);
        }
        shop
    }

    pub fn till(&mut self) -> &mut Till {
        self.till.as_mut().unwrap()
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join(&self.name)
    }

    /// The database behind the till's back.
    #[allow(clippy::disallowed_methods, reason = "to damage, copy and look into a database as nobody should")]
    pub fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).unwrap()
    }

    /// Ends the till as a crash does: nothing is tidied up by us.
    pub fn reopen(&mut self) {
        self.till = None;
        self.till = Some(Till::open(&self.path(), self.settings.clone()).unwrap());
    }

    pub fn product(&mut self, name: &str, code: &str, price: i64, rate: u32, barcode: &str) -> Product {
        let fields = fields(name, code, price, rate, barcode);
        self.till().product_save(&SaveProduct { product: None, before: None, fields }).unwrap()
    }

    pub fn id(&mut self, code: &str) -> ProductId {
        let search = duka_api::till::ProductSearch { text: code.into(), limit: 1 };
        self.till().reader().product_search(&search).unwrap()[0].product
    }

    pub fn stock(&mut self, code: &str) -> i64 {
        let search = duka_api::till::ProductSearch { text: code.into(), limit: 1 };
        self.till().reader().product_search(&search).unwrap()[0].stock.thousandths()
    }

    pub fn scan(&mut self, code: &str) -> Scanned {
        self.till().basket_scan(&Scan { code: code.into() }).unwrap()
    }

    pub fn pay(&mut self, tendered: Option<i64>) -> SaleDone {
        let basket = self.till().basket().unwrap();
        self.till().sale_complete(&Tender { receipt: basket.receipt, tendered: tendered.map(money), shown: basket.gross }).unwrap()
    }

    /// Scans codes and pays exactly.
    pub fn sell(&mut self, codes: &[&str]) -> SaleDone {
        for code in codes {
            assert!(matches!(self.scan(code), Scanned::Added { .. }), "{code}");
        }
        self.pay(None)
    }

    pub fn close(&mut self, counted: i64) -> duka_api::till::ShiftReport {
        self.till().shift_close(&CloseShift { counted: money(counted) }).unwrap()
    }

    /// What the server would get if this till sent all of its own logs.
    pub fn batches(&mut self) -> Vec<Batch> {
        let device = self.till().reader().device().unwrap();
        let own: Vec<Range> = self
            .till()
            .reader()
            .heads()
            .unwrap()
            .into_iter()
            .filter(|head| head.log.device == device)
            .map(|head| Range { log: head.log, from: 1, to: head.seq })
            .collect();
        self.request(&own, false).batches
    }

    pub fn request(&mut self, ranges: &[Range], digests: bool) -> Request {
        let bytes = self.till().reader().sync_request(ranges, digests).unwrap();
        let envelope = Envelope::read(&bytes).unwrap();
        let secret = self.settings.keys.load(envelope.device).unwrap().unwrap();
        envelope.open(&DeviceKey::from_secret(secret).public(), Purpose::Request).unwrap()
    }

    /// I5: the sum over all accounts is zero.
    pub fn assert_balanced(&mut self) {
        let balances = self.till().reader().account_balances().unwrap();
        assert_eq!(balances.iter().map(|row| row.balance).sum::<i64>(), 0, "{balances:?}");
    }

    /// The tables are what the facts say.
    pub fn assert_rebuilds(&mut self) {
        let rebuilt = self.till().rebuild().unwrap();
        assert!(rebuilt.is_same(), "{rebuilt:?}");
    }
}

pub fn fields(name: &str, code: &str, price: i64, rate: u32, barcode: &str) -> ProductFields {
    ProductFields {
        name: name.into(),
        code: code.into(),
        price: money(price),
        rate: TaxRate::try_from_ppm(rate).unwrap(),
        unit: Unit::Each,
        active: true,
        barcodes: if barcode.is_empty() { vec![] } else { vec![barcode.into()] },
    }
}

pub fn gbp() -> Currency {
    Currency::try_new("GBP").unwrap()
}

pub fn money(minor: i64) -> Money {
    Money::try_new(minor, gbp()).unwrap()
}

pub fn each(count: i64) -> Quantity {
    Quantity::whole(count, Unit::Each).unwrap()
}
