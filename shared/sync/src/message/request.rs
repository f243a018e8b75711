//! From a device to its server.

use crate::{
    heads::{BucketCount, Heads, Summary},
    limit::MAX_COUNTER_STEP,
};
use duka_core::{CompanyId, DeviceId, Entropy, Timestamp};
use duka_ledger::{Batch, Hash, Head, LogId, Scope};
use minicbor::{Decode, Encode};

/// Random bytes of the sender that no other request has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Nonce(#[cbor(n(0), with = "minicbor::bytes")] [u8; 16]);

impl Nonce {
    /// Draws a new one.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut random = [0; 16];
        entropy.fill(&mut random);
        Self(random)
    }

    /// Takes 16 random bytes.
    pub const fn from_random(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

/// Where one of the sender's own logs stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct OwnHead {
    /// Which of its logs.
    #[n(0)]
    pub scope: Scope,
    /// Its last place.
    #[n(1)]
    pub seq: u64,
    /// The entry's hash there.
    #[n(2)]
    pub hash: Hash,
}

impl OwnHead {
    /// The head, of a log of `device`.
    pub const fn head(self, device: DeviceId) -> Head {
        Head { log: LogId { device, scope: self.scope }, seq: self.seq, hash: self.hash }
    }
}

/// What a device says. It is signed whole, and good for the server, company and device that it names, and for no other.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Request {
    /// Whom it is for.
    #[n(0)]
    pub server: DeviceId,
    /// The company that both belong to.
    #[n(1)]
    pub company: CompanyId,
    /// Who sent it.
    #[n(2)]
    pub device: DeviceId,
    /// Makes its hash, to which the answer is bound, one of a kind.
    #[n(3)]
    pub nonce: Nonce,
    /// What the sender's clock said: a label (I8).
    #[n(4)]
    pub sent_at: Timestamp,
    /// All that the sender holds, what it brings included.
    #[n(5)]
    pub summary: Summary,
    /// Where its own logs stand.
    #[n(6)]
    pub own: Vec<OwnHead>,
    /// Up to which place it holds the server's own log: a server that was restored to an older backup learns so how much it lacks.
    #[n(7)]
    pub heard: u64,
    /// What it wants.
    #[n(8)]
    pub ask: Ask,
}

/// What a request wants.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Ask {
    /// To know whether both hold the same. Brings nothing and is answered with digests alone, so it need not be counted: whoever repeats it
    /// learns nothing.
    #[n(0)]
    Look,
    /// To bring and fetch entries.
    #[n(1)]
    Exchange(#[n(0)] Box<Exchange>),
}

/// What a request brings, and what it would like back.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Exchange {
    /// Higher than that of any request of this device that was taken before: a request is good once.
    #[n(0)]
    pub counter: u64,
    /// Bytes of entries that the answer may bring; the line decides.
    #[n(1)]
    pub room: u32,
    /// The sender's heads where both were found to differ.
    #[n(2)]
    pub buckets: Option<Buckets>,
    /// Pieces of logs, whoever wrote them; each is taken in by itself, those of one log in order.
    #[n(3)]
    pub batches: Vec<Batch>,
    /// Logs that the sender would refuse: sent again they would only take the room of others.
    #[n(4)]
    pub without: Vec<LogId>,
    /// A log whose branches are being compared.
    #[n(5)]
    pub trace: Option<Trace>,
    /// Whether it wants the digests of the tables both hold.
    #[n(6)]
    pub digests: bool,
}

/// All heads that the sender holds in some buckets.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Buckets {
    /// How many buckets there are in all.
    #[n(0)]
    pub of: u16,
    /// Which of them these are.
    #[n(1)]
    pub indexes: Vec<u16>,
    /// The heads in them.
    #[n(2)]
    pub heads: Vec<Head>,
}

impl Buckets {
    /// Those of `heads` that fall into the named buckets.
    pub fn new(heads: &Heads, count: BucketCount, indexes: Vec<u16>) -> Self {
        let heads = heads.in_buckets(count, &indexes).iter().copied().collect();
        Self { of: count.get(), indexes, heads }
    }
}

/// Both hold the same of a log up to `agrees` and something else at `differs`: the answer names hashes of places between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Trace {
    /// The log.
    #[n(0)]
    pub log: LogId,
    /// The last place known to be the same; 0 before the first entry.
    #[n(1)]
    pub agrees: u64,
    /// The first place known to be different.
    #[n(2)]
    pub differs: u64,
}

/// What the server makes of a request's counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It gives nothing away and is not counted.
    Harmless,
    /// It is new. Store its counter where the stored one is lower, before anything else is done; if another process was faster, it is stale.
    New(u64),
    /// It was taken before, or is older than one that was. It gets nothing but the counter, so that an honest sender can go on from there.
    Stale,
}

impl Request {
    /// Whether it may be acted on, when `stored` is the counter of the last request of this device that was.
    pub fn freshness(&self, stored: u64) -> Freshness {
        let Ask::Exchange(exchange) = &self.ask else { return Freshness::Harmless };
        let step = exchange.counter.saturating_sub(stored);
        // What is stored must fit into a database's signed number.
        if (1..=MAX_COUNTER_STEP).contains(&step) && i64::try_from(exchange.counter).is_ok() {
            Freshness::New(exchange.counter)
        } else {
            Freshness::Stale
        }
    }

    /// What it brings and asks for beyond a look.
    pub fn exchange(&self) -> Option<&Exchange> {
        match &self.ask {
            Ask::Look => None,
            Ask::Exchange(exchange) => Some(exchange),
        }
    }
}
