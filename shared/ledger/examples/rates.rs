//! How fast a log is verified, and judged and folded, on one core (in the time that the program was on it), beside the bare hashing of the same bytes.
//!
//! `cargo run --release -p duka-ledger --example rates`
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a measurement may fail by panicking")]

use duka_core::{Currency, DeviceId, OperatorId, ProductId, Quantity, ReceiptId, RegisterId, ShiftId, ShopId, TaxRate, Timestamp};
use duka_ledger::{
    Batch, DeviceCertified, DeviceKey, DeviceRole, Entry, Fact, Hash, Head, Held, LogId, Payment, ReceiptLine, Sale, Scope, SealedEntry,
    ShiftOpened, TaxTotal, TenderKind,
    rule::{Asks, LogState, Verdict, Writer, judge},
    verify_batch,
};
use std::{
    hint::black_box,
    time::{Duration, Instant},
};

const ENTRIES: u64 = 50_000;
const BATCH: usize = 500;
const ROUNDS: usize = 7;
const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);
const SHOP: ShopId = ShopId::from_bytes([2; 16]);
const REGISTER: RegisterId = RegisterId::from_bytes([3; 16]);
const SHIFT: ShiftId = ShiftId::from_bytes([6; 16]);

fn main() {
    let key = DeviceKey::from_secret([7; 32]);
    let writer = Writer { certificate: certificate(&key), standing: None };
    let log = log();
    let batches: Vec<Batch> = log.chunks(BATCH).map(|entries| batch(&key, entries)).collect();
    let bytes: usize = log.iter().map(|entry| entry.bytes().len()).sum();
    println!("{ENTRIES} sales of 3 lines, {} bytes each, batches of {BATCH}, best of {ROUNDS}", bytes / log.len());

    let hashing = best(|| {
        for entry in &log {
            black_box(Hash::of(black_box(entry.bytes())));
        }
    });
    let verifying = best(|| {
        let mut held = Held::NOTHING;
        for batch in &batches {
            let verified = verify_batch(batch, held, &key.public(), |_| None).unwrap();
            let last = verified.fresh.last().unwrap();
            held = Held { seq: last.entry().seq, hash: last.hash() };
        }
        assert_eq!(held.seq, ENTRIES);
    });
    let judging = best(|| {
        let mut state = LogState::default();
        for entry in &log {
            let judged = judge(&writer, &mut state, entry, &Asks { record: &|_, _| Ok(()), seen: &|_| false });
            assert_eq!(judged.verdict, Verdict::Projected);
            black_box(judged.rows);
        }
    });
    say("hash (floor)", hashing, hashing);
    say("verify_batch", verifying, hashing);
    say("judge and fold", judging, hashing);
    say("both: rebuild", verifying + judging, hashing);
}

/// The shortest time of a few runs.
fn best(mut run: impl FnMut()) -> Duration {
    let began = Instant::now();
    let time = || on_core().unwrap_or_else(|| began.elapsed());
    (0..ROUNDS)
        .map(|_| {
            let before = time();
            run();
            time() - before
        })
        .min()
        .unwrap()
}

/// How long this program has been on a core, where the system tells: what others do on the machine does not count.
fn on_core() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

fn say(what: &str, took: Duration, floor: Duration) {
    let a_second = u128::from(ENTRIES) * 1_000_000_000 / took.as_nanos();
    println!(
        "{what:<15} {a_second:>9} entries/s, {:>5} ns each, {} % of the floor's rate",
        took.as_nanos() / u128::from(ENTRIES),
        floor.as_nanos() * 100 / took.as_nanos()
    );
}

fn gbp() -> Currency {
    Currency::try_new("GBP").unwrap()
}

fn certificate(key: &DeviceKey) -> DeviceCertified {
    DeviceCertified {
        device: DEVICE,
        key: key.public(),
        role: DeviceRole::Till,
        shop: Some(SHOP),
        register: Some(REGISTER),
        name: "Till 1".into(),
        series: "A1".into(),
        currency: gbp(),
        succeeds: None,
    }
}

fn batch(key: &DeviceKey, entries: &[SealedEntry]) -> Batch {
    let last = entries.last().unwrap();
    let log = last.entry().log;
    let head = key.sign_head(Head { log, seq: last.entry().seq, hash: last.hash() });
    Batch { log, entries: entries.iter().map(|entry| entry.bytes().to_vec().into()).collect(), head }
}

/// A shift and its sales.
fn log() -> Vec<SealedEntry> {
    let opened = ShiftOpened {
        shift: SHIFT,
        register: REGISTER,
        operator_name: "Amina".into(),
        currency: gbp(),
        float: 10_000,
        number: 1,
        continues: None,
    };
    let mut log: Vec<SealedEntry> = Vec::new();
    for seq in 1..=ENTRIES {
        let fact = if seq == 1 { Fact::ShiftOpened(opened.clone()) } else { Fact::SaleCompleted(sale(seq - 1)) };
        let entry = Entry {
            log: LogId { device: DEVICE, scope: Scope::Shop(SHOP) },
            seq,
            prev: log.last().map_or(Hash::NONE, SealedEntry::hash),
            lamport: seq,
            at: Timestamp::from_micros(1_291_191_960_000_000),
            offset_minutes: 0,
            operator: Some(OperatorId::from_bytes([3; 16])),
            kind: fact.kind().number(),
            body: fact.encode().unwrap().into(),
        };
        log.push(SealedEntry::seal(entry).unwrap());
    }
    log
}

fn sale(number: u64) -> Sale {
    let low = u8::try_from(number % 251).unwrap();
    let rate = |ppm| TaxRate::try_from_ppm(ppm).unwrap();
    let line = |line: u32, gross: i64, tax: i64, ppm| ReceiptLine {
        line,
        product: ProductId::from_bytes([low.wrapping_add(u8::try_from(line).unwrap()); 16]),
        code: "4006381333931".into(),
        name: "White hanging heart t-light holder".into(),
        quantity: Quantity::ONE,
        unit_price: gross,
        discount: 0,
        gross,
        tax,
        rate: rate(ppm),
        note: None,
        refunds: None,
    };
    let lines = vec![line(1, 1_200, 200, 200_000), line(2, 600, 100, 200_000), line(3, 525, 25, 50_000)];
    Sale {
        receipt: ReceiptId::from_bytes([low; 16]),
        register: REGISTER,
        shift: SHIFT,
        series: "A1".into(),
        number,
        currency: gbp(),
        lines,
        taxes: vec![TaxTotal { rate: rate(50_000), net: 500, tax: 25 }, TaxTotal { rate: rate(200_000), net: 1_500, tax: 300 }],
        gross: 2_325,
        payments: vec![Payment { tender: TenderKind::Cash, amount: 2_325, tendered: 3_000 }],
        printed: None,
    }
}
