//! A real server, listening on loopback inside this process.

use crate::{company::Admin, postgres};
use anyhow::{Context, Result};
use duka_server::platform::{
    db::{Connection, Db},
    tls::TlsFiles,
};
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// The admin's token of every server started here.
const TOKEN: &str = "test-admin-token-of-this-run";

/// Where the server keeps its books.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Storage {
    /// The database inside the server.
    #[default]
    Sqlite,
    /// A real PostgreSQL, started for this run.
    Postgres,
    /// One that waits for its disk at each commit, to measure.
    #[value(skip)]
    DurablePostgres,
}

/// A running server.
pub struct TestServer {
    runtime: Runtime,
    running: duka_server::Running,
    config: duka_server::Config,
}

impl TestServer {
    /// Starts one with its data in `folder`.
    pub fn start(storage: Storage, folder: &Path) -> Result<Self> {
        match storage {
            Storage::Sqlite => Self::serve(configuration(folder)),
            Storage::Postgres => Self::start_on(postgres::fresh_database(), folder),
            Storage::DurablePostgres => Self::start_on(postgres::durable_database(), folder),
        }
    }

    fn serve(config: duka_server::Config) -> Result<Self> {
        let runtime = Runtime::new()?;
        let running = runtime.block_on(duka_server::serve(config.clone())).context("the server cannot be started")?;
        Ok(Self { runtime, running, config })
    }

    /// Ends it after what it is at, and starts it again on the same books and the same port.
    pub fn restart(self) -> Result<Self> {
        let tls = self.config.tls.clone();
        self.restart_speaking(tls)
    }

    /// Starts one on the PostgreSQL database `url`, with its other data in `folder`.
    pub fn start_on(url: String, folder: &Path) -> Result<Self> {
        let mut config = configuration(folder);
        config.database = Connection::Postgres { url, connections: 8 };
        Self::serve(config)
    }

    /// Where its database is, if that is a PostgreSQL.
    pub fn postgres_url(&self) -> Option<String> {
        match &self.config.database {
            Connection::Postgres { url, .. } => Some(url.clone()),
            Connection::Sqlite { .. } => None,
        }
    }

    /// The same, speaking TLS from then on; the admin's connections of before are of no use any more.
    pub fn restart_with_tls(self, files: TlsFiles) -> Result<Self> {
        self.restart_speaking(Some(files))
    }

    fn restart_speaking(self, tls: Option<TlsFiles>) -> Result<Self> {
        let config = duka_server::Config { listen: self.running.address(), tls, ..self.config.clone() };
        self.stop()?;
        Self::serve(config)
    }

    /// Its admin's connection.
    pub fn admin(&self) -> Admin {
        Admin::new(&self.address(), TOKEN)
    }

    /// Such as `http://127.0.0.1:41234`.
    pub fn address(&self) -> String {
        self.running.url()
    }

    /// Its database, to look into.
    pub fn database(&self) -> &Db {
        &self.running.state().db
    }

    /// Runs something on the server's threads.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Takes a sealed request without HTTP.
    pub fn exchange(&self, envelope: &[u8]) -> Result<Vec<u8>, duka_api::Problem> {
        let answer = self.runtime.block_on(duka_server::sync::exchange(self.running.state(), envelope));
        answer.map_err(|fault| duka_server::Fault::from(fault).logged())
    }

    /// Ends it after what it is at.
    pub fn stop(self) -> Result<()> {
        self.runtime.block_on(self.running.shutdown());
        Ok(())
    }
}

fn configuration(folder: &Path) -> duka_server::Config {
    let mut config = duka_server::Config::in_directory(PathBuf::from(folder).join("server"));
    config.admin_token = Some(TOKEN.to_owned());
    config
}
