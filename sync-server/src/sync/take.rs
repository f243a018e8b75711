//! Taking in a piece: each entry that is the log's next is kept, whatever it says; the rules say whether it counts (I2, I3, I10).

use super::{SyncError, outdated::refold_company, refold, refuse};
use crate::{
    device::{self, Device},
    journal::{self, Log, Reader},
    platform::{
        Platform,
        db::{Lock, Tx},
    },
    product,
};
use duka_ledger::{Batch, Held, LogId, Scope, SealedEntry, rule::judge};
use duka_sync::{Exchange, Intake, Refusal, RefusalReason, check_piece};

/// Takes in the pieces of a request, each by itself: whoever wrote them, if the sender may read them. A log that is refused stops no other.
pub(super) async fn take_all(platform: &Platform, reader: &Reader, sender: &Device, exchange: &Exchange) -> Result<Intake, SyncError> {
    let mut intake = Intake::default();
    for piece in &exchange.batches {
        if intake.is_stopped(&piece.log) {
            continue;
        }
        let says =
            |log: LogId| exchange.buckets.iter().flat_map(|said| &said.heads).find(|head| head.log == log).map_or(0, |head| head.seq);
        let taking = Taking { platform, reader, piece, shown: says(piece.log) };
        let (held, taken) = taking.take().await?;
        match taken {
            Ok(fresh) => intake.took(piece.log, held, fresh),
            Err((refusal, writer)) => {
                refuse::keep(platform, sender, writer.as_ref(), piece, refusal).await?;
                intake.refused(piece.log, held, refusal);
            }
        }
    }
    Ok(intake)
}

/// How many entries were new; or why the piece was refused, and its writer, if that is known.
type Taken = Result<usize, (Refusal, Option<Device>)>;

struct Taking<'t> {
    platform: &'t Platform,
    reader: &'t Reader,
    piece: &'t Batch,
    /// How far the sender says that it has the log.
    shown: u64,
}

impl Taking<'_> {
    /// Up to which place the log is held now, and what became of the piece.
    async fn take(&self) -> Result<(u64, Taken), SyncError> {
        let (company, log) = (self.reader.company, self.piece.log);
        let mut tx = self.platform.db.snapshot().await?;
        let writer = device::find_in_tx(&mut tx, log.device).await?.filter(|writer| writer.company == company);
        let known = journal::held_in_tx(&mut tx, company, log).await?;
        let (number, held) = known.map_or((0, Held::NOTHING), |known| (known.number, known.held()));
        let Some(writer) = writer else { return Ok((held.seq, Err((self.refusal(RefusalReason::UnknownWriter), None)))) };
        if let Some(reason) = self.forbidden(&writer) {
            return Ok((held.seq, Err((self.refusal(reason), Some(writer)))));
        }
        // The costly part, outside of the transaction that keeps others waiting.
        let checked = self.check_in_tx(&mut tx, &writer, number, held).await?;
        drop(tx);
        match checked {
            Ok(fresh) if fresh.is_empty() => Ok((held.seq, Ok(0))),
            Ok(fresh) => self.write(held, fresh).await,
            Err(refusal) => Ok((held.seq, Err((refusal, Some(writer))))),
        }
    }

    /// Why the piece may not come in, whatever it says: both writer and sender must have a part in the log's scope (I9), and a log that forked
    /// stands still until a person has decided (I3).
    fn forbidden(&self, writer: &Device) -> Option<RefusalReason> {
        let written_there = match self.piece.log.scope {
            Scope::Company(company) => company == writer.company,
            Scope::Shop(shop) => Some(shop) == writer.shop(),
        };
        if !written_there || !self.reader.may_read(&self.piece.log) {
            Some(RefusalReason::NotThisScope)
        } else {
            writer.quarantined.then_some(RefusalReason::Fork)
        }
    }

    fn refusal(&self, reason: RefusalReason) -> Refusal {
        let before_last = u64::try_from(self.piece.entries.len()).unwrap_or(u64::MAX).saturating_sub(1);
        Refusal { seq: self.piece.head.head.seq.saturating_sub(before_last), reason }
    }

    /// The entries that are new after what is held.
    async fn check_in_tx(
        &self,
        tx: &mut Tx,
        writer: &Device,
        number: i64,
        held: Held,
    ) -> Result<Result<Vec<SealedEntry>, Refusal>, SyncError> {
        let end = self.piece.head.head.seq;
        let held_end = if end < held.seq { journal::hash_at_in_tx(tx, self.reader.company, number, end).await? } else { None };
        Ok(check_piece(self.piece, held, writer.key(), |_| held_end).map(|verified| verified.fresh))
    }

    /// Writes what is new after `held`, and the signature that covers it, in one transaction.
    async fn write(&self, held: Held, mut fresh: Vec<SealedEntry>) -> Result<(u64, Taken), SyncError> {
        let (platform, company) = (self.platform, self.reader.company);
        let (mut tx, mut log) = self.lock().await?;
        // What holds now: the writer may have been revoked or set apart, or another sender have brought the same or another branch meanwhile.
        let writer = device::find_in_tx(&mut tx, log.id.device).await?.ok_or(SyncError::Unknown(log.id.device))?;
        if let Some(reason) = self.forbidden(&writer) {
            return Ok((log.seq, Err((self.refusal(reason), Some(writer)))));
        }
        if log.held() != held {
            match self.check_in_tx(&mut tx, &writer, log.number, log.held()).await? {
                Ok(left) if left.is_empty() => return Ok((log.seq, Ok(0))),
                Ok(left) => fresh = left,
                Err(refusal) => return Ok((log.seq, Err((refusal, Some(writer))))),
            }
        }
        let count = fresh.len();
        let judged = fresh.into_iter().map(|sealed| {
            let judged = judge(&writer.writer, &mut log.state, &sealed, &journal::check_record);
            (sealed, judged)
        });
        let judged = judged.collect();
        let written = journal::write_in_tx(&mut tx, company, &mut log, judged).await?;
        product::merge_in_tx(&mut tx, company, written.records).await?;
        journal::sign_in_tx(&mut tx, company, &log, log.seq, &self.piece.head.signature).await?;
        if writer.is_server() {
            journal::note_shown_in_tx(&mut tx, company, self.shown.max(log.seq), platform.clock.now().at).await?;
        }
        tx.commit().await?;
        if written.standings {
            // What comes later in the same message is judged by it.
            refold_company(platform, company).await?;
        }
        Ok((log.seq, Ok(count)))
    }

    /// The log for this transaction alone, as this version folds it.
    async fn lock(&self) -> Result<(Tx, Log), SyncError> {
        let (platform, company, id) = (self.platform, self.reader.company, self.piece.log);
        loop {
            let mut tx = platform.db.begin().await?;
            let lock = match id.scope {
                // Records are merged one after the other: two merges of one document at once would lose one of them.
                Scope::Company(_) => Lock::Exclusive,
                Scope::Shop(_) => Lock::Shared,
            };
            tx.lock(company.uuid(), lock).await?;
            let log = journal::lock_in_tx(&mut tx, company, id).await?;
            if log.is_current() {
                return Ok((tx, log));
            }
            // Where the log stands is not known before it is folded again.
            tx.roll_back().await?;
            refold::refold_log(platform, company, id).await?;
        }
    }
}
