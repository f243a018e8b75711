//! What a reader may see of the journal (I9).

use super::{HeldLog, JournalError, store};
use crate::platform::db::Tx;
use duka_core::{CompanyId, DeviceId, ShopId, planted};
use duka_ledger::{Head, LogId, Scope};
use duka_sync::{Heads, Place};
use std::collections::BTreeMap;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The company.
    pub company: CompanyId,
    /// Its server.
    pub server: DeviceId,
    /// The device.
    pub device: DeviceId,
    /// Its shop.
    pub shop: Option<ShopId>,
    /// It was revoked, or set apart: it learns of that and of what it wrote itself, and of nothing else.
    pub apart: bool,
}

impl Reader {
    /// Whether it may be sent a log. What it may read it may bring, too, whoever wrote it.
    pub fn may_read(&self, log: &LogId) -> bool {
        let scope = match log.scope {
            Scope::Company(company) => company == self.company,
            Scope::Shop(shop) => Some(shop) == self.shop || planted::is(planted::Bug::OtherShopShown),
        };
        scope && (!self.apart || log.device == self.device || log.device == self.server)
    }
}

/// What is held of the logs that a reader may see.
pub struct Readable {
    heads: Heads,
    logs: BTreeMap<LogId, HeldLog>,
}

impl Readable {
    /// Where they stand.
    pub const fn heads(&self) -> &Heads {
        &self.heads
    }

    /// One of them.
    pub fn get(&self, log: &LogId) -> Option<&HeldLog> {
        self.logs.get(log)
    }
}

/// What is held of the logs that a reader may see.
pub async fn readable_in_tx(tx: &mut Tx, reader: &Reader) -> Result<Readable, JournalError> {
    let logs = store::log::held_logs(tx, reader.company, reader.shop).await?;
    let logs: BTreeMap<LogId, HeldLog> =
        logs.into_iter().filter(|held| reader.may_read(&held.head.log)).map(|held| (held.head.log, held)).collect();
    Ok(Readable { heads: logs.values().map(|held| held.head).collect(), logs })
}

/// The hashes at some places, as far as they are held, in ascending order for each log.
pub async fn hashes_in_tx(tx: &mut Tx, company: CompanyId, places: &[Place]) -> Result<Vec<Head>, JournalError> {
    let mut logs = BTreeMap::<LogId, Vec<i64>>::new();
    for place in places {
        logs.entry(place.log).or_default().push(store::stored(place.seq));
    }
    let mut heads = Vec::with_capacity(places.len());
    for (log, places) in logs {
        let rows = store::entry::hashes(tx, company, log, &places).await?;
        heads.extend(rows.into_iter().map(|(seq, hash)| Head { log, seq: store::number(seq), hash: store::hash(&hash) }));
    }
    heads.sort_by_key(|head| (head.log, head.seq));
    Ok(heads)
}
