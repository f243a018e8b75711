//! A server that was restored to an older backup: its tills hold more of its own log than it does itself, and bring it back. Whatever it wrote
//! before that is done would take a place that is taken there: a fork of the one log that everybody needs (I3). So it writes nothing.
//!
//! That the log comes back is proven by this server's own signature on the pieces. How far it goes is only what the till says: it is believed
//! for a while after each such piece. A till that lies, or breaks before it is done, thus holds up the company for that long, not for ever.

use super::{JournalError, Server, store};
use crate::platform::db::Tx;
use duka_core::{CompanyId, Timestamp};
use duka_ledger::{LogId, Scope};

/// How long after a piece what the till said of the rest is believed, by this server's clock, µs: a piece takes a slow line half a minute.
const BELIEVED_FOR: i64 = 10 * 60 * 1_000_000;

/// Notes that a till, having brought a piece of this server's own log that was not here, shows that the log goes up to `seq`.
pub async fn note_shown_in_tx(tx: &mut Tx, company: CompanyId, seq: u64, now: Timestamp) -> Result<(), JournalError> {
    let (before, at) = store::server::shown(tx, company).await?;
    let seq = if is_believed(at, now) { before.max(store::stored(seq)) } else { store::stored(seq) };
    Ok(store::server::set_shown(tx, company, seq, now).await?)
}

/// An error if who asks this server to write holds more of its own log than it does: a mere claim, but it holds up nobody else.
pub async fn refuse_who_heard_more_in_tx(tx: &mut Tx, server: &Server, heard: u64) -> Result<(), JournalError> {
    if heard > own_held_in_tx(tx, server).await? { Err(JournalError::FillingUp) } else { Ok(()) }
}

/// Up to which place this server holds its own log.
pub async fn own_held_in_tx(tx: &mut Tx, server: &Server) -> Result<u64, JournalError> {
    let log = LogId { device: server.device, scope: Scope::Company(server.company) };
    Ok(store::log::held_in_tx(tx, server.company, log).await?.map_or(0, |held| held.head.seq))
}

/// An error while more of the server's own log is to come than the `held` entries.
pub(super) async fn refuse_while_filling_in_tx(tx: &mut Tx, company: CompanyId, held: u64, now: Timestamp) -> Result<(), JournalError> {
    let (shown, at) = store::server::shown(tx, company).await?;
    if shown > store::stored(held) && is_believed(at, now) { Err(JournalError::FillingUp) } else { Ok(()) }
}

/// Not when the clock went back: nobody is held up for years (I8).
fn is_believed(at: i64, now: Timestamp) -> bool {
    (0..BELIEVED_FOR).contains(&now.micros().saturating_sub(at))
}
