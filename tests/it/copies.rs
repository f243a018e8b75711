//! Two computers with one till: its folder was copied, and both sold.

use duka_api::till::{CloseShift, OpenShift, OwnDevice, Refund, RefundLines, RefundedLine, SaveProduct, ShiftReport};
use duka_core::{Currency, Money, ProductId, Quantity, ReceiptId, Timestamp, Unit};
use duka_link::Session;
use duka_pos::Reader;
use duka_sync::{Event, Phase};
use duka_tests::{
    company::TestCompany,
    server::{Storage, TestServer},
    till::{Seeded, TestTill, line_of},
};
use std::{
    collections::BTreeSet,
    fs,
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    thread,
};

fn money(minor: i64) -> Money {
    Money::try_new(minor, Currency::try_new("GBP").expect("a currency")).expect("an amount")
}

fn now() -> Timestamp {
    Timestamp::from_micros(1_700_000_000_000_000)
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

struct Counter {
    till: TestTill,
    link: Session,
    ids: Seeded,
    sold: BTreeSet<ReceiptId>,
}

impl Counter {
    fn open(folder: &Path, seed: u64, server: &str) -> Self {
        let till = TestTill::open(folder, seed, now()).expect("a till");
        let link = till.session(server).expect("a link");
        Self { till, link, ids: Seeded::new(seed + 1_000), sold: BTreeSet::new() }
    }

    fn sell(&mut self, product: ProductId, count: i64) -> ReceiptId {
        let receipt = ReceiptId::new(now(), &self.ids);
        let quantity = Quantity::whole(count, Unit::Each).expect("a quantity");
        let line = line_of(product, quantity, money(295));
        self.till.engine.run(move |till| till.sale_complete_lines(receipt, &[line])).expect("sold");
        self.sold.insert(receipt);
        receipt
    }

    fn exchange(&mut self) {
        self.link.drive(Event::Asked, &mut |_| ());
        assert_eq!((self.link.phase(), self.link.trouble()), (&Phase::InStep, None));
    }

    fn close(&self, counted: i64) -> ShiftReport {
        self.till.engine.run(move |till| till.shift_close(&CloseShift { counted: money(counted) })).expect("closed")
    }

    fn receipts(&self) -> BTreeSet<ReceiptId> {
        self.till.receipts().expect("a list").into_iter().collect()
    }

    fn digests(&self) -> BTreeSet<(String, String)> {
        let digests = self.till.engine.read(Reader::digests).expect("digests");
        digests.into_iter().map(|digest| (digest.table, digest.digest)).collect()
    }
}

/// Stands before a server and says no to whoever asks to go on as another device.
fn refusing(server: &str) -> String {
    let server = server.strip_prefix("http://").expect("an address").to_owned();
    let door = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", door.local_addr().expect("an address"));
    // Ends with the test's process.
    thread::spawn(move || {
        for till in door.incoming().flatten() {
            let server = server.clone();
            thread::spawn(move || pass(till, &server));
        }
    });
    address
}

/// One request of a connection.
fn pass(mut till: TcpStream, server: &str) -> io::Result<()> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        till.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    till.read_exact(&mut body)?;
    if head.starts_with("post /api/sync/v1/succeed") {
        let problem = r#"{"code":"too_many","detail":"asked too often","retryable":true}"#;
        let answer = "HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/problem+json\r\nconnection: close";
        return write!(till, "{answer}\r\ncontent-length: {}\r\n\r\n{problem}", problem.len());
    }
    let mut there = TcpStream::connect(server)?;
    let path = head.split(' ').nth(1).unwrap_or("/");
    write!(
        there,
        "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/octet-stream\r\ncontent-length: {length}\r\n\r\n"
    )?;
    there.write_all(&body)?;
    io::copy(&mut there, &mut till).map(drop)
}

#[test]
fn a_copy_that_the_server_does_not_admit_yet_says_so_and_goes_on_exchanging() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = TestServer::start(Storage::Sqlite, folder.path()).expect("a server");
    let company = TestCompany::found(server.admin(), "Copies", "Shop", money(0).currency()).expect("a company");
    company.import(b"name,price,tax,code\nTea,2.95,20,T1\n".to_vec()).expect("a product");
    let at = server.address();
    let mut first = Counter::open(&folder.path().join("first"), 1, &at);
    first.till.enrol(&at, &company.register("A").expect("a register").code, "A").expect("enrolled");
    first.exchange();
    let tea = first.till.product_by_code("T1").expect("a search").expect("it came");
    first.till.engine.run(|till| till.shift_open(&OpenShift { operator: "Amina".to_owned(), float: money(0) })).expect("open");
    first.exchange();
    drop(first);
    copy_folder(&folder.path().join("first"), &folder.path().join("second"));
    let mut first = Counter::open(&folder.path().join("first"), 3, &at);
    first.sell(tea.product, 1);
    first.exchange();

    let mut second = Counter::open(&folder.path().join("second"), 4, &refusing(&at));
    second.sell(tea.product, 2);
    second.link.drive(Event::Asked, &mut |_| ());
    assert_eq!(*second.link.phase(), Phase::Stuck);
    assert!(second.link.trouble().is_some_and(|text| text.contains("asked too often")), "{:?}", second.link.trouble());
    // What others did arrives as before.
    company.import(b"name,price,tax,code\nMilk,1.20,0,M1\n".to_vec()).expect("a product");
    second.link.drive(Event::Asked, &mut |_| ());
    assert!(second.till.product_by_code("M1").expect("a search").is_some());
    assert!(second.link.trouble().is_some_and(|text| text.contains("asked too often")));
    // The server changes its mind.
    second.link = second.till.session(&at).expect("a link");
    second.exchange();
    first.exchange();
    assert_eq!(company.stock().expect("stock").get(&tea.product), Some(&-3_000));
}

fn both_copies_go_on(storage: Storage) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = TestServer::start(storage, folder.path()).expect("a server");
    let company = TestCompany::found(server.admin(), "Copies", "Shop", money(0).currency()).expect("a company");
    company.import(b"name,price,tax,code\nTea,2.95,20,T1\n".to_vec()).expect("a product");
    let at = server.address();
    let mut first = Counter::open(&folder.path().join("first"), 1, &at);
    let mut witness = Counter::open(&folder.path().join("witness"), 2, &at);
    for (counter, name) in [(&first, "A"), (&witness, "W")] {
        counter.till.enrol(&at, &company.register(name).expect("a register").code, name).expect("enrolled");
    }
    first.exchange();
    witness.exchange();
    let tea = first.till.product_by_code("T1").expect("a search").expect("it came");
    first.till.engine.run(|till| till.shift_open(&OpenShift { operator: "Amina".to_owned(), float: money(1_000) })).expect("open");
    let early = first.sell(tea.product, 2);
    first.exchange();

    let mut sold = std::mem::take(&mut first.sold);
    drop(first);
    copy_folder(&folder.path().join("first"), &folder.path().join("second"));
    let mut first = Counter::open(&folder.path().join("first"), 3, &at);
    let mut second = Counter::open(&folder.path().join("second"), 4, &at);
    for _ in 0..3 {
        first.sell(tea.product, 1);
        second.sell(tea.product, 2);
    }
    let id = ReceiptId::new(now(), &second.ids);
    let lines = RefundLines::Receipt { receipt: early, lines: vec![RefundedLine { line: 1, quantity: Quantity::ONE }] };
    second.till.engine.run(move |till| till.refund_complete(&Refund { refund: id, lines, reason: "torn".to_owned() })).expect("refunded");
    sold.insert(id);
    let mut dearer = tea.fields.clone();
    dearer.price = money(310);
    let save = SaveProduct { product: Some(tea.product), before: Some(tea.fields.clone()), fields: dearer };
    second.till.engine.run(move |till| till.product_save(&save)).expect("saved");

    first.exchange();
    second.exchange();
    let became = |counter: &Counter| counter.till.engine.read(Reader::status).expect("a status").link.device;
    assert_eq!(became(&first), OwnDevice::Same);
    assert_eq!(became(&second), OwnDevice::Another { before: "A".to_owned(), now: "A.2".to_owned() });
    // Both go on as they are, each with its shift.
    first.sell(tea.product, 1);
    second.sell(tea.product, 1);
    let z = second.close(1_000 + 2 * 295 + 6 * 295 - 295 + 295);
    assert_eq!((z.sales, z.refunds, z.difference), (1 + 3 + 1, 1, Some(money(0))));
    for _ in 0..2 {
        for counter in [&mut first, &mut second, &mut witness] {
            counter.exchange();
        }
    }

    sold.extend(first.sold.iter().chain(&second.sold));
    let there: BTreeSet<_> = company.digests().expect("digests").tables.into_iter().map(|view| (view.table, view.digest)).collect();
    for counter in [&first, &second, &witness] {
        assert_eq!(counter.receipts(), sold);
        assert_eq!(counter.till.receipts().expect("a list").len(), sold.len(), "each once");
        assert_eq!(counter.digests(), there, "I4");
        assert_eq!(counter.till.product(tea.product).expect("a list").expect("the product").fields.price, money(310));
    }
    let pieces = 2 + 3 + 6 - 1 + 2;
    assert_eq!(company.stock().expect("stock").get(&tea.product), Some(&(-1_000 * pieces)));
    let accounts = company.accounts().expect("accounts");
    assert_eq!(accounts.values().sum::<i64>(), 0, "I5");
    let of = |name: &str| accounts.iter().filter(|(account, _)| account.starts_with(name)).map(|(_, balance)| balance).sum::<i64>();
    assert_eq!(-of("sales") - of("tax"), 295 * pieces, "what was sold by either");
    assert!(company.rebuild().expect("rebuilt").equal);
}

#[test]
fn what_either_of_two_copies_of_a_till_sold_counts_once_everywhere_on_sqlite() {
    both_copies_go_on(Storage::Sqlite);
}

#[test]
fn what_either_of_two_copies_of_a_till_sold_counts_once_everywhere_on_postgres() {
    both_copies_go_on(Storage::Postgres);
}
