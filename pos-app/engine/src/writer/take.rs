//! Taking in what the server sent: in short steps, so that the cashier never waits for them.

use super::{
    Writer, check,
    refold::{self, certificate, fold_in_tx},
};
use crate::{
    books::Draft,
    device,
    enrolment::Member,
    journal::{self, JournalError, LogRow, Place},
    platform::{self, StoreError},
    sync::SyncError,
};
use duka_core::DeviceId;
use duka_ledger::{
    Batch, BatchFault, Fact, Hash, Head, Held, Scope, SealedEntry, TechnicalKind,
    rule::{Judged, Verdict, judge},
    verify_batch,
};
use duka_sync::{Answer, Envelope, MAX_BATCHES, MAX_ENTRIES, Purpose, RefusalReason, TableDigest};
use rusqlite::Connection;
use std::{collections::VecDeque, sync::Arc};

/// Entries taken in one step, which is one transaction: some milliseconds of work.
const STEP: usize = 100;

/// What an answer brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// What the server holds.
    pub have: Vec<Head>,
    /// Whether it has more for us now.
    pub more: bool,
    /// What a person must look at, if anything.
    pub trouble: Option<String>,
    /// Entries that were new here.
    pub received: u64,
    /// Whether both held the same when the answer was taken.
    pub in_step: bool,
}

/// An answer that is being taken in, step by step. What was taken stays taken when the rest never is.
pub struct Taking {
    me: Arc<Member>,
    answer: Answer,
    batches: VecDeque<Batch>,
    /// What is left of the batch under way.
    fresh: VecDeque<SealedEntry>,
    under_way: Option<Batch>,
    troubles: Vec<String>,
    received: u64,
}

impl Taking {
    pub(crate) fn open(me: Arc<Member>, answer: &[u8]) -> Result<Self, SyncError> {
        let envelope = Envelope::read(answer)?;
        if envelope.device != me.server_device {
            return Err(SyncError::OtherServer);
        }
        let mut answer: Answer = envelope.open(&me.server_key, Purpose::Answer)?;
        let mut batches = std::mem::take(&mut answer.batches);
        // The server's own log first: it certifies the devices whose batches come with it.
        batches.truncate(MAX_BATCHES);
        batches.sort_by_key(|batch| batch.log.device != me.server_device);
        let (fresh, under_way) = (VecDeque::new(), None);
        Ok(Self { me, answer, batches: batches.into(), fresh, under_way, troubles: Vec::new(), received: 0 })
    }

    /// Whether every batch was taken.
    pub fn is_done(&self) -> bool {
        self.batches.is_empty() && self.fresh.is_empty()
    }
}

impl Writer {
    /// Takes one step of an answer in; taking the same again changes nothing (I2).
    pub(crate) fn take_step(&mut self, taking: &mut Taking) -> Result<(), SyncError> {
        if taking.fresh.is_empty() {
            taking.under_way = None;
            if let Some(batch) = taking.batches.pop_front() {
                self.begin_batch(taking, batch)?;
            }
            return Ok(());
        }
        let Some(batch) = &taking.under_way else { return Ok(()) };
        let piece: Vec<SealedEntry> = taking.fresh.drain(..STEP.min(taking.fresh.len())).collect();
        let tx = platform::begin(self.db.writing())?;
        take_in_tx(&tx, &taking.me, batch, &piece)?;
        platform::commit(tx)?;
        taking.received += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Verifies a batch whole before anything of it is believed.
    fn begin_batch(&mut self, taking: &mut Taking, batch: Batch) -> Result<(), SyncError> {
        let me = Arc::clone(&taking.me);
        if batch.log.device == me.device() {
            // `acknowledge` tells the person.
            return Ok(());
        }
        let readable = batch.log.scope == Scope::Company(me.company()) || batch.log.scope == Scope::Shop(me.shop());
        if !readable || batch.entries.len() > MAX_ENTRIES {
            taking.troubles.push(format!("The server sent a log that is not this shop's ({}). It was not taken.", batch.log));
            return Ok(());
        }
        let db = self.reading();
        // Its certificate has not come yet: it will be sent again.
        let Some(certificate) = certificate(db, &me, batch.log.device)? else { return Ok(()) };
        let row = journal::log(db, batch.log)?;
        if row.as_ref().is_some_and(|row| row.forked) {
            return Ok(());
        }
        let held = row.as_ref().map_or(Held::NOTHING, |row| Held { seq: row.seq, hash: row.hash });
        let mut failed = None;
        let verified = verify_batch(&batch, held, &certificate.key, |seq| {
            hash_at(db, row.as_ref(), seq).unwrap_or_else(|fault| {
                failed = Some(fault);
                None
            })
        });
        if let Some(fault) = failed {
            return Err(fault.into());
        }
        match verified {
            Ok(verified) => {
                taking.fresh = verified.fresh.into();
                taking.under_way = Some(batch);
            }
            Err(BatchFault::Gap { .. }) => {}
            Err(BatchFault::Fork { .. }) => self.keep_fork(row.as_ref(), &batch)?,
            Err(fault) => taking.troubles.push(format!("Entries of another device were not taken: {fault}. A manager must look.")),
        }
        Ok(())
    }

    /// Ends an answer: what the server holds of our own logs, and whether both are in step.
    pub(crate) fn take_end(&mut self, mut taking: Taking) -> Result<Taken, SyncError> {
        let me = Arc::clone(&taking.me);
        self.acknowledge(&me, &taking.answer.have, &mut taking.troubles)?;
        let Taking { answer, mut troubles, received, .. } = taking;
        let refused = answer.refused.iter().filter(|refusal| refusal.reason != RefusalReason::Gap);
        troubles.extend(refused.map(|refusal| {
            format!(
                "The server did not take entry {} of {} ({}). A manager must look; the till keeps selling.",
                refusal.seq, refusal.log, refusal.detail
            )
        }));
        let logs = journal::logs(self.reading())?;
        troubles.extend(logs.iter().filter(|log| log.forked).map(|log| {
            format!(
                "Two copies of device {} have written different entries. Both are kept; a manager must decide which counts.",
                log.log.device
            )
        }));
        let ours: Vec<Head> = logs.iter().filter(|log| log.seq > 0).map(LogRow::head).collect();
        let in_step = !answer.more && same(&ours, &answer.have);
        if in_step {
            if !answer.digests.is_empty() {
                troubles.extend(first_difference(&super::rebuild::digests(self.reading())?, &answer.digests));
            }
            self.shared.set_in_step_at(self.shared.settings.clock.now().at);
        }
        // Without progress asking on at once would go round in circles; the next exchange will see.
        let more = answer.more && received > 0;
        Ok(Taken { have: answer.have, more, trouble: troubles.into_iter().next(), received, in_step })
    }

    /// Keeps the other branch and says so in the journal; nothing of this log is taken any more until a person has decided (I3).
    fn keep_fork(&mut self, row: Option<&LogRow>, batch: &Batch) -> Result<(), SyncError> {
        let Some(row) = row else { return Ok(()) };
        let branch: Vec<SealedEntry> = batch.entries.iter().filter_map(|bytes| SealedEntry::open(bytes.to_vec()).ok()).collect();
        let event = Draft::event(TechnicalKind::Quarantined, format!("{} is forked: both branches are kept", batch.log));
        self.commit::<(), JournalError>(
            |_| Ok(crate::books::Decision::new((), [event])),
            |tx, ()| journal::note_fork_in_tx(tx, row.n, &branch),
        )?;
        Ok(())
    }

    /// What the server holds of our own logs. If that is more than we hold, or something else, this database is an old copy (I12).
    fn acknowledge(&mut self, me: &Member, have: &[Head], troubles: &mut Vec<String>) -> Result<(), SyncError> {
        let own = journal::written_here(self.reading(), me.device())?;
        for theirs in have.iter().filter(|head| head.log.device == me.device()) {
            if !is_ours(self.reading(), own.iter().find(|log| log.log == theirs.log), theirs)? {
                troubles.push(
                    "The server holds entries of this till that are not in its database: the database was restored from an old copy, or a copy \
                     of it is in use elsewhere. Make this till a new device and enrol it again; nothing that it holds is lost."
                        .to_owned(),
                );
            }
        }
        let held = |log: &LogRow| have.iter().find(|head| head.log == log.log).map_or(0, |head| head.seq).min(log.seq);
        let changed: Vec<(&LogRow, u64)> = own.iter().map(|log| (log, held(log))).filter(|(log, seq)| *seq != log.acknowledged).collect();
        if changed.is_empty() {
            return Ok(());
        }
        self.keep::<_, StoreError>(|tx| changed.iter().try_for_each(|(log, seq)| journal::acknowledge_in_tx(tx, log, *seq)))?;
        Ok(())
    }
}

/// Whether a head that the server holds of an own log is one of ours.
fn is_ours(db: &Connection, ours: Option<&LogRow>, theirs: &Head) -> Result<bool, StoreError> {
    Ok(match ours {
        Some(log) if log.seq == theirs.seq => log.hash == theirs.hash,
        Some(log) if log.seq > theirs.seq && theirs.seq > 0 => hash_at(db, Some(log), theirs.seq)? == Some(theirs.hash),
        Some(log) => log.seq >= theirs.seq,
        None => theirs.seq == 0,
    })
}

fn hash_at(db: &Connection, row: Option<&LogRow>, seq: u64) -> Result<Option<Hash>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    Ok(journal::entry_at(db, row.n, seq)?.map(|entry| entry.hash()))
}

/// Stores, judges and folds entries that follow a log's head.
fn take_in_tx(tx: &Connection, me: &Member, batch: &Batch, piece: &[SealedEntry]) -> Result<(), SyncError> {
    let mut log = match journal::log(tx, batch.log)? {
        Some(log) => log,
        None => journal::add_log_in_tx(tx, batch.log)?,
    };
    let certificate = certificate(tx, me, batch.log.device)?.ok_or_else(|| StoreError::Fault("a certificate is gone".into()))?;
    let mut writer = device::writer(tx, certificate)?;
    let mut changed: Vec<DeviceId> = Vec::new();
    for sealed in piece {
        let judged = judge(&writer, &mut log.state, sealed, &check::record);
        let standing = standing_of(&judged, sealed);
        let verdict = fold_in_tx(tx, judged)?;
        if let Verdict::Flagged(reason) = &verdict {
            tracing::warn!(log = %log.log, seq = sealed.entry().seq, %reason, "a fact was kept and flagged");
        }
        journal::insert_entry_in_tx(tx, Place::of(log.n, sealed.entry().seq)?, sealed, &verdict)?;
        log.follow(sealed);
        if let (Some(device), Verdict::Projected) = (standing, &verdict) {
            if device == writer.certificate.device {
                writer = device::writer(tx, writer.certificate.clone())?;
            }
            changed.push(device);
        }
    }
    journal::advance_in_tx(tx, &log)?;
    if log.seq == batch.head.head.seq {
        journal::sign_in_tx(tx, log.n, batch.head.head.seq, &batch.head.signature)?;
    }
    for device in changed {
        refold::device_in_tx(tx, me, device)?;
    }
    Ok(())
}

/// The device of which an entry says what holds from now on.
fn standing_of(judged: &Judged, sealed: &SealedEntry) -> Option<DeviceId> {
    if judged.verdict != Verdict::Projected {
        return None;
    }
    match sealed.body() {
        Ok(duka_ledger::Body::Known(Fact::DeviceStandingChanged(changed))) => Some(changed.device),
        _ => None,
    }
}

fn same(ours: &[Head], theirs: &[Head]) -> bool {
    let sorted = |heads: &[Head]| {
        let mut heads: Vec<_> = heads.iter().filter(|head| head.seq > 0).map(|head| (head.log, head.seq, head.hash)).collect();
        heads.sort();
        heads
    };
    sorted(ours) == sorted(theirs)
}

/// Both hold the same facts, so the tables must be the same (I4).
fn first_difference(ours: &[TableDigest], theirs: &[TableDigest]) -> Option<String> {
    let other = |table: &str| theirs.iter().find(|digest| digest.table == table).map(|digest| digest.digest.as_str());
    ours.iter().find(|digest| other(&digest.table).is_some_and(|theirs| theirs != digest.digest)).map(|digest| {
        format!("Till and server hold the same journal but differ in the table {}. Rebuild the tables, then tell support.", digest.table)
    })
}
