//! A company on a real server over HTTP on loopback, set up through its admin API as an admin would.

use crate::postgres;
use anyhow::{Context, Result, bail};
use duka_api::http::{Company, EnrolmentCode, NewCompany, Named, Register, Shop};
use duka_core::{CompanyId, Currency, ShopId};
use reqwest::blocking::{Client, RequestBuilder};
use serde::{Serialize, de::DeserializeOwned};
use std::path::Path;

/// Where the server keeps its books.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Storage {
    /// The database inside the server.
    #[default]
    Sqlite,
    /// A real PostgreSQL, started for this run.
    Postgres,
}

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
        Self { client: Client::new(), server: server.to_owned(), token: token.to_owned() }
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

impl TestCompany {
    /// Founds a company with one shop on the server behind `admin`.
    pub fn found(admin: Admin, name: &str, shop: &str, currency: Currency) -> Result<Self> {
        let company: Company = admin.post("/companies", &NewCompany { name: name.to_owned(), currency })?;
        let shop: Shop = admin.post(&format!("/companies/{}/shops", company.company), &Named { name: shop.to_owned() })?;
        Ok(Self { admin, company: company.company, shop: shop.shop })
    }

    /// Adds a register and gives the code that admits one till to it.
    pub fn register(&self, name: &str) -> Result<EnrolmentCode> {
        let register: Register =
            self.admin.post(&format!("/companies/{}/shops/{}/registers", self.company, self.shop), &Named { name: name.to_owned() })?;
        self.admin.post(&format!("/companies/{}/registers/{}/enrolment-codes", self.company, register.register), &())
    }
}

/// The database address for a server of this run: a fresh database on a PostgreSQL, or a file in `folder`.
pub fn database_url(storage: Storage, folder: &Path) -> Result<String> {
    match storage {
        Storage::Sqlite => Ok(format!("sqlite://{}", folder.join("server.sqlite").display())),
        Storage::Postgres => postgres::fresh_database().context("PostgreSQL cannot be started"),
    }
}
