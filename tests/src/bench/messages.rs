//! What a till would send to its server, sealed ahead, so that only the server is measured.

use crate::till::{TestTill, keys_in};
use anyhow::{Context, Result};
use duka_core::{CompanyId, DeviceId, Timestamp};
use duka_ledger::{Batch, DeviceKey, Hash, Head, LogId, Scope, SealedEntry};
use duka_pos::KeyStore;
use duka_sync::{Ask, Cut, Exchange, Heads, MAX_BODY_BYTES, MAX_ENTRIES, Nonce, Packing, Request, Weight};
use rusqlite::Connection;

/// Counters begin behind all that the till used itself.
const FIRST: u64 = 1_000_000;

/// All that `till` wrote into its log of the shop after `held`, in messages of the largest size.
#[allow(clippy::disallowed_methods, reason = "a measurement looks into the till's database by itself")]
pub(super) fn sealed(till: &TestTill, server: DeviceId, company: CompanyId, held: u64) -> Result<Vec<Vec<u8>>> {
    let device = till.engine.read(|reader| Ok::<_, duka_api::Problem>(reader.device()))?.context("the till is enrolled")?;
    let secret = keys_in(till.folder()).load(device)?.context("the till's key")?;
    let key = DeviceKey::from_secret(secret);
    let database = Connection::open(till.folder().join("till.sqlite"))?;
    let n: i64 = database.query_row("SELECT n FROM log WHERE device = ?1 AND scope = 1", [device.as_bytes()], |row| row.get(0))?;
    let mut entries = Vec::new();
    let mut statement = database.prepare("SELECT bytes FROM entry WHERE place > ?1 AND place < ?2 ORDER BY place")?;
    for bytes in statement.query_map([n << 40 | i64::try_from(held)?, (n + 1) << 40], |row| row.get::<_, Vec<u8>>(0))? {
        entries.push(SealedEntry::open(bytes?)?);
    }
    let log = entries.first().context("the till has sold")?.entry().log;
    let mut rest = entries.as_slice();
    let mut messages = Vec::new();
    while !rest.is_empty() {
        let mut packing = Packing::new(MAX_BODY_BYTES);
        let mut batches = Vec::new();
        loop {
            let weights: Vec<Weight> =
                rest.iter().take(MAX_ENTRIES).map(|entry| Weight { bytes: entry.bytes().len(), signed: true }).collect();
            let Cut::Entries(count) = packing.cut(&weights) else { break };
            let (piece, later) = rest.split_at(count);
            batches.push(piece_of(log, piece, &key)?);
            rest = later;
        }
        let counter = FIRST + u64::try_from(messages.len())?;
        messages.push(request(server, company, device, counter, batches).seal(&key)?.0);
    }
    Ok(messages)
}

fn piece_of(log: LogId, piece: &[SealedEntry], key: &DeviceKey) -> Result<Batch> {
    let last = piece.last().context("a piece has entries")?;
    let head = key.sign_head(Head { log, seq: last.entry().seq, hash: last.hash() });
    Ok(Batch { log, entries: piece.iter().map(|entry| entry.bytes().to_vec().into()).collect(), head })
}

fn request(server: DeviceId, company: CompanyId, device: DeviceId, counter: u64, batches: Vec<Batch>) -> Request {
    let exchange = Exchange { counter, room: 0, buckets: None, batches, without: Vec::new(), trace: None, digests: false };
    let nonce = Hash::of(&counter.to_be_bytes()).as_bytes().first_chunk().copied().unwrap_or_default();
    Request {
        server,
        company,
        device,
        nonce: Nonce::from_random(nonce),
        sent_at: Timestamp::EPOCH,
        summary: Heads::default().summary(),
        own: Vec::new(),
        heard: 0,
        ask: Ask::Exchange(Box::new(exchange)),
    }
}

/// The server of a till that is in step with it, and how far the till's log of the shop goes.
pub(super) fn known(till: &TestTill) -> Result<(DeviceId, u64)> {
    let device = till.engine.read(|reader| Ok::<_, duka_api::Problem>(reader.device()))?.context("the till is enrolled")?;
    let heads = till.engine.read(duka_pos::Reader::heads)?;
    let of_shop = |head: &&Head| matches!(head.log.scope, Scope::Shop(_));
    let held = heads.iter().filter(of_shop).find(|head| head.log.device == device).map_or(0, |head| head.seq);
    // Its log is the longest of the company's until others have joined: it certifies them all.
    let server = heads.iter().find(|head| head.log.device != device && matches!(head.log.scope, Scope::Company(_)));
    Ok((server.context("the till holds its server's log")?.log.device, held))
}
