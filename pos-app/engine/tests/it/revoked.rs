//! A till that was revoked: it opens, tells, brings what it owes, hears of a release, and can be set up again.

use crate::world::{Server, Shop, money};
use duka_api::till::{CloseShift, LinkState, OpenShift, OwnDevice, ReceiptQuery, ReceiptRef, Tender};
use duka_core::ErrorCode;
use duka_ledger::{DeviceStandingChanged, Fact, Standing};
use duka_pos::{EnrolError, JournalError, SaleError};

/// What the server says of a till: what it holds now counts.
fn standing(server: &Server, shop: &Shop, standing: Standing) {
    let device = shop.device();
    let shop_seq = server.facts_of_shop(device) as u64;
    server.write(&Fact::DeviceStandingChanged(DeviceStandingChanged {
        device,
        standing,
        company_seq: 100,
        shop_seq,
        reason: "left in the taxi".into(),
    }));
}

/// A till with two sales, of which the server holds one, that has heard that it was revoked.
fn revoked(server: &Server) -> Shop {
    let mut till = Shop::open(server, "A1");
    till.sell(&["T1"]);
    till.sync(server);
    standing(server, &till, Standing::Revoked);
    till.sell(&["T1"]);
    till.sync(server);
    till
}

fn told(till: &mut Shop) -> OwnDevice {
    till.till().reader().status().unwrap().link.device
}

#[test]
fn a_till_whose_shift_does_not_count_either_is_told_that_it_was_revoked_and_not_to_open_a_shift() {
    let server = Server::new();
    let mut till = Shop::open(&server, "A1");
    till.sell(&["T1"]);
    till.sync(&server);
    let device = till.device();
    let reason = "stolen before it was opened".to_owned();
    let changed = DeviceStandingChanged { device, standing: Standing::Revoked, company_seq: 100, shop_seq: 0, reason };
    server.write(&Fact::DeviceStandingChanged(changed));
    till.sync(&server);
    assert_eq!(try_to_sell(&mut till).unwrap_err(), SaleError::Journal(JournalError::Revoked));
}

fn try_to_sell(till: &mut Shop) -> Result<(), SaleError> {
    till.scan("M1");
    let basket = till.till().basket().unwrap();
    till.till().sale_complete(&Tender { receipt: basket.receipt, tendered: None, shown: basket.gross }).map(drop)
}

#[test]
fn a_revoked_till_opens_and_says_so_and_refuses_sales_with_a_way_out_and_still_shows_receipts() {
    let server = Server::new();
    let mut till = revoked(&server);
    for restarted in [false, true] {
        if restarted {
            till.reopen();
        }
        assert_eq!(told(&mut till), OwnDevice::Revoked { reason: "left in the taxi".into() });
        let fault = try_to_sell(&mut till).unwrap_err();
        assert_eq!(fault, SaleError::Journal(JournalError::Revoked));
        let problem = duka_api::Problem::from(fault);
        assert_eq!(problem.code, ErrorCode::DeviceRevoked);
        assert!(problem.detail.contains("releases it") && problem.detail.contains("Set up again"), "{}", problem.detail);
        // Not that the basket must be finished first, which it cannot be.
        let fault = till.till().shift_close(&CloseShift { counted: money(0) }).unwrap_err();
        assert_eq!(duka_api::Problem::from(fault).code, ErrorCode::DeviceRevoked);
        till.till().reader().shift_report().unwrap();
        let receipt = till.till().reader().receipt_list(&ReceiptQuery::default()).unwrap().rows[0].receipt;
        till.till().reader().receipt_get(&ReceiptRef { receipt }).unwrap();
    }
}

#[test]
fn a_revoked_till_brings_what_it_owes_and_sells_on_after_its_release_with_the_basket_and_the_shift_as_they_were() {
    let server = Server::new();
    let mut till = revoked(&server);
    let device = till.device();
    assert_eq!(server.receipts(device).len(), 2, "what it sold before it heard of it is brought");
    assert!(try_to_sell(&mut till).is_err());
    till.till().keep_basket().unwrap();
    till.settings.version = "0.2.0".into();
    till.reopen();
    assert!(till.till().reader().unsynced().unwrap().facts == 0 && till.exchange(&server).trouble.is_none());
    standing(&server, &till, Standing::Active);
    till.sync(&server);
    assert_eq!(told(&mut till), OwnDevice::Same);
    assert_eq!(till.till().basket().unwrap().lines.len(), 1);
    assert_eq!(till.pay(None).number, "A1-000003", "no number is left out or given twice (I7)");
    assert_eq!(till.close(10_000 + 2 * 295 + 120).difference.unwrap(), money(0), "all that it sold counts again");
    till.reopen();
    till.sync(&server);
    let updates =
        server.facts(device).into_iter().filter(|fact| matches!(fact, Fact::TechnicalEvent(it) if it.detail.contains("to 0.2.0")));
    assert_eq!(updates.count(), 1, "that it was updated is said once it may be");
    till.assert_rebuilds();
    till.assert_balanced();
}

#[test]
fn a_revoked_till_hears_what_comes_after_an_answer_that_names_a_fork() {
    let server = Server::new();
    let (mut copied, mut till) = (Shop::open(&server, "A1"), Shop::open(&server, "B1"));
    copied.sync(&server);
    till.sync(&server);
    standing(&server, &till, Standing::Revoked);
    till.sync(&server);
    let backup = server.back_up();
    copied.copy("copy.db");
    copied.sell(&["T1"]);
    copied.sync(&server);
    till.sync(&server);
    server.restore(backup);
    copied.put_back("copy.db");
    copied.sell(&["M1"]);
    copied.sell(&["M1"]);
    copied.sync(&server);
    assert!(till.sync(&server).trouble.is_some_and(|text| text.contains("Both are kept")));
    let kept: i64 = till.raw().query_row("select count(*) from fork", [], |row| row.get(0)).unwrap();
    assert!(kept > 0, "noted, though it may not write that it was");
    standing(&server, &till, Standing::Active);
    till.sync(&server);
    till.sell(&["T1"]);
}

/// Who sold with a revoked till can go on at once with a code; what the old device wrote stays as the admin decided.
#[test]
fn a_revoked_till_that_is_set_up_again_sells_as_a_new_device_and_what_it_owed_is_still_brought() {
    let server = Server::new();
    let mut till = revoked(&server);
    let old = till.device();
    assert!(try_to_sell(&mut till).is_err());
    let refused = till.till().enrol_request(server.code(), "till").unwrap_err();
    assert!(matches!(&refused, EnrolError::AlreadyEnrolled { .. }), "only when its person says so: {refused}");
    assert!(refused.to_string().contains("Set up again"));
    till.till().enrol_anew().unwrap();
    assert_eq!(
        told(&mut till),
        OwnDevice::Revoked { reason: "left in the taxi".into() },
        "until the server has admitted it, nothing changes"
    );
    till.enrol(&server, "A1.2");
    till.peer = None;
    assert_ne!(till.device(), old);
    assert_eq!(told(&mut till), OwnDevice::Same);
    let state = till.till().state().unwrap();
    assert!(state.shift.is_none(), "the shift of the device that it was stays open in the books, as the admin left it");
    till.till().shift_open(&OpenShift { operator: "Ben".into(), float: money(10_295) }).unwrap();
    assert_eq!(till.till().basket().unwrap().lines.len(), 1, "the customer need not wait");
    assert_eq!(till.pay(None).number, "A1.2-000001");
    till.sync(&server);
    assert_eq!((server.receipts(old).len(), server.receipts(till.device()).len()), (2, 1));
    assert_eq!(till.till().reader().status().unwrap().link.state, LinkState::InStep);
    till.reopen();
    till.sell(&["T1"]);
    till.assert_rebuilds();
}
