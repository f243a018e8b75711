//! Pieces that are not let in: kept with their reason (I10), and their writer set apart when its log forked (I3).

use super::SyncError;
use crate::{
    device::{self, Device},
    journal::{self, JournalError, Refused},
    platform::{Platform, db::Lock},
};
use duka_core::planted;
use duka_ledger::{Batch, Held, SealedEntry};
use duka_sync::{Refusal, RefusalReason, check_piece};

/// What is told of pieces that came after the one that forked.
const SET_APART: &str = "its device is set apart since a log of it forked; nothing more of it is taken until a person decides";

/// Keeps what follows the piece that forked: all of the other branch that came, if the log's writer signed it (I3).
pub(super) async fn keep_branch(platform: &Platform, sender: Option<&Device>, writer: &Device, pieces: &[Batch]) -> Result<(), SyncError> {
    for piece in pieces {
        let Some(Ok(first)) = piece.entries.first().map(|bytes| SealedEntry::open(bytes.to_vec())) else { return Ok(()) };
        let seq = first.entry().seq;
        let follows = Held { seq: seq.saturating_sub(1), hash: first.entry().prev };
        if check_piece(piece, follows, writer.key(), |_| None).is_err() {
            return Ok(());
        }
        keep(platform, sender, Some(writer), piece, Refusal { seq, reason: RefusalReason::Fork }).await?;
    }
    Ok(())
}

/// Keeps a refused piece that `sender` brought, for people to look at; the answer only says why in a word.
pub(super) async fn keep(
    platform: &Platform,
    sender: Option<&Device>,
    writer: Option<&Device>,
    piece: &Batch,
    refusal: Refusal,
) -> Result<(), SyncError> {
    let Refusal { seq, reason } = refusal;
    let from = sender.map(Device::id);
    if reason.mends_itself() || planted::is(planted::Bug::RefusedForgotten) {
        tracing::debug!(?from, log = %piece.log, seq, ?reason, "a piece was refused");
        return Ok(());
    }
    tracing::warn!(?from, log = %piece.log, seq, ?reason, "a piece was refused");
    // Where it was revoked before, neither branch counts: there is nothing left to decide.
    let forked = writer.filter(|writer| reason == RefusalReason::Fork && writer.writer.counts(piece.log.scope, seq));
    let set_apart = forked.is_some_and(|writer| writer.quarantined);
    // A fork is proven by the writer's own signature; anything else is the sender's doing.
    let Some(blamed) = forked.or(sender) else { return Ok(()) };
    let bytes = minicbor::to_vec(piece).map_err(|fault| JournalError::Encoding(fault.to_string()))?;
    let refused = Refused {
        company: blamed.company,
        device: blamed.id(),
        log: piece.log,
        refusal,
        detail: if set_apart { SET_APART } else { detail(reason) },
        bytes: &bytes,
        at: platform.clock.now().at,
    };
    let forks = forked.filter(|_| !set_apart);
    // Whoever changes what holds of a device is alone with the company, before any row.
    let lock = if forks.is_some() { Lock::Exclusive } else { Lock::Shared };
    let mut tx = platform.db.begin_locked(refused.company.uuid(), lock).await?;
    if let Some(writer) = forks {
        journal::keep_fork_in_tx(&mut tx, &refused).await?;
        // Nobody could release the server; that its own log has two branches is for people to see.
        if !writer.is_server() {
            device::quarantine_in_tx(&mut tx, writer.company, writer.id()).await?;
        }
    }
    journal::keep_in_tx(&mut tx, platform, &refused).await?;
    Ok(tx.commit().await?)
}

const fn detail(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::Gap => "it starts past what is held",
        RefusalReason::Unreadable => "an entry cannot be read, or stands in another log than its own, or there is none",
        RefusalReason::BrokenChain => "an entry does not name the one before it",
        RefusalReason::Signature => "its head is not signed by the device that wrote it",
        RefusalReason::Fork => "the log is forked: its device signed this, and signed another entry for the same place",
        RefusalReason::NotThisScope => "the log is of a company or shop in which its writer, or who brought it, has no part",
        RefusalReason::UnknownWriter => "there is no certificate of its writer here",
        RefusalReason::TooLarge => "the piece is larger than one may be",
    }
}
