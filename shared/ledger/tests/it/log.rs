//! Builders: a log with its writer, written entry by entry, and the facts of an ordinary day.

use duka_core::{
    CompanyId, Currency, DeviceId, OperatorId, ProductId, Quantity, ReceiptId, RecordId, RegisterId, ShiftId, ShopId, StockMoveId, TaxRate,
    Timestamp, TransferId,
};
use duka_ledger::{
    Account, AccountAdjusted, AdjustmentReason, Body, DeviceCertified, DeviceKey, DeviceRole, DeviceStandingChanged, Entry, Fact, Hash,
    LogId, Payment, ReceiptLine, ReceiptReprinted, RecordChanged, RecordKind, RefundCompleted, Sale, SaleAborted, Scope, SealedEntry,
    ShiftClosed, ShiftOpened, Standing, StockMoved, StockReason, TaxTotal, TechnicalEvent, TechnicalKind, TenderKind,
    rule::{Asks, Judged, LogState, Once, Verdict, Writer, judge},
};
use std::collections::BTreeSet;

pub const COMPANY: CompanyId = CompanyId::from_bytes([1; 16]);
pub const SHOP: ShopId = ShopId::from_bytes([2; 16]);
pub const SERVER: DeviceId = DeviceId::from_bytes([100; 16]);
pub const SHIFT: ShiftId = ShiftId::from_bytes([6; 16]);
pub const PRODUCT: ProductId = ProductId::from_bytes([4; 16]);

pub fn gbp() -> Currency {
    Currency::try_new("GBP").unwrap()
}

pub fn rate(ppm: u32) -> TaxRate {
    TaxRate::try_from_ppm(ppm).unwrap()
}

pub fn device(number: u8) -> DeviceId {
    DeviceId::from_bytes([number; 16])
}

pub fn register(number: u8) -> RegisterId {
    RegisterId::from_bytes([number; 16])
}

pub fn key(number: u8) -> DeviceKey {
    DeviceKey::from_secret([number; 32])
}

/// What the server certifies of the till with this number.
pub fn certificate(till: u8) -> DeviceCertified {
    DeviceCertified {
        device: device(till),
        key: key(till).public(),
        role: DeviceRole::Till,
        shop: Some(SHOP),
        register: Some(register(till)),
        name: format!("Till {till}"),
        series: format!("A{till}"),
        currency: gbp(),
        succeeds: None,
    }
}

/// What the server certifies of itself.
pub fn server_certificate() -> DeviceCertified {
    DeviceCertified {
        device: SERVER,
        key: key(100).public(),
        role: DeviceRole::Server,
        shop: None,
        register: None,
        name: "Server".into(),
        series: String::new(),
        currency: gbp(),
        succeeds: None,
    }
}

/// A log as its readers see it. Each entry is judged when it is written.
#[derive(Clone, Debug)]
pub struct Log {
    pub writer: Writer,
    pub id: LogId,
    pub state: LogState,
    pub entries: Vec<SealedEntry>,
    said: BTreeSet<Once>,
}

/// In these tests every change of a record can be merged, unless it says otherwise.
pub fn check_record(changed: &RecordChanged, _: DeviceId) -> Result<(), String> {
    if changed.change.as_slice() == b"bad" { Err("bad \0 change".into()) } else { Ok(()) }
}

impl Log {
    pub fn new(certificate: DeviceCertified, scope: Scope) -> Self {
        let id = LogId { device: certificate.device, scope };
        Self { writer: Writer { certificate, standing: None }, id, state: LogState::default(), entries: Vec::new(), said: BTreeSet::new() }
    }

    /// The log of a till for its shop.
    pub fn till(number: u8) -> Self {
        Self::new(certificate(number), Scope::Shop(SHOP))
    }

    /// The log of a till for its company.
    pub fn company(till: u8) -> Self {
        Self::new(certificate(till), Scope::Company(COMPANY))
    }

    pub fn server() -> Self {
        Self::new(server_certificate(), Scope::Company(COMPANY))
    }

    pub fn seq(&self) -> u64 {
        u64::try_from(self.entries.len()).unwrap()
    }

    /// The next entry of the log, whatever is in it.
    pub fn next(&self, lamport: u64, kind: u16, body: Vec<u8>) -> SealedEntry {
        SealedEntry::seal(Entry {
            log: self.id,
            seq: self.seq() + 1,
            prev: self.entries.last().map_or(Hash::NONE, SealedEntry::hash),
            lamport,
            at: Timestamp::from_micros(1_291_191_960_000_000),
            offset_minutes: 60,
            operator: Some(OperatorId::from_bytes([3; 16])),
            kind,
            body: body.into(),
        })
        .unwrap()
    }

    /// Writes whatever it is told.
    pub fn write_raw(&mut self, lamport: u64, kind: u16, body: Vec<u8>) -> Judged {
        let sealed = self.next(lamport, kind, body);
        let seen = |once: &Once| self.said.contains(once);
        let judged = judge(&self.writer, &mut self.state, &sealed, &Asks { record: &check_record, seen: &seen });
        if judged.verdict == Verdict::Projected
            && let Ok(Body::Known(fact)) = sealed.body()
        {
            self.said.extend(fact.once());
        }
        self.entries.push(sealed);
        judged
    }

    /// Writes a fact at the next logical time.
    pub fn judge(&mut self, fact: &Fact) -> Judged {
        self.write_raw(self.state.next_lamport(0), fact.kind().number(), fact.encode().unwrap())
    }

    /// The same, and what became of it.
    pub fn write(&mut self, fact: &Fact) -> Verdict {
        self.judge(fact).verdict
    }

    fn register(&self) -> RegisterId {
        self.writer.certificate.register.unwrap_or(register(99))
    }

    /// The shift that is open; one that nobody opened when there is none.
    pub fn shift(&self) -> ShiftId {
        self.state.shift().map_or(SHIFT, |open| open.shift)
    }

    /// The next sale: two lines, 1.80 in all.
    pub fn sale(&self) -> Sale {
        self.sale_of(&[(120, 20, 200_000), (60, 10, 200_000)])
    }

    /// The next sale, with a line for each gross, tax and rate.
    pub fn sale_of(&self, lines: &[(i64, i64, u32)]) -> Sale {
        let mut taxes: Vec<TaxTotal> = Vec::new();
        for &(gross, tax, ppm) in lines {
            match taxes.iter_mut().find(|total| total.rate == rate(ppm)) {
                Some(total) => (total.net, total.tax) = (total.net + gross - tax, total.tax + tax),
                None => taxes.push(TaxTotal { rate: rate(ppm), net: gross - tax, tax }),
            }
        }
        taxes.sort_by_key(|total| total.rate);
        let gross = lines.iter().map(|(gross, ..)| gross).sum();
        Sale {
            receipt: ReceiptId::from_bytes([5; 16]),
            register: self.register(),
            shift: self.shift(),
            series: self.writer.certificate.series.clone(),
            number: self.state.receipt_number() + 1,
            currency: gbp(),
            lines: (1..)
                .zip(lines)
                .map(|(line, &(gross, tax, ppm))| ReceiptLine {
                    line,
                    product: PRODUCT,
                    code: "4006381333931".into(),
                    name: "\u{202e}أحمد".into(),
                    quantity: Quantity::ONE,
                    unit_price: gross,
                    discount: 0,
                    gross,
                    tax,
                    rate: rate(ppm),
                    note: None,
                    refunds: None,
                })
                .collect(),
            taxes,
            gross,
            payments: vec![Payment { tender: TenderKind::Cash, amount: gross, tendered: gross }],
            printed: None,
        }
    }

    pub fn refund(&self) -> RefundCompleted {
        RefundCompleted { refund: self.sale_of(&[(60, 10, 200_000)]), reason: "broken".into() }
    }

    /// The opening of the next shift.
    pub fn opening(&self) -> ShiftOpened {
        let number = self.state.shift_number() + 1;
        ShiftOpened {
            shift: ShiftId::from_bytes([u8::try_from(number % 200).unwrap(); 16]),
            register: self.register(),
            operator_name: "Amina".into(),
            currency: gbp(),
            float: 10_000,
            number,
            continues: None,
        }
    }

    /// The Z report of the open shift, with a penny too few in the drawer.
    pub fn closing(&self) -> ShiftClosed {
        let open = self.state.shift().cloned();
        let totals = open.as_ref().map(|open| open.totals.clone()).unwrap_or_default();
        let float = open.as_ref().map_or(0, |open| open.float);
        ShiftClosed {
            shift: self.shift(),
            register: self.register(),
            z_number: open.map_or(1, |open| open.number),
            currency: gbp(),
            expected_cash: float + totals.cash,
            counted_cash: (float + totals.cash - 1).max(0),
            float,
            totals,
            perpetual_gross: self.state.perpetual_gross(),
        }
    }

    pub fn aborted(&self) -> SaleAborted {
        let (receipt, register, shift) = (ReceiptId::from_bytes([8; 16]), self.register(), self.shift());
        SaleAborted { receipt, register, shift, currency: gbp(), lines: 2, gross: 180 }
    }

    pub fn reprinted(&self) -> ReceiptReprinted {
        ReceiptReprinted { receipt: ReceiptId::from_bytes([5; 16]), register: self.register(), shift: Some(self.shift()) }
    }
}

pub fn moved(thousandths: i64) -> StockMoved {
    let quantity = Quantity::try_new(thousandths, duka_core::Unit::Kilogram).unwrap();
    StockMoved { id: StockMoveId::from_bytes([7; 16]), product: PRODUCT, quantity, reason: StockReason::Received, note: "delivery".into() }
}

pub fn adjusted(amount: i64) -> AccountAdjusted {
    AccountAdjusted {
        id: TransferId::from_bytes([9; 16]),
        debit: Account::BadDebt,
        credit: Account::Receivable,
        currency: gbp(),
        amount,
        reason: AdjustmentReason::BadDebt,
        note: "gone away".into(),
    }
}

pub fn edited(record: u8, number: u64) -> RecordChanged {
    RecordChanged { kind: RecordKind::Product, record: RecordId::from_bytes([record; 16]), number, change: b"change".to_vec().into() }
}

pub fn event(detail: &str) -> TechnicalEvent {
    TechnicalEvent { kind: TechnicalKind::Started, detail: detail.to_owned(), operator: None, before: None }
}

pub fn revoked(till: u8, company_seq: u64, shop_seq: u64) -> DeviceStandingChanged {
    DeviceStandingChanged { device: device(till), standing: Standing::Revoked, company_seq, shop_seq, reason: "stolen".into() }
}
