//! Builders: tills on temporary databases, a clock that does as it is told.

pub use crate::server::Server;
use duka_api::till::{CloseShift, OpenShift, PrinterSettings, Product, ProductFields, SaleDone, SaveProduct, Scan, Scanned, Tender};
use duka_core::{Clock, Currency, DeviceId, Entropy, LocalTime, Money, ProductId, Quantity, TaxRate, Timestamp, Unit};
use duka_ledger::{DeviceKey, PublicKey};
use duka_pos::{KeyError, KeyStore, Settings, Till};
use duka_sync::Peer;
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
pub struct Keys(Mutex<HashMap<DeviceId, [u8; 32]>>, Mutex<HashMap<DeviceId, u64>>);

impl Keys {
    pub fn forget(&self, device: DeviceId) {
        self.0.lock().unwrap().remove(&device);
    }

    /// As a key store that was copied along, or never knew.
    pub fn forget_marks(&self) {
        self.1.lock().unwrap().clear();
    }
}

impl KeyStore for Keys {
    fn load(&self, device: DeviceId) -> Result<Option<[u8; 32]>, KeyError> {
        Ok(self.0.lock().unwrap().get(&device).copied())
    }
    fn save(&self, device: DeviceId, secret: &[u8; 32]) -> Result<(), KeyError> {
        self.0.lock().unwrap().insert(device, *secret);
        Ok(())
    }
    fn mark(&self, device: DeviceId) -> Result<Option<u64>, KeyError> {
        Ok(self.1.lock().unwrap().get(&device).copied())
    }
    fn set_mark(&self, device: DeviceId, mark: u64) -> Result<(), KeyError> {
        self.1.lock().unwrap().insert(device, mark);
        Ok(())
    }
    fn weak(&self) -> bool {
        false
    }
}

/// A till on a temporary database.
pub struct Shop {
    pub till: Option<Till>,
    /// None before the first exchange of a run.
    pub peer: Option<Peer>,
    pub folder: Arc<TempDir>,
    pub name: String,
    pub clock: Arc<TestClock>,
    pub settings: Settings,
    pub keys: Arc<Keys>,
}

impl Shop {
    /// A till that is not enrolled.
    pub fn fresh(seed: u64) -> Self {
        let clock = Arc::new(TestClock(Mutex::new(1_291_191_960_000_000)));
        let keys = Arc::new(Keys::default());
        let settings =
            Settings { clock: clock.clone(), entropy: Arc::new(Counter(Mutex::new(seed))), keys: keys.clone(), version: "0.1.0".into() };
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let till = Till::open(&folder.path().join("till.db"), settings.clone()).unwrap();
        Self { till: Some(till), peer: None, folder, name: "till.db".into(), clock, settings, keys }
    }

    /// An enrolled till, with a printer.
    pub fn enrolled(server: &Server, series: &str) -> Self {
        let mut shop = Self::fresh(series.bytes().map(u64::from).sum());
        shop.enrol(server, series);
        shop.till().printer_set(&PrinterSettings { address: "file:/dev/null".into(), paper_mm: 80 }).unwrap();
        shop
    }

    pub fn enrol(&mut self, server: &Server, series: &str) {
        let asked = self.till().enrol_request(server.code(), "till").unwrap();
        let answer = server.admit(&asked.bytes, series);
        self.till().enrol_complete("http://127.0.0.1:1/", &asked.ticket, &answer).unwrap();
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

    pub fn device(&self) -> DeviceId {
        self.till.as_ref().unwrap().reader().device().unwrap()
    }

    pub fn public_key(&self) -> PublicKey {
        let secret = self.keys.load(self.device()).unwrap().unwrap();
        DeviceKey::from_secret(secret).public()
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
        (self.till, self.peer) = (None, None);
        self.till = Some(Till::open(&self.path(), self.settings.clone()).unwrap());
        self.till().marking().into_iter().for_each(|marking| marking());
    }

    /// A copy of the database as it is now.
    pub fn copy(&self, name: &str) {
        self.raw().execute("vacuum into ?1", [self.folder.path().join(name).to_str().unwrap()]).unwrap();
    }

    /// Ends the till and opens one of its copies in its place.
    pub fn put_back(&mut self, name: &str) {
        self.till = None;
        self.name = name.into();
        self.reopen();
    }

    /// The same till once more, on a copy of its database: both have its key.
    pub fn cloned(&self, name: &str) -> Self {
        self.copy(name);
        let mut clone = Self {
            till: None,
            peer: None,
            folder: self.folder.clone(),
            name: name.into(),
            clock: self.clock.clone(),
            settings: Settings { entropy: Arc::new(Counter(Mutex::new(name.bytes().map(u64::from).sum()))), ..self.settings.clone() },
            keys: self.keys.clone(),
        };
        clone.till = Some(Till::open(&clone.path(), clone.settings.clone()).unwrap());
        clone
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

    /// What stands in the accounts whose names begin so.
    pub fn account(&mut self, name: &str) -> i64 {
        let balances = self.till().reader().account_balances().unwrap();
        balances.iter().filter(|row| row.account.to_string().starts_with(name)).map(|row| row.balance).sum()
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
