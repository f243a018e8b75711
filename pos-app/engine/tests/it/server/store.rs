//! What the company's server holds, in memory.

use super::Server;
use duka_core::DeviceId;
use duka_ledger::{Batch, Body, Fact, Hash, Head, Held, LogId, PublicKey, SealedEntry, SignedHead};
use duka_sync::{Cut, Heads, Intake, MAX_ENTRIES, Packing, Range, Refusal, RefusalReason, TableDigest, Weight, check_piece};
use std::collections::BTreeMap;

#[derive(Clone, Default)]
pub(super) struct Store {
    pub(super) logs: BTreeMap<LogId, Vec<SealedEntry>>,
    pub(super) signatures: BTreeMap<(LogId, u64), [u8; 64]>,
    pub(super) keys: BTreeMap<DeviceId, PublicKey>,
    pub(super) counters: BTreeMap<DeviceId, u64>,
    pub(super) digests: Vec<TableDigest>,
}

impl Store {
    pub(super) fn heads(&self) -> Heads {
        let head = |(log, entries): (&LogId, &Vec<SealedEntry>)| {
            entries.last().map(|last| Head { log: *log, seq: last.entry().seq, hash: last.hash() })
        };
        self.logs.iter().filter_map(head).collect()
    }

    pub(super) fn hash_at(&self, log: &LogId, seq: u64) -> Option<Hash> {
        self.logs.get(log)?.get(usize::try_from(seq.checked_sub(1)?).ok()?).map(SealedEntry::hash)
    }

    pub(super) fn take(&mut self, pieces: &[Batch]) -> Intake {
        let mut intake = Intake::default();
        for piece in pieces {
            if intake.is_stopped(&piece.log) {
                continue;
            }
            let seq = self.logs.get(&piece.log).map_or(0, |entries| entries.len() as u64);
            let Some(key) = self.keys.get(&piece.log.device).copied() else {
                intake.refused(piece.log, seq, Refusal { seq: seq + 1, reason: RefusalReason::UnknownWriter });
                continue;
            };
            let held = Held { seq, hash: self.hash_at(&piece.log, seq).unwrap_or(Hash::NONE) };
            match check_piece(piece, held, &key, |seq| self.hash_at(&piece.log, seq)) {
                Ok(verified) => {
                    let fresh = verified.fresh.len();
                    for entry in &verified.fresh {
                        // A certificate that comes back after a restore counts as before.
                        if let Ok(Body::Known(Fact::DeviceCertified(certified))) = entry.body() {
                            self.keys.insert(certified.device, certified.key);
                        }
                    }
                    self.logs.entry(piece.log).or_default().extend(verified.fresh);
                    self.signatures.insert((piece.log, piece.head.head.seq), piece.head.signature);
                    intake.took(piece.log, seq + fresh as u64, fresh);
                }
                Err(refusal) => intake.refused(piece.log, seq, refusal),
            }
        }
        intake
    }

    pub(super) fn pack(&self, server: &Server, ranges: &[Range], room: usize) -> (Vec<Batch>, bool) {
        let (mut packing, mut batches) = (Packing::new(room), Vec::new());
        for range in ranges {
            let own = range.log.device == server.device;
            let mut rest = &self.logs[&range.log][range.from as usize - 1..range.to as usize];
            while !rest.is_empty() {
                let signed = |entry: &SealedEntry| own || self.signatures.contains_key(&(range.log, entry.entry().seq));
                let weigh = |entry: &SealedEntry| Weight { bytes: entry.bytes().len(), signed: signed(entry) };
                let Cut::Entries(count) = packing.cut(&rest.iter().take(MAX_ENTRIES).map(weigh).collect::<Vec<_>>()) else {
                    return (batches, false);
                };
                let (piece, later) = rest.split_at(count);
                let last = piece.last().unwrap();
                let head = Head { log: range.log, seq: last.entry().seq, hash: last.hash() };
                let signature = self.signatures.get(&(range.log, head.seq)).copied();
                let head = if own { server.key.sign_head(head) } else { SignedHead { head, signature: signature.unwrap() } };
                batches.push(Batch { log: range.log, entries: piece.iter().map(|entry| entry.bytes().to_vec().into()).collect(), head });
                rest = later;
            }
        }
        (batches, true)
    }
}
