//! A till as the server sees it: a device that writes chained entries and signs its heads.

use crate::talk::Talk;
use duka_api::http::EnrolAnswer;
use duka_core::{Currency, DeviceId, EnrolCode, Entropy, ProductId, Quantity, ReceiptId, ShiftId, TaxRate, Timestamp};
use duka_ledger::{
    Batch, DeviceKey, Entry, Fact, Hash, Head, LogId, Payment, PublicKey, ReceiptLine, RecordChanged, RecordKind, Sale, Scope, SealedEntry,
    ShiftOpened, StockMoved, StockReason, TaxTotal, TenderKind,
};
use duka_records::Edited;
use duka_server::platform::{entropy::SystemEntropy, secret::from_hex};
use duka_sync::{EnrolRequest, EnrolTicket, Nonce};
use std::collections::BTreeMap;

pub struct Till {
    pub device: DeviceId,
    pub key: [u8; 32],
    pub enrolment: Option<EnrolAnswer>,
    pub logs: BTreeMap<Scope, Vec<SealedEntry>>,
    /// Others' logs that it took in.
    pub others: BTreeMap<LogId, Vec<SealedEntry>>,
    /// What it knows from exchanges.
    pub talk: Talk,
    pub lamport: u64,
    pub number: u64,
    pub shifts: u64,
    pub shift: ShiftId,
    /// What its clock says.
    pub now: i64,
    /// Where the server's log stood in the database that it was before.
    pub heard: Option<Head>,
    /// Where the log of the shop stood of the device that it was before.
    pub before: Option<Head>,
}

/// A request to join that is under way.
pub struct Enrolling {
    pub sealed: Vec<u8>,
    ticket: EnrolTicket,
}

impl Enrolling {
    /// What the answer says, if it is the server's.
    pub fn open(&self, answer: &[u8]) -> EnrolAnswer {
        let key = |answer: &EnrolAnswer| PublicKey::try_from_bytes(from_hex(&answer.server_key)?).ok();
        self.ticket.open(answer, |answer: &EnrolAnswer| Some((answer.server_device, key(answer)?))).unwrap()
    }
}

pub fn new_product() -> ProductId {
    ProductId::new(Timestamp::from_micros(1_700_000_000_000_000), &SystemEntropy)
}

impl Till {
    pub fn new() -> Self {
        let now = Timestamp::from_micros(1_700_000_000_000_000);
        let mut key = [0; 32];
        SystemEntropy.fill(&mut key);
        Self {
            device: DeviceId::new(now, &SystemEntropy),
            key,
            enrolment: None,
            logs: BTreeMap::new(),
            others: BTreeMap::new(),
            talk: Talk::default(),
            lamport: 0,
            number: 0,
            shifts: 0,
            shift: ShiftId::new(now, &SystemEntropy),
            now: now.micros(),
            heard: None,
            before: None,
        }
    }

    /// Another database of the same device: what a copied directory makes.
    pub fn copy(&self) -> Self {
        Self {
            device: self.device,
            key: self.key,
            enrolment: self.enrolment.clone(),
            logs: self.logs.clone(),
            others: self.others.clone(),
            talk: Talk { peer: None, ..self.talk.clone() },
            lamport: self.lamport,
            number: self.number,
            shifts: self.shifts,
            shift: self.shift,
            now: self.now,
            heard: self.heard,
            before: self.before,
        }
    }

    pub fn signer(&self) -> DeviceKey {
        DeviceKey::from_secret(self.key)
    }

    pub fn enrolment(&self, code: &str) -> Enrolling {
        self.enrolment_as(code, "Till")
    }

    pub fn enrolment_as(&self, code: &str, name: &str) -> Enrolling {
        let code: EnrolCode = code.parse().unwrap();
        let mut nonce = [0; 16];
        SystemEntropy.fill(&mut nonce);
        let (key, nonce, sent_at) = (self.signer().public(), Nonce::from_random(nonce), Timestamp::from_micros(self.now));
        let request = EnrolRequest {
            once: *code.once(),
            device: self.device,
            key,
            name: name.to_owned(),
            nonce,
            sent_at,
            heard: self.heard,
            before: self.before,
        };
        let (sealed, ticket) = request.seal(code, &self.signer()).unwrap();
        Enrolling { sealed, ticket }
    }

    pub fn enrolled(&mut self, answer: EnrolAnswer) {
        self.enrolment = Some(answer);
    }

    pub fn me(&self) -> &EnrolAnswer {
        self.enrolment.as_ref().unwrap()
    }

    pub fn shop_scope(&self) -> Scope {
        Scope::Shop(self.me().shop)
    }

    pub fn company_scope(&self) -> Scope {
        Scope::Company(self.me().company)
    }

    pub fn log(&self, scope: Scope) -> LogId {
        LogId { device: self.device, scope }
    }

    /// Writes an entry with any kind and body.
    pub fn write_raw(&mut self, scope: Scope, kind: u16, body: Vec<u8>) {
        let log = self.log(scope);
        let written = self.logs.entry(scope).or_default();
        self.lamport += 1;
        self.now += 1_000_000;
        let entry = Entry {
            log,
            seq: u64::try_from(written.len()).unwrap() + 1,
            prev: written.last().map_or(Hash::NONE, SealedEntry::hash),
            lamport: self.lamport,
            at: Timestamp::from_micros(self.now),
            offset_minutes: 60,
            operator: self.enrolment.as_ref().map(|me| me.operator),
            kind,
            body: body.into(),
        };
        written.push(SealedEntry::seal(entry).unwrap());
    }

    pub fn write(&mut self, scope: Scope, fact: &Fact) {
        self.write_raw(scope, fact.kind().number(), fact.encode().unwrap());
    }

    pub fn open_shift(&mut self, float: i64) {
        let opened = ShiftOpened {
            shift: self.shift,
            register: self.me().register,
            operator_name: "Ada".into(),
            currency: self.me().currency,
            float,
            number: self.shifts + 1,
            continues: None,
        };
        self.shifts += 1;
        self.write(self.shop_scope(), &Fact::ShiftOpened(opened));
    }

    /// A sale of some of a product at 1.20 each, 20 % tax included.
    pub fn sale_of(&mut self, product: ProductId, count: i64) -> Sale {
        self.number += 1;
        let rate = TaxRate::try_from_ppm(200_000).unwrap();
        let (gross, tax) = (120 * count, 20 * count);
        let line = ReceiptLine {
            line: 1,
            product,
            code: "T1".into(),
            name: "Thé 茶".into(),
            quantity: Quantity::whole(count, duka_core::Unit::Each).unwrap(),
            unit_price: 120,
            discount: 0,
            gross,
            tax,
            rate,
            note: None,
            refunds: None,
        };
        Sale {
            receipt: ReceiptId::new(Timestamp::from_micros(self.now), &SystemEntropy),
            register: self.me().register,
            shift: self.shift,
            series: self.me().series.clone(),
            number: self.number,
            currency: Currency::try_new("GBP").unwrap(),
            lines: vec![line],
            taxes: vec![TaxTotal { rate, net: gross - tax, tax }],
            gross,
            payments: vec![Payment { tender: TenderKind::Cash, amount: gross, tendered: gross + 80 }],
            printed: None,
        }
    }

    pub fn sell(&mut self, product: ProductId, count: i64) -> ReceiptId {
        let sale = self.sale_of(product, count);
        let receipt = sale.receipt;
        self.write(self.shop_scope(), &Fact::SaleCompleted(sale));
        receipt
    }

    pub fn receive(&mut self, product: ProductId, count: i64) {
        let moved = StockMoved {
            id: duka_core::StockMoveId::new(Timestamp::from_micros(self.now), &SystemEntropy),
            product,
            quantity: Quantity::whole(count, duka_core::Unit::Each).unwrap(),
            reason: StockReason::Received,
            note: String::new(),
        };
        self.write(self.shop_scope(), &Fact::StockMoved(moved));
    }

    pub fn record(&mut self, product: ProductId, edit: &Edited) {
        self.change(product, edit.number, edit.change.clone());
    }

    /// An edit as no form of Duka writes it.
    pub fn change(&mut self, product: ProductId, number: u64, change: Vec<u8>) {
        let changed = RecordChanged { kind: RecordKind::Product, record: product.into(), number, change: change.into() };
        self.write(self.company_scope(), &Fact::RecordChanged(changed));
    }

    /// Entries `from..=to` of a log, signed at their end.
    pub fn batch(&self, scope: Scope, from: usize, to: usize) -> Batch {
        let entries = &self.logs[&scope][from - 1..to];
        let last = entries.last().unwrap();
        let head = Head { log: self.log(scope), seq: last.entry().seq, hash: last.hash() };
        Batch {
            log: head.log,
            entries: entries.iter().map(|sealed| sealed.bytes().to_vec().into()).collect(),
            head: self.signer().sign_head(head),
        }
    }

    pub fn head(&self, scope: Scope) -> Head {
        let last = self.logs[&scope].last().unwrap();
        Head { log: self.log(scope), seq: last.entry().seq, hash: last.hash() }
    }
}
