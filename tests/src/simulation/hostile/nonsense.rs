//! What a hostile device writes: facts that break every rule there is, and pieces that are none.

use super::{Hostile, SHOP};
use crate::simulation::{place::Place, world::World};
use duka_core::{Currency, DeviceId, ProductId, Quantity, ReceiptId, StockMoveId, TaxRate, TransferId, Unit};
use duka_ledger::{
    Account, AccountAdjusted, AdjustmentReason, Batch, DeviceCertified, DeviceRole, DeviceStandingChanged, Fact, LogId, Payment,
    ReceiptLine, RecordChanged, RecordKind, Sale, Scope, ShiftClosed, ShiftOpened, ShiftTotals, Standing, StockMoved, StockReason,
    TaxTotal, TechnicalEvent, TechnicalKind, TenderKind,
};
use duka_records::Product;
use std::collections::BTreeSet;

impl Hostile {
    fn place(&self) -> Option<(Scope, Scope, duka_core::RegisterId, String, Currency)> {
        let me = self.me.as_ref()?;
        Some((Scope::Company(me.company), Scope::Shop(me.shop), me.register, me.series.clone(), me.currency))
    }

    /// A sale with nothing wrong in it but its maker.
    fn sale(&mut self, product: ProductId) -> Option<Sale> {
        let (_, _, register, series, currency) = self.place()?;
        self.number += 1;
        let rate = TaxRate::try_from_ppm(200_000).ok()?;
        let receipt = ReceiptId::new(self.at, &*self.chance);
        self.receipts.push(receipt);
        let line = ReceiptLine {
            line: 1,
            product,
            code: String::new(),
            name: "Thing".into(),
            quantity: Quantity::ONE,
            unit_price: 120,
            discount: 0,
            gross: 120,
            tax: 20,
            rate,
            note: None,
            refunds: None,
        };
        Some(Sale {
            receipt,
            register,
            shift: self.shift,
            series,
            number: self.number,
            currency,
            lines: vec![line],
            taxes: vec![TaxTotal { rate, net: 100, tax: 20 }],
            gross: 120,
            payments: vec![Payment { tender: TenderKind::Cash, amount: 120, tendered: 200 }],
            printed: None,
        })
    }

    /// The last entry of its shop's log, written otherwise and signed as well.
    pub(super) fn other_branch(&self) -> Option<Batch> {
        let (_, shop, ..) = self.place()?;
        let last = self.logs.get(&shop)?.last()?;
        let mut other = last.entry().clone();
        other.lamport ^= 1;
        let sealed = duka_ledger::SealedEntry::seal(other).ok()?;
        self.piece(self.log(shop), &[sealed])
    }
}

impl World {
    /// Writes something into the hostile device's own logs: chained and signed well, and wrong in what it says.
    pub(super) fn write_nonsense(&self, hostile: &mut Hostile) {
        let wrote = self.nonsense(hostile);
        debug_assert!(wrote.is_some(), "a hostile device is never at a loss");
    }

    fn nonsense(&self, hostile: &mut Hostile) -> Option<()> {
        let (company, shop, register, _, currency) = hostile.place()?;
        let product = self.some_product(SHOP.0)?;
        let at = hostile.at;
        let foreign = self.places.iter().find_map(Place::device)?;
        match self.chance.below(19) {
            0 => {
                let opened = ShiftOpened {
                    shift: hostile.shift,
                    register,
                    operator_name: "Eve".into(),
                    currency,
                    float: 0,
                    number: 1,
                    continues: None,
                };
                hostile.write(shop, &Fact::ShiftOpened(opened));
            }
            1 | 2 => {
                let sale = hostile.sale(product)?;
                hostile.write(shop, &Fact::SaleCompleted(sale));
            }
            3 => {
                let mut sale = hostile.sale(product)?;
                hostile.number += 5;
                sale.number = hostile.number;
                hostile.write(shop, &Fact::SaleCompleted(sale));
            }
            4 => {
                let mut sale = hostile.sale(product)?;
                sale.gross += 1;
                hostile.write(shop, &Fact::SaleCompleted(sale));
            }
            5 => {
                let mut sale = hostile.sale(product)?;
                (sale.series, sale.register) = ("R0".into(), duka_core::RegisterId::new(at, &*self.chance));
                hostile.write(shop, &Fact::SaleCompleted(sale));
            }
            6 => {
                let mut sale = hostile.sale(product)?;
                sale.receipt = *hostile.receipts.first()?;
                hostile.write(shop, &Fact::SaleCompleted(sale));
            }
            7 => {
                let huge = [u64::MAX, u64::MAX >> 1, hostile.lamport + (1 << 33), 0];
                let event = technical("later than ever");
                let body = Fact::TechnicalEvent(event).encode().ok()?;
                hostile.write_raw(shop, *huge.get(self.pick(huge.len()))?, 11, body);
            }
            8 => hostile.write_raw(shop, hostile.lamport + 1, 999, b"from the future".to_vec()),
            9 => hostile.write_raw(shop, hostile.lamport + 1, 3, b"no sale at all".to_vec()),
            10 => {
                let change = made_by(foreign, currency)?;
                hostile.write(company, &Fact::RecordChanged(RecordChanged { record: product.into(), ..change }));
            }
            11 => {
                let own = made_by(hostile.device, currency)?;
                hostile.write(company, &Fact::RecordChanged(RecordChanged { change: b"no change".to_vec().into(), ..own }));
            }
            12 => {
                let certified = DeviceCertified {
                    device: foreign,
                    key: hostile.key.public(),
                    role: DeviceRole::Server,
                    shop: None,
                    register: None,
                    name: "server".into(),
                    series: String::new(),
                    currency,
                    succeeds: None,
                };
                hostile.write(company, &Fact::DeviceCertified(certified));
            }
            13 => {
                let standing = DeviceStandingChanged {
                    device: foreign,
                    standing: Standing::Revoked,
                    company_seq: 0,
                    shop_seq: 0,
                    reason: "ha".into(),
                };
                hostile.write(company, &Fact::DeviceStandingChanged(standing));
            }
            14 => {
                let quantity = Quantity::try_new(Quantity::MAX_THOUSANDTHS, Unit::Each).ok()?;
                let id = StockMoveId::new(at, &*self.chance);
                hostile.write(shop, &Fact::StockMoved(StockMoved { id, product, quantity, reason: StockReason::Other, note: "\0".into() }));
            }
            15 => {
                let (debit, credit) = (Account::Safe, Account::Receivable);
                let id = TransferId::new(at, &*self.chance);
                let amount = [i64::MAX, i64::MIN, 5].get(self.pick(3)).copied()?;
                let note = String::new();
                let moved = AccountAdjusted { id, debit, credit, currency, amount, reason: AdjustmentReason::Other, note };
                hostile.write(shop, &Fact::AccountAdjusted(moved));
            }
            16 => {
                let closed = ShiftClosed {
                    shift: hostile.shift,
                    register,
                    z_number: 1,
                    currency,
                    totals: ShiftTotals { sales: 77, ..ShiftTotals::default() },
                    float: 0,
                    expected_cash: 1,
                    counted_cash: 0,
                    perpetual_gross: 9,
                };
                hostile.write(shop, &Fact::ShiftClosed(closed));
            }
            17 => hostile.write(shop, &Fact::TechnicalEvent(technical(&"long ".repeat(8_000)))),
            _ => {
                let sale = hostile.sale(product)?;
                hostile.write(company, &Fact::SaleCompleted(sale));
            }
        }
        Some(())
    }

    /// A piece that is none: of others' logs, of other shops, with a broken chain, a wrong signature, or nothing in it.
    pub(super) fn thrown_in(&self, hostile: &Hostile) -> Option<Batch> {
        let (company, shop, ..) = hostile.place()?;
        let foreign = self.places.iter().find_map(Place::device)?;
        let (other_shop, other_company) = (Scope::Shop(*self.companies[0].shops.last()?), Scope::Company(self.companies[1].id));
        let log = match self.chance.below(6) {
            0 => LogId { device: foreign, scope: shop },
            1 => LogId { device: self.companies[0].server, scope: company },
            2 => hostile.log(other_shop),
            3 => hostile.log(other_company),
            _ => hostile.log(shop),
        };
        let event = Fact::TechnicalEvent(technical("not mine")).encode().ok()?;
        let sealed = hostile.sealed(log, hostile.lamport + 1, 11, event)?;
        let mut piece = hostile.piece(log, &[sealed])?;
        match self.chance.below(4) {
            0 => piece.head.signature = [7; 64],
            1 => piece.entries = vec![b"nothing that can be read".to_vec().into()],
            2 => piece.entries.clear(),
            _ => {}
        }
        // What it says about its own log at its own place would be a fork.
        (log != hostile.log(shop) || piece.head.signature == [7; 64] || piece.entries.len() != 1).then_some(piece)
    }
}

fn technical(detail: &str) -> TechnicalEvent {
    TechnicalEvent { kind: TechnicalKind::Started, detail: detail.to_owned(), operator: None, before: None }
}

fn made_by(device: DeviceId, currency: Currency) -> Option<RecordChanged> {
    let product = Product {
        name: "Forged".into(),
        code: String::new(),
        price: duka_core::Money::try_new(1, currency).ok()?,
        rate: TaxRate::ZERO,
        unit: Unit::Each,
        active: true,
        barcodes: BTreeSet::new(),
    };
    let made = duka_records::create(device, &product).ok()?;
    let record = duka_core::RecordId::from_bytes(*device.as_bytes());
    Some(RecordChanged { kind: RecordKind::Product, record, number: made.number, change: made.change.into() })
}
