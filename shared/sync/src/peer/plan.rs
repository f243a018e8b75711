//! What the till says next.

use super::{Digests, Peer, Trouble, furthest, own, own_heads};
use crate::{
    heads::{Heads, Range},
    limit::MAX_HEADS,
    message::{Ask, Exchange, Nonce, Request},
};
use duka_core::Timestamp;
use duka_ledger::Batch;

/// A request but for what only the driver has: entries, time and randomness.
#[derive(Clone, Debug)]
pub struct Plan {
    push: Vec<Range>,
    request: Request,
}

impl Plan {
    /// What to bring, in the order in which it is to be packed, as far as there is room.
    pub fn push(&self) -> &[Range] {
        &self.push
    }

    /// The request with the pieces that were packed.
    pub fn request(self, nonce: Nonce, sent_at: Timestamp, batches: Vec<Batch>) -> Request {
        let ask = match self.request.ask {
            Ask::Look => Ask::Look,
            Ask::Exchange(exchange) => Ask::Exchange(Box::new(Exchange { batches, ..*exchange })),
        };
        Request { nonce, sent_at, ask, ..self.request }
    }
}

impl Peer {
    /// What to say now, when `ours` is held and a message should carry about `room` bytes of entries either way.
    pub fn plan(&mut self, ours: &Heads, room: usize) -> Plan {
        let push = self.to_push(ours);
        self.planned = push.iter().map(|range| (range.log, range.from.saturating_sub(1))).collect();
        let ask = match self.exchange(ours, room, !push.is_empty()) {
            Some(exchange) => Ask::Exchange(Box::new(exchange)),
            None => Ask::Look,
        };
        let request = Request {
            server: self.parties.server,
            company: self.parties.company,
            device: self.parties.device,
            nonce: Nonce::from_random([0; 16]),
            sent_at: Timestamp::EPOCH,
            summary: ours.summary(),
            own: own_heads(ours, self.parties).map(own).collect(),
            heard: furthest(ours.iter(), self.parties.server),
            ask,
        };
        Plan { push, request }
    }

    /// More than a look, if there is anything to bring, to fetch or to compare. Before the server has spoken there is not.
    fn exchange(&mut self, ours: &Heads, room: usize, brings: bool) -> Option<Exchange> {
        let trace = self.trace();
        let moves = brings || trace.is_some() || self.comparing.is_some();
        let digests = !moves && self.digests == Digests::Wanted;
        let knows = self.server.is_some() || self.unknown_at.is_some();
        if !knows || !(moves || digests) {
            return None;
        }
        if digests {
            self.digests = Digests::Asked;
        }
        self.counter = self.counter.saturating_add(1);
        let without = self.troubles.iter().filter(|(_, trouble)| matches!(trouble, Trouble::NotTaken(_)));
        Some(Exchange {
            counter: self.counter,
            room: u32::try_from(room).unwrap_or(u32::MAX),
            without: without.map(|(log, _)| *log).take(MAX_HEADS).collect(),
            buckets: self.comparing.as_mut().map(|comparing| comparing.state(ours, room)),
            batches: Vec::new(),
            trace,
            digests,
        })
    }
}
