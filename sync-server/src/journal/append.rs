//! The server's own facts.

use super::{JournalError, Server, check_record, filling::refuse_while_filling_in_tx, said_in_tx, store, write_in_tx};
use crate::platform::{Platform, db::Tx};
use duka_core::{CompanyId, Currency, DeviceId, LocalTime};
use duka_ledger::{
    DeviceKey, Entry, Fact, LogId, Scope, SealedEntry,
    rule::{Asks, Verdict, judge_fact},
};

/// Makes this server a device of a new company: with a key of its own, whose certificate is the first fact of the company's journal.
pub async fn begin_in_tx(
    tx: &mut Tx,
    platform: &Platform,
    company: CompanyId,
    currency: Currency,
    now: LocalTime,
) -> Result<(), JournalError> {
    let mut secret = [0; 32];
    platform.entropy.fill(&mut secret);
    let server = Server { company, currency, device: platform.new_id(DeviceId::new), key: DeviceKey::from_secret(secret) };
    let sealed = platform.secret_key.seal(&*platform.entropy, company.as_bytes(), &secret)?;
    store::server::insert_server(tx, company, server.device, currency, sealed).await?;
    let certificate = server.writer().certificate;
    append_in_tx(tx, &server, now, vec![Fact::DeviceCertified(certificate)]).await
}

/// Writes facts into the server's log of the company; what breaks a rule is refused, and nothing is written. So is everything while the tills
/// fill that log up. Whoever calls has locked the company, merges records by itself, and waits until the logs of devices whose standing changes are folded again.
pub async fn append_in_tx(tx: &mut Tx, server: &Server, now: LocalTime, facts: Vec<Fact>) -> Result<(), JournalError> {
    let company = server.company;
    let mut log = store::log::lock_in_tx(tx, company, LogId { device: server.device, scope: Scope::Company(company) }).await?;
    refuse_while_filling_in_tx(tx, company, log.seq, now.at).await?;
    let seen = store::log::largest_lamport(tx, company).await?;
    let writer = server.writer();
    let mut said = said_in_tx(tx, company, server.device, facts.iter()).await?;
    let (mut seq, mut prev) = (log.seq, log.hash);
    let mut entries = Vec::with_capacity(facts.len());
    for fact in facts {
        seq = seq.saturating_add(1);
        let entry = Entry {
            log: log.id,
            seq,
            prev,
            lamport: log.state.next_lamport(seen),
            at: now.at,
            offset_minutes: now.offset_minutes,
            operator: None,
            kind: fact.kind().number(),
            body: fact.encode().map_err(|fault| JournalError::Encoding(fault.to_string()))?.into(),
        };
        let sealed = SealedEntry::seal(entry).map_err(|fault| JournalError::Encoding(fault.to_string()))?;
        let asks = Asks { record: &check_record, seen: &|once| said.has(once) };
        let judged = judge_fact(&writer, &mut log.state, sealed.entry(), fact, &asks);
        if judged.verdict != Verdict::Projected {
            return Err(judged.verdict.into());
        }
        said.note(&judged);
        prev = sealed.hash();
        let change = judged.change(None, &sealed);
        entries.push((sealed, change));
    }
    write_in_tx(tx, company, &mut log, entries).await.map(drop)
}
