//! What a server must be after a power cut: all that it acknowledged, books that are what the facts say, and ready for the next till.

use super::journal::Journal;
use anyhow::{Context, Result, ensure};
use duka_api::{
    Problem,
    http::SaleView,
    till::{Page, ReceiptQuery},
};
use duka_core::{Currency, DeviceId, Money, ReceiptId};
use duka_server::{Config, Running};
use duka_sync::{Event as LinkEvent, Phase};
use duka_tests::{
    company::{Admin, TestCompany},
    short_day::{Place, open_shift, sell_bread},
    till::{TestTill, morning},
};
use std::{
    fmt,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};
use tokio::runtime::Runtime;

/// The products of the company.
pub const PRODUCTS: &[u8] = b"name,price,tax,code\nBread,2.50,20,BREAD\nMilk,1.20,0,MILK\n";
/// Of so many servers that are opened again, one is asked for everything: a till is enrolled, takes in the whole journal, sells and exchanges.
const THOROUGH: u64 = 16;

const ENTRIES: &str = "select log, bytes from entry order by company, log, seq";
const LOGS: &str = "select log, seq, hash from log where seq > 0";

/// What a server told a till or an admin that it holds.
#[derive(Clone, Debug)]
pub enum Acknowledged {
    /// A company with its products; its admin's token.
    Company { company: duka_core::CompanyId, shop: duka_core::ShopId, token: String },
    /// A till belongs to it.
    Till(DeviceId),
    /// It holds what a till wrote.
    Journal { receipts: Vec<(ReceiptId, String, Money)>, stood: Vec<Place> },
}

impl Acknowledged {
    /// Whether it tells of sales.
    pub const fn is_of_sales(&self) -> bool {
        matches!(self, Self::Journal { .. })
    }

    /// What a till knows of the server after it came in step.
    pub fn by(till: &TestTill) -> Result<Self> {
        let page = till.engine.read(|reader| reader.receipt_list(&ReceiptQuery::default()))?;
        let held = page.rows.into_iter().filter(|row| row.synced).map(|row| (row.receipt, row.number, row.gross));
        Ok(Self::Journal { receipts: held.collect(), stood: Place::all(till)? })
    }
}

impl fmt::Display for Acknowledged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Company { company, .. } => write!(f, "the acknowledged company {company}"),
            Self::Till(device) => write!(f, "the acknowledged enrolment of {device}"),
            Self::Journal { stood, .. } => write!(f, "the acknowledged journal up to {stood:?}"),
        }
    }
}

/// Has a till and its server come in step.
pub fn exchange(till: &TestTill, address: &str) -> Result<()> {
    let mut session = till.session(address)?;
    session.drive(LinkEvent::Asked, &mut |_| ());
    ensure!(*session.phase() == Phase::InStep, "the till is not in step: {:?}", session.phase());
    Ok(())
}

/// Enrols a till that nobody had before.
pub fn enrol(company: &TestCompany, folder: &Path, register: &str, seed: u64) -> Result<(TestTill, DeviceId)> {
    let till = TestTill::open(folder, seed, morning()?)?;
    till.enrol(&company.admin.server, &company.register(register)?.code, register)?;
    let device = till.engine.read(|reader| Ok::<_, Problem>(reader.device()))?.context("it is enrolled")?;
    Ok((till, device))
}

/// A server opened again in this process.
struct Opened {
    runtime: Runtime,
    running: Option<Running>,
}

impl Opened {
    fn start(data: &Path) -> Result<Self> {
        let runtime = Runtime::new()?;
        let running = runtime.block_on(duka_server::serve(Config::in_directory(data))).context("the server does not start")?;
        Ok(Self { runtime, running: Some(running) })
    }

    fn running(&self) -> Result<&Running> {
        self.running.as_ref().context("it runs")
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown());
        }
    }
}

/// Opens servers again.
pub struct Opening {
    admin: Admin,
    opened: AtomicU64,
}

impl Opening {
    pub fn new() -> Self {
        Self { admin: Admin::new("", ""), opened: AtomicU64::new(0) }
    }

    /// Opens the server in the folder `data` of `place` as its program does, and looks for everything that it had acknowledged.
    pub fn open(&self, place: &Path, acknowledged: &[Acknowledged]) -> Result<()> {
        let data = place.join("data");
        let server = Opened::start(&data)?;
        let token = server.running()?.admin_token();
        ensure!(token.len() >= 16, "the admin's token is '{token}'");
        let admin = self.admin.elsewhere(&server.running()?.url(), token);
        let journal = Journal::read(&data.join("duka.sqlite"), ENTRIES, LOGS)?;
        let thorough = self.opened.fetch_add(1, Ordering::Relaxed).is_multiple_of(THOROUGH);
        let Some(Acknowledged::Company { company, shop, token: before }) = acknowledged.first() else {
            return if thorough { found(&admin).map(drop).context("no company can be founded") } else { Ok(()) };
        };
        ensure!(token == before, "the admin's token is another than before");
        let company = TestCompany { admin, company: *company, shop: *shop };
        is_there(&company, &journal, acknowledged)?;
        balanced(&company)?;
        if thorough { goes_on(&company, place) } else { Ok(()) }
    }
}

fn is_there(company: &TestCompany, journal: &Journal, acknowledged: &[Acknowledged]) -> Result<()> {
    let sales = sales(company)?;
    let devices: serde_json::Value = company.admin.get(&format!("/companies/{}/devices", company.company))?;
    for known in acknowledged {
        match known {
            Acknowledged::Company { .. } => {}
            Acknowledged::Till(device) => ensure!(devices.to_string().contains(&device.to_string()), "I1: {known} is lost: {devices}"),
            Acknowledged::Journal { receipts, stood } => {
                for (receipt, number, gross) in receipts {
                    let sale = sales.iter().find(|sale| sale.receipt == *receipt);
                    let sale = sale.with_context(|| format!("I1: the acknowledged sale {number} of {gross} is lost"))?;
                    ensure!(sale.number == *number && sale.gross == *gross, "I1: the acknowledged sale {number} of {gross} is {sale:?}");
                }
                journal.holds(stood).with_context(|| format!("I1: {known} is lost"))?;
            }
        }
    }
    Ok(())
}

/// Founds a company with its products.
pub fn found(admin: &Admin) -> Result<TestCompany> {
    let company = TestCompany::found(admin.clone(), "Short", "Shop", Currency::try_new("GBP")?)?;
    company.import(PRODUCTS.to_vec())?;
    Ok(company)
}

fn sales(company: &TestCompany) -> Result<Vec<SaleView>> {
    let page: Page<SaleView> = company.admin.get(&format!("/companies/{}/shops/{}/sales", company.company, company.shop))?;
    ensure!(page.next.is_none(), "a short day fits one page");
    Ok(page.rows)
}

fn balanced(company: &TestCompany) -> Result<()> {
    let rebuilt = company.rebuild()?;
    ensure!(rebuilt.equal, "the tables are not what the facts say: {rebuilt:?}");
    ensure!(company.accounts()?.values().sum::<i64>() == 0, "I5: the books do not balance");
    Ok(())
}

/// A till that comes now is enrolled, takes in all that there is, and what it sells is held.
fn goes_on(company: &TestCompany, place: &Path) -> Result<()> {
    let (till, _) = enrol(company, &place.join("next-till"), "N1", 77).context("the next till cannot be enrolled")?;
    exchange(&till, &company.admin.server)?;
    open_shift(&till)?;
    let before = sales(company)?.len();
    sell_bread(&till, 1)?;
    exchange(&till, &company.admin.server)?;
    ensure!(sales(company)?.len() == before + 1, "the next till's sale is one more");
    let digests = till.engine.read(duka_pos::Reader::digests)?;
    let digest = duka_ledger::table::combined(digests.into_iter().map(|digest| (digest.table, digest.digest)));
    ensure!(digest == company.digests()?.combined, "I4: the next till and the server hold different tables");
    balanced(company)
}
