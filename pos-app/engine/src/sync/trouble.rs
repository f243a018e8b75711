//! What stands between till and server, in words for the person at the till.

use duka_ledger::LogId;
use duka_sync::{Lost, OwnLog, Parties, Refusal, RefusalReason, Trouble};

/// What a trouble with a log means.
pub(crate) fn told(parties: Parties, log: &LogId, trouble: &Trouble) -> String {
    let Parties { server, device, .. } = parties;
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
        Trouble::Diverged
        | Trouble::Refused(Refusal { reason: RefusalReason::Fork | RefusalReason::BrokenChain, .. })
        | Trouble::NotTaken(Refusal { reason: RefusalReason::Fork | RefusalReason::BrokenChain, .. })
            if log.device == server =>
        {
            SERVER_FORKED.to_owned()
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

const SERVER_FORKED: &str = "The server was restored from an older backup, and something was written there before the tills had given it back \
    what it lacked. Sales go on and reach the server; products and devices that it adds do not reach this till. Restore that backup at the \
    server once more, let this till exchange before anybody works there, and make again what was made too early. A till that says this \
    afterwards must be set up anew.";

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
