//! A device that was admitted and is up to no good: it holds a good key, and signs whatever it likes with it.

mod nonsense;

use super::{promises::ShopOf, schedule::Happening, world::World};
use crate::till::Seeded;
use anyhow::Result;
use duka_api::http::EnrolAnswer;
use duka_core::{DeviceId, EnrolCode, Entropy, ReceiptId, ShiftId, Timestamp};
use duka_ledger::{Batch, DeviceKey, Entry, Fact, Hash, Head, LogId, PublicKey, Scope, SealedEntry};
use duka_sync::{Ask, EnrolRequest, EnrolTicket, Exchange, Heads, MAX_ENTRIES, MAX_PIECE_BYTES, Nonce, OwnHead, Request, Said, Ticket};
use std::{collections::BTreeMap, sync::Arc};

const MINUTE: u64 = 60_000;
/// The shop that it was let into.
const SHOP: ShopOf = (0, 0);

/// The device.
pub struct Hostile {
    /// Its id.
    pub device: DeviceId,
    /// Receipts that it wrote; some of them count.
    pub receipts: Vec<ReceiptId>,
    /// It brought two branches of a log.
    pub forked: bool,
    key: DeviceKey,
    me: Option<EnrolAnswer>,
    server: Option<PublicKey>,
    logs: BTreeMap<Scope, Vec<SealedEntry>>,
    lamport: u64,
    number: u64,
    counter: u64,
    shift: ShiftId,
    chance: Arc<Seeded>,
    at: Timestamp,
}

impl Hostile {
    /// Makes itself a key and asks to be let in.
    pub fn ask(chance: &Arc<Seeded>, at: Timestamp, code: &str) -> Result<(Self, Vec<u8>, EnrolTicket)> {
        let mut secret = [0; 32];
        chance.fill(&mut secret);
        let key = DeviceKey::from_secret(secret);
        let device = DeviceId::new(at, &**chance);
        let code: EnrolCode = code.parse()?;
        let mut nonce = [0; 16];
        chance.fill(&mut nonce);
        let name = "Cheap till".to_owned();
        let nonce = Nonce::from_random(nonce);
        let request = EnrolRequest { once: *code.once(), device, key: key.public(), name, nonce, sent_at: at, heard: None, before: None };
        let (sealed, ticket) = request.seal(code, &key)?;
        let hostile = Self {
            device,
            receipts: Vec::new(),
            forked: false,
            key,
            me: None,
            server: None,
            logs: BTreeMap::new(),
            lamport: 0,
            number: 0,
            counter: 0,
            shift: ShiftId::new(at, &**chance),
            chance: Arc::clone(chance),
            at,
        };
        Ok((hostile, sealed, ticket))
    }

    /// It was let in.
    pub fn admitted(mut self, ticket: &EnrolTicket, sealed: &[u8], server: PublicKey) -> Result<Self> {
        let answer = ticket.open(sealed, |answer: &EnrolAnswer| Some((answer.server_device, server)))?;
        (self.me, self.server) = (Some(answer), Some(server));
        Ok(self)
    }

    fn log(&self, scope: Scope) -> LogId {
        LogId { device: self.device, scope }
    }

    /// An entry behind all that it wrote, with whatever in it.
    fn sealed(&self, log: LogId, lamport: u64, kind: u16, body: Vec<u8>) -> Option<SealedEntry> {
        let before = self.logs.get(&log.scope).and_then(|written| written.last());
        let entry = Entry {
            log,
            seq: before.map_or(0, |before| before.entry().seq) + 1,
            prev: before.map_or(Hash::NONE, SealedEntry::hash),
            lamport,
            at: self.at,
            offset_minutes: 0,
            operator: None,
            kind,
            body: body.into(),
        };
        SealedEntry::seal(entry).ok()
    }

    fn write_raw(&mut self, scope: Scope, lamport: u64, kind: u16, body: Vec<u8>) {
        if let Some(sealed) = self.sealed(self.log(scope), lamport, kind, body) {
            self.logs.entry(scope).or_default().push(sealed);
        }
    }

    fn write(&mut self, scope: Scope, fact: &Fact) {
        self.lamport += 1;
        if let Ok(body) = fact.encode() {
            self.write_raw(scope, self.lamport, fact.kind().number(), body);
        }
    }

    /// Entries under a head that it signed itself.
    fn piece(&self, log: LogId, entries: &[SealedEntry]) -> Option<Batch> {
        let last = entries.last()?;
        let head = self.key.sign_head(Head { log, seq: last.entry().seq, hash: last.hash() });
        Some(Batch { log, entries: entries.iter().map(|sealed| sealed.bytes().to_vec().into()).collect(), head })
    }

    /// All that it wrote into its own logs, from the beginning: a server that was put back lacks some of it.
    fn pieces(&self) -> Vec<Batch> {
        let mut pieces = Vec::new();
        for (scope, written) in &self.logs {
            let (mut from, mut bytes) = (0, 0);
            for (at, sealed) in written.iter().enumerate() {
                let size = sealed.bytes().len();
                if at > from && (at - from == MAX_ENTRIES || bytes + size > MAX_PIECE_BYTES) {
                    pieces.extend(written.get(from..at).and_then(|entries| self.piece(self.log(*scope), entries)));
                    (from, bytes) = (at, 0);
                }
                bytes += size;
            }
            pieces.extend(written.get(from..).and_then(|entries| self.piece(self.log(*scope), entries)));
        }
        pieces
    }

    fn request(&self, batches: Vec<Batch>, company: duka_core::CompanyId, server: DeviceId) -> Result<(Vec<u8>, Ticket)> {
        let mut nonce = [0; 16];
        self.chance.fill(&mut nonce);
        let lies = self.chance.chance(200);
        let own = self.logs.iter().filter_map(|(scope, written)| {
            let last = written.last()?;
            let seq = if lies { self.chance.below(1 << 60) } else { last.entry().seq };
            Some(OwnHead { scope: *scope, seq, hash: last.hash() })
        });
        let exchange = Exchange {
            counter: self.counter,
            room: u32::MAX,
            buckets: None,
            batches,
            without: Vec::new(),
            trace: None,
            digests: self.chance.chance(100),
        };
        let request = Request {
            server,
            company,
            device: self.device,
            nonce: Nonce::from_random(nonce),
            sent_at: self.at,
            summary: Heads::default().summary(),
            own: own.collect(),
            heard: 0,
            ask: Ask::Exchange(Box::new(exchange)),
        };
        Ok(request.seal(&self.key)?)
    }
}

impl World {
    /// The hostile device writes nonsense, sends it, and sends it again.
    pub fn mischief(&mut self) -> Result<()> {
        let pause = 2 * MINUTE + self.chance.below(25 * MINUTE);
        self.schedule.at(self.now + pause, Happening::Mischief);
        let Some(mut hostile) = self.hostile.take() else { return Ok(()) };
        let done = self.mischief_of(&mut hostile);
        self.hostile = Some(hostile);
        done
    }

    fn mischief_of(&mut self, hostile: &mut Hostile) -> Result<()> {
        for _ in 0..=self.chance.below(3) {
            self.faults.count("nonsense");
            self.write_nonsense(hostile);
        }
        let late = self.now > self.setup.hours * 40 * MINUTE;
        let mut pieces = hostile.pieces();
        pieces.extend(self.thrown_in(hostile));
        self.send_hostile(hostile, &pieces)?;
        if self.plan.forks
            && late
            && !hostile.forked
            && let Some(branch) = hostile.other_branch()
        {
            self.faults.count("fork");
            hostile.forked = self.send_hostile(hostile, &[branch])?;
        }
        Ok(())
    }

    /// Sends pieces; whether the server acted on them.
    fn send_hostile(&mut self, hostile: &mut Hostile, pieces: &[Batch]) -> Result<bool> {
        let company = &self.companies[SHOP.0];
        let (company, server) = (company.id, company.server);
        // Once with a counter that it makes up, once with the one that it is told.
        for _ in 0..2 {
            hostile.counter += 1;
            let (bytes, ticket) = hostile.request(pieces.to_owned(), company, server)?;
            let was_up = self.office.is_up();
            let answer = match self.office.exchange(&bytes) {
                Some(Ok(answer)) => answer,
                Some(Err(_)) => return Ok(false),
                None if was_up => return self.server_fell().map(|()| false),
                None => return Ok(false),
            };
            self.witness.see(&bytes, &answer)?;
            let Some(key) = hostile.server else { return Ok(false) };
            let heard = ticket.open(&answer, &key)?;
            hostile.counter = heard.counter;
            if heard.said != Said::Stale {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
