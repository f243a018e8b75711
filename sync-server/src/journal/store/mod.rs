//! The journal's own tables.
//!
//! `log` and `entry` with `signed_head`, `quarantine` with `fork`, and `server`; and what the journal itself asks of the described tables
//! record_change and device.

pub(in crate::journal) mod entry;
pub(in crate::journal) mod log;
pub(in crate::journal) mod quarantine;
pub(in crate::journal) mod record;
pub(in crate::journal) mod server;

use duka_core::{CompanyId, ShopId};
use duka_ledger::{Hash, LogId, Scope};
use uuid::Uuid;

/// Places, counts and numbers are never below zero in the database.
pub(in crate::journal) fn number(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

/// What came in is checked against this before it is stored.
pub(in crate::journal) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(in crate::journal) fn hash(bytes: &[u8]) -> Hash {
    <[u8; 32]>::try_from(bytes).map_or(Hash::NONE, Hash::from_bytes)
}

/// A scope is told by its id: the company's own, or one of its shops'.
pub(in crate::journal) fn log_id(company: CompanyId, device: Uuid, scope: Uuid) -> LogId {
    let scope = if scope == company.uuid() { Scope::Company(company) } else { Scope::Shop(ShopId::from_uuid(scope)) };
    LogId { device: duka_core::DeviceId::from_uuid(device), scope }
}

pub(in crate::journal) fn scope_id(log: LogId) -> Uuid {
    Uuid::from_bytes(*log.scope.id_bytes())
}
