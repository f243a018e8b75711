//! Where this device's own logs end, when it has to go on as another (I12).

use super::{Peer, Trouble, furthest};
use crate::{
    heads::Heads,
    intake::{Refusal, RefusalReason},
    own::OwnLog,
};
use duka_ledger::LogId;
use std::collections::BTreeSet;

/// The last entry of one of our own logs that the server holds, or that surely was written before the copy was made. What stands after it here
/// is another branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parting {
    /// The log.
    pub log: LogId,
    /// Its place; 0 before the first entry.
    pub common: u64,
}

impl Peer {
    /// Where our own logs end, once that is known of all of them; none while it is not, or if we are no copy as far as the server can tell and
    /// we are not `copied` as far as is known here. What the server lacks of a log that does not part is brought first; and so is what it lacks of
    /// its own, to which it would have to write (I3).
    pub fn partings(&self, ours: &Heads, copied: bool) -> Option<Vec<Parting>> {
        let server = self.server.as_ref()?;
        if server.own.0 < furthest(ours.iter(), self.parties.server) {
            return None;
        }
        let device = self.parties.device;
        let troubled = self.troubles.keys().filter(|log| log.device == device).copied();
        let logs: BTreeSet<LogId> = ours.iter().map(|head| head.log).filter(|log| log.device == device).chain(troubled).collect();
        if !copied && !logs.iter().any(|log| self.is_parted(log)) {
            return None;
        }
        let held = |log: &LogId| server.held.get(log).copied().unwrap_or(0);
        let parting = |log: LogId| {
            let common = match self.troubles.get(&log) {
                Some(Trouble::Own(OwnLog::Behind { ours, .. })) => Some(*ours),
                Some(Trouble::Own(OwnLog::Diverged(divergence))) => divergence.common(),
                Some(Trouble::Refused(_)) => Some(held(&log).min(ours.held(&log))),
                Some(Trouble::Own(OwnLog::Fine) | Trouble::NotTaken(_) | Trouble::Diverged) | None => {
                    Some(held(&log)).filter(|held| *held == ours.held(&log))
                }
            };
            common.map(|common| Parting { log, common })
        };
        logs.into_iter().map(parting).collect()
    }

    /// Whether one of our own logs has two branches, or the server takes nothing more of it since it once had.
    fn is_parted(&self, log: &LogId) -> bool {
        matches!(self.troubles.get(log), Some(Trouble::Own(_) | Trouble::Refused(Refusal { reason: RefusalReason::Fork, .. })))
    }
}
