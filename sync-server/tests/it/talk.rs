//! How a till of the tests exchanges: by the crate's code, as the real one does; or by hand, to say what a real one would not.

use crate::{till::Till, world::World};
use duka_core::{Entropy, Timestamp};
use duka_ledger::{Batch, Body, Fact, Hash, Head, Held, LogId, PublicKey, SealedEntry, SignedHead};
use duka_server::{
    platform::{entropy::SystemEntropy, secret::from_hex},
    sync::{self, SyncError},
};
use duka_sync::{
    Acknowledged, Answer, Ask, BucketCount, Buckets, Cut, Exchange, Exchanged, Heads, Intake, Kept, Lost, MAX_ENTRIES, Next, Nonce,
    OwnHead, Packing, Parties, Peer, Range, Refusal, RefusalReason, Request, Said, Ticket, Weight, check_piece,
};
use std::collections::BTreeMap;

/// A line that carries a full message.
pub const FAST: usize = 2 << 20;

/// What a till knows from its exchanges.
#[derive(Clone, Default)]
pub struct Talk {
    pub peer: Option<Peer>,
    /// The newest acknowledgement.
    pub kept: Option<Acknowledged>,
    /// Logs of which the server has lost something.
    pub lost: Vec<Lost>,
    pub signatures: BTreeMap<(LogId, u64), [u8; 64]>,
}

/// What an answer says beyond that it came.
pub fn said(answer: Answer) -> Exchanged {
    match answer.said {
        Said::Exchanged(said) => *said,
        Said::Stale => panic!("the request's counter was used"),
        Said::NotEnrolled(_) => panic!("the device is not known"),
    }
}

/// What was refused of what a request brought.
pub fn refused(said: &Exchanged) -> Vec<Refusal> {
    said.taken.iter().filter_map(|taken| taken.refused).collect()
}

impl Till {
    fn server_key(&self) -> PublicKey {
        PublicKey::try_from_bytes(from_hex(&self.me().server_key).unwrap()).unwrap()
    }

    pub fn server_log(&self) -> LogId {
        LogId { device: self.me().server_device, scope: self.company_scope() }
    }

    fn parties(&self) -> Parties {
        Parties { server: self.me().server_device, company: self.me().company, device: self.device }
    }

    /// Its own by the server's word of it, others' by their certificates.
    fn key_of(&self, log: &LogId) -> Option<PublicKey> {
        if *log == self.server_log() {
            return Some(self.server_key());
        }
        let certificates = self.others.get(&self.server_log()).into_iter().flatten().filter_map(|sealed| match sealed.body() {
            Ok(Body::Known(Fact::DeviceCertified(certificate))) => Some(certificate),
            _ => None,
        });
        certificates.into_iter().find(|certificate| certificate.device == log.device).map(|certificate| certificate.key)
    }

    fn entries(&self, log: &LogId) -> &[SealedEntry] {
        let entries = if log.device == self.device { self.logs.get(&log.scope) } else { self.others.get(log) };
        entries.map_or(&[], Vec::as_slice)
    }

    fn hash_at(&self, log: &LogId, seq: u64) -> Option<Hash> {
        self.entries(log).get(usize::try_from(seq.checked_sub(1)?).ok()?).map(SealedEntry::hash)
    }

    pub fn heads(&self) -> Heads {
        let own = self.logs.keys().map(|scope| self.log(*scope));
        let head = |log: LogId| self.entries(&log).last().map(|last| Head { log, seq: last.entry().seq, hash: last.hash() });
        own.chain(self.others.keys().copied()).filter_map(head).collect()
    }

    /// Everything it wrote, in pieces.
    pub fn all(&self) -> Vec<Batch> {
        let own: Vec<Range> =
            self.heads().iter().filter(|head| head.log.device == self.device).filter_map(|head| Range::after(0, head)).collect();
        self.pack(&own, FAST)
    }

    /// What fits of some ranges.
    pub fn pack(&self, ranges: &[Range], room: usize) -> Vec<Batch> {
        let (mut packing, mut batches) = (Packing::new(room), Vec::new());
        for range in ranges {
            let own = range.log.device == self.device;
            let mut rest = &self.entries(&range.log)[usize::try_from(range.from).unwrap() - 1..usize::try_from(range.to).unwrap()];
            while !rest.is_empty() {
                let weigh = |sealed: &SealedEntry| Weight {
                    bytes: sealed.bytes().len(),
                    signed: own || self.talk.signatures.contains_key(&(range.log, sealed.entry().seq)),
                };
                match packing.cut(&rest.iter().take(MAX_ENTRIES).map(weigh).collect::<Vec<_>>()) {
                    Cut::Entries(count) => {
                        let (piece, left) = rest.split_at(count);
                        batches.push(self.piece(range.log, piece));
                        rest = left;
                    }
                    Cut::Full => return batches,
                    Cut::NoSignedPlace => break,
                }
            }
        }
        batches
    }

    fn piece(&self, log: LogId, entries: &[SealedEntry]) -> Batch {
        let last = entries.last().unwrap();
        let head = Head { log, seq: last.entry().seq, hash: last.hash() };
        let signed = match self.talk.signatures.get(&(log, head.seq)) {
            Some(signature) if log.device != self.device => SignedHead { head, signature: *signature },
            _ => self.signer().sign_head(head),
        };
        Batch { log, entries: entries.iter().map(|sealed| sealed.bytes().to_vec().into()).collect(), head: signed }
    }

    /// Takes pieces in, each by itself.
    fn take(&mut self, batches: &[Batch]) -> Intake {
        let mut intake = Intake::default();
        for piece in batches {
            assert_ne!(piece.log.device, self.device, "nobody is sent what it wrote");
            let seq = self.entries(&piece.log).len() as u64;
            let Some(key) = self.key_of(&piece.log) else {
                // On a slow line only some of the heads are said at first, and the server's may not be among them.
                intake.refused(piece.log, seq, Refusal { seq: seq + 1, reason: RefusalReason::UnknownWriter });
                continue;
            };
            let held = Held { seq, hash: self.hash_at(&piece.log, seq).unwrap_or(Hash::NONE) };
            let verified = check_piece(piece, held, &key, |seq| self.hash_at(&piece.log, seq)).unwrap();
            let fresh = verified.fresh.len();
            self.others.entry(piece.log).or_default().extend(verified.fresh);
            self.talk.signatures.insert((piece.log, piece.head.head.seq), piece.head.signature);
            intake.took(piece.log, self.entries(&piece.log).len() as u64, fresh);
        }
        intake
    }

    fn nonce() -> Nonce {
        let mut random = [0; 16];
        SystemEntropy.fill(&mut random);
        Nonce::from_random(random)
    }

    /// The next request of a real till.
    pub fn plan(&mut self, room: usize) -> (Vec<u8>, Ticket) {
        let mut peer = self.talk.peer.take().unwrap_or_else(|| Peer::new(self.parties()));
        let plan = peer.plan(&self.heads(), room);
        self.talk.peer = Some(peer);
        let batches = self.pack(plan.push(), room);
        plan.request(Self::nonce(), Timestamp::from_micros(self.now), batches).seal(&self.signer()).unwrap()
    }

    /// What a real till makes of the answer.
    pub fn hear(&mut self, ticket: Ticket, bytes: &[u8]) -> Next {
        let answer = ticket.open(bytes, &self.server_key()).unwrap();
        let mut batches = Vec::new();
        if let Said::Exchanged(said) = &answer.said {
            match said.acknowledged.clone().keep(self.talk.kept.as_ref()) {
                Kept::New(newest) => (self.talk.kept, self.talk.lost) = (Some(newest), Vec::new()),
                Kept::Old(lost) => self.talk.lost = lost,
            }
            batches.clone_from(&said.batches);
        }
        let intake = self.take(&batches);
        let mut peer = self.talk.peer.take().unwrap();
        let next = peer.hear(&self.heads(), &answer, &intake, |log, seq| self.hash_at(log, seq));
        self.talk.peer = Some(peer);
        next
    }

    /// One exchange of a real till.
    pub async fn exchange(&mut self, world: &World, room: usize) -> Next {
        let (request, ticket) = self.plan(room);
        let answer = sync::exchange(&world.state, &request).await.unwrap();
        self.hear(ticket, &answer)
    }

    /// Exchanges until there is nothing more to say now.
    pub async fn run(&mut self, world: &World, room: usize) -> Next {
        for _ in 0..10_000 {
            let next = self.exchange(world, room).await;
            if matches!(next, Next::InStep | Next::Stuck | Next::NotEnrolled) {
                return next;
            }
        }
        panic!("the till asks for ever");
    }

    /// Brings and takes everything, until both hold the same.
    pub async fn sync(&mut self, world: &World) {
        let next = self.run(world, FAST).await;
        assert_eq!(next, Next::InStep, "{:?}", self.talk.peer.as_ref().unwrap().troubles());
    }

    /// A request by hand.
    pub fn request(&self, ask: Ask) -> Request {
        let heads = self.heads();
        let own = heads.iter().filter(|head| head.log.device == self.device);
        Request {
            server: self.me().server_device,
            company: self.me().company,
            device: self.device,
            nonce: Self::nonce(),
            sent_at: Timestamp::from_micros(self.now),
            summary: heads.summary(),
            own: own.map(|head| OwnHead { scope: head.log.scope, seq: head.seq, hash: head.hash }).collect(),
            heard: heads.held(&self.server_log()),
            ask,
        }
    }

    /// Sends a request, and opens the answer.
    pub async fn ask(&self, world: &World, request: &Request) -> Result<Answer, SyncError> {
        let (bytes, ticket) = request.seal(&self.signer()).unwrap();
        let answer = sync::exchange(&world.state, &bytes).await?;
        Ok(ticket.open(&answer, &self.server_key()).unwrap())
    }

    /// Opens an answer that came some other way.
    pub fn open(&self, ticket: Ticket, bytes: &[u8]) -> Answer {
        ticket.open(bytes, &self.server_key()).unwrap()
    }

    pub async fn look(&self, world: &World) -> Answer {
        self.ask(world, &self.request(Ask::Look)).await.unwrap()
    }

    /// An exchange by hand: brings pieces, says all its heads, wants as much as `room` carries. Nothing of the answer is taken in.
    pub async fn exchange_by_hand(&self, world: &World, batches: Vec<Batch>, room: usize) -> Exchanged {
        let counter = self.look(world).await.counter + 1;
        let exchange = Exchange { batches, room: u32::try_from(room).unwrap(), ..self.stated(counter) };
        said(self.ask(world, &self.request(Ask::Exchange(Box::new(exchange)))).await.unwrap())
    }

    /// Brings pieces by hand.
    pub async fn bring(&self, world: &World, batches: Vec<Batch>) -> Exchanged {
        self.exchange_by_hand(world, batches, 0).await
    }

    /// An exchange that says all its heads, and nothing else.
    pub fn stated(&self, counter: u64) -> Exchange {
        Exchange {
            counter,
            room: 0,
            buckets: Some(Buckets::new(&self.heads(), BucketCount::try_new(1).unwrap(), vec![0])),
            batches: Vec::new(),
            without: Vec::new(),
            trace: None,
            digests: false,
        }
    }
}
