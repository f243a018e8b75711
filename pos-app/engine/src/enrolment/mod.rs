//! Whom this till belongs to, and how it joins.

mod command;
mod copy;
mod error;
mod newcomer;
mod store;

pub use command::{EnrolBegun, SealedEnrolment};
pub(crate) use command::{heard, member_of, open_answer, pending};
pub(crate) use copy::{Copied, begin_successor_in_tx, copied, keep_starts_in_tx, note_copied_in_tx, starts, successor};
pub use error::EnrolError;
pub(crate) use newcomer::{begin_newcomer_in_tx, end_newcomer_in_tx, former, keep_former_in_tx, newcomer};
pub(crate) use store::{Row, acknowledged, begin_in_tx, complete_in_tx, keep_acknowledged_in_tx, keep_salvaged_in_tx, load, succeed_in_tx};

use duka_api::{http::EnrolAnswer, print::Direction};
use duka_core::{CompanyId, Currency, DeviceId, RegisterId, ShopId};
use duka_ledger::{DeviceCertified, DeviceRole, LogId, PublicKey, Scope};
use duka_sync::Parties;

/// This till as a member of its company.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// What the server has certified of it.
    pub(crate) certificate: DeviceCertified,
    pub(crate) server_device: DeviceId,
    pub(crate) server_key: PublicKey,
    /// The server's address.
    pub(crate) server: String,
    /// What it answered at enrolment.
    pub(crate) answer: EnrolAnswer,
}

impl Member {
    pub(crate) const fn device(&self) -> DeviceId {
        self.certificate.device
    }

    pub(crate) const fn company(&self) -> CompanyId {
        self.answer.company
    }

    pub(crate) const fn shop(&self) -> ShopId {
        self.answer.shop
    }

    pub(crate) const fn register(&self) -> RegisterId {
        self.answer.register
    }

    pub(crate) const fn currency(&self) -> Currency {
        self.answer.currency
    }

    /// Between whom its exchanges are.
    pub(crate) const fn parties(&self) -> Parties {
        Parties { server: self.server_device, company: self.company(), device: self.device() }
    }

    /// Its own log for the company.
    pub(crate) const fn company_log(&self) -> LogId {
        LogId { device: self.device(), scope: Scope::Company(self.company()) }
    }

    /// Its own log for its shop.
    pub(crate) const fn shop_log(&self) -> LogId {
        LogId { device: self.device(), scope: Scope::Shop(self.shop()) }
    }

    /// The server's own log.
    pub(crate) const fn server_log(&self) -> LogId {
        LogId { device: self.server_device, scope: Scope::Company(self.company()) }
    }

    /// Whether it may read logs of a scope (I9).
    pub(crate) fn may_read(&self, scope: Scope) -> bool {
        scope == Scope::Company(self.company()) || scope == Scope::Shop(self.shop())
    }

    /// At which side the papers of the shop begin.
    pub(crate) fn paper_direction(&self) -> Direction {
        if self.answer.language.is_right_to_left() { Direction::RightToLeft } else { Direction::LeftToRight }
    }

    pub(crate) fn series(&self) -> &str {
        &self.answer.series
    }

    /// The server's certificate, which this till was given at enrolment and needs before any fact.
    pub(crate) fn server_certificate(&self) -> DeviceCertified {
        DeviceCertified {
            device: self.server_device,
            key: self.server_key,
            role: DeviceRole::Server,
            shop: None,
            register: None,
            name: String::new(),
            series: String::new(),
            currency: self.answer.currency,
            succeeds: None,
        }
    }
}
