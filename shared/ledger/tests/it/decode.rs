//! Whatever bytes come, reading them ends with a value or a fault, never with a panic.

use crate::{log::Log, program::sale};
use duka_ledger::{
    Batch, Body, Fact, Hash, Head, LogId, PublicKey, ReceiptCode, SealedEntry, SignedHead, SignedReceiptCode, rule::LogState,
};
use proptest::prelude::*;

/// Everything that is read from bytes which others wrote.
fn read(kind: u16, bytes: &[u8]) {
    if let Ok(sealed) = SealedEntry::open(bytes.to_vec()) {
        assert_eq!((sealed.bytes(), sealed.hash()), (bytes, Hash::of(bytes)));
        let _ = sealed.body();
    }
    if let Ok(Body::Known(fact)) = Fact::decode(kind, bytes) {
        let sealed = Log::till(1).next(1, kind, bytes.to_vec());
        let _ = duka_ledger::fold::rows(sealed.entry(), &fact);
        Log::till(1).write_raw(1, kind, bytes.to_vec());
        Log::company(1).write_raw(1, kind, bytes.to_vec());
        Log::server().write_raw(1, kind, bytes.to_vec());
    }
    let _ = minicbor::decode::<Batch>(bytes);
    let _ = minicbor::decode::<SignedHead>(bytes);
    let _ = minicbor::decode::<PublicKey>(bytes);
    let _ = minicbor::decode::<SignedReceiptCode>(bytes);
    if let Ok(state) = minicbor::decode::<LogState>(bytes) {
        let mut log = Log::till(1);
        log.state = state;
        let lamport = log.state.next_lamport(u64::MAX);
        log.write_raw(lamport, 3, Fact::SaleCompleted(Log::till(1).sale()).encode().unwrap());
        log.write_raw(log.state.next_lamport(0), 8, Fact::ShiftClosed(Log::till(1).closing()).encode().unwrap());
    }
    let _ = SignedReceiptCode::parse(&String::from_utf8_lossy(bytes));
}

/// Bytes of each sort as they are written.
fn written(sale: duka_ledger::Sale) -> Vec<(u16, Vec<u8>)> {
    let mut log = Log::till(1);
    log.write(&Fact::ShiftOpened(log.opening()));
    log.write(&Fact::SaleCompleted(sale.clone()));
    let sealed = log.entries.last().unwrap();
    let (entry, hash) = (sealed.entry(), sealed.hash());
    let id: LogId = entry.log;
    let head = crate::log::key(1).sign_head(Head { log: id, seq: 2, hash });
    let batch = Batch { log: id, entries: vec![sealed.bytes().to_vec().into()], head };
    let code = ReceiptCode {
        device: id.device,
        receipt: sale.receipt,
        series: sale.series.clone(),
        number: sale.number,
        currency: sale.currency,
        gross: sale.gross,
        seq: 2,
        hash,
    }
    .sign(&crate::log::key(1));
    let facts = [Fact::SaleCompleted(sale), Fact::ShiftOpened(log.opening()), Fact::ShiftClosed(log.closing())];
    let mut all: Vec<_> = facts.iter().map(|fact| (fact.kind().number(), fact.encode().unwrap())).collect();
    all.extend([
        (0, sealed.bytes().to_vec()),
        (0, minicbor::to_vec(&batch).unwrap()),
        (0, minicbor::to_vec(&log.state).unwrap()),
        (0, minicbor::to_vec(&code).unwrap()),
        (0, code.text().into_bytes()),
    ]);
    all
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in 0_u16..20) {
        read(kind, &bytes);
    }

    /// Bytes that were right, with a few of them changed, reach further than random ones.
    #[test]
    fn no_spoilt_bytes_make_a_reader_panic(
        sale in sale(),
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let (kind, mut bytes) = which.get(&written(sale)).clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        read(kind, &bytes);
    }
}

/// A length that is claimed and not there must not be believed before it is.
#[test]
fn a_length_that_is_not_there_takes_no_memory() {
    for major in [0x5b_u8, 0x7b, 0x9b, 0xbb] {
        let endless = [&[major][..], &[0x7f; 8]].concat();
        for kind in 1..=12 {
            assert!(Fact::decode(kind, &endless).is_err());
        }
        assert!(SealedEntry::open(endless).is_err());
    }
    let nested = vec![0x81; SealedEntry::MAX_BYTES];
    assert!(SealedEntry::open(nested.clone()).is_err());
    let passed_over = [vec![0x85, 0x00, 0x60, 0xf6, 0xf6], nested].concat();
    assert!(Fact::decode(11, &passed_over).is_err(), "a newer field that never ends");
}
