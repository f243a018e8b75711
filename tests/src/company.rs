//! A company on a real server over HTTP on loopback, set up through its admin API as an admin would.

use anyhow::{Context, Result, bail};
use duka_api::{
    http::{
        AccountView, AccountsView, Company, DeviceView, DigestsView, EnrolmentCode, ImportJob, ImportState, Named, NewCompany, NewShop,
        Rebuilt, Register, Shop, StockView,
    },
    till::Page,
};
use duka_core::{CompanyId, Currency, DeviceId, Language, ProductId, ShopId};
use reqwest::blocking::{Client, RequestBuilder};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// A company with one shop.
pub struct TestCompany {
    /// Its admin's connection.
    pub admin: Admin,
    /// Its id.
    pub company: CompanyId,
    /// Its shop.
    pub shop: ShopId,
}

/// An admin's connection to a server.
#[derive(Clone)]
pub struct Admin {
    client: Client,
    /// Such as `http://127.0.0.1:41234`.
    pub server: String,
    token: String,
}

impl Admin {
    /// For the server at `server` whose admin token is `token`.
    pub fn new(server: &str, token: &str) -> Self {
        // Digests of large books take their time.
        let client = crate::http_client().timeout(std::time::Duration::from_secs(600)).build().unwrap_or_default();
        Self { client, server: server.to_owned(), token: token.to_owned() }
    }

    /// For another server, over the same client, which takes a while to make.
    pub fn elsewhere(&self, server: &str, token: &str) -> Self {
        Self { client: self.client.clone(), server: server.to_owned(), token: token.to_owned() }
    }

    /// Reads `path` below `/api/admin/v1`.
    pub fn get<A: DeserializeOwned>(&self, path: &str) -> Result<A> {
        answer(path, self.client.get(self.url(path)).bearer_auth(&self.token))
    }

    /// Sends `body` to `path`.
    pub fn post<A: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<A> {
        answer(path, self.client.post(self.url(path)).bearer_auth(&self.token).json(body))
    }

    /// Edits what stands at `path`.
    pub fn patch<A: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<A> {
        answer(path, self.client.patch(self.url(path)).bearer_auth(&self.token).json(body))
    }

    /// Sends a CSV file to `path`.
    pub fn post_csv<A: DeserializeOwned>(&self, path: &str, file: Vec<u8>) -> Result<A> {
        answer(path, self.client.post(self.url(path)).bearer_auth(&self.token).header("content-type", "text/csv").body(file))
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/admin/v1{path}", self.server)
    }
}

fn answer<A: DeserializeOwned>(path: &str, request: RequestBuilder) -> Result<A> {
    let response = request.send().with_context(|| format!("{path}: the server cannot be reached"))?;
    let status = response.status();
    let body = response.bytes()?;
    if !status.is_success() {
        bail!("{path}: {status}: {}", String::from_utf8_lossy(&body));
    }
    let body = if body.is_empty() { b"null".as_slice() } else { &body };
    serde_json::from_slice(body).with_context(|| format!("{path}: {}", String::from_utf8_lossy(body)))
}

/// Escapes a value for a query.
fn percent(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// How many rows a digest covers.
pub fn rows_of(digests: &DigestsView, table: &str) -> u64 {
    let found = digests.tables.iter().find(|view| view.table == table).and_then(|view| view.digest.split(':').next());
    found.and_then(|rows| u64::from_str_radix(rows, 16).ok()).unwrap_or(0)
}

impl TestCompany {
    /// Founds a company with one shop on the server behind `admin`.
    pub fn found(admin: Admin, name: &str, shop: &str, currency: Currency) -> Result<Self> {
        let company: Company = admin.post("/companies", &NewCompany { name: name.to_owned(), currency })?;
        let shop: Shop = admin.post(
            &format!("/companies/{}/shops", company.company),
            &NewShop { name: shop.to_owned(), language: Language::default(), number_form: None },
        )?;
        Ok(Self { admin, company: company.company, shop: shop.shop })
    }

    /// A company that is there already, with its first shop.
    pub fn known(admin: Admin, company: CompanyId) -> Result<Self> {
        let shops: Page<Shop> = admin.get(&format!("/companies/{company}/shops"))?;
        let shop = shops.rows.first().context("a company has a shop")?.shop;
        Ok(Self { admin, company, shop })
    }

    /// Adds a register and gives the code that admits one till to it.
    pub fn register(&self, name: &str) -> Result<EnrolmentCode> {
        let register: Register =
            self.admin.post(&format!("/companies/{}/shops/{}/registers", self.company, self.shop), &Named { name: name.to_owned() })?;
        self.admin.post(&format!("/companies/{}/registers/{}/enrolment-codes", self.company, register.register), &())
    }

    /// The company's server as a device.
    pub fn server_device(&self) -> Result<DeviceId> {
        let devices: Page<DeviceView> = self.admin.get(&format!("/companies/{}/devices", self.company))?;
        devices.rows.into_iter().find(|device| device.shop.is_none()).map(|device| device.device).context("a company has a server")
    }

    /// Imports products and waits until it is done.
    pub fn import(&self, file: Vec<u8>) -> Result<()> {
        let mut job: ImportJob = self.admin.post_csv(&format!("/companies/{}/products/import", self.company), file)?;
        while job.state == ImportState::Running {
            std::thread::sleep(std::time::Duration::from_millis(20));
            job = self.admin.get(&format!("/companies/{}/imports/{}", self.company, job.import))?;
        }
        match job.report {
            Some(report) if report.fault_count == 0 => Ok(()),
            Some(report) => bail!("the file has faults: {:?}", report.faults),
            None => bail!("the import failed: {:?}", job.failure),
        }
    }

    /// Digests of the shop's tables and the company's.
    pub fn digests(&self) -> Result<DigestsView> {
        self.admin.get(&self.of_shop("digests"))
    }

    /// Balances of the shop's accounts, minor units.
    pub fn accounts(&self) -> Result<BTreeMap<String, i64>> {
        let view: AccountsView = self.admin.get(&self.of_shop("accounts"))?;
        let minor = |account: AccountView| Ok((account.account, account.balance_minor.parse()?));
        view.accounts.into_iter().map(minor).collect()
    }

    /// The shop's stock in thousandths, of products that have some.
    pub fn stock(&self) -> Result<BTreeMap<ProductId, i64>> {
        let mut all = BTreeMap::new();
        let mut next: Option<String> = None;
        loop {
            let after = next.map_or_else(String::new, |next| format!("?after={}", percent(&next)));
            let page: Page<StockView> = self.admin.get(&format!("{}{after}", self.of_shop("stock")))?;
            for row in page.rows {
                all.insert(row.product, row.stock_thousandths.parse()?);
            }
            all.retain(|_, thousandths| *thousandths != 0);
            next = page.next;
            if next.is_none() {
                return Ok(all);
            }
        }
    }

    /// Makes the server's tables anew from its journal.
    pub fn rebuild(&self) -> Result<Rebuilt> {
        let path = format!("/companies/{}/rebuild", self.company);
        let mut rebuilt = self.admin.post::<Option<Rebuilt>>(&path, &())?;
        // Each waits a while for the end.
        while rebuilt.is_none() {
            rebuilt = self.admin.get(&path)?;
        }
        rebuilt.context("it has ended")
    }

    fn of_shop(&self, what: &str) -> String {
        format!("/companies/{}/shops/{}/{what}", self.company, self.shop)
    }
}
