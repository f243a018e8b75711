//! Devices that do anything, right and wrong, in any order.

use crate::log::{Log, SHIFT, adjusted, certificate, edited, event, gbp, moved, rate, revoked};
use duka_core::{ProductId, Quantity, ReceiptId, ShiftId, Unit};
use duka_ledger::{
    DeviceStandingChanged, Fact, Kind, Payment, ReceiptLine, Sale, Standing, TaxTotal, TenderKind,
    rule::{MAX_LAMPORT_STEP, Verdict},
};
use proptest::prelude::*;

/// What a device does next.
#[derive(Clone, Debug)]
pub enum Act {
    Open(i64),
    Close,
    Sell(Vec<(i64, u32)>),
    Refund,
    Abort,
    Reprint,
    Move(i64),
    Adjust(i64),
    Edit(u8, u64),
    Tell,
    Certify(u8),
    Revoke(u8),
    /// A kind that only a newer version knows.
    Newer(u16),
    /// A body that cannot be read.
    Garbage(u16, Vec<u8>),
    /// A fact at any logical time.
    Lamport(u64),
    /// A sale with any number.
    Number(u64),
    /// The opening of a shift with any number.
    ShiftNumber(u64),
    /// A sale with any total.
    Gross(i64),
    /// A Z of any shift, with any number.
    Z(u8, u64),
    /// A sale with a NUL in it.
    Nul,
    /// A sale during a shift that nobody opened.
    Elsewhere,
}

/// What an honest till does; its numbers are those that its log is ready for.
pub fn honest() -> impl Strategy<Value = Act> {
    let line = (0_i64..1_000_000, prop::sample::select(vec![0_u32, 50_000, 200_000]));
    prop_oneof![
        6 => prop::collection::vec(line, 1..4).prop_map(Act::Sell),
        2 => Just(Act::Refund),
        2 => (0_i64..1_000_000).prop_map(Act::Open),
        2 => Just(Act::Close),
        1 => Just(Act::Abort),
        1 => Just(Act::Reprint),
        1 => (-10_000_i64..10_000).prop_map(Act::Move),
        1 => (-10_000_i64..10_000).prop_map(Act::Adjust),
        1 => Just(Act::Tell),
    ]
}

/// What any device may do.
pub fn act() -> impl Strategy<Value = Act> {
    let number = || prop_oneof![0_u64..20, prop::sample::select(vec![u64::MAX, 1 << 63, 1_000_000, 1 << 32])];
    let amount = prop_oneof![Just(1_000_000_000_000_000_i64), Just(-1_000_000_000_000_000), any::<i64>()];
    prop_oneof![
        12 => honest(),
        2 => (0_u8..3, 0_u64..4).prop_map(|(record, number)| Act::Edit(record, number)),
        1 => (1_u8..4).prop_map(Act::Certify),
        1 => (1_u8..4).prop_map(Act::Revoke),
        1 => (13_u16..20).prop_map(Act::Newer),
        1 => (1_u16..13, prop::collection::vec(any::<u8>(), 0..9)).prop_map(|(kind, body)| Act::Garbage(kind, body)),
        1 => prop_oneof![number(), Just(MAX_LAMPORT_STEP)].prop_map(Act::Lamport),
        1 => number().prop_map(Act::Number),
        1 => number().prop_map(Act::ShiftNumber),
        1 => amount.clone().prop_map(Act::Gross),
        1 => amount.prop_map(Act::Adjust),
        1 => (0_u8..4, number()).prop_map(|(shift, number)| Act::Z(shift, number)),
        1 => Just(Act::Nul),
        1 => Just(Act::Elsewhere),
    ]
}

/// Writes it at the end of the log.
pub fn perform(log: &mut Log, act: &Act) -> Verdict {
    let mut sale = log.sale();
    let fact = match act {
        Act::Open(float) => Fact::ShiftOpened(duka_ledger::ShiftOpened { float: *float, ..log.opening() }),
        Act::Close => Fact::ShiftClosed(log.closing()),
        Act::Sell(lines) => {
            Fact::SaleCompleted(log.sale_of(&lines.iter().map(|&(gross, ppm)| (gross, gross / 6, ppm)).collect::<Vec<_>>()))
        }
        Act::Refund => Fact::RefundCompleted(log.refund()),
        Act::Abort => Fact::SaleAborted(log.aborted()),
        Act::Reprint => Fact::ReceiptReprinted(log.reprinted()),
        Act::Move(thousandths) => Fact::StockMoved(moved(*thousandths)),
        Act::Adjust(amount) => Fact::AccountAdjusted(adjusted(*amount)),
        Act::Edit(record, number) => Fact::RecordChanged(edited(*record, *number)),
        Act::Tell => Fact::TechnicalEvent(event("started")),
        Act::Certify(till) => Fact::DeviceCertified(certificate(*till)),
        Act::Revoke(till) => Fact::DeviceStandingChanged(revoked(*till, 1, 2)),
        Act::Newer(kind) => return log.write_raw(log.state.next_lamport(0), *kind, vec![]).verdict,
        Act::Garbage(kind, body) => return log.write_raw(log.state.next_lamport(0), *kind, body.clone()).verdict,
        Act::Lamport(lamport) => {
            let body = Fact::SaleCompleted(sale).encode().unwrap();
            return log.write_raw(*lamport, Kind::SaleCompleted.number(), body).verdict;
        }
        Act::Number(number) => Fact::SaleCompleted(Sale { number: *number, ..sale }),
        Act::ShiftNumber(number) => Fact::ShiftOpened(duka_ledger::ShiftOpened { number: *number, ..log.opening() }),
        Act::Gross(gross) => Fact::SaleCompleted(Sale { gross: *gross, ..sale }),
        Act::Z(shift, number) => {
            let shift = ShiftId::from_bytes([*shift; 16]);
            Fact::ShiftClosed(duka_ledger::ShiftClosed { shift, z_number: *number, ..log.closing() })
        }
        Act::Nul => {
            sale.lines[0].name.push('\0');
            Fact::SaleCompleted(sale)
        }
        Act::Elsewhere => Fact::SaleCompleted(Sale { shift: SHIFT, ..sale }),
    };
    log.write(&fact)
}

/// The logs of three tills and their server in which anything may stand. Some of the tills are revoked from somewhere on.
pub fn logs() -> impl Strategy<Value = Vec<Log>> {
    let standing = prop::option::of((any::<bool>(), 0_u64..10, 0_u64..20));
    (prop::collection::vec((0_usize..7, act()), 0..80), prop::collection::vec(standing, 3)).prop_map(|(acts, standings)| {
        let mut logs: Vec<Log> = [1, 2, 3].into_iter().flat_map(|till| [Log::till(till), Log::company(till)]).collect();
        logs.push(Log::server());
        for (log, standing) in logs.iter_mut().zip(standings.iter().flat_map(|standing| [standing, standing])) {
            log.writer.standing = standing.map(|(revoked, company_seq, shop_seq)| DeviceStandingChanged {
                device: log.id.device,
                standing: if revoked { Standing::Revoked } else { Standing::Active },
                company_seq,
                shop_seq,
                reason: String::new(),
            });
        }
        for (log, act) in acts {
            perform(&mut logs[log], &act);
        }
        logs
    })
}

prop_compose! {
    /// A sale as the till prices it: several products, units and rates.
    pub fn sale()(lines in prop::collection::vec((1_i64..100_000, 0_i64..1_000_000, prop::sample::select(vec![0_u32, 50_000, 200_000]), 0_u8..3), 1..20)) -> Sale {
        let priced: Vec<_> = lines.iter().map(|(quantity, price, ppm, which)| duka_pricing::Line {
            quantity: Quantity::try_new(*quantity, Unit::from_number(*which).unwrap()).unwrap(),
            unit_price: duka_core::Money::try_new(*price, gbp()).unwrap(),
            rate: rate(*ppm),
            discount: duka_pricing::Discount::None,
        }).collect();
        let total = duka_pricing::price(gbp(), &priced).unwrap();
        let gross = total.gross.minor();
        Sale {
            receipt: ReceiptId::from_bytes([1; 16]),
            register: crate::log::register(1),
            shift: SHIFT,
            series: "A1".into(),
            number: 1,
            currency: gbp(),
            lines: (1..).zip(priced.iter().zip(&total.lines)).zip(&lines).map(|((number, (line, priced)), (.., which))| ReceiptLine {
                line: number,
                product: ProductId::from_bytes([*which; 16]),
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
            gross,
            payments: vec![Payment { tender: TenderKind::Cash, amount: gross, tendered: gross }],
            printed: None,
        }
    }
}
