//! What is asked about devices.

use super::{DeviceError, State, store};
use crate::{company, platform::db::DbError, state::AppState};
use duka_api::{http, till::Page};
use duka_core::{CompanyId, DeviceId, RegisterId, ShopId, Timestamp};
use duka_ledger::PublicKey;
use uuid::Uuid;

const PAGE: i64 = 50;

/// A device as the rest of the server sees it.
#[derive(Clone, Debug)]
pub struct Device {
    /// Its company.
    pub company: CompanyId,
    /// Its id.
    pub device: DeviceId,
    /// Its shop; none for the company's server.
    pub shop: Option<ShopId>,
    /// Its register; none for the company's server.
    pub register: Option<RegisterId>,
    /// What its receipt numbers begin with.
    pub series: String,
    /// Its key.
    pub key: PublicKey,
    /// How it stands.
    pub state: State,
}

/// The device with this id.
pub async fn find(state: &AppState, device: DeviceId) -> Result<Option<Device>, DbError> {
    store::device(&state.db, device).await?.map(|row| read(&row)).transpose()
}

fn read(row: &store::DeviceRow) -> Result<Device, DbError> {
    let key = <[u8; 32]>::try_from(row.public_key.as_slice())
        .ok()
        .and_then(|bytes| PublicKey::try_from_bytes(bytes).ok())
        .ok_or_else(|| DbError::Other(sqlx::Error::Decode("a stored public key is damaged".into())))?;
    Ok(Device {
        company: CompanyId::from_uuid(row.company),
        device: DeviceId::from_uuid(row.device),
        shop: row.shop.map(ShopId::from_uuid),
        register: row.register.map(RegisterId::from_uuid),
        series: row.series.clone(),
        key,
        state: State::parse(&row.state),
    })
}

/// A company's devices by age.
pub async fn devices(state: &AppState, company: CompanyId, after: Option<Uuid>) -> Result<Page<http::DeviceView>, DeviceError> {
    company::exists(state, company).await?;
    let rows = store::devices(&state.db, company, after.unwrap_or(Uuid::nil()), PAGE).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    let next = rows.last().filter(|_| full).map(|row| row.device.to_string());
    let rows = rows
        .into_iter()
        .map(|row| http::DeviceView {
            device: DeviceId::from_uuid(row.device),
            name: row.name,
            shop: row.shop.map(ShopId::from_uuid),
            register: row.register.map(RegisterId::from_uuid),
            series: row.series,
            state: row.state,
            enrolled_at: Timestamp::from_micros(row.enrolled_at),
        })
        .collect();
    Ok(Page { rows, next })
}
