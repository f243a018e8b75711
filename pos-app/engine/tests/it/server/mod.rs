//! The company's server as a till sees it: what it holds, in memory, and what it answers.

mod exchange;
mod store;

use crate::world::gbp;
use duka_api::http::EnrolAnswer;
use duka_core::{CompanyId, DeviceId, EnrolCode, Language, OneTimeCode, OperatorId, RegisterId, ShopId, Timestamp};
use duka_ledger::{Batch, Body, DeviceCertified, DeviceKey, DeviceRole, Entry, Fact, Hash, Head, LogId, PublicKey, Scope, SealedEntry};
use duka_pos::SystemEntropy;
use duka_sync::{
    Acknowledged, Difference, EnrolKnock, EnrolRequest, Envelope, Exchanged, Freshness, Heads, HeldReceipt, MAX_BODY_BYTES, Parties, Range,
    Received, Said, Succession, TableDigest, Taken as TakenPiece, reply,
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};
use store::Store;

pub struct Server {
    pub device: DeviceId,
    pub key: DeviceKey,
    pub company: CompanyId,
    pub shop: ShopId,
    /// The language that the shop speaks.
    pub language: Language,
    store: Mutex<Store>,
}

/// As it was when a backup was made.
#[derive(Clone)]
pub struct Backup(Store);

impl Server {
    pub fn new() -> Self {
        Self::with_key(0xee)
    }

    pub fn with_key(seed: u8) -> Self {
        let (device, key) = (DeviceId::from_bytes([0xee; 16]), DeviceKey::from_secret([seed; 32]));
        let store = Store { keys: BTreeMap::from([(device, key.public())]), ..Store::default() };
        Self {
            device,
            key,
            company: CompanyId::from_bytes([0xcc; 16]),
            shop: ShopId::from_bytes([0x55; 16]),
            language: Language::default(),
            store: Mutex::new(store),
        }
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap()
    }

    pub fn back_up(&self) -> Backup {
        Backup(self.store().clone())
    }

    pub fn restore(&self, backup: Backup) {
        *self.store() = backup.0;
    }

    /// As if none of its own entries had ever been written.
    pub fn forget_own_log(&self) {
        let log = self.log();
        self.store().logs.remove(&log);
    }

    /// What it says that its tables are, when it is asked.
    pub fn set_digests(&self, digests: Vec<TableDigest>) {
        self.store().digests = digests;
    }

    pub fn log(&self) -> LogId {
        LogId { device: self.device, scope: Scope::Company(self.company) }
    }

    /// A code of this server; it counts none.
    pub fn code(&self) -> EnrolCode {
        EnrolCode::new(OneTimeCode::new(&SystemEntropy), self.key.public().as_bytes())
    }

    /// 64 hexadecimal digits.
    pub fn public_key(&self) -> String {
        self.key.public().as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Admits a device and answers its request to join.
    pub fn admit(&self, asked: &[u8], series: &str) -> Vec<u8> {
        self.admit_with(asked, series, |_| ())
    }

    /// The same, with something else in the answer.
    pub fn admit_with(&self, asked: &[u8], series: &str, change: impl FnOnce(&mut EnrolAnswer)) -> Vec<u8> {
        self.admit_signed_by(self, asked, series, change)
    }

    /// The same, as another server signs it.
    pub fn admit_signed_by(&self, signer: &Self, asked: &[u8], series: &str, change: impl FnOnce(&mut EnrolAnswer)) -> Vec<u8> {
        let received = EnrolKnock::read(asked).unwrap().open(&self.key.public()).unwrap();
        let EnrolRequest { device, key, before, .. } = received.request;
        let succeeds = before.and_then(|before| self.replaced(&before));
        let mut answer = self.certify_in_place_of(device, key, series, succeeds);
        change(&mut answer);
        received.answer(self.device, &signer.key, Timestamp::from_micros(1), answer).unwrap()
    }

    /// Whose place a till takes that was another device before, as the real one decides it.
    fn replaced(&self, before: &Head) -> Option<DeviceId> {
        let device = before.log.device;
        self.certificate(device)?;
        let ends = |fact: &Fact| match fact {
            Fact::DeviceCertified(certified) => certified.succeeds == Some(device),
            Fact::DeviceStandingChanged(changed) => changed.device == device,
            _ => false,
        };
        if self.facts(self.device).iter().any(ends) {
            return None;
        }
        let store = self.store();
        let held = store.heads().held(&before.log);
        let knows = held < before.seq || held == before.seq && store.hash_at(&before.log, held) == Some(before.hash);
        knows.then_some(device)
    }

    /// Certifies a device.
    pub fn certify(&self, device: DeviceId, key: PublicKey, series: &str) -> EnrolAnswer {
        self.certify_in_place_of(device, key, series, None)
    }

    fn certify_in_place_of(&self, device: DeviceId, key: PublicKey, series: &str, succeeds: Option<DeviceId>) -> EnrolAnswer {
        let register = RegisterId::from_bytes([series.len() as u8 + series.as_bytes()[0]; 16]);
        let fact = DeviceCertified {
            device,
            key,
            role: DeviceRole::Till,
            shop: Some(self.shop),
            register: Some(register),
            name: format!("Register {series}"),
            series: series.to_owned(),
            currency: gbp(),
            succeeds,
        };
        self.store().keys.insert(device, key);
        self.write(&Fact::DeviceCertified(fact));
        EnrolAnswer {
            company: self.company,
            company_name: "Acme".into(),
            shop: self.shop,
            shop_name: "Corner Shop".into(),
            register,
            register_name: format!("Register {series}"),
            series: series.to_owned(),
            currency: gbp(),
            language: self.language.clone(),
            number_form: Default::default(),
            operator: OperatorId::from_bytes([0x0f; 16]),
            server_device: self.device,
            server_key: self.public_key(),
            succeeds,
        }
    }

    /// Writes a fact into the server's own company log.
    pub fn write(&self, fact: &Fact) {
        let body = fact.encode().unwrap();
        self.write_raw(fact.kind().number(), body);
    }

    pub fn write_raw(&self, kind: u16, body: Vec<u8>) {
        let mut store = self.store();
        let own = store.logs.entry(self.log()).or_default();
        let seq = own.len() as u64 + 1;
        let entry = Entry {
            log: self.log(),
            seq,
            prev: own.last().map_or(Hash::NONE, SealedEntry::hash),
            lamport: seq,
            at: Timestamp::EPOCH,
            offset_minutes: 0,
            operator: None,
            kind,
            body: body.into(),
        };
        own.push(SealedEntry::seal(entry).unwrap());
    }

    /// All of the server's own log as one piece.
    pub fn piece(&self) -> Batch {
        self.pieces(self.device).remove(0)
    }

    pub fn head(&self) -> Head {
        self.piece().head.head
    }

    /// All that it holds of a device.
    pub fn pieces(&self, device: DeviceId) -> Vec<Batch> {
        let store = self.store();
        let ranges =
            store.heads().iter().filter(|head| head.log.device == device).filter_map(|head| Range::after(0, head)).collect::<Vec<_>>();
        store.pack(self, &ranges, MAX_BODY_BYTES).0
    }

    /// How many sales of a device it holds.
    pub fn receipt_count(&self, device: DeviceId) -> usize {
        let store = self.store();
        let entries = store.logs.iter().filter(|(log, _)| log.device == device).flat_map(|(_, entries)| entries);
        entries.filter(|entry| matches!(entry.body(), Ok(Body::Known(Fact::SaleCompleted(_))))).count()
    }

    /// Lets a device in without saying so in its log.
    pub fn hold(&self, key: &PublicKey, pieces: &[Batch]) {
        let mut store = self.store();
        store.keys.insert(pieces[0].log.device, *key);
        assert!(store.take(pieces).taken().all(|taken| taken.refused.is_none()));
    }

    /// Answers a request as the real one does.
    pub fn answer(&self, bytes: &[u8]) -> Vec<u8> {
        if let Some(unknown) = self.introduce(bytes) {
            return unknown;
        }
        let received = self.open(bytes);
        let request = &received.request;
        let mut store = self.store();
        let stored = store.counters.get(&request.device).copied().unwrap_or(0);
        let said = match request.freshness(stored) {
            Freshness::Stale => Said::Stale,
            fresh => {
                if let Freshness::New(counter) = fresh {
                    store.counters.insert(request.device, counter);
                }
                let exchange = request.exchange();
                let intake = store.take(exchange.map_or(&[], |exchange| &exchange.batches));
                let ours = store.heads();
                let reply = reply(request, &ours);
                let (batches, all_sent) = store.pack(self, &reply.send, exchange.map_or(0, |exchange| exchange.room as usize));
                let places = reply.places.iter().map(|place| Head {
                    log: place.log,
                    seq: place.seq,
                    hash: store.hash_at(&place.log, place.seq).unwrap(),
                });
                let digests = if exchange.is_some_and(|exchange| exchange.digests) { store.digests.clone() } else { Vec::new() };
                let exchanged = self.exchanged(&received, &ours, batches);
                let taken = intake.taken().copied().collect();
                Said::Exchanged(Box::new(Exchanged {
                    places: places.collect(),
                    difference: reply.difference(all_sent),
                    taken,
                    digests,
                    ..exchanged
                }))
            }
        };
        let counter = store.counters.get(&request.device).copied().unwrap_or(0);
        received.answer(&self.key, Timestamp::EPOCH, counter, said).unwrap()
    }

    /// What is answered to who is not known, even by what it brings of this server's own log.
    fn introduce(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let envelope = Envelope::read(bytes).unwrap();
        let mut store = self.store();
        if store.keys.contains_key(&envelope.device) {
            return None;
        }
        let asked = envelope.read_request().unwrap();
        let brought = asked.request.exchange().map_or(&[][..], |exchange| &exchange.batches);
        store.take(&brought.iter().filter(|piece| piece.log == self.log()).cloned().collect::<Vec<_>>());
        let held = store.logs.get(&self.log()).map_or(0, Vec::len);
        let known = store.keys.contains_key(&envelope.device);
        (!known).then(|| asked.not_enrolled(&self.key, Timestamp::EPOCH, held as u64).unwrap())
    }

    /// Certifies a till that is a copy as another device, as the real server does.
    pub fn succeed(&self, bytes: &[u8]) -> Vec<u8> {
        let envelope = Envelope::read(bytes).unwrap();
        let before = self.certificate(envelope.device).unwrap();
        let received = envelope.open_succession(&before.key, self.device, self.company).unwrap();
        let Succession { successor, key, receipts, heard, .. } = received.request.clone();
        assert!(heard <= self.store().heads().held(&self.log()), "I3: it is asked to write where the till holds other entries");
        let certificate = self.certificate(successor).unwrap_or_else(|| {
            let series = format!("{}.{}", before.series, self.certified());
            let certificate = DeviceCertified { device: successor, key, series, succeeds: Some(before.device), ..before };
            self.store().keys.insert(successor, key);
            self.write(&Fact::DeviceCertified(certificate.clone()));
            certificate
        });
        let held = self.receipts(envelope.device).into_iter().filter(|held| receipts.contains(&held.receipt)).collect();
        received.answer(&self.key, certificate, held).unwrap()
    }

    fn certified(&self) -> usize {
        self.store().keys.len()
    }

    /// What its log says of a device.
    pub fn certificate(&self, device: DeviceId) -> Option<DeviceCertified> {
        let store = self.store();
        let facts = store.logs.get(&self.log())?.iter().map(SealedEntry::body);
        facts
            .filter_map(|body| match body {
                Ok(Body::Known(Fact::DeviceCertified(certified))) if certified.device == device => Some(certified),
                _ => None,
            })
            .next()
    }

    /// The receipts that a device wrote.
    pub fn receipts(&self, device: DeviceId) -> Vec<HeldReceipt> {
        let sales = self.facts(device).into_iter().filter_map(|fact| match fact {
            Fact::SaleCompleted(sale) => Some((sale, false)),
            Fact::RefundCompleted(refund) => Some((refund.refund, true)),
            _ => None,
        });
        sales.map(|(sale, refund)| HeldReceipt { receipt: sale.receipt, refund, gross: sale.gross }).collect()
    }

    /// How many entries of a device's log of the shop it holds.
    pub fn facts_of_shop(&self, device: DeviceId) -> usize {
        self.store().logs.get(&LogId { device, scope: Scope::Shop(self.shop) }).map_or(0, Vec::len)
    }

    /// All that a device wrote, log by log.
    pub fn facts(&self, device: DeviceId) -> Vec<Fact> {
        let store = self.store();
        let logs = store.logs.iter().filter(|(log, _)| log.device == device);
        logs.flat_map(|(_, entries)| entries)
            .filter_map(|entry| match entry.body() {
                Ok(Body::Known(fact)) => Some(fact),
                _ => None,
            })
            .collect()
    }

    /// Answers a request with pieces that nobody asked for.
    fn push(&self, bytes: &[u8], pieces: Vec<Batch>, taken: Vec<TakenPiece>) -> Vec<u8> {
        let received = self.open(bytes);
        let said = Exchanged { taken, ..self.exchanged(&received, &self.store().heads(), pieces) };
        received.answer(&self.key, Timestamp::EPOCH, 0, Said::Exchanged(Box::new(said))).unwrap()
    }

    fn open(&self, bytes: &[u8]) -> Received {
        let envelope = Envelope::read(bytes).unwrap();
        let key = self.store().keys[&envelope.device];
        envelope.open_request(&key, self.device, self.company).unwrap()
    }

    fn exchanged(&self, received: &Received, ours: &Heads, batches: Vec<Batch>) -> Exchanged {
        let device = received.request.device;
        let parties = Parties { server: self.device, company: self.company, device };
        let acknowledged = ours.iter().filter(|head| head.log.device == device || head.log.device == self.device).copied();
        Exchanged {
            summary: ours.summary(),
            acknowledged: Acknowledged::new(&self.key, parties, acknowledged),
            difference: Difference::Outline(Vec::new()),
            taken: Vec::new(),
            batches,
            places: Vec::new(),
            digests: Vec::new(),
        }
    }
}
