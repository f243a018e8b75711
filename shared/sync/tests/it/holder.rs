//! A till and a server that hold logs in memory and speak by the crate's code.

use duka_core::{CompanyId, DeviceId, ShopId, Timestamp};
use duka_ledger::{
    Batch, Body, DeviceKey, Entry, Fact, Hash, Head, Held, LogId, Scope, SealedEntry, SignedHead, TechnicalEvent, TechnicalKind,
};
use duka_sync::{
    Acknowledged, Answer, Cut, Envelope, EnvelopeError, Exchanged, Freshness, Heads, Intake, Kept, Lost, MAX_ENTRIES, MAX_PIECE_BYTES,
    Next, Nonce, Packing, Parties, Peer, Range, Refusal, RefusalReason, Said, Ticket, Weight, check_piece, reply,
};
use std::collections::{BTreeMap, BTreeSet};

pub const COMPANY: CompanyId = CompanyId::from_bytes([7; 16]);
pub const SHOP: Scope = Scope::Shop(ShopId::from_bytes([8; 16]));
pub const OFFICE: Scope = Scope::Company(COMPANY);

/// An id that looks as random as real ones.
pub fn device(number: u32) -> DeviceId {
    DeviceId::from_bytes(*Hash::of(&number.to_be_bytes()).as_bytes().first_chunk().unwrap())
}

pub fn server_id() -> DeviceId {
    device(0)
}

pub fn key(device: DeviceId) -> DeviceKey {
    DeviceKey::from_secret(*Hash::of(device.as_bytes()).as_bytes())
}

pub fn parties(device: DeviceId) -> Parties {
    Parties { server: server_id(), company: COMPANY, device }
}

/// Somebody's logs, and the signatures that came with them.
#[derive(Clone)]
pub struct Holder {
    pub device: DeviceId,
    pub logs: BTreeMap<LogId, Vec<SealedEntry>>,
    pub signatures: BTreeMap<(LogId, u64), [u8; 64]>,
    certified: BTreeSet<DeviceId>,
}

impl Holder {
    pub fn new(device: DeviceId) -> Self {
        Self { device, logs: BTreeMap::new(), signatures: BTreeMap::new(), certified: BTreeSet::from([device, server_id()]) }
    }

    /// Writes an entry with a text into an own log.
    pub fn write(&mut self, scope: Scope, detail: &str) {
        let log = LogId { device: self.device, scope };
        let entries = self.logs.entry(log).or_default();
        let fact =
            Fact::TechnicalEvent(TechnicalEvent { kind: TechnicalKind::Started, detail: detail.to_owned(), operator: None, before: None });
        let seq = entries.len() as u64 + 1;
        let entry = Entry {
            log,
            seq,
            prev: entries.last().map_or(Hash::NONE, SealedEntry::hash),
            lamport: seq,
            at: Timestamp::EPOCH,
            offset_minutes: 0,
            operator: None,
            kind: fact.kind().number(),
            body: fact.encode().unwrap().into(),
        };
        let sealed = SealedEntry::seal(entry).unwrap();
        entries.push(sealed.clone());
        self.project(&sealed);
    }

    pub fn heads(&self) -> Heads {
        let head = |(log, entries): (&LogId, &Vec<SealedEntry>)| {
            entries.last().map(|last| Head { log: *log, seq: last.entry().seq, hash: last.hash() })
        };
        self.logs.iter().filter_map(head).collect()
    }

    pub fn hash_at(&self, log: &LogId, seq: u64) -> Option<Hash> {
        let index = usize::try_from(seq.checked_sub(1)?).ok()?;
        self.logs.get(log)?.get(index).map(SealedEntry::hash)
    }

    pub fn held(&self, log: &LogId) -> u64 {
        self.logs.get(log).map_or(0, |entries| entries.len() as u64)
    }

    /// A certificate is an entry of the server's log whose text is the device.
    fn project(&mut self, entry: &SealedEntry) {
        if let (true, Ok(Body::Known(Fact::TechnicalEvent(event)))) = (entry.entry().log.device == server_id(), entry.body()) {
            self.certified.extend(event.detail.parse::<DeviceId>());
        }
    }

    fn knows(&self, writer: DeviceId) -> bool {
        self.certified.contains(&writer)
    }

    fn vouches(&self, log: &LogId, seq: u64) -> bool {
        log.device == self.device || self.signatures.contains_key(&(*log, seq))
    }

    /// Packs what fits of `ranges`; and whether that was all.
    pub fn pack(&self, ranges: &[Range], room: usize) -> (Vec<Batch>, bool) {
        let (mut packing, mut batches, mut all) = (Packing::new(room), Vec::new(), true);
        for range in ranges {
            let entries = &self.logs[&range.log];
            let mut from = range.from;
            while from <= range.to {
                let next = &entries[from as usize - 1..range.to as usize];
                let weigh =
                    |entry: &SealedEntry| Weight { bytes: entry.bytes().len(), signed: self.vouches(&range.log, entry.entry().seq) };
                match packing.cut(&next.iter().take(MAX_ENTRIES).map(weigh).collect::<Vec<_>>()) {
                    Cut::Entries(count) => {
                        batches.push(self.piece(range.log, &next[..count]));
                        from += count as u64;
                    }
                    Cut::Full => return (batches, false),
                    Cut::NoSignedPlace => {
                        all = false;
                        break;
                    }
                }
            }
        }
        (batches, all)
    }

    fn piece(&self, log: LogId, entries: &[SealedEntry]) -> Batch {
        let last = entries.last().unwrap();
        let head = Head { log, seq: last.entry().seq, hash: last.hash() };
        let signed = match self.signatures.get(&(log, head.seq)) {
            Some(signature) if log.device != self.device => SignedHead { head, signature: *signature },
            _ => key(self.device).sign_head(head),
        };
        Batch { log, entries: entries.iter().map(|entry| entry.bytes().to_vec().into()).collect(), head: signed }
    }

    /// Takes pieces in, each by itself.
    pub fn take(&mut self, batches: &[Batch]) -> Intake {
        let mut intake = Intake::default();
        for piece in batches.iter().filter(|piece| piece.log.scope == SHOP || piece.log.scope == OFFICE) {
            if intake.is_stopped(&piece.log) {
                continue;
            }
            let seq = self.held(&piece.log);
            let held = Held { seq, hash: self.hash_at(&piece.log, seq).unwrap_or(Hash::NONE) };
            let writer = piece.log.device;
            if !self.knows(writer) {
                intake.refused(piece.log, seq, Refusal { seq: seq + 1, reason: RefusalReason::UnknownWriter });
                continue;
            }
            match check_piece(piece, held, &key(writer).public(), |seq| self.hash_at(&piece.log, seq)) {
                Ok(verified) => {
                    assert!(piece.entries.len() == 1 || piece.entries.iter().map(|entry| entry.len()).sum::<usize>() <= MAX_PIECE_BYTES);
                    let fresh = verified.fresh.len();
                    verified.fresh.iter().for_each(|entry| self.project(entry));
                    self.logs.entry(piece.log).or_default().extend(verified.fresh);
                    if fresh > 0 {
                        self.signatures.insert((piece.log, piece.head.head.seq), piece.head.signature);
                    }
                    intake.took(piece.log, self.held(&piece.log), fresh);
                }
                Err(refusal) => intake.refused(piece.log, seq, refusal),
            }
        }
        intake
    }
}

/// A server, as its processes share it: what it holds, and the counter of each device's last request.
#[derive(Clone)]
pub struct Server {
    pub holder: Holder,
    pub counters: BTreeMap<DeviceId, u64>,
}

impl Server {
    pub fn new(tills: impl IntoIterator<Item = DeviceId>) -> Self {
        let mut holder = Holder::new(server_id());
        tills.into_iter().for_each(|till| holder.write(OFFICE, &till.to_string()));
        Self { holder, counters: BTreeMap::new() }
    }

    /// Answers a request.
    pub fn answer(&mut self, bytes: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
        let envelope = Envelope::read(bytes)?;
        let device = envelope.device;
        if !self.holder.knows(device) {
            let asked = envelope.read_request()?;
            let batches = asked.request.exchange().map_or(&[][..], |exchange| &exchange.batches);
            self.holder.take(&batches.iter().filter(|piece| piece.log.device == server_id()).cloned().collect::<Vec<_>>());
            if !self.holder.knows(device) {
                let held = self.holder.held(&LogId { device: server_id(), scope: OFFICE });
                return asked.not_enrolled(&key(server_id()), Timestamp::EPOCH, held);
            }
        }
        let received = envelope.open_request(&key(device).public(), server_id(), COMPANY)?;
        let request = &received.request;
        let counter = self.counters.entry(device).or_default();
        let said = match request.freshness(*counter) {
            Freshness::Stale => Said::Stale,
            fresh => {
                if let Freshness::New(new) = fresh {
                    *counter = new;
                }
                let exchange = request.exchange();
                let intake = self.holder.take(exchange.map_or(&[], |exchange| &exchange.batches));
                let ours = self.holder.heads();
                let reply = reply(request, &ours);
                let (batches, all_sent) = self.holder.pack(&reply.send, exchange.map_or(0, |exchange| exchange.room as usize));
                let acknowledged = ours.iter().filter(|head| head.log.device == device || head.log.device == server_id());
                let place = |place: &duka_sync::Place| Head {
                    log: place.log,
                    seq: place.seq,
                    hash: self.holder.hash_at(&place.log, place.seq).unwrap(),
                };
                Said::Exchanged(Box::new(Exchanged {
                    summary: ours.summary(),
                    acknowledged: Acknowledged::new(&key(server_id()), parties(device), acknowledged.copied()),
                    taken: intake.taken().copied().collect(),
                    places: reply.places.iter().map(place).collect(),
                    difference: reply.difference(all_sent),
                    batches,
                    digests: Vec::new(),
                }))
            }
        };
        received.answer(&key(server_id()), Timestamp::from_micros(1_700_000_000_000_000), self.counters[&device], said)
    }
}

/// A till that speaks to a server.
#[derive(Clone)]
pub struct Till {
    pub holder: Holder,
    pub peer: Peer,
    pub kept: Option<Acknowledged>,
    pub lost: Vec<Lost>,
    nonce: u64,
}

impl Till {
    pub fn new(device: DeviceId) -> Self {
        Self { holder: Holder::new(device), peer: Peer::new(parties(device)), kept: None, lost: Vec::new(), nonce: 0 }
    }

    /// The program starts again: what is not on disk is gone.
    pub fn restart(&mut self) {
        self.peer = Peer::new(parties(self.holder.device));
    }

    pub fn request(&mut self, room: usize) -> (Vec<u8>, Ticket) {
        let plan = self.peer.plan(&self.holder.heads(), room);
        let (batches, _) = self.holder.pack(plan.push(), room);
        self.nonce += 1;
        let nonce = Nonce::from_random(*Hash::of(&self.nonce.to_be_bytes()).as_bytes().first_chunk().unwrap());
        plan.request(nonce, Timestamp::from_micros(1_700_000_000_000_000), batches).seal(&key(self.holder.device)).unwrap()
    }

    pub fn hear(&mut self, ticket: Ticket, bytes: &[u8]) -> Result<(Next, Answer), EnvelopeError> {
        let answer = ticket.open(bytes, &key(server_id()).public())?;
        let batches = match &answer.said {
            Said::Stale | Said::NotEnrolled(_) => Vec::new(),
            Said::Exchanged(said) => {
                match said.acknowledged.clone().keep(self.kept.as_ref()) {
                    Kept::New(newest) => (self.kept, self.lost) = (Some(newest), Vec::new()),
                    Kept::Old(lost) => self.lost = lost,
                }
                said.batches.clone()
            }
        };
        let intake = self.holder.take(&batches);
        let heads = self.holder.heads();
        let next = self.peer.hear(&heads, &answer, &intake, |log, seq| self.holder.hash_at(log, seq));
        Ok((next, answer))
    }

    /// One exchange on a line that loses nothing: what it came to, and the bytes of request and answer.
    pub fn exchange(&mut self, server: &mut Server, room: usize) -> (Next, usize) {
        let (request, ticket) = self.request(room);
        let answer = server.answer(&request).unwrap();
        let (next, _) = self.hear(ticket, &answer).unwrap();
        (next, request.len() + answer.len())
    }

    /// Exchanges until there is nothing more to say now: what it came to, in how many exchanges and bytes.
    pub fn run(&mut self, server: &mut Server, room: usize) -> (Next, usize, usize) {
        let mut bytes = 0;
        for rounds in 1..10_000 {
            let (next, size) = self.exchange(server, room);
            bytes += size;
            if matches!(next, Next::InStep | Next::Stuck | Next::NotEnrolled) {
                return (next, rounds, bytes);
            }
        }
        panic!("the till asks for ever");
    }
}

/// A server and `count` tills of one shop.
pub fn shop(count: u32) -> (Server, Vec<Till>) {
    let tills: Vec<Till> = (1..=count).map(|number| Till::new(device(number))).collect();
    (Server::new(tills.iter().map(|till| till.holder.device)), tills)
}

pub const FAST: usize = 2 << 20;
