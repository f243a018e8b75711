//! Taking in pieces: each entry that is the log's next is kept, whatever it says; the rules say whether it counts (I2, I3, I10).

use super::{
    SyncError,
    refolding::{settle, settle_log},
    refuse,
};
use crate::{
    device::{self, Device},
    journal::{self, Log, Reader},
    platform::{
        Platform,
        db::{Lock, Tx},
    },
    product,
};
use duka_ledger::{
    Batch, Body, Held, LogId, Scope, SealedEntry, Unreadable,
    rule::{Asks, judge_body},
};
use duka_sync::{Intake, Refusal, RefusalReason, check_piece};
use std::collections::BTreeMap;

/// Entries of one transaction at about most, so that others go between; a piece is never split.
const RUN: usize = 1_000;

/// What a request brought.
#[derive(Clone, Copy)]
pub(super) struct Brought<'b> {
    pub(super) pieces: &'b [Batch],
    /// Up to which place the sender says that it has this server's own log.
    pub(super) heard: u64,
}

/// Takes in the pieces of a request, whoever wrote them, if the sender may read them. A log that is refused stops no other. Of a `sender` that
/// is not known no piece is kept that is refused, but one that proves a fork.
pub(super) async fn take_all(
    platform: &Platform,
    reader: &Reader,
    sender: Option<&Device>,
    brought: Brought<'_>,
) -> Result<Intake, SyncError> {
    let mut intake = Intake::default();
    let mut forked = BTreeMap::<LogId, Device>::new();
    for pieces in runs(brought.pieces) {
        let Some(log) = pieces.first().map(|piece| piece.log) else { continue };
        if let Some(writer) = forked.get(&log) {
            refuse::keep_branch(platform, sender, writer, pieces).await?;
        }
        if intake.is_stopped(&log) {
            continue;
        }
        let Taken { held, fresh, refused } = Taking { platform, reader, log, pieces, heard: brought.heard }.take().await?;
        intake.took(log, held, fresh);
        if let Some((refusal, writer)) = refused {
            let (piece, rest) = pieces.get(refusal.piece..).and_then(<[Batch]>::split_first).unzip();
            if let Some(piece) = piece {
                refuse::keep(platform, sender, writer.as_ref(), piece, refusal.refusal).await?;
            }
            if let (Some(writer), RefusalReason::Fork) = (writer, refusal.refusal.reason) {
                refuse::keep_branch(platform, sender, &writer, rest.unwrap_or_default()).await?;
                forked.insert(log, writer);
            }
            intake.refused(log, held, refusal.refusal);
        }
    }
    Ok(intake)
}

/// Consecutive pieces of one log, as many as one transaction takes.
fn runs(pieces: &[Batch]) -> Vec<&[Batch]> {
    let mut runs = Vec::new();
    for of_log in pieces.chunk_by(|one, next| one.log == next.log) {
        let mut rest = of_log;
        while !rest.is_empty() {
            let mut entries = 0_usize;
            let fits = |piece: &&Batch| {
                entries = entries.saturating_add(piece.entries.len());
                entries <= RUN
            };
            let (run, left) = rest.split_at(rest.iter().take_while(fits).count().max(1));
            runs.push(run);
            rest = left;
        }
    }
    runs
}

/// What became of a run of pieces.
struct Taken {
    /// Up to which place the log is held now.
    held: u64,
    /// How many entries were new.
    fresh: usize,
    /// The first piece that was refused, and its writer, if that is known.
    refused: Option<(Refused, Option<Device>)>,
}

/// Which piece of a run was refused, and why.
#[derive(Clone, Copy)]
struct Refused {
    piece: usize,
    refusal: Refusal,
}

/// What of a run may be written.
#[derive(Default)]
struct Checked {
    fresh: Vec<(SealedEntry, Result<Body, Unreadable>)>,
    /// The signature at the end of each piece that brought something.
    signatures: Vec<(u64, [u8; 64])>,
    refused: Option<Refused>,
}

struct Taking<'t> {
    platform: &'t Platform,
    reader: &'t Reader,
    log: LogId,
    /// Consecutive, of the log.
    pieces: &'t [Batch],
    /// How far the sender says that it has this server's own log.
    heard: u64,
}

impl Taking<'_> {
    async fn take(&self) -> Result<Taken, SyncError> {
        let (company, log) = (self.reader.company, self.log);
        let mut tx = self.platform.db.snapshot().await?;
        let writer = device::find_in_tx(&mut tx, log.device).await?.filter(|writer| writer.company == company);
        let known = journal::held_in_tx(&mut tx, company, log).await?;
        let (number, held) = known.map_or((0, Held::NOTHING), |known| (known.number, known.held()));
        let Some(writer) = writer else { return Ok(self.refused(held, RefusalReason::UnknownWriter, None)) };
        if let Some(reason) = self.forbidden(&writer) {
            return Ok(self.refused(held, reason, Some(writer)));
        }
        // The costly part, outside of the transaction that keeps others waiting.
        let checked = self.check_in_tx(&mut tx, &writer, number, held).await?;
        drop(tx);
        if checked.fresh.is_empty() {
            return Ok(Taken { held: held.seq, fresh: 0, refused: checked.refused.map(|refused| (refused, Some(writer))) });
        }
        self.write(held, checked).await
    }

    /// The whole run is refused.
    fn refused(&self, held: Held, reason: RefusalReason, writer: Option<Device>) -> Taken {
        let first = self.pieces.first().map_or(0, |piece| {
            let before_last = u64::try_from(piece.entries.len()).unwrap_or(u64::MAX).saturating_sub(1);
            piece.head.head.seq.saturating_sub(before_last)
        });
        let refused = Refused { piece: 0, refusal: Refusal { seq: first, reason } };
        Taken { held: held.seq, fresh: 0, refused: Some((refused, writer)) }
    }

    /// Why no piece of the log may come in, whatever it says: both writer and sender must have a part in the log's scope (I9), and a log that forked
    /// stands still until a person has decided (I3).
    fn forbidden(&self, writer: &Device) -> Option<RefusalReason> {
        let written_there = match self.log.scope {
            Scope::Company(company) => company == writer.company,
            Scope::Shop(shop) => Some(shop) == writer.shop(),
        };
        if !written_there || !self.reader.may_read(&self.log) {
            Some(RefusalReason::NotThisScope)
        } else {
            writer.quarantined.then_some(RefusalReason::Fork)
        }
    }

    /// What is new after `held`, up to the first piece that is refused.
    async fn check_in_tx(&self, tx: &mut Tx, writer: &Device, number: i64, held: Held) -> Result<Checked, SyncError> {
        let (mut checked, mut stands) = (Checked::default(), held);
        for (index, piece) in self.pieces.iter().enumerate() {
            let end = piece.head.head.seq;
            let met = if end < held.seq {
                journal::hash_at_in_tx(tx, self.reader.company, number, end).await?
            } else {
                // A piece may come once more within a run.
                checked.fresh.iter().find(|(sealed, _)| sealed.entry().seq == end).map(|(sealed, _)| sealed.hash())
            };
            let met = met.or((end == held.seq).then_some(held.hash));
            match check_piece(piece, stands, writer.key(), |_| met) {
                Ok(verified) => {
                    if let Some(last) = verified.fresh.last() {
                        stands = Held { seq: last.entry().seq, hash: last.hash() };
                        checked.signatures.push((stands.seq, piece.head.signature));
                    }
                    checked.fresh.extend(verified.fresh.into_iter().map(|sealed| {
                        let body = sealed.body();
                        (sealed, body)
                    }));
                }
                Err(refusal) => {
                    checked.refused = Some(Refused { piece: index, refusal });
                    break;
                }
            }
        }
        Ok(checked)
    }

    /// Writes what is new after `held`, and the signatures that cover it, in one transaction.
    async fn write(&self, held: Held, mut checked: Checked) -> Result<Taken, SyncError> {
        let (platform, company) = (self.platform, self.reader.company);
        let (mut tx, mut log) = self.lock().await?;
        // What holds now: the writer may have been revoked or set apart, or another sender have brought the same or another branch meanwhile.
        let writer = device::find_in_tx(&mut tx, log.id.device).await?.ok_or(SyncError::Unknown(log.id.device))?;
        if let Some(reason) = self.forbidden(&writer) {
            return Ok(self.refused(log.held(), reason, Some(writer)));
        }
        if log.held() != held {
            checked = self.check_in_tx(&mut tx, &writer, log.number, log.held()).await?;
        }
        let Checked { fresh, signatures, refused } = checked;
        let refused = refused.map(|refused| (refused, Some(writer.clone())));
        let count = fresh.len();
        if count == 0 {
            return Ok(Taken { held: log.seq, fresh: 0, refused });
        }
        let facts = fresh.iter().filter_map(|(_, body)| if let Ok(Body::Known(fact)) = body { Some(fact) } else { None });
        let mut said = journal::said_in_tx(&mut tx, company, log.id.device, facts).await?;
        let mut entries = Vec::with_capacity(count);
        for (sealed, body) in fresh {
            let asks = Asks { record: &journal::check_record, seen: &|once| said.has(once) };
            let judged = judge_body(&writer.writer, &mut log.state, sealed.entry(), body, &asks);
            said.note(&judged);
            let change = judged.change(None, &sealed);
            entries.push((sealed, change));
        }
        let written = journal::write_in_tx(&mut tx, company, &mut log, entries).await?;
        product::merge_in_tx(&mut tx, company, written.records).await?;
        for (seq, signature) in &signatures {
            journal::sign_in_tx(&mut tx, company, &log, *seq, signature).await?;
        }
        if writer.is_server() {
            journal::note_shown_in_tx(&mut tx, company, self.heard.max(log.seq), platform.clock.now().at).await?;
        }
        tx.commit().await?;
        if written.marked {
            // What comes later in the same message is judged by it.
            settle(platform, company).await?;
        }
        Ok(Taken { held: log.seq, fresh: count, refused })
    }

    /// The log for this transaction alone, as this version folds it.
    async fn lock(&self) -> Result<(Tx, Log), SyncError> {
        let (platform, company, id) = (self.platform, self.reader.company, self.log);
        loop {
            let lock = match id.scope {
                // Records are merged one after the other: two merges of one document at once would lose one of them.
                Scope::Company(_) => Lock::Exclusive,
                Scope::Shop(_) => Lock::Shared,
            };
            let mut tx = platform.db.begin_locked(company.uuid(), lock).await?;
            let log = journal::lock_in_tx(&mut tx, company, id).await?;
            if log.is_current() {
                return Ok((tx, log));
            }
            // Where the log stands is not known before it is folded again.
            tx.roll_back().await?;
            settle_log(platform, company, id).await?;
        }
    }
}
