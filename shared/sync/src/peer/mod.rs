//! What a till knows of its server, and what it says next: it looks, compares where both differ, brings and fetches, until both are even.

mod comparing;
mod parting;
mod plan;

pub use parting::Parting;
pub use plan::Plan;

use crate::{
    acknowledged::Parties,
    heads::{Heads, Range, Summary},
    intake::{Intake, Refusal},
    limit::MAX_OWN_LOGS,
    message::{Answer, Difference, Exchanged, OwnHead, Said, Trace},
    own::{Divergence, OwnLog, own_log},
    reply::in_order,
};
use comparing::{Comparing, Vain};
use duka_core::DeviceId;
use duka_ledger::{Hash, Head, LogId, Scope};
use std::collections::BTreeMap;

/// What an exchange came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The heads agree: compared here, after all that came was taken in.
    InStep,
    /// There is more to say or to send now.
    More,
    /// Both differ and nothing could be moved: see [`Peer::troubles`].
    Stuck,
    /// The request's counter had been used; the next one goes on from the server's.
    Stale,
    /// The server does not know this device, and we hold nothing that would tell it.
    NotEnrolled,
}

/// What stands between both sides and being in step, for one log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server does not take what we bring.
    Refused(Refusal),
    /// We do not take what the server brings.
    NotTaken(Refusal),
    /// Both hold another entry at one place (I3).
    Diverged,
    /// It is our own log, and the server holds something else of it: we are a copy (I12). Never [`OwnLog::Fine`].
    Own(OwnLog),
}

/// The till's side of the exchange, for as long as the program runs: nothing of it need be kept.
#[derive(Clone, Debug)]
pub struct Peer {
    parties: Parties,
    counter: u64,
    server: Option<Server>,
    /// The server, which holds its own log up to this place, does not know us: it is given the rest of that first.
    unknown_at: Option<u64>,
    comparing: Option<Comparing>,
    troubles: BTreeMap<LogId, Trouble>,
    /// Of which places on what was planned to be brought when last nothing moved.
    tried: BTreeMap<LogId, u64>,
    planned: BTreeMap<LogId, u64>,
    vain: Vain,
    digests: Digests,
}

/// Whether the digests of the tables are to be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Digests {
    No,
    /// As soon as both are in step: before, tables differ anyway.
    Wanted,
    /// With the request that is under way.
    Asked,
}

impl Digests {
    fn ask_again(&mut self) {
        if *self == Self::Asked {
            *self = Self::Wanted;
        }
    }
}

/// What the server said.
#[derive(Clone, Debug, Default)]
struct Server {
    /// How far it holds our own logs, and those that it wants more of.
    held: BTreeMap<LogId, u64>,
    /// How far its own logs go there and here: they carry what may lift a refusal.
    own: (u64, u64),
}

impl Peer {
    /// A till that has not spoken to its server yet.
    pub fn new(parties: Parties) -> Self {
        Self {
            parties,
            counter: 0,
            server: None,
            unknown_at: None,
            comparing: None,
            troubles: BTreeMap::new(),
            tried: BTreeMap::new(),
            planned: BTreeMap::new(),
            vain: Vain::default(),
            digests: Digests::No,
        }
    }

    /// What is wrong with which log, as of the last answer.
    pub const fn troubles(&self) -> &BTreeMap<LogId, Trouble> {
        &self.troubles
    }

    /// A person asked: what was refused is tried again, and the digests of the tables are compared.
    pub fn asked(&mut self) {
        self.forgive();
        self.digests = Digests::Wanted;
    }

    /// No answer came, or not a usable one: what the server holds may have changed unseen, and is learnt anew before anything is sent.
    pub fn failed(&mut self) {
        self.server = None;
        self.unknown_at = None;
        self.comparing = None;
        self.tried.clear();
        self.vain.forget();
        self.digests.ask_again();
    }

    /// Whether the server lacks some of our own logs, as far as is known: news that it holds already is no reason to ask.
    pub fn owes(&self, ours: &Heads) -> bool {
        self.server.is_none() || !self.to_push(ours).is_empty()
    }

    /// Takes in what an answer says, after its pieces were taken in. `ours` is what is held now; `hash_at` gives the hash of an entry of ours.
    pub fn hear(&mut self, ours: &Heads, answer: &Answer, intake: &Intake, hash_at: impl Fn(&LogId, u64) -> Option<Hash>) -> Next {
        let before = self.unknown_at.take();
        let said = match &answer.said {
            Said::Stale => {
                self.counter = answer.counter;
                self.digests.ask_again();
                return Next::Stale;
            }
            Said::NotEnrolled(held) => return self.not_enrolled(ours, before, *held),
            Said::Exchanged(said) => said,
        };
        self.counter = self.counter.max(answer.counter);
        if self.digests == Digests::Asked {
            self.digests = Digests::No;
        }
        let moved = self.note_held(ours, said) || intake.entries() > 0;
        let refused = self.note_refusals(said, intake);
        let narrowed = self.compare_own_logs(ours, said, hash_at);

        if ours.summary() == said.summary {
            self.comparing = None;
            self.troubles.clear();
            self.tried.clear();
            return if self.digests == Digests::Wanted { Next::More } else { Next::InStep };
        }
        if moved {
            self.tried.clear();
        } else {
            self.note_tried(said);
        }
        let closer = match &said.difference {
            Difference::None => false,
            Difference::Outline(outline) => {
                self.comparing = Comparing::new(ours, said.summary, outline, &self.vain);
                self.comparing.is_some()
            }
            Difference::Compared(compared) => {
                for log in &compared.diverged {
                    self.troubles.entry(*log).or_insert(Trouble::Diverged);
                }
                let again = compared.more && (moved || refused) || !self.to_push(ours).is_empty();
                self.compared(ours, said.summary, again, moved)
            }
        };
        if closer || narrowed || !self.to_push(ours).is_empty() {
            return Next::More;
        }
        self.tried.clear();
        Next::Stuck
    }

    /// The server was restored to before it admitted us, or never did. What it wrote itself since says which, if we hold it.
    fn not_enrolled(&mut self, ours: &Heads, before: Option<u64>, held: u64) -> Next {
        self.failed();
        let moved = before.is_none_or(|before| held > before);
        if moved && furthest(ours.iter(), self.parties.server) > held {
            self.unknown_at = Some(held);
            return Next::More;
        }
        Next::NotEnrolled
    }

    /// Moves on to the next buckets unless these are worth another round; false when all were looked at in vain.
    fn compared(&mut self, ours: &Heads, theirs: Summary, again: bool, moved: bool) -> bool {
        let Some(comparing) = &mut self.comparing else { return false };
        if comparing.go_on(ours, again, moved, &mut self.vain) {
            return true;
        }
        let look = comparing.is_worth_another(theirs);
        self.comparing = None;
        look
    }

    /// Learns how far the server holds what we could bring; whether that is further than before.
    fn note_held(&mut self, ours: &Heads, said: &Exchanged) -> bool {
        let Peer { parties, server, planned, .. } = self;
        let mut held: BTreeMap<LogId, u64> = own_heads(ours, *parties).map(|head| (head.log, 0)).collect();
        let acknowledged = said.acknowledged.heads.iter().filter(|head| head.log.device == parties.device);
        held.extend(acknowledged.map(|head| (head.log, head.seq)));
        if let Difference::Compared(compared) = &said.difference {
            held.extend(compared.wants.iter().map(|want| (want.log, want.held)));
        }
        let taken = |log: &LogId| said.taken.iter().find(|taken| taken.log == *log).map(|taken| taken.held);
        let moved = planned.iter().any(|(log, before)| taken(log).is_some_and(|held| held > *before));
        let own = (furthest(&said.acknowledged.heads, parties.server), furthest(ours.iter(), parties.server));
        if server.replace(Server { held, own }).is_some_and(|before| before.own != own) {
            self.forgive();
        }
        moved
    }

    /// What was brought in vain is left until something moves; what found no room beside it is not, unless there was nothing else to bring.
    fn note_tried(&mut self, said: &Exchanged) {
        let mut tried = std::mem::take(&mut self.planned);
        if !said.taken.is_empty() {
            tried.retain(|log, _| said.taken.iter().any(|taken| taken.log == *log));
        }
        self.tried.append(&mut tried);
    }

    /// A certificate or a change of standing may have come: what was refused may be tried again.
    fn forgive(&mut self) {
        self.troubles.retain(|_, trouble| matches!(trouble, Trouble::Own(_)));
        self.vain.forget();
    }

    /// Notes what either side refused; whether that was news.
    fn note_refusals(&mut self, said: &Exchanged, intake: &Intake) -> bool {
        let theirs = said.taken.iter().map(|taken| (taken, Trouble::Refused as fn(Refusal) -> Trouble));
        let ours = intake.taken().map(|taken| (taken, Trouble::NotTaken as fn(Refusal) -> Trouble));
        let before = self.troubles.len();
        for (taken, trouble) in theirs.chain(ours) {
            if let Some(refusal) = taken.refused.filter(|refusal| !refusal.reason.mends_itself()) {
                self.troubles.entry(taken.log).or_insert(trouble(refusal));
            }
        }
        self.troubles.len() > before
    }

    /// Compares our own logs with what the server holds of them; whether the place where one parts is known better now, and one is not yet
    /// found.
    fn compare_own_logs(&mut self, ours: &Heads, said: &Exchanged, hash_at: impl Fn(&LogId, u64) -> Option<Hash>) -> bool {
        let device = self.parties.device;
        let mut narrowed = false;
        for theirs in said.acknowledged.heads.iter().filter(|head| head.log.device == device) {
            let log = theirs.log;
            let before = self.divergence(&log);
            let now = own_log(ours.held(&log), theirs, &said.places, before, |seq| hash_at(&log, seq));
            match now {
                OwnLog::Fine => self.troubles.retain(|at, trouble| *at != log || !matches!(trouble, Trouble::Own(_))),
                OwnLog::Behind { .. } => drop(self.troubles.insert(log, Trouble::Own(now))),
                OwnLog::Diverged(found) => {
                    narrowed |= before != Some(found);
                    self.troubles.insert(log, Trouble::Own(now));
                }
            }
        }
        narrowed && self.trace().is_some()
    }

    /// What is to be asked to find where one of our own logs parts.
    fn trace(&self) -> Option<Trace> {
        self.troubles.keys().filter_map(|log| self.divergence(log)?.trace()).next()
    }

    fn divergence(&self, log: &LogId) -> Option<Divergence> {
        match self.troubles.get(log) {
            Some(Trouble::Own(OwnLog::Diverged(divergence))) => Some(*divergence),
            _ => None,
        }
    }

    /// What the server lacks and would take: our own logs first.
    fn to_push(&self, ours: &Heads) -> Vec<Range> {
        if let Some(held) = self.unknown_at {
            let log = LogId { device: self.parties.server, scope: Scope::Company(self.parties.company) };
            return ours.get(&log).and_then(|head| Range::after(held, head)).into_iter().collect();
        }
        let Some(server) = &self.server else { return Vec::new() };
        let own = own_heads(ours, self.parties).map(|head| (head.log, 0));
        let held: BTreeMap<LogId, u64> = own.chain(server.held.iter().map(|(log, held)| (*log, *held))).collect();
        let mut ranges: Vec<Range> = held
            .into_iter()
            .filter(|(log, held)| !self.troubles.contains_key(log) && self.tried.get(log) != Some(held))
            .filter_map(|(log, held)| Range::after(held, ours.get(&log)?))
            .collect();
        in_order(&mut ranges, self.parties.server);
        ranges.sort_by_key(|range| range.log.device != self.parties.device);
        ranges
    }
}

fn own_heads(ours: &Heads, parties: Parties) -> impl Iterator<Item = &Head> {
    ours.iter().filter(move |head| head.log.device == parties.device).take(MAX_OWN_LOGS)
}

/// How far the furthest log of a device goes.
pub(crate) fn furthest<'h>(heads: impl IntoIterator<Item = &'h Head>, device: DeviceId) -> u64 {
    heads.into_iter().filter(|head| head.log.device == device).map(|head| head.seq).max().unwrap_or(0)
}

fn own(head: &Head) -> OwnHead {
    OwnHead { scope: head.log.scope, seq: head.seq, hash: head.hash }
}
