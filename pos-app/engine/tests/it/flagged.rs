//! What breaks a rule is kept and flagged everywhere alike; it stops nothing.

use crate::world::{Server, Shop, gbp, money};
use duka_api::till::{ReceiptRef, Tender};
use duka_core::{DeviceId, NumberForm, ProductId, Quantity, StockMoveId, Unit};
use duka_ledger::{
    Batch, DeviceKey, DeviceStandingChanged, Entry, Fact, Hash, Head, LogId, RecordChanged, RecordKind, Sale, Scope, SealedEntry,
    ShiftOpened, Standing, StockMoved, StockReason, TechnicalEvent, TechnicalKind,
};
use duka_pos::{
    Engine,
    import::{FileForm, prepare},
};
use duka_records::Product;
use duka_sync::Next;

/// A certified device of the shop that signs whatever it likes.
struct Hostile {
    key: DeviceKey,
    log: LogId,
    entries: Vec<SealedEntry>,
}

impl Hostile {
    fn certified(server: &Server) -> Self {
        let (device, key) = (DeviceId::from_bytes([0xbd; 16]), DeviceKey::from_secret([9; 32]));
        server.certify(device, key.public(), "H1");
        let log = LogId { device, scope: Scope::Shop(server.shop) };
        Self { key, log, entries: Vec::new() }
    }

    fn write(&mut self, lamport: u64, kind: u16, body: Vec<u8>) {
        let entry = Entry {
            log: self.log,
            seq: self.entries.len() as u64 + 1,
            prev: self.entries.last().map_or(Hash::NONE, SealedEntry::hash),
            lamport,
            at: duka_core::Timestamp::EPOCH,
            offset_minutes: 0,
            operator: None,
            kind,
            body: body.into(),
        };
        self.entries.push(SealedEntry::seal(entry).unwrap());
    }

    fn tell(&mut self, lamport: u64, fact: &Fact) {
        self.write(lamport, fact.kind().number(), fact.encode().unwrap());
    }

    fn batch(&self) -> Batch {
        let last = self.entries.last().unwrap();
        let head = Head { log: self.log, seq: last.entry().seq, hash: last.hash() };
        Batch { log: self.log, entries: self.entries.iter().map(|it| it.bytes().to_vec().into()).collect(), head: self.key.sign_head(head) }
    }
}

fn event(detail: &str) -> Fact {
    Fact::TechnicalEvent(TechnicalEvent { kind: TechnicalKind::Started, detail: detail.into(), operator: None, before: None })
}

/// How many entries wait, and how many break a rule.
fn aside(shop: &Shop) -> (u64, u64) {
    let aside = shop.till.as_ref().unwrap().reader().set_aside().unwrap();
    (aside.waiting, aside.flagged)
}

#[test]
fn an_entry_that_breaks_a_rule_is_kept_and_relayed_and_those_around_it_count() {
    let server = Server::new();
    let (mut a, mut b) = (Shop::open(&server, "A1"), Shop::open(&server, "B1"));
    let mut hostile = Hostile::certified(&server);
    hostile.tell(1, &event("fine"));
    hostile.tell(u64::MAX, &event("a huge lamport"));
    hostile.write(2, 3, b"no sale".to_vec());
    hostile.tell(3, &event("fine again"));
    hostile.write(4, 999, b"of the future".to_vec());
    server.hold(&hostile.key.public(), &[hostile.batch()]);
    for shop in [&mut a, &mut b] {
        let taken = shop.sync(&server);
        assert_eq!((taken.trouble, taken.next), (None, Next::InStep), "nothing stops");
        let aside = shop.till().reader().set_aside().unwrap();
        assert_eq!((aside.waiting, aside.flagged), (1, 2), "one waits, two are flagged");
        let told: Vec<_> = aside.entries.iter().map(|entry| (entry.series.as_str(), entry.seq, entry.waits)).collect();
        assert_eq!(told, [("H1", 3, false), ("H1", 2, false), ("H1", 5, true)], "a manager is told which, and of whom");
        assert!(aside.entries.iter().all(|entry| !entry.detail.ends_with(": ")), "and why: {aside:?}");
        assert!(shop.till().reader().heads().unwrap().iter().any(|head| head.log == hostile.log && head.seq == 5));
        // The huge lamport is not adopted: the till goes on selling and numbering.
        let done = shop.sell(&["T1"]);
        assert!(done.number.ends_with("-000001"));
        shop.assert_rebuilds();
        assert_eq!(shop.till().reader().set_aside().unwrap(), aside, "a rebuild judges alike");
    }
    let flags = |shop: &mut Shop| shop.till().reader().digests().unwrap().into_iter().find(|it| it.table == "flag").unwrap();
    assert_eq!(flags(&mut a), flags(&mut b));
}

/// The books are as if what came after its revocation had never been written; and as if nothing had happened when the device is released.
#[test]
fn what_a_device_wrote_after_it_was_revoked_is_taken_out_and_comes_back_when_it_is_released() {
    let server = Server::new();
    let (mut a, mut b) = (Shop::open(&server, "A1"), Shop::open(&server, "B1"));
    a.sell(&["T1"]);
    let device = a.till().reader().device().unwrap();
    let counted = a.till().reader().heads().unwrap().iter().filter(|head| head.log.device == device).copied().collect::<Vec<_>>();
    let seq = |of_company: bool| counted.iter().find(|head| matches!(head.log.scope, Scope::Company(_)) == of_company).unwrap().seq;
    let take = |server: &Server, a: &mut Shop, b: &mut Shop| {
        a.sync(server);
        b.sync(server);
    };
    take(&server, &mut a, &mut b);
    let before = b.till().reader().digests().unwrap();
    let stock = b.stock("T1");

    a.sell(&["T1", "M1"]);
    let tea = a.id("T1");
    let fields = crate::world::fields("Stolen tea", "T1", 1, 200_000, "8714100791325");
    let was = crate::world::fields("Tea", "T1", 295, 200_000, "8714100791325");
    a.till().product_save(&duka_api::till::SaveProduct { product: Some(tea), before: Some(was), fields }).unwrap();
    take(&server, &mut a, &mut b);
    let all = b.till().reader().digests().unwrap();
    assert_ne!(all, before);

    let change = |standing| {
        Fact::DeviceStandingChanged(DeviceStandingChanged {
            device,
            standing,
            company_seq: seq(true),
            shop_seq: seq(false),
            reason: "lost".into(),
        })
    };
    server.write(&change(Standing::Revoked));
    take(&server, &mut a, &mut b);
    let differ = |left: &[duka_sync::TableDigest], right: &[duka_sync::TableDigest]| {
        left.iter().zip(right).filter(|(a, b)| a != b).map(|(a, _)| a.table.clone()).collect::<Vec<_>>()
    };
    let revoked = b.till().reader().digests().unwrap();
    assert_eq!(differ(&revoked, &before), ["device_standing", "flag"], "the tables are as they were");
    assert_eq!(b.stock("T1"), stock);
    let products = b.till().reader().product_list(&Default::default()).unwrap().rows;
    let price = products.into_iter().find(|product| product.product == tea).unwrap().fields.price;
    assert_eq!(price, money(295), "the document is made anew without the edit");
    b.assert_rebuilds();

    server.write(&change(Standing::Active));
    take(&server, &mut a, &mut b);
    assert_eq!(differ(&b.till().reader().digests().unwrap(), &all), ["device_standing"]);
    b.assert_rebuilds();
}

/// Only the merging itself shows that a change fits to no document: it is left out, and stops neither its log nor the record.
#[test]
fn an_edit_at_which_merging_fails_is_left_out_and_honest_edits_go_on() {
    let server = Server::new();
    let (mut at_once, mut one_by_one) = (Shop::open(&server, "A1"), Shop::open(&server, "B1"));
    let mut hostile = Hostile::certified(&server);
    let device = hostile.log.device;
    hostile.log.scope = Scope::Company(server.company);
    let (product, gum) = (ProductId::from_bytes([7; 16]), crate::world::fields("Gum", "G1", 80, 0, ""));
    let made = Product {
        name: gum.name.clone(),
        code: gum.code.clone(),
        price: gum.price,
        rate: gum.rate,
        unit: gum.unit,
        active: true,
        barcodes: [].into(),
    };
    let made = duka_records::create(device, &made).unwrap();
    let mut changes = vec![(1, made.change.clone())];
    changes.extend(crate::hostile::harm(device, &made.document));
    for (lamport, (number, change)) in (1..).zip(changes) {
        let changed = RecordChanged { kind: RecordKind::Product, record: product.into(), number, change: change.into() };
        hostile.tell(lamport, &Fact::RecordChanged(changed));
        server.hold(&hostile.key.public(), &[hostile.batch()]);
        assert_eq!(one_by_one.sync(&server).trouble, None);
    }
    assert_eq!(at_once.sync(&server).trouble, None);
    for shop in [&mut at_once, &mut one_by_one] {
        assert!(shop.till().reader().heads().unwrap().iter().any(|head| head.log == hostile.log && head.seq == 3));
        let found = shop.till().reader().product_list(&duka_api::till::ProductQuery { find: "gum".into(), ..Default::default() }).unwrap();
        assert_eq!(found.rows[0].fields, gum);
        let dearer = duka_api::till::ProductFields { price: money(90), ..gum.clone() };
        let save = duka_api::till::SaveProduct { product: Some(product), before: Some(gum.clone()), fields: dearer };
        assert_eq!(shop.till().product_save(&save).unwrap().fields.price, money(90));
        shop.assert_rebuilds();
    }
}

/// A hundred bytes that ask for years of work, from a device that is certified.
#[test]
fn an_edit_without_end_is_flagged_unread_and_the_till_sells_on() {
    let server = Server::new();
    let mut shop = Shop::open(&server, "A1");
    let mut hostile = Hostile::certified(&server);
    hostile.log.scope = Scope::Company(server.company);
    for (lamport, change) in (1..).zip(crate::hostile::endless(hostile.log.device, 1)) {
        let record = ProductId::from_bytes([7; 16]).into();
        let changed = RecordChanged { kind: RecordKind::Product, record, number: 1, change: change.into() };
        hostile.tell(lamport, &Fact::RecordChanged(changed));
    }
    server.hold(&hostile.key.public(), &[hostile.batch()]);
    assert_eq!(shop.sync(&server).trouble, None);
    assert_eq!(aside(&shop), (0, 2));
    shop.sell(&["T1"]);
    shop.assert_rebuilds();
}

/// Two moves, and two refunds of one line, of the most that one may be: a sum is no damage, so nothing is mended for it.
#[test]
fn a_sum_past_what_one_quantity_holds_is_shown_and_nobody_takes_it_for_damage() {
    let server = Server::new();
    let mut shop = Shop::open(&server, "A1");
    let (tea, sale) = (shop.id("T1"), shop.sell(&["T1"]).receipt);
    let mut hostile = Hostile::certified(&server);
    let most = Quantity::try_new(Quantity::MAX_THOUSANDTHS, Unit::Each).unwrap();
    for (lamport, id) in [(1, 1), (2, 2)] {
        let id = StockMoveId::from_bytes([id; 16]);
        hostile.tell(
            lamport,
            &Fact::StockMoved(StockMoved { id, product: tea, quantity: most, reason: StockReason::Counted, note: String::new() }),
        );
    }
    server.hold(&hostile.key.public(), &[hostile.batch()]);
    assert_eq!(shop.sync(&server).trouble, None);
    assert_eq!(aside(&shop), (0, 0));
    // As two refunds elsewhere would leave it: the line of another's receipt, twice the most.
    shop.raw()
        .execute_batch(&format!(
            "insert into receipt_line select device, 900, line, product, code, name, {0}, unit, unit_price, discount, gross, tax, rate, note, x'{1}', line
             from receipt_line;
             insert into receipt_line select device, 901, line, product, code, name, {0}, unit, unit_price, discount, gross, tax, rate, note, x'{1}', line
             from receipt_line where number = 900",
            Quantity::MAX_THOUSANDTHS,
            sale.to_string().replace('-', "")
        ))
        .unwrap();
    let engine = Engine::start(shop.till.take().unwrap()).unwrap();
    let shown = engine.read(move |reader| reader.receipt_get(&ReceiptRef { receipt: sale })).unwrap();
    assert_eq!(shown.lines[0].refunded, most);
    let file = prepare(b"name,code,price,stock\nTea,T1,2.95,5\n", gbp(), FileForm::Shop(NumberForm::Point)).unwrap();
    engine.run(move |till| till.import_begin(&file)).unwrap();
    while engine.run(duka_pos::Till::import_step).unwrap().is_some() {}
    let report = engine.read(duka_pos::Reader::import_report).unwrap().unwrap();
    assert_eq!(report.faults.iter().map(|fault| fault.column.as_str()).collect::<Vec<_>>(), ["stock"]);
    drop(engine);
    assert!(!std::path::Path::new(&format!("{}.damaged", shop.path().display())).exists());
}

#[test]
fn a_receipt_id_that_another_device_claims_too_stays_this_tills_own_here() {
    let server = Server::new();
    let mut a = Shop::open(&server, "A1");
    let done = a.sell(&["T1"]);
    a.sync(&server);
    let device = a.till().reader().device().unwrap();
    let mut hostile = Hostile::certified(&server);
    let its = server.certificate(hostile.log.device).unwrap();
    // What A wrote, under the other's name, with an earlier logical time and for less.
    for (lamport, fact) in
        (1..).zip(server.facts(device).into_iter().filter(|fact| matches!(fact, Fact::ShiftOpened(_) | Fact::SaleCompleted(_))))
    {
        let register = its.register.unwrap();
        match fact {
            Fact::ShiftOpened(opened) => hostile.tell(lamport, &Fact::ShiftOpened(ShiftOpened { register, ..opened })),
            Fact::SaleCompleted(sale) => {
                hostile.tell(lamport, &Fact::SaleCompleted(Sale { register, series: its.series.clone(), ..sale }));
            }
            _ => {}
        }
    }
    server.hold(&hostile.key.public(), &[hostile.batch()]);
    a.sync(&server);
    assert_eq!(a.till().reader().receipt_list(&Default::default()).unwrap().rows.len(), 2, "both are held");

    let which = ReceiptRef { receipt: done.receipt };
    assert_eq!(a.till().reader().receipt_get(&which).unwrap().summary.number, "A1-000001");
    let again = Tender { receipt: done.receipt, tendered: None, shown: done.gross };
    assert_eq!(a.till().sale_complete(&again).unwrap().number, "A1-000001", "asked again it is the same sale");
}
