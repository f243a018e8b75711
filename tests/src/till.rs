//! A till without a window: the real engine on a database of its own, its link, and a clock that the caller sets.

use anyhow::{Context, Result};
use duka_api::{
    Problem,
    http::EnrolAnswer,
    till::{Product, ProductFields, ProductQuery, ProductSearch, ReceiptQuery, SaveProduct},
};
use duka_core::{
    Clock, CompanyId, Currency, DeviceId, EnrolCode, Entropy, LocalTime, Money, OneTimeCode, OperatorId, ProductId, Quantity, ReceiptId,
    RegisterId, ShopId, TaxRate, Timestamp, Unit,
};
use duka_ledger::{DeviceKey, Hash};
use duka_link::{Session, Trust, Wire};
use duka_pos::{Engine, FileKeyStore, SaleLineInput, Settings, Till};
use duka_pricing::Discount;
use duka_sync::EnrolKnock;
use rand_chacha::{
    ChaCha12Rng,
    rand_core::{RngCore, SeedableRng},
};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

/// Where a till in a folder keeps its keys.
pub const KEYS: &str = "keys";

/// A clock that stands still until it is set.
#[derive(Debug)]
pub struct SetClock(AtomicI64);

impl SetClock {
    /// A clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.micros()))
    }

    /// Sets it, also back.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.micros(), Ordering::Relaxed);
    }
}

impl Clock for SetClock {
    fn now(&self) -> LocalTime {
        LocalTime { at: Timestamp::from_micros(self.0.load(Ordering::Relaxed)), offset_minutes: 0 }
    }
}

/// Randomness that a seed decides.
pub struct Seeded(Mutex<ChaCha12Rng>);

impl Seeded {
    /// The same seed gives the same numbers.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha12Rng::seed_from_u64(seed)))
    }

    /// A number below `bound` (0 when `bound` is 0).
    pub fn below(&self, bound: u64) -> u64 {
        let number = self.0.lock().unwrap_or_else(PoisonError::into_inner).next_u64();
        number.checked_rem(bound).unwrap_or(0)
    }

    /// True `per_mille` times in a thousand.
    pub fn chance(&self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }
}

impl Entropy for Seeded {
    fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(buffer);
    }
}

/// When tills that are measured or tested begin their day.
pub fn morning() -> Result<Timestamp> {
    Timestamp::parse_utc("2026-01-05 08:00:00").context("a date")
}

/// A line of a sale at full price.
pub const fn line_of(product: ProductId, quantity: Quantity, unit_price: Money) -> SaleLineInput {
    SaleLineInput { product, quantity, unit_price, discount: Discount::None, note: None }
}

/// The key store of a till in a folder.
pub fn keys_in(folder: &Path) -> FileKeyStore {
    FileKeyStore::new(folder.join(KEYS))
}

/// A till without a window.
pub struct TestTill {
    /// Its engine.
    pub engine: Engine,
    /// Its clock.
    pub clock: Arc<SetClock>,
    folder: PathBuf,
    entropy: Arc<Seeded>,
}

impl TestTill {
    /// Opens (or makes) the till in `folder`.
    pub fn open(folder: &Path, seed: u64, now: Timestamp) -> Result<Self> {
        duka_pos::make_folder(folder)?;
        let (clock, entropy) = (Arc::new(SetClock::new(now)), Arc::new(Seeded::new(seed)));
        let engine = start(folder, &clock, &entropy)?;
        Ok(Self { engine, clock, folder: folder.to_owned(), entropy })
    }

    /// Stops the till's program and starts it again on the same database.
    pub fn restart(self) -> Result<Self> {
        let Self { engine, clock, folder, entropy } = self;
        drop(engine);
        let engine = start(&folder, &clock, &entropy)?;
        Ok(Self { engine, clock, folder, entropy })
    }

    /// What its clock shows.
    pub fn now(&self) -> Timestamp {
        self.clock.now().at
    }

    /// Where its database and keys are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Joins the company behind `server`.
    pub fn enrol(&self, server: &str, code: &str, name: &str) -> Result<()> {
        self.enrol_trusting(&Trust::default(), server, code, name).context("the till cannot be enrolled")
    }

    /// The same, trusting more than is safe everywhere.
    pub fn enrol_trusting(&self, trust: &Trust, server: &str, code: &str, name: &str) -> Result<(), Problem> {
        duka_link::enrol(&self.engine, server, trust, code, name).map(drop)
    }

    /// Joins a company that is nowhere else, for measurements without a server.
    pub fn enrol_alone(&self, name: &str) -> Result<()> {
        let (now, entropy) = (self.clock.now().at, &*self.entropy);
        let server = DeviceKey::from_secret([7; 32]);
        let code = EnrolCode::new(OneTimeCode::new(entropy), server.public().as_bytes());
        let answer = EnrolAnswer {
            company: CompanyId::new(now, entropy),
            company_name: name.to_owned(),
            shop: ShopId::new(now, entropy),
            shop_name: name.to_owned(),
            register: RegisterId::new(now, entropy),
            register_name: "A1".to_owned(),
            series: "A1".to_owned(),
            currency: Currency::try_new("GBP")?,
            language: Default::default(),
            number_form: Default::default(),
            operator: OperatorId::new(now, entropy),
            server_device: DeviceId::new(now, entropy),
            server_key: Hash::from_bytes(*server.public().as_bytes()).to_string(),
            succeeds: None,
        };
        let name = name.to_owned();
        self.engine.run(move |till| {
            let asked = till.enrol_request(code, &name)?;
            let received = EnrolKnock::read(&asked.bytes)?.open(&server.public())?;
            let sealed = received.answer(answer.server_device, &server, now, answer)?;
            till.enrol_complete("http://127.0.0.1:9", &asked.ticket, &sealed)
        })?;
        Ok(())
    }

    /// Puts goods on sale that cost so much a piece, 20 % tax included.
    pub fn save_goods(&self, name: &str, code: &str, price: Money) -> Result<ProductId> {
        let fields = ProductFields {
            name: name.to_owned(),
            code: code.to_owned(),
            price,
            rate: TaxRate::try_from_ppm(200_000)?,
            unit: Unit::Each,
            active: true,
            barcodes: vec![],
        };
        Ok(self.engine.run(move |till| till.product_save(&SaveProduct { product: None, before: None, fields }))?.product)
    }

    /// The product with this code of its own.
    pub fn product_by_code(&self, code: &str) -> Result<Option<Product>> {
        let search = ProductSearch { text: code.to_owned(), limit: 50 };
        let found = self.engine.read(move |reader| reader.product_search(&search))?;
        Ok(found.into_iter().find(|product| product.fields.code == code))
    }

    /// A product it holds.
    pub fn product(&self, product: ProductId) -> Result<Option<Product>> {
        let mut query = ProductQuery { inactive: true, ..ProductQuery::default() };
        loop {
            let asked = query.clone();
            let page = self.engine.read(move |reader| reader.product_list(&asked))?;
            if let Some(found) = page.rows.into_iter().find(|row| row.product == product) {
                return Ok(Some(found));
            }
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(None),
            }
        }
    }

    /// All receipts it holds, its own and those of other tills.
    pub fn receipts(&self) -> Result<Vec<ReceiptId>> {
        let (mut all, mut query) = (Vec::new(), ReceiptQuery::default());
        loop {
            let asked = query.clone();
            let page = self.engine.read(move |reader| reader.receipt_list(&asked))?;
            all.extend(page.rows.iter().map(|row| row.receipt));
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(all),
            }
        }
    }

    /// Its link to `server`.
    pub fn session(&self, server: &str) -> Result<Session> {
        Ok(Session::new(self.engine.clone(), Wire::try_new(server, &Trust::default())?))
    }
}

fn start(folder: &Path, clock: &Arc<SetClock>, entropy: &Arc<Seeded>) -> Result<Engine> {
    let settings = Settings {
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        entropy: Arc::clone(entropy) as Arc<dyn Entropy>,
        keys: Arc::new(keys_in(folder)),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok(Engine::start(Till::open(&folder.join("till.sqlite"), settings)?)?)
}
