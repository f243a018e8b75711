//! What an answer says once its pieces are taken in: what the server holds, and whether both are in step.

use super::{Taking, Writer};
use crate::{
    enrolment::{self, Member},
    journal::{self, LogHead},
    platform::StoreError,
    sync::{self, SyncError, sign, trouble},
};
use duka_ledger::{Hash, LogId};
use duka_sync::{Acknowledged, Difference, Exchanged, Heads, Intake, Kept, Lost, Next, Peer, RefusalReason, Said, Summary, TableDigest};
use std::cell::Cell;

/// What an answer came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// What follows for the link.
    pub next: Next,
    /// What a person must look at, if anything.
    pub trouble: Option<String>,
    /// Entries that were new here.
    pub received: u64,
    /// What the server's tables are, where it said so: to be compared by [`crate::Reader::difference`], which nobody waits for.
    pub compared: Option<Compared>,
}

/// The tables of a server that holds what the till holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    pub(crate) summary: Summary,
    pub(crate) digests: Vec<TableDigest>,
}

impl Writer {
    /// Ends an answer whose pieces were taken in.
    pub(crate) fn take_end(&mut self, peer: &mut Peer, taking: Taking) -> Result<Taken, SyncError> {
        let Taking { me, answer, intake, .. } = taking;
        let ours = sync::heads(self.reading(), &self.shared, &me)?;
        let failed = Cell::new(None);
        let hash_at = |log: &LogId, seq| -> Option<Hash> {
            sync::hash_of(self.reading(), log, seq).unwrap_or_else(|fault| {
                failed.set(Some(fault));
                None
            })
        };
        let next = peer.hear(&ours, &answer, &intake, hash_at);
        if let Some(fault) = failed.into_inner() {
            return Err(fault.into());
        }
        let Said::Exchanged(said) = &answer.said else {
            return Ok(Taken { next, trouble: None, received: 0, compared: None });
        };
        if let Difference::Compared(compared) = &said.difference {
            for log in compared.diverged.iter().filter(|log| log.device != me.device()) {
                self.fork(&me, *log, &[])?;
            }
        }
        self.let_give_way(&me, said, &intake)?;
        let in_step = ours.summary() == said.summary;
        let lost = self.acknowledge(&me, said, in_step.then_some(&ours))?;
        let mut troubles: Vec<String> = Vec::new();
        let told = |(log, found)| trouble::told(me.parties(), log, found);
        // What keeps the server from being filled up is told before that it is to be.
        troubles.extend(peer.troubles().get_key_value(&me.server_log()).map(told));
        troubles.extend((!lost.is_empty()).then(|| trouble::lost(&lost)));
        troubles.extend(peer.troubles().iter().map(told));
        if in_step {
            self.shared.set_in_step_at(self.shared.settings.clock.now().at);
        }
        let compared = (in_step && !said.digests.is_empty()).then(|| Compared { summary: said.summary, digests: said.digests.clone() });
        Ok(Taken { next, trouble: troubles.into_iter().next(), received: intake.entries(), compared })
    }

    /// Where the server holds less of another's log than is held here, nobody but the server sees that it is another branch: it takes nothing of
    /// what it is brought. What is held here may give way.
    fn let_give_way(&mut self, me: &Member, said: &Exchanged, intake: &Intake) -> Result<(), SyncError> {
        // A log whose device is set apart is refused whole. What has just come may be that this was decided: then it is brought once more.
        if intake.taken().any(|taken| taken.log == me.server_log()) {
            return Ok(());
        }
        let forked = said.taken.iter().filter(|taken| taken.refused.is_some_and(|refusal| refusal.reason == RefusalReason::Fork));
        for log in forked.map(|taken| taken.log).filter(|log| log.device != me.device()) {
            if let Some(held) = journal::head(self.reading(), log)?.filter(|held| !held.former) {
                self.give_way(me, &held)?;
            }
        }
        Ok(())
    }

    /// Notes what the server signed that it holds of what was written here; gives what it lacks of what it once signed.
    fn acknowledge(&mut self, me: &Member, said: &Exchanged, in_step: Option<&Heads>) -> Result<Vec<Lost>, SyncError> {
        let db = self.reading();
        let before = enrolment::acknowledged(db)?;
        let logs = journal::written_here(db, me.device())?;
        let held = |log: &LogHead| held_there(me, said, in_step, log).min(log.head.seq);
        let changed: Vec<(LogHead, u64)> = logs.iter().map(|log| (*log, held(log))).filter(|(log, seq)| *seq != log.acknowledged).collect();
        let (newest, lost): (Option<Acknowledged>, Vec<Lost>) = match said.acknowledged.clone().keep(before.as_ref()) {
            Kept::New(newest) => {
                (Some(newest).filter(|newest| before.as_ref().is_none_or(|before| before.heads != newest.heads)), Vec::new())
            }
            Kept::Old(lost) => (None, lost),
        };
        if !changed.is_empty() || newest.is_some() {
            // Nobody was promised this: it is learnt again with the next answer.
            self.keep_lightly(|tx| {
                changed.iter().try_for_each(|(log, seq)| journal::acknowledge_in_tx(tx, log, *seq))?;
                newest.iter().try_for_each(|newest| enrolment::keep_acknowledged_in_tx(tx, newest))
            })?;
        }
        Ok(lost)
    }

    /// Signs this till's logs to their end where the server lacks some of them: in idle moments, and before it writes to them no more.
    pub(crate) fn sign_off(&mut self) -> Result<(), StoreError> {
        self.sign_own()?;
        let Some((me, key)) = self.shared.member().zip(self.shared.key()) else { return Ok(()) };
        for log in journal::written_here(self.reading(), me.device())?.iter().filter(|log| log.head.seq > log.acknowledged && !log.former) {
            if journal::last_signed(self.reading(), log.n, log.head.seq)? == log.head.seq {
                continue;
            }
            if let Some(signed) = sign::sign(self.reading(), log, log.head.seq, &key)? {
                self.keep_lightly(|tx| sign::keep_in_tx(tx, log, &signed))?;
            }
        }
        Ok(())
    }

    /// Signs this till's logs wherever they have grown by a piece since they were last signed.
    fn sign_own(&mut self) -> Result<(), StoreError> {
        let Some((me, key)) = self.shared.member().zip(self.shared.key()) else { return Ok(()) };
        let own = journal::written_here(self.reading(), me.device())?.into_iter().filter(|log| log.head.log.device == me.device());
        for log in own.collect::<Vec<_>>() {
            while let Some(signed) = sign::due(self.reading(), &log, &key)? {
                self.keep_lightly(|tx| sign::keep_in_tx(tx, &log, &signed))?;
            }
        }
        Ok(())
    }
}

/// How far the server holds a log that was written here. `in_step`: what was compared and is the same there, which ends where nobody can sign for
/// the rest.
fn held_there(me: &Member, said: &Exchanged, in_step: Option<&Heads>, log: &LogHead) -> u64 {
    let id = log.head.log;
    if let Some(same) = in_step {
        return same.held(&id);
    }
    if id.device == me.device() {
        return said.acknowledged.held(&id);
    }
    // Of what this database wrote as another device it tells only when it wants more.
    match &said.difference {
        Difference::Compared(compared) => compared.wants.iter().find(|want| want.log == id).map_or(log.acknowledged, |want| want.held),
        Difference::None | Difference::Outline(_) => log.acknowledged,
    }
}

/// Both hold the same facts, so the tables must be the same (I4).
pub(crate) fn first_difference(ours: &[TableDigest], theirs: &[TableDigest]) -> Option<String> {
    let other = |table: &str| theirs.iter().find(|digest| digest.table == table).map(|digest| digest.digest.as_str());
    ours.iter().find(|digest| other(&digest.table).is_some_and(|theirs| theirs != digest.digest)).map(|digest| {
        let table = &digest.table;
        format!(
            "Till and server hold the same journal, but differ in the table {table}. Tell your admin: the server's tables can be rebuilt."
        )
    })
}
