//! One exchange, without HTTP: the handler, the simulation and the measurements drive this.

use super::{
    SyncError,
    introduce::{Introduced, introduce},
    take::{Brought, take_all},
};
use crate::{
    device::{self, Device},
    journal::{self, Readable, Reader, Server},
    platform::{
        Platform,
        db::{Engine, Lock, Tx},
    },
};
use duka_core::ShopId;
use duka_ledger::Head;
use duka_sync::{Acknowledged, Difference, Envelope, Exchanged, Freshness, Intake, Parties, Request, Said, TableDigest, reply};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How often a device gets digests of the tables, µs.
const DIGESTS_EVERY: i64 = 60_000_000;
/// How often a look that waits looks again for what another process has taken in.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Takes a sealed request, gives back a sealed answer; both as CBOR, not compressed.
pub async fn exchange(platform: &Platform, bytes: &[u8]) -> Result<Vec<u8>, SyncError> {
    exchange_or_wait(platform, bytes, Duration::ZERO).await
}

/// The same; but a look that finds both sides in step is answered when they are not any more, after `patience` at the latest.
pub async fn exchange_or_wait(platform: &Platform, bytes: &[u8], patience: Duration) -> Result<Vec<u8>, SyncError> {
    let envelope = Envelope::read(bytes)?;
    let device = match introduce(platform, &envelope).await? {
        Introduced::Known(device) => *device,
        Introduced::Unknown(answer) => return Ok(answer),
    };
    let server = journal::server_of(platform, device.company).await?;
    let received = envelope.open_request(device.key(), server.device, server.company)?;
    let request = &received.request;
    let (counter, said) = match request.freshness(device.counter) {
        Freshness::Harmless => (device.counter, look(platform, &server, &device, request, patience).await?),
        Freshness::New(counter) if device::use_counter(platform, &device, counter).await? => {
            (counter, act(platform, &server, &device, request).await?)
        }
        // The counter as it is now: another request may just have used it.
        Freshness::New(_) | Freshness::Stale => {
            (device::find(platform, device.id()).await?.map_or(device.counter, |device| device.counter), Said::Stale)
        }
    };
    Ok(received.answer(&server.key, platform.clock.now().at, counter, said)?)
}

/// Takes in what a request brings, and answers it.
async fn act(platform: &Platform, server: &Server, sender: &Device, request: &Request) -> Result<Said, SyncError> {
    let intake = match request.exchange() {
        Some(exchange) => {
            let brought = Brought { pieces: &exchange.batches, heard: request.heard };
            take_all(platform, &reader(server, sender), Some(sender), brought).await?
        }
        None => Intake::default(),
    };
    Ok(Said::Exchanged(Box::new(answer(platform, server, request, &intake).await?)))
}

/// Answers a look, after waiting for news if there is none.
async fn look(platform: &Platform, server: &Server, device: &Device, request: &Request, patience: Duration) -> Result<Said, SyncError> {
    let until = Instant::now() + patience;
    // From before the first look on, so that nothing comes between.
    let mut waiting = match patience {
        Duration::ZERO => None,
        _ => platform.db.news().wait(server.company.uuid(), device.shop().map(ShopId::uuid), request.device.uuid()),
    };
    loop {
        let said = answer(platform, server, request, &Intake::default()).await?;
        let now = Instant::now();
        let Some(waiting) = waiting.as_mut().filter(|_| said.difference == Difference::None && now < until) else {
            return Ok(Said::Exchanged(Box::new(said)));
        };
        let again = match platform.db.engine() {
            // One process: whatever is committed is heard of.
            Engine::Sqlite => until,
            Engine::Postgres => until.min(now + LOOK_AGAIN),
        };
        if timeout_at(again, waiting.news()).await == Ok(false) {
            return Ok(Said::Exchanged(Box::new(said)));
        }
    }
}

fn reader(server: &Server, device: &Device) -> Reader {
    Reader { company: server.company, server: server.device, device: device.id(), shop: device.shop(), apart: device.is_apart() }
}

/// What is said of one moment of the database, in which all that the request brought is taken in.
async fn answer(platform: &Platform, server: &Server, request: &Request, intake: &Intake) -> Result<Exchanged, SyncError> {
    let mut tx = platform.db.snapshot().await?;
    // What it may read now: it may have brought itself that it was revoked.
    let device = device::find_in_tx(&mut tx, request.device).await?.ok_or(SyncError::Unknown(request.device))?;
    let reader = reader(server, &device);
    let readable = journal::readable_in_tx(&mut tx, &reader).await?;
    let ours = readable.heads();
    let reply = reply(request, ours);
    let exchange = request.exchange();
    let room = exchange.map_or(0, |exchange| usize::try_from(exchange.room).unwrap_or(usize::MAX));
    let (batches, all_sent) = journal::pack_in_tx(&mut tx, server, &readable, &reply.send, room).await?;
    let places = journal::hashes_in_tx(&mut tx, server.company, &reply.places).await?;
    let asked = exchange.is_some_and(|exchange| exchange.digests);
    let digests = if asked && reply.in_step() { digests_in_tx(&mut tx, platform, &reader).await? } else { Vec::new() };
    drop(tx);
    // What is said in a look is asked before anybody acted on it, as by a copy that does not know yet that it is one.
    if exchange.is_some() {
        remember_owed(platform, &reader, request, &readable).await?;
    }
    let parties = Parties { server: server.device, company: server.company, device: reader.device };
    let acknowledged = ours.iter().filter(|head| head.log.device == reader.device || head.log.device == server.device);
    let mut difference = reply.difference(all_sent);
    if let Difference::Compared(compared) = &mut difference {
        // What would be refused is not asked for.
        compared.wants.retain(|want| reader.may_read(&want.log));
    }
    Ok(Exchanged {
        summary: ours.summary(),
        acknowledged: Acknowledged::new(&server.key, parties, acknowledged.copied()),
        difference,
        taken: intake.taken().copied().collect(),
        batches,
        places,
        digests,
    })
}

/// Digests of the tables, for a device that holds all that is held here. They take reading every row, so each device gets them now and then (I11),
/// and none while something is to be folded again: tables that only follow in part would be an alarm for nothing.
async fn digests_in_tx(tx: &mut Tx, platform: &Platform, reader: &Reader) -> Result<Vec<TableDigest>, SyncError> {
    let Some(shop) = reader.shop.filter(|_| !reader.apart) else { return Ok(Vec::new()) };
    if journal::is_any_outdated_in_tx(tx, reader.company).await?
        || !platform.turns.take(reader.device.uuid(), platform.clock.now().at, DIGESTS_EVERY)
    {
        return Ok(Vec::new());
    }
    let digests = journal::digests_in_tx(tx, reader.company, shop).await?;
    Ok(digests.into_iter().map(|(table, digest)| TableDigest { table: table.to_owned(), digest: digest.text() }).collect())
}

/// What a device has written and not brought yet, as it said in its newest exchange: should it be lost, a person can see what it still owed. Written
/// only when it is news.
async fn remember_owed(platform: &Platform, reader: &Reader, request: &Request, readable: &Readable) -> Result<(), SyncError> {
    let heads = request.own.iter().map(|own| own.head(request.device)).filter(|head| reader.may_read(&head.log));
    let is_news = |head: &Head| {
        let (held, claimed) = readable.get(&head.log).map_or((0, 0), |log| (log.head.seq, log.claimed));
        head.seq != claimed && head.seq.max(claimed) > held
    };
    let mut owed: Vec<Head> = heads.filter(|head| head.seq > 0).filter(is_news).collect();
    if owed.is_empty() {
        return Ok(());
    }
    // Two that take several logs in another order would wait for each other: those who do it for all of a company have the turn alone.
    owed.sort_unstable_by_key(|head| head.log);
    let mut tx = platform.db.begin_locked(reader.company.uuid(), Lock::Shared).await?;
    for head in owed {
        journal::claim_in_tx(&mut tx, reader.company, head.log, head.seq).await?;
    }
    Ok(tx.commit().await?)
}
