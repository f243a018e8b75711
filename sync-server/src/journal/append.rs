//! The server's own facts.

use super::{JournalError, store};
use crate::{company::Server, platform::db::Tx};
use duka_core::LocalTime;
use duka_ledger::{Entry, Fact, LogId, Scope, SealedEntry};

/// Writes facts into the company's log of this server, numbered under a lock of its row. The caller makes the tables follow them.
pub async fn append_in_tx(tx: &mut Tx, server: &Server, now: LocalTime, facts: Vec<Fact>) -> Result<(), JournalError> {
    let company = server.company;
    let log = LogId { device: server.device, scope: Scope::Company(company) };
    let mut row = store::lock_log(tx, company, log).await?;
    let mut lamport = store::largest_lamport(tx, company).await?;
    let mut held = row.held();

    let mut entries = Vec::with_capacity(facts.len());
    for fact in facts {
        lamport = lamport.saturating_add(1);
        let entry = Entry {
            log,
            seq: held.seq.saturating_add(1),
            prev: held.hash,
            lamport: store::number(lamport),
            at: now.at,
            offset_minutes: now.offset_minutes,
            operator: None,
            kind: fact.kind().number(),
            body: fact.encode().map_err(|fault| JournalError::Encoding(fault.to_string()))?.into(),
        };
        let sealed = SealedEntry::seal(entry).map_err(|fault| JournalError::Encoding(fault.to_string()))?;
        held = duka_ledger::Held { seq: sealed.entry().seq, hash: sealed.hash() };
        entries.push((sealed, true));
    }
    store::insert_entries(tx, company, row.log, &entries).await?;
    row.seq = store::stored(held.seq);
    row.hash = held.hash.as_bytes().to_vec();
    row.lamport = lamport;
    store::update_log(tx, company, &row).await?;
    Ok(())
}
