//! Pulled plugs: a till or a server that is killed at any moment loses nothing that was confirmed, and doubles nothing.

use duka_core::{Currency, ReceiptId, Timestamp};
use duka_sync::{Event, Phase};
use duka_tests::{
    company::TestCompany,
    process::Group,
    server::{Storage, TestServer},
    server_process::ServerProcess,
    till::{Seeded, TestTill},
};
use std::{collections::BTreeSet, path::Path, process::Command};

/// Starts a till in a process of its own that sells without end; gives it with the receipts that it confirmed before the plug was pulled.
fn sell_and_pull_the_plug(folder: &Path, server: Option<&str>, confirmed_sales: usize, spin: u64) -> Vec<ReceiptId> {
    let mut confirmed = Vec::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_duka-drive"));
    command.arg("sell").arg("--folder").arg(folder);
    if let Some(server) = server {
        command.args(["--server", server]);
    }
    let (till, ()) = Group::spawn_until(&mut command, |line| {
        confirmed.push(line.parse().expect("the till prints the receipts it confirms"));
        (confirmed.len() >= confirmed_sales).then_some(())
    })
    .expect("the till sells");
    // A different moment each time: between confirming, writing and sending.
    (0..spin).for_each(|_| std::hint::spin_loop());
    till.kill().expect("the plug is pulled");
    confirmed
}

fn now() -> Timestamp {
    Timestamp::parse_utc("2026-01-05 08:00:00").expect("a date")
}

#[test]
fn a_till_killed_while_it_sells_has_every_confirmed_sale_once() {
    let folder = tempfile::tempdir().expect("a folder");
    TestTill::open(folder.path(), 1, now()).expect("a till").enrol_alone("Crash").expect("enrolled");
    let chance = Seeded::new(11);
    let mut confirmed = BTreeSet::new();
    for _ in 0..6 {
        let spin = chance.below(3_000_000);
        confirmed.extend(sell_and_pull_the_plug(folder.path(), None, 5, spin));
        // The same database opens again and is what its facts say.
        let till = TestTill::open(folder.path(), 2, now()).expect("the till opens after a crash");
        let held = till.receipts().expect("receipts");
        let once: BTreeSet<ReceiptId> = held.iter().copied().collect();
        assert_eq!(held.len(), once.len(), "I2: no sale is doubled");
        assert!(confirmed.is_subset(&once), "I1: a confirmed sale is lost");
        assert!(till.engine.rebuild().expect("a rebuild").is_same(), "tables = fold(facts) after a crash");
        confirmed = once;
    }
    assert!(confirmed.len() >= 30);
}

#[test]
fn a_till_killed_during_its_exchanges_ends_up_in_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = TestServer::start(Storage::Sqlite, folder.path()).expect("a server");
    let company = TestCompany::found(server.admin(), "Crash", "Shop", Currency::try_new("GBP").expect("a currency")).expect("a company");
    let place = folder.path().join("till");
    let code = company.register("C1").expect("a register").code;
    TestTill::open(&place, 1, now()).expect("a till").enrol(&server.address(), &code, "Crash").expect("enrolled");
    let chance = Seeded::new(12);
    for _ in 0..4 {
        sell_and_pull_the_plug(&place, Some(&server.address()), 8, chance.below(3_000_000));
    }
    in_step(&TestTill::open(&place, 2, now()).expect("a till"), &company);
}

#[test]
fn a_server_killed_while_it_takes_sales_in_ends_up_in_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = std::env::var_os("DUKA_SERVER").expect("DUKA_SERVER names the server's program: run the tests with `cargo xtask test`");
    let mut server = ServerProcess::start(Path::new(&program), &folder.path().join("server")).expect("a server");
    let admin = server.admin().expect("an admin");
    let company = TestCompany::found(admin, "Crash", "Shop", Currency::try_new("GBP").expect("a currency")).expect("a company");
    let place = folder.path().join("till");
    let code = company.register("K1").expect("a register").code;
    TestTill::open(&place, 1, now()).expect("a till").enrol(&server.address(), &code, "Crash").expect("enrolled");
    for sales in [10, 25, 40] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_duka-drive"));
        command.arg("sell").arg("--folder").arg(&place).args(["--server", &server.address()]);
        let mut confirmed = 0;
        let (till, ()) = Group::spawn_until(&mut command, |_| {
            confirmed += 1;
            (confirmed >= sales).then_some(())
        })
        .expect("the till sells");
        server.kill().expect("the server's plug is pulled");
        till.kill().expect("the till's plug is pulled");
        server.resume().expect("the server starts after a crash");
    }
    in_step(&TestTill::open(&place, 2, now()).expect("a till"), &company);
}

/// Both hold the same, exactly once, and their tables are what the facts say.
fn in_step(till: &TestTill, company: &TestCompany) {
    let mut session = till.session(&company.admin.server).expect("a link");
    session.drive(Event::Asked, &mut |_| ());
    assert_eq!(*session.phase(), Phase::InStep);
    let digests = till.engine.read(duka_pos::Reader::digests).expect("digests");
    let combined = duka_ledger::table::combined(digests.into_iter().map(|digest| (digest.table, digest.digest)));
    assert_eq!(combined, company.digests().expect("digests").combined, "I4");
    assert!(company.rebuild().expect("a rebuild").equal);
    assert_eq!(company.accounts().expect("accounts").values().sum::<i64>(), 0, "I5");
}
