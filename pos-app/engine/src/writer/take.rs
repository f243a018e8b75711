//! Taking in the pieces that the server sent, some entries at a time, so that the cashier never waits for more than those; and then what
//! follows from them, in steps as short.

use super::{
    Writer,
    apply::{certificate, take_in_tx},
    fork::Forked,
};
use crate::{
    enrolment::Member,
    journal::{self, Place},
    platform::StoreError,
    sync::{self, SyncError},
};
use duka_core::DeviceId;
use duka_ledger::{Batch, Held, SealedEntry, Verified};
use duka_sync::{Answer, Intake, Refusal, RefusalReason, Said, Ticket, check_piece};
use rusqlite::Connection;
use std::{collections::VecDeque, sync::Arc};

/// An answer that is being taken in, piece by piece. What was taken stays taken when the rest never is.
#[derive(Debug)]
pub struct Taking {
    pub(super) me: Arc<Member>,
    /// Without its pieces.
    pub(super) answer: Answer,
    pieces: VecDeque<Batch>,
    /// The piece of which some entries are taken in.
    begun: Option<Begun>,
    pub(super) intake: Intake,
    /// What the pieces brought may have more to follow: entries that waited for them, logs that are to be folded again.
    following: bool,
}

impl Taking {
    /// Opens the answer to the request that `ticket` stands for.
    pub(crate) fn open(me: Arc<Member>, ticket: Ticket, answer: &[u8]) -> Result<Self, SyncError> {
        let mut answer = ticket.open(answer, &me.server_key)?;
        let mut pieces = match &mut answer.said {
            Said::Stale | Said::NotEnrolled(_) => Vec::new(),
            Said::Exchanged(said) => std::mem::take(&mut said.batches),
        };
        // The server's own log first: it certifies the devices whose pieces come with it.
        pieces.sort_by_key(|piece| piece.log.device != me.server_device);
        Ok(Self { me, answer, following: true, begun: None, pieces: pieces.into(), intake: Intake::default() })
    }

    /// To which device it was said.
    pub(crate) fn device(&self) -> DeviceId {
        self.me.device()
    }

    /// Whether every piece was taken or refused, and all that follows from it is done.
    pub fn is_done(&self) -> bool {
        self.pieces.is_empty() && self.begun.is_none() && !self.following
    }
}

/// Entries of a piece that are taken in at once, so that no sale waits for long: its signature is kept with the last of them. Until then they are held
/// like any, and are given to nobody.
const STEP: usize = 32;

/// A piece that was checked whole.
#[derive(Debug)]
struct Begun {
    piece: Batch,
    fresh: Vec<SealedEntry>,
    taken: usize,
}

/// What became of a piece.
enum Looked {
    Fresh(Verified),
    Refused(Refusal),
}

impl Writer {
    /// Takes the next short step of an answer: a piece, or, when all have come, what follows from them. The same again changes nothing (I2).
    pub(crate) fn take_step(&mut self, taking: &mut Taking) -> Result<(), SyncError> {
        if let Some(mut begun) = taking.begun.take() {
            // Where the log was cut back meanwhile, the rest does not follow: it comes again.
            if self.take_more(&taking.me, &mut begun)? {
                if begun.taken == begun.fresh.len() {
                    taking.intake.took(begun.piece.log, begun.piece.head.head.seq, begun.taken);
                } else {
                    taking.begun = Some(begun);
                }
            }
            return Ok(());
        }
        let Some(piece) = taking.pieces.pop_front() else {
            taking.following = self.adopt_step(&taking.me)? || self.fold_step()?;
            return Ok(());
        };
        let me = Arc::clone(&taking.me);
        // Nobody tells us what we wrote ourselves: what the server holds of it stands in what it acknowledges.
        if piece.log.device == me.device() || taking.intake.is_stopped(&piece.log) {
            return Ok(());
        }
        let held = held(self.reading(), &piece)?;
        match self.look_at(&me, &piece, held)? {
            Looked::Fresh(verified) => {
                let fresh = verified.fresh;
                if fresh.is_empty() {
                    self.keep_signature(&piece)?;
                    taking.intake.took(piece.log, held.seq, 0);
                } else {
                    taking.begun = Some(Begun { piece, fresh, taken: 0 });
                }
            }
            Looked::Refused(refusal) => {
                let branch = || piece.entries.iter().filter_map(|bytes| SealedEntry::open(bytes.to_vec()).ok()).collect::<Vec<_>>();
                let refusal = match refusal.reason {
                    // What was put aside is asked for again.
                    RefusalReason::Fork if self.fork(&me, piece.log, &branch())? == Forked::Decided => {
                        Refusal { reason: RefusalReason::Gap, ..refusal }
                    }
                    _ => refusal,
                };
                taking.intake.refused(piece.log, held.seq, refusal);
            }
        }
        Ok(())
    }

    /// Takes in the next entries of a piece, with the last of them its signature; not where they do not follow what is held.
    fn take_more(&mut self, me: &Member, begun: &mut Begun) -> Result<bool, SyncError> {
        let Begun { piece, fresh, taken } = begun;
        let next = fresh.get(*taken..fresh.len().min(taken.saturating_add(STEP))).unwrap_or_default();
        let held = held(self.reading(), piece)?;
        if next.first().is_some_and(|first| first.entry().prev != held.hash) {
            return Ok(false);
        }
        let is_last = taken.saturating_add(next.len()) == fresh.len();
        // It waits for the disk, although nobody was promised it: else the next sale would wait for all that came before it.
        self.keep::<_, StoreError>(|tx| {
            let mut log = match journal::log(tx, piece.log)? {
                Some(log) => log,
                None => journal::add_log_in_tx(tx, piece.log)?,
            };
            take_in_tx(tx, me, &mut log, next)?;
            if is_last { journal::sign_in_tx(tx, Place::of(log.n, log.seq)?, &piece.head.signature) } else { Ok(()) }
        })?;
        *taken = taken.saturating_add(next.len());
        Ok(true)
    }

    /// Keeps the signature of a piece that is held: what this till wrote as a device whose key is gone it may hold without one.
    fn keep_signature(&mut self, piece: &Batch) -> Result<(), SyncError> {
        let head = &piece.head.head;
        let Some(log) = journal::head(self.reading(), piece.log)? else { return Ok(()) };
        let place = Place::of(log.n, head.seq)?;
        if journal::signature(self.reading(), place)?.is_none() {
            // Nobody was promised this: it comes again with the next answer.
            self.keep_lightly(|tx| journal::sign_in_tx(tx, place, &piece.head.signature))?;
        }
        Ok(())
    }

    /// Checks a piece whole before anything of it is believed.
    fn look_at(&self, me: &Member, piece: &Batch, held: Held) -> Result<Looked, SyncError> {
        let db = self.reading();
        let refused = |reason| Ok(Looked::Refused(Refusal { seq: held.seq.saturating_add(1), reason }));
        if !me.may_read(piece.log.scope) {
            return refused(RefusalReason::NotThisScope);
        }
        let Some(certificate) = certificate(db, me, piece.log.device)? else { return refused(RefusalReason::UnknownWriter) };
        // The server's own log has nobody to decide of it: what follows on our branch is taken, and nothing else fits.
        if piece.log.device != me.server_device && journal::head(db, piece.log)?.is_some_and(|log| log.forked) {
            return refused(RefusalReason::Fork);
        }
        let mut failed = None;
        let looked = check_piece(piece, held, &certificate.key, |seq| {
            sync::hash_of(db, &piece.log, seq).unwrap_or_else(|fault| {
                failed = Some(fault);
                None
            })
        });
        match failed {
            Some(fault) => Err(fault.into()),
            None => Ok(looked.map_or_else(Looked::Refused, Looked::Fresh)),
        }
    }
}

/// What is held of a piece's log.
fn held(db: &Connection, piece: &Batch) -> Result<Held, StoreError> {
    Ok(journal::head(db, piece.log)?.map_or(Held::NOTHING, |log| Held { seq: log.head.seq, hash: log.head.hash }))
}
