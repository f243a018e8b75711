//! The real window of the till, driven by keys and scans as a cashier does, over a real server and a real printer's protocol; then both
//! databases and the printed bytes are looked into.

use duka_core::Currency;
use duka_devices::{
    PaperWidth,
    simulator::{Fault, PrinterSimulator},
};
use duka_pos::{Engine, FileKeyStore, Settings, Till};
use duka_tests::{
    company::TestCompany,
    server_process::ServerProcess,
    till::Seeded,
    watch::Watch,
    webdriver::{Display, Window, WindowOptions},
};
use std::{path::PathBuf, sync::Arc, time::Duration};

const CATALOGUE: &[u8] = include_bytes!("../data/catalogue.csv");
/// Names in Arabic, Chinese and Russian.
const CODES: [&str; 3] = ["50294282", "6901668005755", "4606639000013"];
const PATIENCE: Duration = Duration::from_secs(30);

fn program(name: &str) -> PathBuf {
    std::env::var_os(name).map(PathBuf::from).unwrap_or_else(|| panic!("{name} names the program: run the tests with `cargo xtask test`"))
}

struct Shop {
    folder: tempfile::TempDir,
    server: ServerProcess,
    company: TestCompany,
    printer: PrinterSimulator,
    display: Display,
}

impl Shop {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let server = ServerProcess::start(&program("DUKA_SERVER"), &folder.path().join("server")).expect("a server");
        let company =
            TestCompany::found(server.admin().expect("an admin"), "Test", "Market Street", Currency::try_new("GBP").expect("a currency"))
                .expect("a company");
        company.import(CATALOGUE.to_vec()).expect("products");
        let printer = PrinterSimulator::start(PaperWidth::Mm80).expect("a printer");
        let display = Display::start(1280, 800).expect("a display");
        Self { folder, server, company, printer, display }
    }

    fn till(&self) -> PathBuf {
        self.folder.path().join("till")
    }

    fn window(&self) -> Window {
        let (program, data) = (program("DUKA_TILL"), self.till());
        Window::open(&WindowOptions { program: &program, data: &data, display: &self.display.name, size: (1280, 800) }).expect("a window")
    }

    /// The till's engine on the same database, while its window is closed.
    fn engine(&self) -> Engine {
        let keys = Arc::new(FileKeyStore::new(self.till().join("keys")));
        let path = self.till().join("till.sqlite");
        Engine::start(Till::open(&path, Settings::system(keys)).expect("the till's database opens")).expect("its threads start")
    }
}

fn sell(window: &Window, number: &str) {
    for (index, code) in CODES.iter().enumerate() {
        window.scan(code).expect("a scan");
        window.wait_text("item-count", &(index + 1).to_string()).expect("the scan is in the basket");
    }
    window.keys("{F12}").expect("F12");
    window.wait_for("tender").expect("the tender sheet");
    window.keys("{Enter}").expect("Enter");
    window.wait_text("done-number", number).expect("the sale is done");
    window.keys("{Enter}").expect("Enter");
    window.wait_gone("done").expect("the next sale begins");
}

fn enrol_and_open_shift(shop: &Shop, window: &Window) {
    enrol(shop, window);
    window.fill("shift-operator", "Amina").expect("a name");
    window.fill("shift-float", "100.00").expect("a float");
    window.click("shift-open").expect("open");
    window.wait_for("search").expect("the sell screen");
}

fn enrol(shop: &Shop, window: &Window) {
    let code = shop.company.register("W1").expect("a register").code;
    window.wait_for("enrol-server").expect("the first screen asks for the server");
    window.click("enrol-server").expect("a field");
    window.fill("enrol-server", &shop.server.address()).expect("the address");
    window.fill("enrol-code", &code).expect("the code");
    window.click("enrol-submit").expect("enrol");
    window.wait_text("enrol-joined", "Market Street").expect("the shop that the code led to");
    window.click("enrol-begin").expect("begin");
    window.wait_for("shift-operator").expect("a shift may be opened");
}

/// The printer is set up on its sheet as a person does.
fn set_printer(shop: &Shop, window: &Window) {
    window.click("printer-state").expect("the printer's sheet");
    window.fill("printer-address", &shop.printer.address()).expect("its address");
    window.click("printer-save").expect("save");
    window.wait_gone("printer-save").expect("the sheet closes");
}

fn in_step(window: &Window) {
    window.wait_text("link-state", "step").expect("till and server are in step");
}

/// Sale by scan, offline, restart, reconcile.
#[test]
fn a_cashier_sells_through_an_outage_and_a_restart_and_the_books_agree() {
    let mut shop = Shop::open();
    let window = shop.window();
    enrol_and_open_shift(&shop, &window);
    in_step(&window);

    set_printer(&shop, &window);
    sell(&window, "W1-000001");
    in_step(&window);
    shop.server.stop().expect("the server stops");
    sell(&window, "W1-000002");
    window.wait_text("link-state", "ffline").expect("the strip says offline");

    drop(window);
    let window = shop.window();
    window.wait_for("search").expect("the shift is still open after a restart");
    sell(&window, "W1-000003");
    window.wait_text("link-state", "3 sales waiting").or_else(|_| window.wait_text("link-state", "2 sales waiting")).expect("sales wait");

    shop.server.resume().expect("the server is back");
    window.click("link-state").expect("the link's sheet");
    window.click("sync-now").expect("now");
    in_step(&window);
    assert!(shop.printer.wait_for(3, PATIENCE), "three receipts are printed");
    drop(window);

    let receipts = shop.printer.receipts();
    assert_eq!(receipts.len(), 3, "each receipt is printed once");
    for (number, receipt) in receipts.iter().enumerate() {
        assert!(receipt.problems.is_empty(), "the printer was sent what the protocol has: {:?}", receipt.problems);
        assert!(receipt.text().contains(&format!("W1-00000{}", number + 1)), "{}", receipt.text());
        assert!(!receipt.images().is_empty(), "names in scripts that the code page lacks are printed as images");
        assert_eq!(receipt.qr_codes().len(), 1, "the signed code is on the receipt");
    }

    let engine = shop.engine();
    let digests = engine.read(duka_pos::Reader::digests).expect("digests");
    let till = duka_ledger::table::combined(digests.into_iter().map(|digest| (digest.table, digest.digest)));
    assert_eq!(till, shop.company.digests().expect("digests").combined, "I4: both databases hold the same tables");
    let sales = engine.read(|reader| reader.receipt_list(&duka_api::till::ReceiptQuery::default())).expect("receipts").rows;
    assert_eq!(sales.len(), 3, "I1, I2: three sales, once each");
    assert!(sales.iter().all(|sale| sale.synced), "the server holds them all");
    let accounts = shop.company.accounts().expect("accounts");
    assert_eq!(accounts.values().sum::<i64>(), 0, "I5");
    drop(engine);
}

/// When a plug is pulled.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// The cashier has just read the number of a sale.
    Confirmed,
    /// The next sale was tendered and its commit has begun to write.
    NextCommit,
    /// The receipt has come out, and the printer did not say so yet.
    Printing,
}

/// A sale whose number and total the cashier saw.
struct Seen {
    number: String,
    total: String,
}

/// Scans so many items and opens the tender sheet; Enter pays exact cash.
fn fill(window: &Window, items: usize) {
    let before = window.text("item-count").expect("a count").and_then(|count| count.parse().ok()).unwrap_or(0_usize);
    for item in 1..=items {
        window.scan(CODES[item % CODES.len()]).expect("a scan");
        window.wait_text("item-count", &(before + item).to_string()).expect("it is in the basket");
    }
    window.keys("{F12}").expect("F12");
    window.wait_for("tender").expect("the tender sheet");
}

fn seen(window: &Window) -> Seen {
    window.wait_for("done-number").expect("the sale is confirmed");
    let text = |name| window.text(name).expect("a text").expect("it is shown");
    Seen { number: text("done-number"), total: text("done-total") }
}

/// Sells, and pulls the plug in the moment that is asked for; gives what the cashier saw before.
fn sell_and_pull_the_plug(shop: &Shop, window: Window, moment: Moment, chance: &Seeded) -> Seen {
    let items = || usize::try_from(1 + chance.below(3)).expect("few");
    if matches!(moment, Moment::Printing) {
        shop.printer.set_fault(Fault::AnswersLate);
    }
    fill(&window, items());
    window.keys("{Enter}").expect("Enter");
    let seen = seen(&window);
    match moment {
        Moment::Confirmed => {}
        Moment::NextCommit => {
            window.keys("{Enter}").expect("Enter");
            window.wait_gone("done").expect("the next sale begins");
            fill(&window, items());
            let writes = Watch::begin(&shop.till().join("till.sqlite-wal")).expect("the write-ahead log is there");
            window.keys("{Enter}").expect("Enter");
            writes.written().expect("it is written to");
        }
        Moment::Printing => {
            let is_out = || shop.printer.receipts().iter().any(|receipt| receipt.text().contains(&seen.number));
            while !is_out() {
                assert!(shop.printer.wait_for(shop.printer.receipts().len() + 1, PATIENCE), "{} comes out", seen.number);
            }
        }
    }
    // A little later each time.
    (0..chance.below(400_000)).for_each(|_| std::hint::spin_loop());
    window.kill().expect("the plug is pulled");
    shop.printer.set_fault(Fault::None);
    seen
}

/// Pulled plugs: every sale whose number the cashier saw is there, one that was under way whole or not at all, and the till sells on.
#[test]
fn a_window_killed_at_any_moment_has_every_sale_whose_number_the_cashier_saw() {
    let shop = Shop::open();
    let window = shop.window();
    enrol_and_open_shift(&shop, &window);
    set_printer(&shop, &window);
    drop(window);
    let chance = Seeded::new(12);
    let mut moments = [Moment::Confirmed, Moment::NextCommit, Moment::Printing].repeat(2);
    let (mut confirmed, mut under_way) = (Vec::<Seen>::new(), 0);
    for round in 1..=6 {
        let moment = moments.swap_remove(usize::try_from(chance.below(moments.len().try_into().expect("few"))).expect("few"));
        let window = shop.window();
        window.wait_for("search").expect("the till is ready");
        confirmed.push(sell_and_pull_the_plug(&shop, window, moment, &chance));
        under_way += usize::from(matches!(moment, Moment::NextCommit));

        let engine = shop.engine();
        let rows = engine.read(|reader| reader.receipt_list(&duka_api::till::ReceiptQuery::default())).expect("receipts").rows;
        for Seen { number, total } in &confirmed {
            let held: Vec<_> = rows.iter().filter(|row| row.number == *number).map(|row| row.gross.to_string()).collect();
            assert_eq!(
                held,
                [total.as_str()],
                "I1, I2: the cashier saw the sale {number} of {total}; what is held of it after the plug was pulled in round {round} ({moment:?})"
            );
        }
        assert!(
            rows.len() <= confirmed.len() + under_way,
            "I2: {} sales are held, and {} were made",
            rows.len(),
            confirmed.len() + under_way
        );
        if let (Moment::Printing, Some(Seen { number, total })) = (moment, confirmed.last()) {
            let stuck = engine.read(duka_pos::Reader::print_stuck).expect("documents that wait for a person");
            assert!(
                stuck.iter().any(|print| print.may_be_on_paper && print.what.contains(number)),
                "the receipt of the sale {number} of {total} may be on paper, and a person is asked: {stuck:?}"
            );
        }
        assert!(engine.rebuild().expect("a rebuild").is_same());
    }
}

#[test]
fn a_scan_is_taken_wherever_focus_is_and_an_unknown_one_offers_to_add() {
    let shop = Shop::open();
    let window = shop.window();
    enrol_and_open_shift(&shop, &window);
    window.click("act-products").expect("products");
    window.wait_for("product-row").expect("the list");
    window.keys("{Escape}").expect("back");
    window.wait_for("search").expect("the sell screen");
    // Focus on a button that is not the search box.
    window.run("document.querySelector('[data-test=\"act-shift\"]').focus()").expect("focus");
    window.scan(CODES[1]).expect("a scan");
    window.wait_text("item-count", "1").expect("it is in the basket");
    window.scan("4006381333931").expect("a code that nobody has");
    window.wait_text("notice", "4006381333931").expect("an offer, not a dialog");
    window.scan(CODES[2]).expect("the next scan is not eaten");
    window.wait_text("item-count", "2").expect("it is in the basket");
    window.scan("4006381333932").expect("a misread");
    window.wait_for("notice").expect("it is told");
    window.wait_text("item-count", "2").expect("nothing was added");
}

#[test]
fn a_float_that_can_be_read_in_two_ways_is_asked_and_opens_no_shift_until_a_person_says_which() {
    let shop = Shop::open();
    let window = shop.window();
    enrol(&shop, &window);
    window.fill("shift-operator", "Amina").expect("a name");
    window.fill("shift-float", "2.500").expect("two and a half, or two and a half thousand");
    window.wait_text("reading-1", "2.50").expect("one meaning");
    window.wait_text("reading-2", "2,500.00").expect("the other");
    window.keys("{Enter}{Enter}").expect("a person in a hurry");
    window.click("shift-open").expect("a person who insists");
    window.wait_for("reading-2").expect("it is still asked");
    window.click("reading-2").expect("the larger one");
    window.wait_gone("reading-2").expect("it is answered");
    window.keys("{Enter}").expect("open");
    window.wait_for("search").expect("the sell screen");
    window.keys("{F8}").expect("the shift");
    window.wait_text("report-float", "2,500.00").expect("the float that was meant");
    assert_eq!(
        window.run("return document.querySelectorAll('[data-test=\"report-float\"]').length").expect("a count"),
        1,
        "a figure stands once on a screen"
    );
}

/// Why a button cannot be pressed, as it is shown beside it.
fn why(window: &Window, button: &str) -> Option<String> {
    let script = format!(
        "const b = document.querySelector('[data-test=\"{button}\"]'); \
         const why = document.getElementById(b.getAttribute('aria-describedby')); \
         return b.getAttribute('aria-disabled') === 'true' && why ? why.innerText : null"
    );
    window.run(&script).expect("a script").as_str().map(ToOwned::to_owned)
}

#[test]
fn a_till_that_was_revoked_says_so_at_the_pay_button_and_shows_what_can_be_done() {
    let shop = Shop::open();
    let window = shop.window();
    enrol_and_open_shift(&shop, &window);
    sell(&window, "W1-000001");
    in_step(&window);
    window.scan(CODES[0]).expect("a scan");
    window.wait_text("item-count", "1").expect("it is in the basket");
    assert_eq!(why(&window, "pay"), None);
    let admin = &shop.company.admin;
    let devices: serde_json::Value = admin.get(&format!("/companies/{}/devices", shop.company.company)).expect("devices");
    let till = devices["rows"].as_array().and_then(|rows| rows.iter().find(|device| device["series"] == "W1")).expect("the till");
    let path = format!("/companies/{}/devices/{}/revoke", shop.company.company, till["device"].as_str().expect("its id"));
    admin.post::<serde_json::Value>(&path, &serde_json::json!({ "reason": "left in a taxi" })).expect("it is revoked");
    window.wait_for("device-state").expect("the strip says so");
    assert!(why(&window, "pay").is_some_and(|why| !why.is_empty()));
    window.keys("{F12}").expect("a person who insists");
    window.wait_for("link-set-up-again").expect("what can be done");
    window.keys("{Escape}").expect("back");
    window.wait_text("item-count", "1").expect("the basket is still there");
}

#[test]
fn a_refund_that_cannot_be_made_says_why_beside_its_button() {
    let shop = Shop::open();
    let window = shop.window();
    enrol_and_open_shift(&shop, &window);
    let why = |button: &str| why(&window, button);
    assert!(why("pay").is_some(), "an empty basket is not paid, and the button says so");
    sell(&window, "W1-000001");
    window.keys("{F5}").expect("receipts");
    window.click("receipt-row").expect("the receipt");
    window.wait_text("receipt-number", "W1-000001").expect("it is shown");
    assert_eq!(why("receipt-refund"), None, "nothing stands against it");
    window.click("receipt-refund").expect("refund");
    window.wait_for("refund-confirm").expect("which lines");
    assert!(why("refund-confirm").is_some(), "nothing was chosen yet");
    window.click("refund-all").expect("all of it");
    window.click("refund-confirm").expect("give it back");
    window.wait_for("refund-done").expect("it is on disk");
    window.keys("{Enter}").expect("the next sale");
    window.wait_gone("refund-done").expect("the next sale");
    window.keys("{F5}").expect("receipts");
    window.wait_for("receipts-find").expect("the list");
    window.keys("W1-000001").expect("the sale's number");
    window.wait_text("receipt-number", "W1-000001").expect("it is shown");
    assert!(why("receipt-refund").is_some_and(|why| !why.is_empty()), "all of it was refunded");
}

/// A picture that is taken while a button still changes colour shows a state that no cashier ever sees.
#[test]
fn a_picture_shows_what_has_come_to_rest() {
    let (folder, display) = (tempfile::tempdir().expect("a folder"), Display::start(1280, 800).expect("a display"));
    let program = program("DUKA_TILL");
    let data = folder.path().join("till");
    let window =
        Window::open(&WindowOptions { program: &program, data: &data, display: &display.name, size: (1280, 800) }).expect("a window");
    window.wait_for("enrol-server").expect("the till asks to be set up");
    // One that ends, and one that goes on while something is awaited.
    let begin = "document.body.animate([{opacity: 0}, {opacity: 1}], {duration: 1500, id: 'ends'});
        document.body.animate([{color: 'red'}, {color: 'blue'}], {duration: 1000, iterations: Infinity, id: 'goes on'});";
    window.run(begin).expect("it begins");
    window.picture().expect("a picture");
    let running = window.run("return document.getAnimations().filter(it => it.playState === 'running').map(it => it.id)");
    assert_eq!(running.expect("an answer"), serde_json::json!(["goes on"]));
}
