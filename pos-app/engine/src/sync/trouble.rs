//! What stands between till and server, in words for the person at the till.

use duka_core::DeviceId;
use duka_ledger::LogId;
use duka_sync::{Lost, OwnLog, Refusal, RefusalReason, Trouble};

/// What a trouble with a log means; `device` is this till.
pub(crate) fn told(device: DeviceId, log: &LogId, trouble: &Trouble) -> String {
    match trouble {
        Trouble::Own(OwnLog::Behind { .. } | OwnLog::Diverged(_) | OwnLog::Fine) => {
            "The server holds entries of this till that are not in its database: the database is an older copy, or a copy of it is in use \
            elsewhere. This till becomes a device of its own by itself as soon as the server has admitted it; until then it goes on selling, \
            and nothing is lost."
                .to_owned()
        }
        Trouble::Refused(Refusal { reason: RefusalReason::Fork, .. }) if log.device == device => {
            "The server takes nothing more of this till, since two copies of it have written. It becomes a device of its own by itself as \
            soon as the server has admitted it; until then it goes on selling, and nothing is lost."
                .to_owned()
        }
        Trouble::Diverged => forked(log),
        Trouble::Refused(Refusal { reason: RefusalReason::Fork, .. }) | Trouble::NotTaken(Refusal { reason: RefusalReason::Fork, .. }) => {
            forked(log)
        }
        Trouble::Refused(refusal) if log.device == device => {
            format!(
                "The server does not take this till's entry {} ({}). A manager must look; the till keeps selling.",
                refusal.seq,
                reason(refusal.reason)
            )
        }
        Trouble::Refused(refusal) => {
            format!(
                "The server does not take entry {} of device {} ({}). A manager must look.",
                refusal.seq,
                log.device,
                reason(refusal.reason)
            )
        }
        Trouble::NotTaken(refusal) => {
            format!("Entry {} of device {} was not taken ({}). A manager must look.", refusal.seq, log.device, reason(refusal.reason))
        }
    }
}

/// What it means that a server holds less than it signed.
pub(crate) fn lost(lost: &[Lost]) -> String {
    let entries = lost.iter().fold(0_u64, |sum, lost| sum.saturating_add(lost.acknowledged.seq.saturating_sub(lost.holds)));
    format!(
        "The server was restored from an older backup: it lacks {entries} entries that it had confirmed. This till gives it all that it holds; \
         nothing is lost."
    )
}

fn forked(log: &LogId) -> String {
    format!(
        "Two copies of device {} have written different entries. Both are kept, and everything else goes on. In the admin, revoke the device \
         after the last entry that counts.",
        log.device
    )
}

const fn reason(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::Gap => "entries before it are missing",
        RefusalReason::Unreadable => "it cannot be read",
        RefusalReason::BrokenChain => "it does not follow the one before",
        RefusalReason::Signature => "it is not signed by its device",
        RefusalReason::Fork => "another entry stands in its place",
        RefusalReason::NotThisScope => "it belongs to another shop",
        RefusalReason::UnknownWriter => "its device is not certified",
        RefusalReason::TooLarge => "it came in too large a piece",
    }
}
