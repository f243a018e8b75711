use crate::world::{Server, Shop, money};
use duka_api::{
    Problem,
    till::{Database, OpenShift, Tender},
};
use duka_core::{DeviceId, ErrorCode};
use duka_pos::{Engine, Growth, KeyError, KeyStore, OpenError, Till};
use std::{
    fs,
    sync::{Arc, Mutex, mpsc},
    thread,
};

/// A key store that is locked: it notes nothing before a person came. Says on which thread it was asked to.
struct Locked {
    keys: Arc<dyn KeyStore>,
    asked: mpsc::Sender<Option<String>>,
    person: Mutex<mpsc::Receiver<()>>,
}

impl KeyStore for Locked {
    fn load(&self, device: DeviceId) -> Result<Option<[u8; 32]>, KeyError> {
        self.keys.load(device)
    }
    fn save(&self, device: DeviceId, secret: &[u8; 32]) -> Result<(), KeyError> {
        self.keys.save(device, secret)
    }
    fn mark(&self, device: DeviceId) -> Result<Option<u64>, KeyError> {
        self.keys.mark(device)
    }
    fn set_mark(&self, device: DeviceId, mark: u64) -> Result<(), KeyError> {
        let name = thread::current().name().map(ToOwned::to_owned);
        let is_till = name.as_deref() == Some("till");
        self.asked.send(name).unwrap();
        if !is_till {
            self.person.lock().unwrap().recv().unwrap();
        }
        self.keys.set_mark(device, mark)
    }
    fn weak(&self) -> bool {
        false
    }
}

#[test]
fn a_key_store_that_waits_for_a_person_holds_up_no_sale() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.till = None;
    let (asked, was_asked) = mpsc::channel();
    let (comes, person) = mpsc::channel();
    shop.settings.keys = Arc::new(Locked { keys: shop.keys.clone(), asked, person: Mutex::new(person) });
    let engine = Engine::start(Till::open(&shop.path(), shop.settings.clone()).unwrap()).unwrap();
    assert_ne!(was_asked.recv().unwrap().as_deref(), Some("till"), "in an idle moment, beside the cashier");
    engine.run(|till| till.basket_scan(&duka_api::till::Scan { code: "T1".into() })).unwrap();
    comes.send(()).unwrap();
}

#[test]
fn a_second_program_on_the_same_database_is_refused() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let second = Till::open(&shop.path(), shop.settings.clone()).err().unwrap();
    assert!(matches!(second, OpenError::InUse));
    assert_eq!(second.database(), Some(Database::InUse));
    shop.reopen();
    shop.sell(&["T1"]);
}

#[test]
fn a_newer_database_is_left_alone() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.till = None;
    shop.raw().execute_batch("pragma user_version = 99").unwrap();
    let before = fs::read(shop.path()).unwrap();
    let newer = Till::open(&shop.path(), shop.settings.clone()).err().unwrap();
    assert!(matches!(newer, OpenError::Newer { found: 99, known: 1 }), "{newer}");
    assert_eq!(fs::read(shop.path()).unwrap(), before);
}

#[test]
fn a_damaged_database_is_kept_and_a_fresh_one_can_begin() {
    for damage in [b"this is not a database at all".to_vec(), {
        let mut bytes = b"SQLite format 3\0".to_vec();
        bytes.resize(8_192, 0x5a);
        bytes
    }] {
        let mut shop = Shop::open(&Server::new(), "A1");
        shop.till = None;
        fs::write(shop.path(), &damage).unwrap();
        fs::write(shop.folder.path().join("till.db-wal"), b"the log beside it").unwrap();
        let corrupt = Till::open(&shop.path(), shop.settings.clone()).err().unwrap();
        let OpenError::Corrupt { kept_as, .. } = &corrupt else { panic!("{corrupt}") };
        assert_eq!(fs::read(kept_as).unwrap(), damage);
        assert!(kept_as.file_name().unwrap().to_str().unwrap().starts_with("till.db.corrupt-2010"));
        assert!(matches!(corrupt.database(), Some(Database::Corrupt { .. })));
        let fresh = Till::open(&shop.path(), shop.settings.clone()).unwrap();
        assert!(fresh.state().unwrap().enrolment.is_none());
    }
}

#[test]
fn a_basket_that_did_not_fit_on_the_full_disk_is_kept_as_soon_as_there_is_room() {
    let mut shop = Shop::open(&Server::new(), "A1");
    for n in 0..30 {
        shop.product(&format!("{n} {}", "long ".repeat(38)), &format!("L{n}"), 100, 0, "");
    }
    shop.till().keep_basket().unwrap();
    shop.till().limit_pages(1).unwrap();
    for n in 0..30 {
        shop.scan(&format!("L{n}"));
    }
    assert!(shop.till().keep_basket().is_err(), "there is no room");
    shop.till().limit_pages(1_000_000).unwrap();
    shop.till().keep_basket().unwrap();
    shop.reopen();
    assert_eq!(shop.till().basket().unwrap().lines.len(), 30);
}

#[test]
fn a_full_disk_loses_nothing_and_the_basket_stays() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.sell(&["T1"]);
    shop.till().limit_pages(1).unwrap();
    let heads = shop.till().reader().heads().unwrap();
    let mut problem = None;
    for _ in 0..2_000 {
        shop.scan("T1");
        let basket = shop.till().basket().unwrap();
        if let Err(fault) = shop.till().sale_complete(&Tender { receipt: basket.receipt, tendered: None, shown: basket.gross }) {
            problem = Some(Problem::from(fault));
            break;
        }
    }
    let problem = problem.unwrap();
    assert_eq!((problem.code, problem.retryable), (ErrorCode::DiskFull, true));
    assert!(shop.till().reader().heads().unwrap().len() == heads.len());
    let basket = shop.till().basket().unwrap();
    assert_eq!(basket.lines.len(), 1);
    shop.assert_balanced();
    shop.till().limit_pages(1_000_000).unwrap();
    let sales = shop.till().reader().shift_report().unwrap().sales;
    let done = shop.till().sale_complete(&Tender { receipt: basket.receipt, tendered: None, shown: basket.gross }).unwrap();
    assert_eq!(done.number, format!("A1-{:06}", sales + 1));
    shop.assert_rebuilds();
}

#[test]
fn a_rebuild_mends_a_damaged_table_and_tells() {
    let mut shop = Shop::open(&Server::new(), "A1");
    shop.sell(&["T1", "M1"]);
    let before = shop.till().reader().digests().unwrap();
    shop.raw().execute_batch("update stock set thousandths = 7; delete from account").unwrap();
    let rebuilt = shop.till().rebuild().unwrap();
    assert_eq!(rebuilt.mended, ["account", "stock"]);
    assert_eq!((shop.till().reader().digests().unwrap(), shop.stock("T1")), (before, -1_000));
}

#[test]
fn a_restored_backup_without_its_key_is_a_new_device_that_keeps_what_it_holds() {
    let server = Server::new();
    let mut shop = Shop::open(&server, "A1");
    shop.sell(&["T1"]);
    let backup = shop.folder.path().join("backup.db");
    shop.raw().execute("vacuum into ?1", [backup.to_str().unwrap()]).unwrap();
    let old = shop.till().reader().device().unwrap();
    assert!(Till::restore_from(&backup, &shop.path(), shop.settings.clone()).is_err(), "a till is there");
    shop.till = None;
    shop.name = "restored.db".into();
    let key = shop.keys.load(old).unwrap().unwrap();
    shop.keys.forget(old);
    shop.till = Some(Till::restore_from(&backup, &shop.path(), shop.settings.clone()).unwrap());
    assert!(shop.till().state().unwrap().enrolment.is_none());
    let begun = shop.till().enrol_begin("till").unwrap();
    assert_ne!(begun.device, old);
    assert_eq!(shop.till().enrol_begin("till").unwrap(), begun, "asking again is asking for the same");
    let asked = shop.till().enrol_request(server.code(), "till").unwrap();
    let elsewhere = server.admit_with(&asked.bytes, "A2", |answer| answer.shop = duka_core::ShopId::from_bytes([9; 16]));
    assert!(shop.till().enrol_complete("http://x", &asked.ticket, &elsewhere).is_err(), "its journal is another shop's");
    let answer = server.admit(&asked.bytes, "A2");
    let state = shop.till().enrol_complete("http://x", &asked.ticket, &answer).unwrap();
    assert!(state.shift.is_none());
    shop.till().enrol_complete("http://x", &asked.ticket, &answer).unwrap();
    shop.till().shift_open(&OpenShift { operator: "Ben".into(), float: money(0) }).unwrap();
    assert_eq!(shop.sell(&["T1"]).number, "A2-000001");
    assert_eq!(shop.stock("T1"), -2_000);
    // The key is found again.
    shop.keys.save(old, &key).unwrap();
    assert_eq!(shop.till().reader().heads().unwrap().len(), 3, "the logs of the old device are held as another's");
    // What the old device had not sent yet is owed to the server, and sent under its own key.
    assert_eq!(shop.till().reader().unsynced().unwrap().sales, 2);
    assert_eq!(shop.sync(&server).next, duka_sync::Next::InStep);
    assert_eq!(server.pieces(old).len(), 2, "its log of the company and that of the shop");
    assert_eq!(shop.till().reader().unsynced().unwrap().sales, 0);
    shop.assert_rebuilds();
}

/// As an older version left it: it says so, and a table is not as this one folds it.
fn of_another_version(path: &std::path::Path, shop: &Shop) {
    shop.raw().execute("vacuum into ?1", [path.to_str().unwrap()]).unwrap();
    #[allow(clippy::disallowed_methods, reason = "to change a backup as no till would")]
    let backup = rusqlite::Connection::open(path).unwrap();
    backup.execute_batch("update log set folded = 4000000; update stock set thousandths = 7").unwrap();
}

#[test]
fn a_backup_that_another_version_made_is_folded_again_when_it_is_restored_or_joins() {
    for has_key in [true, false] {
        let server = Server::new();
        let mut shop = Shop::open(&server, "A1");
        shop.sell(&["T1"]);
        shop.sync(&server);
        let backup = shop.folder.path().join("backup.db");
        of_another_version(&backup, &shop);
        let old = shop.device();
        (shop.till, shop.peer, shop.name) = (None, None, "restored.db".into());
        if !has_key {
            shop.keys.forget(old);
        }
        shop.till = Some(Till::restore_from(&backup, &shop.path(), shop.settings.clone()).unwrap());
        assert_eq!(shop.stock("T1"), -1_000, "key: {has_key}");
    }
    // Updated while it waits for its code.
    let server = Server::new();
    let mut shop = Shop::open(&server, "A1");
    shop.sell(&["T1"]);
    shop.sync(&server);
    shop.till().become_new_device().unwrap();
    of_another_version(&shop.folder.path().join("waits.db"), &shop);
    shop.put_back("waits.db");
    shop.enrol(&server, "A2");
    while shop.till().fold_step().unwrap() {}
    assert_eq!(shop.stock("T1"), -1_000);
    shop.sync(&server);
    shop.assert_rebuilds();
}

#[test]
fn the_engine_runs_jobs_in_order_tells_of_growth_and_survives_a_panic() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let engine = Engine::start(shop.till.take().unwrap()).unwrap();
    let (grew, heard) = mpsc::channel();
    engine.subscribe_growth(move |growth| grew.send(growth).unwrap());
    let other = engine.clone();
    let gross = std::thread::spawn(move || {
        other.run(|till| {
            till.basket_scan(&duka_api::till::Scan { code: "T1".into() })?;
            let receipt = till.basket()?.receipt;
            till.sale_complete(&Tender { receipt, tendered: None, shown: money(295) })
        })
    });
    assert_eq!(gross.join().unwrap().unwrap().gross, money(295));
    let problem = engine.run(|_| -> Result<(), Problem> { panic!("on purpose") }).unwrap_err();
    assert_eq!(problem.code, ErrorCode::Internal);
    assert_eq!(engine.read(duka_pos::Reader::shift_report).unwrap().sales, 1);
    let mut grown: Vec<Growth> = heard.try_iter().collect();
    grown.dedup();
    assert_eq!(grown, [Growth::Journal, Growth::PrintQueue]);
    drop(engine);
    shop.reopen();
    assert_eq!(shop.till().reader().shift_report().unwrap().sales, 1);
}

/// Whoever copies the file of a till that was ended has all of it.
#[test]
fn a_till_that_ends_leaves_one_whole_file() {
    let mut shop = Shop::open(&Server::new(), "A1");
    let engine = Engine::start(shop.till.take().unwrap()).unwrap();
    engine.read(duka_pos::Reader::heads).unwrap();
    drop(engine);
    assert!(!shop.path().with_extension("db-wal").exists(), "the write-ahead log was moved into the database");
}

/// Joining is one act: whatever fails in it, or wherever the power goes, the till has joined with its first events or not at all.
#[test]
fn a_till_that_could_not_write_its_first_events_has_not_joined() {
    let server = Server::new();
    let mut shop = Shop::fresh(1);
    let begun = shop.till().enrol_begin("till").unwrap();
    let asked = shop.till().enrol_request(server.code(), "till").unwrap();
    let answer = server.admit(&asked.bytes, "A1");
    // No event can be written; and, as if the power went then, nothing can be taken back after it.
    let broken = "create trigger no_event before insert on entry begin select raise(abort, 'no'); end;
                  create trigger no_way_back before update on enrolment when new.answer is null begin select raise(abort, 'no'); end;";
    shop.raw().execute_batch(broken).unwrap();
    assert!(shop.till().enrol_complete("http://x", &asked.ticket, &answer).is_err());
    assert!(shop.till().state().unwrap().enrolment.is_none());
    shop.raw().execute_batch("drop trigger no_event; drop trigger no_way_back").unwrap();
    shop.reopen();
    assert!(shop.till().state().unwrap().enrolment.is_none(), "it is as before");
    assert_eq!(shop.till().enrol_begin("till").unwrap(), begun, "the attempt goes on");
    shop.till().enrol_complete("http://x", &asked.ticket, &answer).unwrap();
    shop.reopen();
    assert!(shop.till().state().unwrap().enrolment.is_some());
    let events: i64 = shop.raw().query_row("select count(*) from entry", [], |row| row.get(0)).unwrap();
    assert_eq!(events, 3, "made a key, started; and started again");
    shop.assert_rebuilds();
}

/// Nothing of an answer is stored that the server of the code did not give.
#[test]
fn a_till_that_another_server_answers_has_not_joined_and_joins_when_the_right_one_does() {
    let (server, other) = (Server::new(), Server::with_key(77));
    let mut shop = Shop::fresh(1);
    let asked = shop.till().enrol_request(server.code(), "till").unwrap();
    let forged = server.admit_signed_by(&other, &asked.bytes, "A1", |answer| answer.server_key = other.public_key());
    let problem = Problem::from(shop.till().enrol_complete("http://x", &asked.ticket, &forged).unwrap_err());
    assert_eq!(problem.code, ErrorCode::UntrustedServer);
    assert!(problem.detail.starts_with("Another server answered than the one that made this code."), "{problem}");
    // The right key is named, and was not signed with.
    let unsigned = server.admit_signed_by(&other, &asked.bytes, "A1", |_| ());
    let problem = Problem::from(shop.till().enrol_complete("http://x", &asked.ticket, &unsigned).unwrap_err());
    assert_eq!(problem.code, ErrorCode::UntrustedServer);
    let stored: (Option<String>, Option<String>) =
        shop.raw().query_row("select server, answer from enrolment", [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(stored, (None, None));
    let answer = server.admit(&asked.bytes, "A1");
    assert!(shop.till().enrol_complete("http://x", &asked.ticket, &answer).unwrap().enrolment.is_some());
}
