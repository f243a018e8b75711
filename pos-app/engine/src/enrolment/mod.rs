//! Whom this till belongs to, and how it joins.

mod command;
mod error;
mod store;

pub use command::EnrolBegun;
pub use error::EnrolError;
pub(crate) use store::load;

use duka_api::http::EnrolAnswer;
use duka_core::{CompanyId, Currency, DeviceId, OperatorId, RegisterId, ShopId};
use duka_ledger::PublicKey;

/// This till as a member of its company.
#[derive(Clone, Debug)]
pub(crate) struct Me {
    pub(crate) device: DeviceId,
    pub(crate) company: CompanyId,
    pub(crate) shop: ShopId,
    pub(crate) register: RegisterId,
    pub(crate) operator: OperatorId,
    pub(crate) series: String,
    pub(crate) currency: Currency,
    pub(crate) server_device: DeviceId,
    pub(crate) server_key: PublicKey,
    pub(crate) server: String,
    pub(crate) answer: EnrolAnswer,
}
