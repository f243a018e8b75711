//! What a server signed that it holds: kept by the till, so that a server that was restored to an older backup is noticed.

use crate::{heads, limit::MAX_OWN_LOGS};
use duka_core::{CompanyId, DeviceId};
use duka_ledger::{DeviceKey, Head, LogId, PublicKey, SignatureError};
use minicbor::{Decode, Encode};

const PURPOSE: &str = "duka acknowledged 1";

/// Between whom an acknowledgement holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parties {
    /// Who signs.
    pub server: DeviceId,
    /// The company of both.
    pub company: CompanyId,
    /// Whose logs they are.
    pub device: DeviceId,
}

/// How far the server holds the device's own logs, and where its own stands. Both sides know the [`Parties`]; they are signed, not sent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Acknowledged {
    /// The heads.
    #[n(0)]
    pub heads: Vec<Head>,
    /// The server's, over parties and heads.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

/// A log of which the server holds less than it once signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lost {
    /// What it signed that it held.
    pub acknowledged: Head,
    /// Place of the last entry it holds now; 0 for none.
    pub holds: u64,
}

/// What to keep after an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The new one: it covers all that was acknowledged before.
    New(Acknowledged),
    /// The old one, until the server holds all of it again: it was restored to an older backup.
    Old(Vec<Lost>),
}

impl Acknowledged {
    /// Signs for what the server holds; more than [`MAX_OWN_LOGS`] and its own log are left out.
    pub fn new(key: &DeviceKey, parties: Parties, heads: impl IntoIterator<Item = Head>) -> Self {
        let heads: Vec<Head> = heads.into_iter().filter(|head| head.seq > 0).take(MAX_OWN_LOGS.saturating_add(1)).collect();
        let signature = key.sign(PURPOSE, &message(parties, &heads));
        Self { heads, signature }
    }

    /// Checks that the server vouched for it.
    pub fn verify(&self, key: &PublicKey, parties: Parties) -> Result<(), SignatureError> {
        key.verify(PURPOSE, &message(parties, &self.heads), &self.signature)
    }

    /// How far a log is held; 0 for one that is not named.
    pub fn held(&self, log: &LogId) -> u64 {
        self.heads.iter().find(|head| head.log == *log).map_or(0, |head| head.seq)
    }

    /// Compares with the one that was kept so far: `None` before the first.
    pub fn keep(self, before: Option<&Self>) -> Kept {
        let lost: Vec<Lost> = before
            .iter()
            .flat_map(|before| &before.heads)
            .filter(|head| self.held(&head.log) < head.seq)
            .map(|head| Lost { acknowledged: *head, holds: self.held(&head.log) })
            .collect();
        if lost.is_empty() { Kept::New(self) } else { Kept::Old(lost) }
    }
}

/// The bytes that are signed: server, company, device, then each head.
fn message(parties: Parties, all: &[Head]) -> Vec<u8> {
    let mut bytes = [*parties.server.as_bytes(), *parties.company.as_bytes(), *parties.device.as_bytes()].concat();
    all.iter().for_each(|head| heads::write(head, &mut bytes));
    bytes
}
