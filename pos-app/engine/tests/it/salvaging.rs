//! Damage on the disk: whatever page it hits, what was confirmed is there again, or its loss is said.

use crate::world::{Keys, Server, Shop, money};
use duka_api::till::{Database, OpenShift, ReceiptQuery, Salvaged};
use duka_core::{DeviceId, ErrorCode};
use duka_ledger::{Body, Fact, Hash, SealedEntry};
use duka_pos::{Engine, Growth, KeyError, KeyStore, OpenError, Till};
use duka_sync::Next;
use proptest::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
};

const PAGE: usize = 4_096;

/// A till that sold `sent` times and sent it, and `unsent` times since; its file is closed. Gives every receipt's number.
fn sold(server: &Server, sent: usize, unsent: usize) -> (Shop, Vec<String>) {
    let mut shop = Shop::open(server, "A1");
    let mut numbers: Vec<String> = (0..sent).map(|_| shop.sell(&["T1", "M1"]).number).collect();
    shop.sync(server);
    numbers.extend((0..unsent).map(|_| shop.sell(&["S1"]).number));
    (shop.till, shop.peer) = (None, None);
    (shop, numbers)
}

/// Overwrites pages of a file.
fn damage(path: &Path, pages: &[usize]) {
    let mut bytes = fs::read(path).unwrap();
    for page in pages {
        let at = (page - 1) * PAGE;
        bytes[at..at + PAGE].iter_mut().enumerate().for_each(|(n, byte)| *byte = (n * 31 + page * 7) as u8 | 0x80);
    }
    fs::write(path, &bytes).unwrap();
}

/// The pages of a table, an index or a shadow table, those that point to others first.
fn pages_of(shop: &Shop, name: &str) -> Vec<usize> {
    let raw = shop.raw();
    let mut statement = raw.prepare("select rootpage from sqlite_schema where name = ?1").unwrap();
    let root: i64 = statement.query_row([name], |row| row.get(0)).unwrap();
    let bytes = fs::read(shop.path()).unwrap();
    let (mut found, mut next) = (Vec::new(), vec![root as usize]);
    while let Some(page) = next.pop() {
        found.push(page);
        let body = &bytes[(page - 1) * PAGE..page * PAGE];
        if matches!(body[0], 2 | 5) {
            let cells = u16::from_be_bytes([body[3], body[4]]);
            let pointers = (0..usize::from(cells)).map(|n| usize::from(u16::from_be_bytes([body[12 + 2 * n], body[13 + 2 * n]])));
            let child = |at: usize| u32::from_be_bytes(body[at..at + 4].try_into().unwrap()) as usize;
            next.extend(pointers.map(child).chain([child(8)]));
        }
    }
    found.sort_by_key(|page| matches!(bytes[(page - 1) * PAGE], 0x0a | 0x0d));
    found
}

/// The till, opened and read through as a day of work would; damage that shows only then is mended by opening it again.
fn work_through(shop: &mut Shop) -> Result<(), OpenError> {
    for _ in 0..3 {
        shop.till = Some(Till::open(&shop.path(), shop.settings.clone())?);
        let engine = Engine::start(shop.till.take().unwrap()).unwrap();
        let looks = [
            engine.read(|reader| reader.receipt_list(&ReceiptQuery::default()).map(drop)),
            engine.read(|reader| reader.product_search(&duka_api::till::ProductSearch { text: "te".into(), limit: 9 }).map(drop)),
            engine.read(|reader| reader.digests().map(drop)),
            engine.run(|till| till.rebuild().map(drop)),
        ];
        let enrolled = engine.read(|reader| Ok::<_, OpenError>(reader.device())).unwrap().is_some();
        drop(engine);
        let damaged = looks.iter().any(|look| look.as_ref().is_err_and(|problem| problem.code == ErrorCode::CorruptDatabase));
        if !damaged {
            assert!(!enrolled || looks.iter().all(Result::is_ok), "{looks:?}");
            // What nobody has read yet is found when it is: here, by looking everywhere.
            let sound = shop.raw().query_row("pragma integrity_check", [], |row| row.get::<_, String>(0));
            if sound.is_ok_and(|sound| sound == "ok") {
                break;
            }
            fs::write(format!("{}.damaged", shop.path().display()), "found by looking").unwrap();
        }
    }
    shop.till = Some(Till::open(&shop.path(), shop.settings.clone())?);
    Ok(())
}

fn news(shop: &mut Shop) -> Option<Salvaged> {
    shop.till().state().unwrap().salvaged
}

/// Every receipt of the journal, whoever this till is by now.
pub fn receipts(shop: &Shop) -> BTreeSet<String> {
    sales(shop).into_values().collect()
}

/// The same by their entries, for two branches of a log give the same numbers.
fn sales(shop: &Shop) -> BTreeMap<Hash, String> {
    let raw = shop.raw();
    let mut statement = raw.prepare("select bytes from entry order by place").unwrap();
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    let entries = rows.map(|bytes| SealedEntry::open(bytes.unwrap()).unwrap());
    let sales = entries.filter_map(|entry| match entry.body() {
        Ok(Body::Known(Fact::SaleCompleted(sale))) => Some((entry.hash(), duka_ledger::shown_number(&sale.series, sale.number))),
        _ => None,
    });
    sales.collect()
}

fn kept(shop: &Shop) -> Vec<PathBuf> {
    let names = fs::read_dir(shop.folder.path()).unwrap().map(|entry| entry.unwrap().path());
    names.filter(|path| path.to_string_lossy().contains(".corrupt-")).collect()
}

#[test]
fn a_damaged_table_is_made_anew_from_the_journal_and_the_till_sells_on() {
    for name in ["receipt_line", "product_search_data", "product_search_idx", "product", "receipt_order", "account", "barcode", "record"] {
        let server = Server::new();
        let (mut shop, numbers) = sold(&server, 20, 20);
        let page = pages_of(&shop, name).pop().unwrap();
        damage(&shop.path(), &[page]);
        let bytes_of = |path: &Path| fs::read(path).unwrap()[(page - 1) * PAGE..page * PAGE].to_vec();
        let before = bytes_of(&shop.path());
        work_through(&mut shop).unwrap();
        let news = news(&mut shop).unwrap_or_else(|| panic!("{name}: nothing is said"));
        assert!(news.is_whole() && !news.new_device && news.sales == 40 && news.behind == 0, "{name}: {news:?}");
        assert!(news.lost_beside.is_empty(), "{name}: {news:?}");
        assert_eq!(receipts(&shop), numbers.iter().cloned().collect(), "{name}");
        assert!(bytes_of(Path::new(&news.kept_as)) == before, "the damaged file is kept (I10)");
        assert_eq!(shop.till().reader().unsynced().unwrap().sales, 20, "{name}");
        assert_eq!(shop.sell(&["T1"]).number, "A1-000041");
        shop.assert_balanced();
        shop.assert_rebuilds();
        assert_eq!(shop.sync(&server).next, Next::InStep);
        assert!(shop.till().salvage_seen().unwrap().salvaged.is_none());
    }
}

/// A row that can be read and breaks what its table demands.
#[test]
fn a_row_that_cannot_be_kept_is_told() {
    let (mut shop, _) = sold(&Server::new(), 2, 2);
    shop.raw()
        .execute_batch("pragma writable_schema = on; update sqlite_schema set sql = replace(sql, 'detail text not null', 'detail text') where name = 'print_job'")
        .unwrap();
    shop.raw().execute_batch("update print_job set detail = null where n = 1").unwrap();
    fs::write(format!("{}.damaged", shop.path().display()), "found by looking").unwrap();
    shop.reopen();
    assert_eq!(news(&mut shop).unwrap().lost_beside, ["print_job"]);
}

#[test]
fn damage_that_is_found_while_the_till_works_is_told_at_once() {
    let (mut shop, _) = sold(&Server::new(), 10, 10);
    damage(&shop.path(), &pages_of(&shop, "receipt_line"));
    let engine = Engine::start(Till::open(&shop.path(), shop.settings.clone()).unwrap()).unwrap();
    let (tell, told) = mpsc::channel();
    engine.subscribe_growth(move |growth| tell.send(growth).unwrap_or_default());
    assert_eq!(engine.read(duka_pos::Reader::digests).unwrap_err().code, ErrorCode::CorruptDatabase);
    assert!(told.iter().any(|growth| growth == Growth::Damage));
    drop(engine);
    shop.reopen();
    assert!(news(&mut shop).unwrap().is_whole());
}

/// Sets the till up again with a code, as the new device that it has become.
fn joined_again(shop: &mut Shop, server: &Server, series: &str) {
    assert!(shop.till().state().unwrap().enrolment.is_none());
    shop.enrol(server, series);
    if shop.till().state().unwrap().shift.is_none() {
        shop.till().shift_open(&OpenShift { operator: "Amina".into(), float: money(0) }).unwrap();
    }
}

fn leaf_of_entries(shop: &Shop, place: impl Fn(usize) -> usize) -> usize {
    let mut leaves = pages_of(shop, "entry");
    let bytes = fs::read(shop.path()).unwrap();
    leaves.retain(|page| bytes[(page - 1) * PAGE] == 0x0d);
    // The journal only grows, and so do its pages.
    leaves.sort_unstable();
    leaves[place(leaves.len())]
}

#[test]
fn a_gap_in_what_the_server_holds_is_filled_by_it_and_every_unsent_sale_behind_it_arrives() {
    let server = Server::new();
    let (mut shop, numbers) = sold(&server, 60, 30);
    let old = shop_device(&shop);
    let page = leaf_of_entries(&shop, |leaves| leaves / 3);
    damage(&shop.path(), &[page]);
    work_through(&mut shop).unwrap();
    let told = news(&mut shop).unwrap();
    assert!(told.missing > 0 && told.new_device && told.behind > 30 && !told.end_unknown, "{told:?}");
    assert_eq!(told.behind_waiting, told.behind);
    let listed = fs::read_to_string(told.list.as_ref().unwrap()).unwrap();
    assert_eq!(listed.lines().count() as u64, told.behind);
    assert!(listed.contains("A1-000090") && listed.contains("£1.99"), "each with number and total");
    joined_again(&mut shop, &server, "A2");
    assert!(shop.till().salvage_seen().is_err(), "not before all is sent");
    assert_eq!(shop.sync(&server).next, Next::InStep);
    assert_eq!(receipts(&shop), numbers.iter().cloned().collect(), "nothing is lost");
    assert_eq!(news(&mut shop).unwrap().behind_waiting, 0);
    assert_eq!(server.receipt_count(old), numbers.len(), "the server holds every one, exactly once");
    assert!(shop.till().salvage_seen().unwrap().salvaged.is_none());
    assert_eq!(shop.sell(&["T1"]).number, "A2-000001");
    shop.assert_balanced();
    shop.assert_rebuilds();
}

fn shop_device(shop: &Shop) -> DeviceId {
    DeviceId::from_bytes(shop.raw().query_row("select device from enrolment", [], |row| row.get(0)).unwrap())
}

#[test]
fn a_gap_in_what_nobody_else_holds_is_told_with_what_stands_behind_it() {
    let server = Server::new();
    let (mut shop, numbers) = sold(&server, 4, 80);
    let old = shop_device(&shop);
    let page = leaf_of_entries(&shop, |leaves| leaves * 2 / 3);
    damage(&shop.path(), &[page]);
    work_through(&mut shop).unwrap();
    let told = news(&mut shop).unwrap();
    assert!(told.missing > 0 && told.new_device && told.behind > 0 && told.sales > 4, "{told:?}");
    assert_eq!(told.sales + told.behind + told.missing, numbers.len() as u64, "each sale is saved, behind the gap, or missing");
    assert_eq!(told.behind_totals, [money(199 * told.behind as i64)]);
    joined_again(&mut shop, &server, "A2");
    assert_eq!(shop.sync(&server).next, Next::InStep);
    assert_eq!(server.receipt_count(old) as u64, told.sales, "all that stands before the gap is sent");
    assert_eq!(news(&mut shop).unwrap().behind_waiting, told.behind, "and the rest is not forgotten");
    let refused = shop.till().salvage_seen().unwrap_err();
    assert_eq!(refused, duka_pos::SalvageError::Waiting { sales: told.behind }, "nor can it be put away");
    shop.assert_rebuilds();
}

#[test]
fn damage_at_the_first_page_or_the_end_of_the_journal_loses_nothing_in_silence() {
    let server = Server::new();
    let (mut shop, numbers) = sold(&server, 30, 30);
    damage(&shop.path(), &[1]);
    work_through(&mut shop).unwrap();
    let told = news(&mut shop).unwrap();
    assert!(told.is_whole() && !told.new_device, "the schema says nothing of the journal: {told:?}");
    assert_eq!(receipts(&shop), numbers.iter().cloned().collect());
    assert!(!told.lost_beside.is_empty(), "what stands beside the journal is not read without a schema, and that is said");

    let (mut shop, numbers) = sold(&server, 30, 30);
    let page = leaf_of_entries(&shop, |leaves| leaves - 1);
    damage(&shop.path(), &[page]);
    work_through(&mut shop).unwrap();
    let told = news(&mut shop).unwrap();
    assert!(told.new_device && told.missing > 0, "{told:?}");
    assert!(receipts(&shop).len() as u64 + told.missing + told.behind >= numbers.len() as u64);
}

#[test]
fn an_end_of_the_journal_that_nobody_can_read_makes_a_new_device() {
    let server = Server::new();
    let (mut shop, numbers) = sold(&server, 10, 10);
    damage(&shop.path(), &pages_of(&shop, "log"));
    work_through(&mut shop).unwrap();
    let told = news(&mut shop).unwrap();
    assert!(told.end_unknown && told.new_device && told.behind == 0, "{told:?}");
    assert_eq!(receipts(&shop), numbers.iter().cloned().collect());
    joined_again(&mut shop, &server, "A2");
    assert_eq!(shop.sync(&server).next, Next::InStep);
    assert!(shop.till().salvage_seen().unwrap().salvaged.is_none());
}

/// A till that crashed: its last commits stand in the write-ahead log alone.
fn crashed(server: &Server, sales: usize) -> (Shop, Vec<String>) {
    let (mut shop, mut numbers) = sold(server, 5, 5);
    shop.reopen();
    numbers.extend((0..sales).map(|_| shop.sell(&["T1"]).number));
    crash(&mut shop);
    (shop, numbers)
}

/// Leaves the disk as it is now, with a log that nobody has moved into the database.
fn crash(shop: &mut Shop) {
    let copy = shop.folder.path().join("crashed.db");
    for suffix in ["", "-wal"] {
        let from = format!("{}{suffix}", shop.path().display());
        fs::copy(from, format!("{}{suffix}", copy.display())).unwrap();
    }
    (shop.till, shop.peer) = (None, None);
    shop.name = "crashed.db".into();
}

#[test]
fn sales_behind_a_damaged_frame_of_the_write_ahead_log_are_not_passed_over() {
    let frame = 24 + PAGE;
    let server = Server::new();
    let frames = {
        let (shop, _) = crashed(&server, 12);
        (fs::metadata(shop.folder.path().join("crashed.db-wal")).unwrap().len() as usize - 32) / frame
    };
    for at in (0..frames * 2 / 3).step_by(5) {
        let (mut shop, numbers) = crashed(&Server::new(), 12);
        let wal = shop.folder.path().join("crashed.db-wal");
        let mut bytes = fs::read(&wal).unwrap();
        let from = 32 + at * frame + 24;
        bytes[from..from + PAGE].fill(0xa5);
        fs::write(&wal, &bytes).unwrap();
        shop.reopen();
        let held = receipts(&shop);
        let told = news(&mut shop);
        if held.len() < numbers.len() {
            let told = told.unwrap_or_else(|| panic!("frame {at}: {} of {} sales, and nothing is said", held.len(), numbers.len()));
            assert!(!told.is_whole(), "frame {at}: {told:?}");
        }
        assert!(held.len() >= 10, "what stood in the database is there");
    }
    let (mut shop, numbers) = crashed(&Server::new(), 12);
    let wal = shop.folder.path().join("crashed.db-wal");
    let mut bytes = fs::read(&wal).unwrap();
    bytes[3] ^= 1;
    fs::write(&wal, &bytes).unwrap();
    shop.reopen();
    assert_eq!(receipts(&shop), numbers.into_iter().collect(), "a log without its head is read all the same");
    assert!(news(&mut shop).unwrap().end_unknown, "though nobody knows whether that was all");
}

#[test]
fn a_till_that_crashed_is_not_taken_for_damaged() {
    let (mut shop, numbers) = crashed(&Server::new(), 12);
    shop.reopen();
    assert_eq!((news(&mut shop), receipts(&shop)), (None, numbers.into_iter().collect()));
    assert!(kept(&shop).is_empty());
}

#[test]
fn mending_that_was_cut_off_is_begun_again_or_ended() {
    let (mut shop, numbers) = sold(&Server::new(), 10, 10);
    damage(&shop.path(), &pages_of(&shop, "receipt_line"));
    let path = shop.path();
    let beside = |suffix: &str| PathBuf::from(format!("{}{suffix}", path.display()));
    let (damaged, building, built) = (fs::read(shop.path()).unwrap(), beside(".mending"), beside(".mended-20300101"));
    // Cut off while the fresh one was built: what there is of it is worthless.
    fs::write(&building, &damaged[..PAGE]).unwrap();
    fs::write(beside(".damaged"), "a page").unwrap();
    shop.reopen();
    assert!(news(&mut shop).unwrap().is_whole() && !building.exists());
    let mended = {
        shop.till = None;
        fs::read(shop.path()).unwrap()
    };
    // Cut off between the steps in which the two change places.
    for (there, put_away) in [(true, false), (false, true)] {
        fs::write(&built, &mended).unwrap();
        let kept = beside(".corrupt-20300101");
        let _ = fs::remove_file(&kept);
        fs::remove_file(shop.path()).unwrap();
        if there {
            fs::write(shop.path(), &damaged).unwrap();
        }
        if put_away {
            fs::write(&kept, &damaged).unwrap();
        }
        shop.reopen();
        assert_eq!(receipts(&shop), numbers.iter().cloned().collect());
        assert!(fs::read(&kept).unwrap() == damaged && !built.exists());
        shop.till = None;
    }
}

#[test]
fn a_file_that_says_nothing_of_its_owner_is_kept_and_its_sales_are_listed() {
    let server = Server::new();
    let (shop, numbers) = sold(&server, 5, 5);
    damage(&shop.path(), &pages_of(&shop, "enrolment"));
    let corrupt = Till::open(&shop.path(), shop.settings.clone()).err().unwrap();
    let OpenError::Corrupt { kept_as, detail } = &corrupt else { panic!("{corrupt}") };
    assert!(kept_as.exists() && detail.contains("10 sales and refunds"), "{detail}");
    let list = format!("{}.sales.jsonl", kept_as.display());
    let list = fs::read_to_string(list).unwrap();
    assert!(numbers.iter().all(|number| list.contains(number)));
    assert!(matches!(corrupt.database(), Some(Database::Corrupt { .. })));
}

/// A key store that fails so many times before it works again.
struct Failing {
    keys: Arc<Keys>,
    left: AtomicU32,
}

impl KeyStore for Failing {
    fn mark(&self, device: duka_core::DeviceId) -> Result<Option<u64>, KeyError> {
        self.keys.mark(device)
    }
    fn set_mark(&self, device: duka_core::DeviceId, mark: u64) -> Result<(), KeyError> {
        self.keys.set_mark(device, mark)
    }
    fn load(&self, device: DeviceId) -> Result<Option<[u8; 32]>, KeyError> {
        let fails = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
        if fails { Err(KeyError::Unavailable("locked".into())) } else { self.keys.load(device) }
    }
    fn save(&self, device: DeviceId, secret: &[u8; 32]) -> Result<(), KeyError> {
        self.keys.save(device, secret)
    }
    fn weak(&self) -> bool {
        false
    }
}

#[test]
fn while_the_key_store_fails_the_till_sells_on_and_is_in_step_once_it_works() {
    let server = Server::new();
    let (mut shop, _) = sold(&server, 1, 0);
    let failing = Arc::new(Failing { keys: shop.keys.clone(), left: AtomicU32::new(0) });
    shop.settings.keys = failing.clone();
    shop.reopen();
    failing.left.store(3, Ordering::Relaxed);
    let sold = shop.sell(&["T1"]);
    let mut peer = shop.till().reader().peer().unwrap();
    let refused = shop.till().reader().sync_request(&mut peer, 1 << 20).unwrap_err();
    assert_eq!(refused, duka_pos::SyncError::Key(KeyError::Unavailable("locked".into())));
    assert_eq!(refused.failure(), duka_sync::FailureKind::Busy, "it is tried again by itself");
    failing.left.store(0, Ordering::Relaxed);
    assert_eq!(shop.sync(&server).next, Next::InStep);
    assert_eq!(server.receipt_count(shop.device()), 2);
    let reprinted = duka_api::till::ReceiptRef { receipt: sold.receipt };
    shop.till().receipt_reprint(&reprinted).unwrap();
    shop.keys.forget(shop.device());
    shop.reopen();
    let mut peer = shop.till().reader().peer().unwrap();
    assert_eq!(shop.till().reader().sync_request(&mut peer, 1 << 20).unwrap_err(), duka_pos::SyncError::NoKey);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Never a panic, never an end that does not come, never "all is well" when it is not.
    #[test]
    fn whatever_pages_are_damaged_no_sale_is_lost_in_silence(seeds in prop::collection::vec(any::<u32>(), 1..4), sent in 1_usize..30, unsent in 0_usize..30) {
        let server = Server::new();
        let (mut shop, numbers) = sold(&server, sent, unsent);
        let pages = fs::metadata(shop.path()).unwrap().len() as usize / PAGE;
        let hit: Vec<usize> = seeds.iter().map(|seed| *seed as usize % pages + 1).collect();
        damage(&shop.path(), &hit);
        match work_through(&mut shop) {
            Ok(()) => {
                let held = receipts(&shop);
                let told = news(&mut shop);
                let lost = numbers.iter().filter(|number| !held.contains(*number)).count() as u64;
                if lost > 0 {
                    let told = told.unwrap();
                    prop_assert!(!told.is_whole() && told.new_device, "pages {hit:?}: {lost} lost, {told:?}");
                    prop_assert!(told.end_unknown || told.missing + told.behind >= lost, "pages {hit:?}: {lost} lost, {told:?}");
                }
                prop_assert!(held.is_subset(&numbers.into_iter().collect()));
                if shop.till().state().unwrap().enrolment.is_none() {
                    joined_again(&mut shop, &server, "A2");
                }
                shop.sync(&server);
                shop.assert_balanced();
                shop.assert_rebuilds();
            }
            Err(OpenError::Corrupt { kept_as, .. }) => prop_assert!(kept_as.exists()),
            Err(other) => prop_assert!(false, "pages {hit:?}: {other}"),
        }
    }
}

/// What becomes of a till when its database is mended, whichever page of its journal is damaged: it holds these sales, and in the end what everybody
/// holds.
pub fn assert_mends(server: &Server, shop: &mut Shop) {
    let sold = sales(shop);
    crash(shop);
    // Older pages still stand in the write-ahead log.
    let (path, wal) = (shop.path(), PathBuf::from(format!("{}-wal", shop.path().display())));
    let (crashed, log, backup) = (fs::read(&path).unwrap(), fs::read(&wal).unwrap(), server.back_up());
    assert_eq!(sales(shop), sold, "and the log goes into the database when this look ends");
    let whole = fs::read(&path).unwrap();
    let damages = ["account", "log", "fork", "entry"].map(|table| pages_of(shop, table)).concat();
    for damaged in [None].into_iter().chain(damages.into_iter().map(Some)) {
        fs::write(&path, if damaged.is_some() { &whole } else { &crashed }).unwrap();
        match damaged {
            Some(page) => damage(&path, &[page]),
            None => fs::write(&wal, &log).unwrap(),
        }
        fs::write(format!("{}.damaged", path.display()), "found by looking").unwrap();
        server.restore(backup.clone());
        shop.keys.forget_marks();
        shop.till = Some(Till::open(&path, shop.settings.clone()).unwrap());
        assert!(news(shop).is_some() && sales(shop).keys().all(|sale| sold.contains_key(sale)), "{damaged:?}: what was cut off is back");
        if shop.till().state().unwrap().enrolment.is_none() {
            joined_again(shop, server, "A9");
        }
        let (taken, became) = shop.link(server);
        assert_eq!((taken.next, taken.trouble, became), (Next::InStep, None, false), "{damaged:?}");
        let mut late = Shop::enrolled(server, "C1");
        late.sync(server);
        shop.sync(server);
        late.sync(server);
        assert_eq!(shop.till().reader().digests().unwrap(), late.till().reader().digests().unwrap(), "{damaged:?}");
        shop.assert_rebuilds();
        (shop.till, shop.peer) = (None, None);
    }
}

/// Pages that SQLite has freed still hold what was cut off (I2).
#[test]
fn what_a_succession_cut_off_does_not_come_back_when_the_database_is_mended() {
    for arrived in [false, true] {
        let server = Server::new();
        let mut first = Shop::open(&server, "A1");
        first.sell(&["T1"]);
        first.sync(&server);
        let mut clone = first.cloned("clone.db");
        (0..12).for_each(|_| drop(first.sell(&["M1"])));
        first.sync(&server);
        (0..40).for_each(|_| drop(clone.sell(&["S1"])));
        clone.sync(&server);
        assert!(clone.succeed(&server));
        if arrived {
            clone.sync(&server);
        }
        assert_mends(&server, &mut clone);
    }
}

/// What waits for those before it is kept, and so is the news of it, when damage comes again.
#[test]
fn sales_that_wait_behind_a_gap_outlive_a_second_damage() {
    for second in ["account", "setting", "salvaged", "log"] {
        let server = Server::new();
        let (mut shop, numbers) = sold(&server, 60, 30);
        let old = shop_device(&shop);
        let page = leaf_of_entries(&shop, |leaves| leaves / 3);
        damage(&shop.path(), &[page]);
        work_through(&mut shop).unwrap();
        let first = news(&mut shop).unwrap();
        assert!(first.behind > 30, "{first:?}");
        shop.till = None;
        // Of the table in which they wait, a page of entries that the server holds.
        let page = *pages_of(&shop, second).last().unwrap();
        damage(&shop.path(), &[page]);
        fs::write(format!("{}.damaged", shop.path().display()), "found by looking").unwrap();
        shop.till = Some(Till::open(&shop.path(), shop.settings.clone()).unwrap());
        joined_again(&mut shop, &server, "A2");
        let told = news(&mut shop).unwrap();
        if second != "setting" {
            assert_eq!(told, Salvaged { behind_waiting: told.behind_waiting, ..first }, "{second}: nobody has read it yet");
        }
        shop.sync(&server);
        assert_eq!(receipts(&shop), numbers.iter().cloned().collect(), "{second}");
        assert_eq!(server.receipt_count(old), numbers.len(), "{second}");
        let mut more = 0;
        while shop.till().salvage_seen().unwrap().salvaged.is_some() {
            more += 1;
        }
        assert_eq!(more, usize::from(second != "setting"), "{second}: each damage is told");
        shop.assert_rebuilds();
    }
}
