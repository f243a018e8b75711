//! This server as a device of a company: its id and its key.

use super::{CompanyError, store};
use crate::state::AppState;
use duka_core::{CompanyId, Currency, DeviceId};
use duka_ledger::DeviceKey;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The server's side of a company.
#[derive(Debug)]
pub struct Server {
    /// The company.
    pub company: CompanyId,
    /// Its name.
    pub company_name: String,
    /// Its currency.
    pub currency: Currency,
    /// The server as a device.
    pub device: DeviceId,
    /// Its key.
    pub key: DeviceKey,
}

/// Opened keys, so that not every exchange opens one.
#[derive(Default)]
pub struct Servers(Mutex<HashMap<CompanyId, Arc<Server>>>);

impl Servers {
    /// Keys kept open at most (I11); past it all are opened anew as they are needed.
    const MOST: usize = 10_000;

    fn get(&self, company: CompanyId) -> Option<Arc<Server>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&company).cloned()
    }

    fn put(&self, server: &Arc<Server>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= Self::MOST {
            held.clear();
        }
        held.insert(server.company, Arc::clone(server));
    }
}

/// The server's side of a company.
pub async fn server_of(state: &AppState, company: CompanyId) -> Result<Arc<Server>, CompanyError> {
    if let Some(server) = state.servers.get(company) {
        return Ok(server);
    }
    let row = store::company(&state.db, company).await?.ok_or(CompanyError::NoCompany(company))?;
    let secret = state.secret_key.open(company.as_bytes(), &row.server_secret)?;
    let secret = <[u8; 32]>::try_from(secret.as_slice()).map_err(|_| crate::platform::secret::SecretError::Sealed)?;
    let server = Arc::new(Server {
        company,
        company_name: row.name,
        currency: super::query::currency(&row.currency)?,
        device: DeviceId::from_uuid(row.server_device),
        key: DeviceKey::from_secret(secret),
    });
    state.servers.put(&server);
    Ok(server)
}
