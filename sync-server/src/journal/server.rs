//! This server as a device of a company: its id, its key, and what it may write.

use super::{JournalError, store};
use crate::platform::{Platform, db::Tx, secret::SecretError};
use duka_core::{CompanyId, Currency, DeviceId};
use duka_ledger::{DeviceCertified, DeviceKey, DeviceRole, rule::Writer};

/// The server's side of a company.
#[derive(Debug)]
pub struct Server {
    /// The company.
    pub company: CompanyId,
    /// Its currency.
    pub currency: Currency,
    /// The server as a device.
    pub device: DeviceId,
    /// Its key.
    pub key: DeviceKey,
}

impl Server {
    /// Who it is to whoever judges what it wrote.
    pub fn writer(&self) -> Writer {
        let certificate = DeviceCertified {
            device: self.device,
            key: self.key.public(),
            role: DeviceRole::Server,
            shop: None,
            register: None,
            name: "server".to_owned(),
            series: String::new(),
            currency: self.currency,
            succeeds: None,
        };
        Writer { certificate, standing: None }
    }

    fn open(platform: &Platform, company: CompanyId, row: &store::server::ServerRow) -> Result<Self, JournalError> {
        let secret = platform.secret_key.open(company.as_bytes(), &row.secret)?;
        let secret = <[u8; 32]>::try_from(secret.as_slice()).map_err(|_| SecretError::Sealed)?;
        let currency = Currency::try_new(&row.currency).map_err(|fault| JournalError::Damaged(fault.to_string()))?;
        Ok(Self { company, currency, device: DeviceId::from_uuid(row.device), key: DeviceKey::from_secret(secret) })
    }
}

/// The server's side of a company.
pub async fn server_of(platform: &Platform, company: CompanyId) -> Result<Server, JournalError> {
    let row = store::server::server(platform.db.query(store::server::SERVER), company).await?.ok_or(JournalError::NoCompany(company))?;
    Server::open(platform, company, &row)
}

/// The same, inside a transaction.
pub async fn server_in_tx(tx: &mut Tx, platform: &Platform, company: CompanyId) -> Result<Server, JournalError> {
    let row = store::server::server(tx.query(store::server::SERVER), company).await?.ok_or(JournalError::NoCompany(company))?;
    Server::open(platform, company, &row)
}

/// An error unless there is the company.
pub async fn exists(platform: &Platform, company: CompanyId) -> Result<(), JournalError> {
    store::server::server(platform.db.query(store::server::SERVER), company).await?.map(drop).ok_or(JournalError::NoCompany(company))
}
