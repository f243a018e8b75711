//! What this till does with an answer.

use super::SyncError;
use crate::{
    enrolment::Me,
    journal::{self, Audience, By, LogRow, Place},
    platform::{self, StoreError},
    till::Till,
};
use duka_ledger::{Batch, BatchFault, Fact, Head, Held, Scope, SealedEntry, TechnicalEvent, TechnicalKind, verify_batch};
use duka_sync::{Answer, Envelope, MAX_BATCHES, MAX_ENTRIES, Purpose, RefusalReason, TableDigest};
use std::sync::Arc;

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

impl Till {
    /// Takes an answer in: verified batch by batch, each whole or not at all (I2), forks kept apart (I3). Taking it twice changes nothing.
    pub fn sync_take(&mut self, answer: &[u8]) -> Result<Taken, SyncError> {
        let me = self.me()?.clone();
        let envelope = Envelope::read(answer)?;
        if envelope.device != me.server_device {
            return Err(SyncError::OtherServer);
        }
        let mut answer: Answer = envelope.open(&me.server_key, Purpose::Answer)?;
        let mut troubles: Vec<String> = Vec::new();
        // The server's own log first: it certifies the devices whose batches come with it.
        answer.batches.truncate(MAX_BATCHES);
        answer.batches.sort_by_key(|batch| batch.log.device != me.server_device);
        let mut received = 0_u64;
        for batch in &answer.batches {
            received += self.take_batch(&me, batch, &mut troubles)?;
        }
        self.acknowledge(&me, &answer.have, &mut troubles)?;
        let refused = answer.refused.iter().filter(|refusal| refusal.reason != RefusalReason::Gap);
        troubles.extend(refused.map(|refusal| {
            format!(
                "The server refused entry {} of this till ({}). A manager must look; the till keeps selling.",
                refusal.seq, refusal.detail
            )
        }));
        for log in journal::logs(&self.db.connection)?.iter().filter(|log| log.forked) {
            troubles.push(format!(
                "Two copies of device {} have written different entries. Both are kept; a manager must decide which counts.",
                log.log.device
            ));
        }
        let ours = self.heads()?;
        let in_step = !answer.more && same(&ours, &answer.have);
        if in_step && !answer.digests.is_empty() {
            troubles.extend(first_difference(&self.digests()?, &answer.digests));
        }
        if in_step {
            self.in_step_at = Some(self.settings.clock.now().at);
        }
        // Without progress asking on at once would go round in circles; the next exchange will see.
        let more = answer.more && received > 0;
        Ok(Taken { have: answer.have, more, trouble: troubles.into_iter().next(), received, in_step })
    }

    fn take_batch(&mut self, me: &Arc<Me>, batch: &Batch, troubles: &mut Vec<String>) -> Result<u64, SyncError> {
        let ours = batch.log.scope == Scope::Company(me.company) || batch.log.scope == Scope::Shop(me.shop);
        if batch.log.device == me.device {
            // `acknowledge` tells the person.
            return Ok(0);
        }
        if !ours || batch.entries.len() > MAX_ENTRIES {
            troubles.push(format!("The server sent a log that is not this shop's ({}). It was not taken.", batch.log));
            return Ok(0);
        }
        // Its certificate has not come yet: it will be sent again.
        let Some(key) = self.device_key(batch.log.device)? else { return Ok(0) };
        let row = journal::log(&self.db.connection, batch.log)?;
        if row.as_ref().is_some_and(|row| row.forked) {
            return Ok(0);
        }
        let held = row.as_ref().map_or(Held::NOTHING, |row| Held { seq: row.seq, hash: row.hash });
        let mut failed = None;
        let verified = verify_batch(batch, held, &key, |seq| match self.hash_at(row.as_ref(), seq) {
            Ok(hash) => hash,
            Err(fault) => {
                failed = Some(fault);
                None
            }
        });
        if let Some(fault) = failed {
            return Err(fault.into());
        }
        match verified {
            Ok(verified) if verified.fresh.is_empty() => Ok(0),
            Ok(verified) => {
                let tx = platform::begin(&mut self.db.connection)?;
                let row = match row {
                    Some(row) => row,
                    None => journal::add_log_in_tx(&tx, batch.log, 0)?,
                };
                journal::take_in_tx(&tx, me.device, me.server_device, row, &verified.fresh, &batch.head)?;
                platform::commit(tx)?;
                Ok(u64::try_from(verified.fresh.len()).unwrap_or(u64::MAX))
            }
            Err(BatchFault::Gap { .. }) => Ok(0),
            Err(BatchFault::Fork { .. }) => {
                self.keep_fork(row.as_ref(), batch)?;
                Ok(0)
            }
            Err(fault) => {
                troubles.push(format!("Entries of another device were not taken: {fault}. A manager must look."));
                Ok(0)
            }
        }
    }

    fn hash_at(&self, row: Option<&LogRow>, seq: u64) -> Result<Option<duka_ledger::Hash>, StoreError> {
        let Some(row) = row else { return Ok(None) };
        let entry = journal::entry_at(&self.db.connection, Place::of(row.n, seq)?)?;
        Ok(entry.map(|entry| entry.hash()))
    }

    /// Keeps the other branch and says so in the journal; nothing of this log is taken any more until a person has decided (I3).
    fn keep_fork(&mut self, row: Option<&LogRow>, batch: &Batch) -> Result<(), SyncError> {
        let Some(row) = row else { return Ok(()) };
        let branch: Vec<SealedEntry> = batch.entries.iter().filter_map(|bytes| SealedEntry::open(bytes.to_vec()).ok()).collect();
        let pen = self.pen()?;
        let detail = format!("{} is forked: both branches are kept", batch.log);
        let fact = Fact::TechnicalEvent(TechnicalEvent { kind: TechnicalKind::Quarantined, detail, operator: None, before: None });
        let tx = platform::begin(&mut self.db.connection)?;
        journal::note_fork_in_tx(&tx, row.n, &branch)?;
        journal::append_in_tx(&tx, &pen, Audience::Shop, By::Device, &fact, None)?;
        platform::commit(tx)?;
        self.grew();
        Ok(())
    }

    /// What the server holds of our own logs. If that is more than we hold, or something else, this database is an old copy (I12).
    fn acknowledge(&mut self, me: &Arc<Me>, have: &[Head], troubles: &mut Vec<String>) -> Result<(), SyncError> {
        let own = journal::written_here(&self.db.connection, me.device)?;
        for theirs in have.iter().filter(|head| head.log.device == me.device) {
            let ours = own.iter().find(|log| log.log == theirs.log);
            let held = ours.map_or(0, |log| log.seq);
            let same = match ours {
                Some(log) if log.seq == theirs.seq => log.hash == theirs.hash,
                Some(log) if log.seq > theirs.seq && theirs.seq > 0 => self.hash_at(Some(log), theirs.seq)? == Some(theirs.hash),
                Some(log) => log.seq >= theirs.seq,
                None => theirs.seq == 0,
            };
            if held < theirs.seq || !same {
                troubles.push(
                    "The server holds entries of this till that are not in its database: the database was restored from an old copy, or a copy \
                     of it is in use elsewhere. Make this till a new device and enrol it again; nothing that it holds is lost."
                        .to_owned(),
                );
                continue;
            }
        }
        let behind: Vec<(i64, u64)> = own
            .iter()
            .filter_map(|log| {
                let seq = have.iter().find(|head| head.log == log.log).map_or(0, |head| head.seq).min(log.seq);
                (seq != log.acknowledged).then_some((log.n, seq))
            })
            .collect();
        if !behind.is_empty() {
            let tx = platform::begin(&mut self.db.connection)?;
            for (n, seq) in behind {
                journal::acknowledge_in_tx(&tx, n, seq)?;
            }
            platform::commit(tx)?;
        }
        Ok(())
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
