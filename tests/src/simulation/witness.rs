//! Reads along on every line: what was signed and sent, what was taken and what refused, and who was sent what of whom.

use super::report::Violation;
use anyhow::{Result, anyhow};
use duka_core::DeviceId;
use duka_ledger::{Hash, LogId, Scope, SealedEntry};
use duka_sync::{Answer, Envelope, Request, Said};
use std::collections::{BTreeMap, BTreeSet};

/// What was seen on the lines.
#[derive(Debug, Default)]
pub struct Witness {
    /// Entries that the server said it holds, and heads that honest devices vouched for.
    pub sent: BTreeMap<(LogId, u64), Hash>,
    /// Pieces that were refused for good: whose log and where.
    pub refused: BTreeSet<(LogId, u64)>,
    doubted: BTreeSet<DeviceId>,
    /// Whether any books were replaced by older ones.
    older: bool,
}

impl Witness {
    /// A request that the server answered.
    pub fn see(&mut self, request: &[u8], answer: &[u8]) -> Result<()> {
        let request: Request = open(request)?;
        let answer: Answer = open(answer)?;
        if !self.doubted.contains(&request.device) {
            let heads = request.own.iter().map(|own| own.head(request.device)).filter(|head| head.seq > 0);
            self.sent.extend(heads.map(|head| ((head.log, head.seq), head.hash)));
        }
        let Said::Exchanged(said) = &answer.said else { return Ok(()) };
        let Some(exchange) = request.exchange() else { return Ok(()) };
        for taken in &said.taken {
            let mut held = |log: LogId, upto: u64| {
                for piece in exchange.batches.iter().filter(|piece| piece.log == log) {
                    let sealed = piece.entries.iter().filter_map(|bytes| SealedEntry::open(bytes.to_vec()).ok());
                    let sealed = sealed.filter(|sealed| sealed.entry().log == log && sealed.entry().seq <= upto);
                    self.sent.extend(sealed.map(|sealed| ((log, sealed.entry().seq), sealed.hash())));
                }
            };
            match taken.refused {
                None => held(taken.log, taken.held),
                Some(refusal) if !refusal.reason.mends_itself() => drop(self.refused.insert((taken.log, refusal.seq))),
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// I9: nobody is sent anything of another shop or company.
    pub fn may_hear(answer: &[u8], scopes: &[Scope]) -> Result<Option<Violation>> {
        let answer: Answer = open(answer)?;
        let Said::Exchanged(said) = &answer.said else { return Ok(None) };
        let logs = said.batches.iter().map(|piece| piece.log).chain(said.acknowledged.heads.iter().map(|head| head.log));
        let logs = logs.chain(said.places.iter().map(|head| head.log));
        let wrong = logs.into_iter().find(|log| !scopes.contains(&log.scope));
        Ok(wrong.map(|log| Violation { invariant: "I9", detail: format!("{} was sent something of {log}", answer.device) }))
    }

    /// What a device says of its own logs counts for nothing: it lies, or there are two of it.
    pub fn doubt(&mut self, device: DeviceId) {
        self.doubted.insert(device);
        if self.older {
            self.forget_doubted();
        }
    }

    /// Whether what a device says of its own logs counts for nothing.
    pub fn doubts(&self, device: &DeviceId) -> bool {
        self.doubted.contains(device)
    }

    /// Books are older from now on, the server's or a till's: what was refused since is forgotten with them, and what those brought who will
    /// not say it again.
    pub fn books_are_older(&mut self) {
        self.refused.clear();
        self.older = true;
        self.forget_doubted();
    }

    fn forget_doubted(&mut self) {
        let doubted = &self.doubted;
        self.sent.retain(|(log, _), _| !doubted.contains(&log.device));
    }
}

fn open<M: for<'b> minicbor::Decode<'b, ()>>(bytes: &[u8]) -> Result<M> {
    let envelope = Envelope::read(bytes)?;
    minicbor::decode(&envelope.message).map_err(|fault| anyhow!("a message cannot be read: {fault}"))
}
