//! Finding out that this till's database is a copy, and going on as another device without a person (I12).

use super::{Till, VERSION};
use crate::{
    basket,
    books::Draft,
    device,
    enrolment::{self, Copied},
    journal,
    platform::{self, StoreError},
    sync::{self, SealedRequest, SyncError},
    writer::Succession,
};
use duka_core::{DeviceId, ReceiptId};
use duka_ledger::{DeviceKey, TechnicalKind};
use duka_sync::{Parting, Peer, Ticket};
use std::sync::Arc;

/// A request to be certified as another device, and what its answer is taken with.
#[derive(Debug)]
pub struct Succeeding {
    /// What goes to the server.
    pub bytes: Vec<u8>,
    ticket: Ticket,
    successor: DeviceId,
    key: Arc<DeviceKey>,
    partings: Vec<Parting>,
}

impl Till {
    /// The request by which this till asks to go on as another device, once `peer` knows where its logs part from what the server holds; none
    /// if it is no copy, or while that is not known yet.
    pub fn succession_begin(&mut self, peer: &Peer) -> Result<Option<Succeeding>, SyncError> {
        let Some(me) = self.shared.member() else { return Ok(None) };
        let db = self.writer.reading();
        let copied = enrolment::copied(db, me.device())?;
        if copied.is_none() && peer.troubles().is_empty() {
            return Ok(None);
        }
        let Some(partings) = peer.partings(&sync::heads(db, &self.shared, &me)?, copied.is_some()) else { return Ok(None) };
        // Its logs become another's: whoever reads them must know who that was. The certificate is on its way.
        if device::certificate(db, me.device())?.is_none() {
            return Ok(None);
        }
        if copied.is_none() {
            // What stands behind is in nobody's books but by being written again, however this till becomes another device.
            let end = |log| partings.iter().find(|parting: &&Parting| parting.log == log).map_or(0, |parting| parting.common);
            let copied = Copied { of: me.device(), company: end(me.company_log()), shop: end(me.shop_log()) };
            self.writer.keep::<_, StoreError>(|tx| enrolment::note_copied_in_tx(tx, copied))?;
        }
        let old = sync::own_key(&self.shared, me.device())?;
        let (successor, key) = self.successor(me.device())?;
        let settings = &self.shared.settings;
        let basket = self.basket.as_ref().map(|basket| basket.receipt);
        let db = self.writer.reading();
        let receipts = sync::succession::receipts_to_ask(db, &partings, basket)?;
        let SealedRequest { bytes, ticket } = sync::succession::request(db, settings, (&me, &old), (successor, &key), receipts)?;
        Ok(Some(Succeeding { bytes, ticket, successor, key, partings }))
    }

    /// Takes the server's answer: from here on this till is the other device, and all that it did is written there.
    pub fn succession_complete(&mut self, succeeding: Succeeding, answer: &[u8]) -> Result<(), SyncError> {
        let Succeeding { ticket, successor, key, partings, .. } = succeeding;
        let me = self.me()?;
        let answer = sync::succession::open(&me, successor, &key, ticket, answer)?;
        let (before, now) = (me.series().to_owned(), answer.certificate.series.clone());
        let version = self.shared.settings.version.clone();
        let copy = format!("the database was a copy of that of {} ({before}); it goes on as {successor} ({now})", me.device());
        let events = vec![
            Draft::event(TechnicalKind::Restored, copy),
            Draft::event(TechnicalKind::KeyMade, "the device made itself a key and took the other's place".to_owned()),
            Draft::event(TechnicalKind::Started, format!("version {version}")),
        ];
        // The receipt of the basket may have been written in the other copy.
        let receipt = self.fresh_receipt();
        let lines = self.basket.as_ref().map(|basket| basket.lines.clone()).unwrap_or_default();
        let succession = Succession { certificate: answer.certificate, partings, held: answer.held };
        self.writer.succeed(&succession, events, |tx| {
            enrolment::keep_starts_in_tx(tx, 1)?;
            platform::save_setting_in_tx(tx, VERSION, &version)?;
            if lines.is_empty() { basket::clear_in_tx(tx) } else { basket::keep_in_tx(tx, receipt, &lines) }
        })?;
        self.renamed = self.basket.as_ref().map(|basket| (basket.receipt, receipt));
        self.basket.iter_mut().for_each(|basket| basket.renumber(receipt));
        self.unmarked = Some(1);
        self.shared.set_became(before, now);
        Ok(())
    }

    /// The id and key that were made for the successor of `of`, or new ones.
    fn successor(&mut self, of: DeviceId) -> Result<(DeviceId, Arc<DeviceKey>), SyncError> {
        if let Some(begun) = enrolment::successor(self.writer.reading(), of)?
            && let Some(key) = self.shared.key_of(begun)
        {
            return Ok((begun, key));
        }
        let (device, key) = self.new_key()?;
        self.writer.keep::<_, StoreError>(|tx| enrolment::begin_successor_in_tx(tx, of, device))?;
        Ok((device, Arc::new(key)))
    }

    /// Whether this database is an older copy, as far as this computer knows: its key store has seen more starts of the device. One that fails,
    /// or has seen none, decides nothing.
    pub(super) fn find_copy(&mut self) -> Result<bool, StoreError> {
        let Some(me) = self.shared.member() else { return Ok(false) };
        if enrolment::copied(self.writer.reading(), me.device())?.is_some() {
            return Ok(true);
        }
        let starts = enrolment::starts(self.writer.reading())?;
        let seen = self.shared.settings.keys.mark(me.device()).unwrap_or_else(|error| {
            tracing::warn!(%error, "how often this device was started cannot be learnt now");
            None
        });
        if seen.is_none_or(|seen| seen <= starts) {
            return Ok(false);
        }
        tracing::warn!(starts, ?seen, "this database is an older copy of this device's; it will go on as another device");
        self.note_copied()?;
        Ok(true)
    }

    /// Notes that what this till writes from here on is another branch of its logs, until it is another device.
    pub(super) fn note_copied(&mut self) -> Result<(), StoreError> {
        let Some(me) = self.shared.member() else { return Ok(()) };
        let seq = |log| journal::head(self.writer.reading(), log).map(|log| log.map_or(0, |log| log.head.seq));
        let copied = Copied { of: me.device(), company: seq(me.company_log())?, shop: seq(me.shop_log())? };
        self.writer.keep(|tx| enrolment::note_copied_in_tx(tx, copied))
    }

    /// The receipt that a screen means: it may not know yet that the basket's has another id.
    pub(super) fn meant(&self, receipt: ReceiptId) -> ReceiptId {
        self.renamed.filter(|(before, _)| *before == receipt).map_or(receipt, |(_, now)| now)
    }

    /// Tells the key store of this start: for whoever has time, since one that is locked answers late. Nothing where it was told.
    pub fn marking(&mut self) -> Option<impl FnOnce() + Send + 'static> {
        let (me, mark) = self.shared.member().zip(self.unmarked.take())?;
        let keys = Arc::clone(&self.shared.settings.keys);
        Some(move || {
            if let Err(error) = keys.set_mark(me.device(), mark) {
                tracing::warn!(%error, "the key store does not note this start");
            }
        })
    }
}
