//! What the journal promises: bytes that cannot be changed unseen, batches taken once and in order, books that balance.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use duka_core::{
    Currency, DeviceId, OperatorId, ProductId, Quantity, ReceiptId, RegisterId, ShiftId, ShopId, TaxRate, Timestamp, TransferId, Unit,
};
use duka_ledger::{
    Account, AccountAdjusted, AdjustmentReason, Batch, BatchFault, Body, DeviceKey, Entry, Fact, Hash, Head, Held, Kind, LogId, Payment,
    ReceiptLine, RefundCompleted, Sale, Scope, SealedEntry, ShiftClosed, ShiftOpened, ShiftTotals, TaxTotal, TechnicalEvent, TechnicalKind,
    TenderKind, postings, stock_moves,
    table::{Digest, StockRow},
    verify_batch,
};
use proptest::prelude::*;

fn log(device: u8) -> LogId {
    LogId { device: DeviceId::from_bytes([device; 16]), scope: Scope::Shop(ShopId::from_bytes([9; 16])) }
}

fn key() -> DeviceKey {
    DeviceKey::from_secret([7; 32])
}

fn event(detail: &str) -> Fact {
    Fact::TechnicalEvent(TechnicalEvent { kind: TechnicalKind::Started, detail: detail.to_owned(), operator: None, before: None })
}

/// `count` chained entries after `held`.
fn entries(held: Held, count: u64, detail: &str) -> Vec<SealedEntry> {
    let mut all: Vec<SealedEntry> = Vec::new();
    for number in 1..=count {
        let prev = all.last().map_or(held.hash, SealedEntry::hash);
        let fact = event(&format!("{detail} {number}"));
        let entry = Entry {
            log: log(1),
            seq: held.seq + number,
            prev,
            lamport: number,
            at: Timestamp::EPOCH,
            offset_minutes: 0,
            operator: Some(OperatorId::from_bytes([3; 16])),
            kind: fact.kind().number(),
            body: fact.encode().unwrap().into(),
        };
        all.push(SealedEntry::seal(entry).unwrap());
    }
    all
}

fn batch(entries: &[SealedEntry]) -> Batch {
    let last = entries.last().unwrap();
    let head = Head { log: log(1), seq: last.entry().seq, hash: last.hash() };
    Batch { log: log(1), entries: entries.iter().map(|entry| entry.bytes().to_vec().into()).collect(), head: key().sign_head(head) }
}

fn held(entries: &[SealedEntry], seq: usize) -> Held {
    seq.checked_sub(1).map_or(Held::NOTHING, |last| Held { seq: entries[last].entry().seq, hash: entries[last].hash() })
}

fn take(batch: &Batch, held: Held, known: &[SealedEntry]) -> Result<(usize, usize), BatchFault> {
    let hash = |seq: u64| known.get(usize::try_from(seq).unwrap().wrapping_sub(1)).map(SealedEntry::hash);
    verify_batch(batch, held, &key().public(), hash).map(|verified| (verified.known, verified.fresh.len()))
}

#[test]
fn a_batch_is_taken_once_in_order_and_whole() {
    let all = entries(Held::NOTHING, 6, "a");
    let whole = batch(&all);
    // What is held, what comes, what becomes of it: (known, fresh).
    assert_eq!(take(&whole, Held::NOTHING, &all), Ok((0, 6)));
    assert_eq!(take(&whole, held(&all, 2), &all), Ok((2, 4)));
    assert_eq!(take(&whole, held(&all, 6), &all), Ok((6, 0)));
    assert_eq!(take(&batch(&all[2..5]), held(&all, 2), &all), Ok((0, 3)));
    assert_eq!(take(&batch(&all[..3]), held(&all, 6), &all), Ok((3, 0)), "an old batch that comes late changes nothing (I2)");
    assert!(matches!(take(&batch(&all[3..]), held(&all, 2), &all), Err(BatchFault::Gap { starts: 4, held: 2, .. })));
}

#[test]
fn whatever_is_wrong_with_a_batch_is_told_and_nothing_of_it_is_taken() {
    let all = entries(Held::NOTHING, 4, "a");
    let mut empty = batch(&all);
    empty.entries.clear();
    assert!(matches!(take(&empty, Held::NOTHING, &all), Err(BatchFault::Empty(_))));

    let mut torn = batch(&all);
    torn.entries.remove(1);
    assert!(matches!(take(&torn, Held::NOTHING, &all), Err(BatchFault::BrokenChain { seq: 3, .. })));

    let mut garbage = batch(&all);
    garbage.entries[2] = vec![1, 2, 3].into();
    assert!(matches!(take(&garbage, Held::NOTHING, &all), Err(BatchFault::Entry { index: 2, .. })));

    let mut foreign = batch(&all);
    foreign.log = log(2);
    assert!(matches!(take(&foreign, Held::NOTHING, &all), Err(BatchFault::WrongLog { .. })));

    let mut forged = batch(&all);
    forged.head = DeviceKey::from_secret([8; 32]).sign_head(forged.head.head);
    assert!(matches!(take(&forged, Held::NOTHING, &all), Err(BatchFault::Signature { seq: 4, .. })));
}

/// I3: two entries at one place, both signed by the device, are a fork, wherever the branches part.
#[test]
fn a_device_that_wrote_one_place_twice_is_told() {
    let ours = entries(Held::NOTHING, 4, "ours");
    let theirs: Vec<SealedEntry> = ours[..2].iter().cloned().chain(entries(held(&ours, 2), 3, "theirs")).collect();
    assert!(matches!(take(&batch(&theirs), held(&ours, 4), &ours), Err(BatchFault::Fork { seq: 4, .. })));
    assert!(matches!(take(&batch(&theirs[2..3]), held(&ours, 4), &ours), Err(BatchFault::Fork { seq: 3, .. })));
    assert!(matches!(take(&batch(&theirs[4..]), held(&ours, 4), &ours), Err(BatchFault::Fork { .. })));
    assert_eq!(take(&batch(&theirs[..2]), held(&ours, 4), &ours), Ok((2, 0)));
}

/// I10: what only a newer version knows is no fault.
#[test]
fn a_fact_of_an_unknown_kind_is_kept_as_it_is() {
    assert_eq!(Fact::decode(999, b"whatever"), Ok(Body::Unknown { kind: 999 }));
    assert!(Fact::decode(Kind::SaleCompleted.number(), b"whatever").is_err());
}

fn gbp() -> Currency {
    Currency::try_new("GBP").unwrap()
}

fn register() -> RegisterId {
    RegisterId::from_bytes([4; 16])
}

prop_compose! {
    fn sale()(lines in prop::collection::vec((1_i64..100_000, 0_i64..1_000_000, prop::sample::select(vec![0_u32, 50_000, 200_000])), 1..20)) -> Sale {
        let rate = |ppm| TaxRate::try_from_ppm(ppm).unwrap();
        let priced: Vec<_> = lines.iter().map(|(quantity, price, ppm)| duka_pricing::Line {
            quantity: Quantity::try_new(*quantity, Unit::Each).unwrap(),
            unit_price: duka_core::Money::try_new(*price, gbp()).unwrap(),
            rate: rate(*ppm),
            discount: duka_pricing::Discount::None,
        }).collect();
        let total = duka_pricing::price(gbp(), &priced).unwrap();
        Sale {
            receipt: ReceiptId::from_bytes([1; 16]),
            register: register(),
            shift: ShiftId::from_bytes([2; 16]),
            series: "A1".into(),
            number: 1,
            currency: gbp(),
            lines: priced.iter().zip(&total.lines).enumerate().map(|(at, (line, priced))| ReceiptLine {
                line: u32::try_from(at).unwrap() + 1,
                product: ProductId::from_bytes([5; 16]),
                code: "4006381333931".into(),
                name: "\u{202e}أحمد".into(),
                quantity: line.quantity,
                unit_price: line.unit_price.minor(),
                discount: priced.discount,
                gross: priced.gross,
                tax: priced.tax,
                rate: line.rate,
                note: None,
                refunds: None,
            }).collect(),
            taxes: total.taxes.iter().map(|share| TaxTotal { rate: share.rate, net: share.net, tax: share.tax }).collect(),
            gross: total.gross.minor(),
            payments: vec![Payment { tender: TenderKind::Cash, amount: total.gross.minor(), tendered: total.gross.minor() }],
        }
    }
}

fn facts() -> impl Strategy<Value = Fact> {
    let closed = |float: i64, cash: i64, counted: i64| {
        Fact::ShiftClosed(ShiftClosed {
            shift: ShiftId::from_bytes([2; 16]),
            register: register(),
            z_number: 1,
            currency: gbp(),
            totals: ShiftTotals {
                sales: 1,
                sales_gross: cash,
                refunds: 0,
                refunds_gross: 0,
                aborted: 0,
                reprints: 0,
                taxes: vec![],
                cash,
                first_number: 1,
                last_number: 1,
            },
            float,
            expected_cash: float + cash,
            counted_cash: counted,
            perpetual_gross: cash,
        })
    };
    prop_oneof![
        sale().prop_map(Fact::SaleCompleted),
        sale().prop_map(|refund| Fact::RefundCompleted(RefundCompleted { refund, reason: "broken".into() })),
        (0_i64..1_000_000).prop_map(|float| Fact::ShiftOpened(ShiftOpened {
            shift: ShiftId::from_bytes([2; 16]),
            register: register(),
            operator_name: "Amina".into(),
            currency: gbp(),
            float,
        })),
        (0_i64..100_000, -100_000_i64..100_000, 0_i64..100_000).prop_map(move |(float, cash, counted)| closed(float, cash, counted)),
        (-1_000_000_i64..1_000_000).prop_map(|amount| Fact::AccountAdjusted(AccountAdjusted {
            id: TransferId::from_bytes([6; 16]),
            debit: Account::BadDebt,
            credit: Account::Receivable,
            currency: gbp(),
            amount,
            reason: AdjustmentReason::BadDebt,
            note: String::new(),
        })),
    ]
}

proptest! {
    #[test]
    fn debits_are_credits_whatever_happens(fact in facts()) {
        prop_assert_eq!(postings(&fact).iter().map(|posting| posting.amount).sum::<i64>(), 0); // I5
    }

    #[test]
    fn a_fact_reads_back_as_it_was_written(fact in facts()) {
        let read = Fact::decode(fact.kind().number(), &fact.encode().unwrap());
        prop_assert_eq!(read, Ok(Body::Known(fact)));
    }

    #[test]
    fn a_refund_moves_back_what_the_sale_moved(sale in sale()) {
        let sold = stock_moves(&Fact::SaleCompleted(sale.clone()));
        let back = stock_moves(&Fact::RefundCompleted(RefundCompleted { refund: sale, reason: String::new() }));
        prop_assert!(sold.iter().zip(&back).all(|(out, back)| out.quantity == back.quantity.negated()));
    }

    #[test]
    fn any_changed_byte_of_an_entry_is_seen(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let all = entries(Held::NOTHING, 3, "a");
        let mut bytes = all[1].bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let mut changed = batch(&all);
        changed.entries[1] = bytes.into();
        prop_assert!(take(&changed, Held::NOTHING, &all).is_err());
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), kind in 0_u16..20) {
        let _ = SealedEntry::open(bytes.clone());
        let _ = Fact::decode(kind, &bytes);
        let _: Result<Batch, _> = minicbor::decode(&bytes);
        prop_assert!(Hash::of(&bytes) != Hash::NONE);
    }

    #[test]
    fn a_digest_does_not_depend_on_the_order_of_rows_but_on_every_row(rows in prop::collection::vec((any::<[u8; 16]>(), any::<i64>()), 1..20)) {
        let rows: Vec<StockRow> = rows.into_iter().map(|(id, thousandths)| StockRow { product: ProductId::from_bytes(id), thousandths }).collect();
        let digest: Digest = rows.iter().collect();
        prop_assert_eq!(rows.iter().rev().collect::<Digest>(), digest);
        let mut other = rows.clone();
        other[0].thousandths ^= 1;
        prop_assert_ne!(other.iter().collect::<Digest>(), digest);
        prop_assert_ne!(rows[1..].iter().collect::<Digest>(), digest);
    }
}
