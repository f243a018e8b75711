//! What version 1 wrote is opened by every version after it: nothing is lost, and the day goes on.

use duka_core::{CompanyId, Timestamp};
use duka_ledger::{DeviceKey, table};
use duka_pos::Reader;
use duka_sync::{Envelope, Event, Phase};
use duka_tests::{
    company::TestCompany,
    fixture::{ENGINES, Expected, ExpectedReceipt, Fixture},
    postgres,
    server::{Storage, TestServer},
    short_day::sell_bread,
    till::TestTill,
};
use std::path::Path;
use tempfile::TempDir;

fn fixtures() -> Vec<(Storage, TempDir, Fixture)> {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/version-1");
    let unpacked = |(storage, name): (Storage, &str)| {
        let folder = tempfile::tempdir().expect("a folder");
        let fixture = Fixture::unpack(&kept.join(name), folder.path()).expect("a fixture");
        (storage, folder, fixture)
    };
    ENGINES.into_iter().map(unpacked).collect()
}

fn till(fixture: &Fixture) -> TestTill {
    let now = Timestamp::parse_utc("2026-02-01 08:00:00").expect("a date");
    TestTill::open(&fixture.till, 99, now).expect("a till of version 1 opens")
}

fn digests(till: &TestTill) -> Vec<(String, String)> {
    let digests = till.engine.read(Reader::digests).expect("digests");
    digests.into_iter().map(|digest| (digest.table, digest.digest)).collect()
}

#[test]
fn a_till_of_version_1_opens_with_all_that_it_held_and_sells_on() {
    for (_, _folder, fixture) in fixtures() {
        let expected: &Expected = &fixture.expected;
        let till = till(&fixture);
        assert_eq!(digests(&till), expected.digests);
        let rebuilt = till.engine.rebuild().expect("a rebuild");
        assert!(rebuilt.is_same(), "the tables are what the facts say: {rebuilt:?}");
        let page = till.engine.read(|reader| reader.receipt_list(&Default::default())).expect("receipts");
        let receipts: Vec<_> =
            page.rows.into_iter().map(|row| ExpectedReceipt { receipt: row.receipt, number: row.number, gross: row.gross }).collect();
        assert_eq!(receipts, expected.receipts);
        let basket = till.engine.run(|till| till.basket()).expect("the basket");
        assert_eq!(basket.lines.len(), expected.basket_lines, "what was in the basket is there");
        // What it says again of a receipt is what it said.
        let reprinted = expected.receipts.first().expect("a receipt").receipt;
        let which = duka_api::till::ReceiptRef { receipt: reprinted };
        till.engine.run(move |till| till.receipt_reprint(&which)).expect("a reprint");
        sell_bread(&till, 1).expect("it sells on");
    }
}

#[test]
fn a_server_of_version_1_opens_with_all_that_it_held_and_takes_in_what_its_till_still_owed() {
    for (storage, folder, fixture) in fixtures() {
        let expected = &fixture.expected;
        let server = match storage {
            Storage::Sqlite => TestServer::start(Storage::Sqlite, folder.path()),
            Storage::Postgres | Storage::DurablePostgres => {
                let url = postgres::restored(&folder.path().join("server.sql")).expect("a dump of version 1 is read");
                TestServer::start_on(url, folder.path())
            }
        };
        let server = server.expect("a server of version 1 opens");
        let company: CompanyId = expected.company;
        let company = TestCompany::known(server.admin(), company).expect("its company");
        assert_eq!(company.digests().expect("digests").combined, expected.server_digest);
        assert!(company.rebuild().expect("a rebuild").equal);
        let till = till(&fixture);
        assert!(till.engine.read(Reader::unsynced).expect("counts").facts >= expected.owed);
        let mut session = till.session(&server.address()).expect("a session");
        session.drive(Event::Asked, &mut |_| ());
        assert_eq!((session.phase(), session.trouble()), (&Phase::InStep, None));
        let combined = table::combined(digests(&till));
        assert_eq!(company.digests().expect("digests").combined, combined, "I4");
        server.stop().expect("it stops");
    }
}

#[test]
fn a_request_of_version_1_and_its_answer_are_read_and_written_byte_for_byte() {
    for (_, _folder, fixture) in fixtures() {
        let expected = &fixture.expected;
        let (request, answer) = &fixture.messages;
        let key = DeviceKey::from_secret(expected.secret);
        let received = Envelope::read(request)
            .expect("an envelope")
            .open_request(&key.public(), expected.server, expected.company)
            .expect("a request of version 1");
        assert!(received.request.exchange().is_some_and(|exchange| !exchange.batches.is_empty()), "it brings a sale");
        let (again, ticket) = received.request.seal(&key).expect("it is sealed");
        assert_eq!(&again, request);
        let till = till(&fixture);
        let taking = till.engine.run({
            let answer = answer.clone();
            move |till| till.take_begin(ticket, &answer).map(drop)
        });
        taking.expect("an answer of version 1");
    }
}
