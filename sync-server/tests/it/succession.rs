//! A till whose database is a copy is certified as another device, without a person (I12).

use crate::{
    talk::refused,
    till::{Till, new_product},
    world::{Reply, World, on_both_engines},
};
use duka_api::http::{DeviceState, DeviceView, SaleView};
use duka_core::{ReceiptId, Timestamp};
use duka_ledger::{Continued, Fact, Hash, Head, PrintedNumber, PublicKey, Sale, ShiftOpened, ShiftTotals};
use duka_server::platform::{entropy::SystemEntropy, secret::from_hex};
use duka_sync::{Ask, HeldReceipt, MAX_RECEIPTS_ASKED, Nonce, RefusalReason, Succeeded, Succession};
use serde_json::json;

/// What `copy` asks for, to go on as `new`.
pub fn asked(copy: &Till, new: &Till, receipts: Vec<ReceiptId>) -> Succession {
    let mut nonce = [0; 16];
    duka_core::Entropy::fill(&SystemEntropy, &mut nonce);
    Succession {
        server: copy.me().server_device,
        company: copy.me().company,
        device: copy.device,
        nonce: Nonce::from_random(nonce),
        successor: new.device,
        key: new.signer().public(),
        receipts,
        heard: copy.heads().held(&copy.server_log()),
    }
}

async fn post(world: &World, request: &[u8]) -> Reply {
    world.post_packed("/api/sync/v1/succeed", request).await
}

/// Asks, and takes the answer.
async fn succeed(world: &World, copy: &Till, new: &mut Till, receipts: Vec<ReceiptId>) -> Succeeded {
    let (request, ticket) = asked(copy, new, receipts).seal(&copy.signer(), &new.signer()).unwrap();
    let reply = post(world, &request).await;
    assert_eq!(reply.status.as_u16(), 200, "{}", String::from_utf8_lossy(&reply.body));
    let key = PublicKey::try_from_bytes(from_hex(&copy.me().server_key).unwrap()).unwrap();
    let answer = ticket.open_succession(&zstd::decode_all(reply.body.as_slice()).unwrap(), &key).unwrap();
    let mut enrolment = copy.me().clone();
    enrolment.series.clone_from(&answer.certificate.series);
    new.enrolled(enrolment);
    answer
}

/// How the server refuses; nothing is written by it.
async fn refusal(world: &World, asked: &Succession, old: &Till, new: &Till) -> (u16, String) {
    let before = world.written().await;
    let (request, _) = asked.seal(&old.signer(), &new.signer()).unwrap();
    let problem = post(world, &request).await.problem();
    assert_eq!(world.written().await, before);
    problem
}

#[test]
fn two_copies_that_raced_are_an_accident_and_what_either_sold_counts_once() {
    on_both_engines(|world| async move {
        let (company, shop, mut first) = world.shop_with_till().await;
        let product = new_product();
        first.open_shift(1_000);
        first.sell(product, 1);
        first.sync(&world).await;
        let (mut copy, mut new) = (first.copy(), Till::new());
        first.sell(product, 2);
        first.sync(&world).await;
        let again = copy.sale_of(product, 4);
        copy.write(copy.shop_scope(), &Fact::SaleCompleted(again.clone()));
        let raced = copy.bring(&world, copy.all()).await;
        assert!(refused(&raced).iter().any(|refusal| refusal.reason == RefusalReason::Fork));
        assert_eq!(world.device(company, first.device).await.state, DeviceState::Quarantined);

        let answer = succeed(&world, &copy, &mut new, vec![again.receipt]).await;
        let certificate = answer.certificate;
        assert_eq!((certificate.succeeds, certificate.series.as_str()), (Some(first.device), "A.2"));
        assert_eq!((certificate.register, certificate.shop), (Some(first.me().register), Some(shop)));
        assert_eq!(answer.held, []);
        let listed = world.device(company, new.device).await;
        assert_eq!((listed.succeeds, listed.state, listed.name), (Some(first.device), DeviceState::Active, certificate.name));

        // It goes on with the shift, and writes again what the copy sold.
        new.lamport = 100;
        let totals = ShiftTotals { sales: 1, sales_gross: 120, cash: 120, ..ShiftTotals::default() };
        let continues = Some(Box::new(Continued { device: first.device, opened_at: Timestamp::from_micros(first.now), totals }));
        let opened = ShiftOpened {
            shift: first.shift,
            register: first.me().register,
            operator_name: "Ada".into(),
            currency: first.me().currency,
            float: 1_000,
            number: 1,
            continues,
        };
        new.write(new.shop_scope(), &Fact::ShiftOpened(opened));
        let printed = Some(Box::new(PrintedNumber { series: again.series.clone(), number: again.number }));
        let sale = Sale { series: certificate.series, number: 1, printed, ..again };
        let receipt = sale.receipt;
        new.write(new.shop_scope(), &Fact::SaleCompleted(sale));
        assert_eq!(refused(&new.bring(&world, new.all()).await), []);
        let view: SaleView = world.get(&format!("/companies/{company}/shops/{shop}/sales/{receipt}")).await.json();
        assert_eq!((view.number.as_str(), view.printed.as_deref()), ("A.2-000001", Some("A-000002")));
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 3);
        assert_eq!(world.count("SELECT CAST(SUM(gross) AS BIGINT) FROM receipt").await, 120 * 7);
        assert_eq!(world.count("SELECT balance FROM account WHERE account LIKE 'drawer%'").await, 1_000 + 120 * 7, "one float");
        assert!(world.rebuild(company).await.equal);
    });
}

#[test]
fn asking_again_for_the_same_successor_gives_the_same_and_what_was_owed_is_forgotten() {
    on_both_engines(|world| async move {
        let (company, _, mut first) = world.shop_with_till().await;
        let product = new_product();
        first.open_shift(1_000);
        first.sync(&world).await;
        let mut copy = first.copy();
        let receipt = first.sell(product, 1);
        first.sync(&world).await;
        copy.sell(product, 1);
        copy.sell(product, 1);
        copy.bring(&world, Vec::new()).await;
        let owed = |view: DeviceView| view.logs.iter().map(|log| log.told - log.held).sum::<u64>();
        assert_eq!(owed(world.device(company, first.device).await), 1);
        let mut new = Till::new();
        let answer = succeed(&world, &copy, &mut new, vec![receipt, ReceiptId::from_bytes([9; 16])]).await;
        assert_eq!(answer.held, [HeldReceipt { receipt, refund: false, gross: 120 }]);
        assert_eq!(owed(world.device(company, first.device).await), 0);
        let devices = world.count("SELECT COUNT(*) FROM device").await;
        let again = succeed(&world, &copy, &mut new, Vec::new()).await;
        assert_eq!(again.certificate, answer.certificate, "I2");
        assert_eq!(world.count("SELECT COUNT(*) FROM device").await, devices);
        // The other copy stays who it was.
        first.sell(product, 1);
        assert_eq!(refused(&first.bring(&world, first.all()).await), []);
    });
}

/// The copy that paid first has become another device, too: the basket stands in that one's log.
#[test]
fn a_receipt_that_another_successor_wrote_is_held_as_well() {
    on_both_engines(|world| async move {
        let (_, _, mut first) = world.shop_with_till().await;
        first.open_shift(1_000);
        first.sync(&world).await;
        let (copy, mut second, mut third) = (first.copy(), Till::new(), Till::new());
        succeed(&world, &copy, &mut second, Vec::new()).await;
        second.open_shift(0);
        let receipt = second.sell(new_product(), 3);
        assert_eq!(refused(&second.bring(&world, second.all()).await), []);
        let answer = succeed(&world, &copy, &mut third, vec![receipt]).await;
        assert_eq!(answer.held, [HeldReceipt { receipt, refund: false, gross: 360 }]);
    });
}

#[test]
fn a_successor_is_given_to_who_has_both_keys_and_was_not_revoked_and_to_nobody_else() {
    on_both_engines(|world| async move {
        let (company, _, till) = world.shop_with_till().await;
        let (new, other) = (Till::new(), world.till_at(company, till.me().register).await);
        let request = asked(&till, &new, Vec::new());
        assert_eq!(refusal(&world, &request, &other, &new).await, (401, "unauthenticated".into()), "not the old key");
        assert_eq!(refusal(&world, &request, &till, &other).await, (401, "unauthenticated".into()), "not the new key");
        let misdirected = Succession { server: new.device, ..request.clone() };
        assert_eq!(refusal(&world, &misdirected, &till, &new).await.0, 403);
        let taken = Succession { successor: other.device, ..request.clone() };
        assert_eq!(refusal(&world, &taken, &till, &new).await, (409, "conflict".into()));
        let unknown = Succession { device: new.device, ..request.clone() };
        assert_eq!(refusal(&world, &unknown, &till, &new).await, (401, "not_enrolled".into()));
        let many = Succession { receipts: vec![ReceiptId::from_bytes([1; 16]); MAX_RECEIPTS_ASKED + 1], ..request.clone() };
        assert_eq!(refusal(&world, &many, &till, &new).await.0, 422);
        // A captured request for the exchange is none for this, nor the other way round.
        let (exchange, _) = till.request(Ask::Look).seal(&till.signer()).unwrap();
        assert_eq!(post(&world, &exchange).await.problem().0, 401);
        let revoke = serde_json::json!({ "reason": "stolen" });
        world.post(&format!("/companies/{company}/devices/{}/revoke", till.device), &revoke).await;
        assert_eq!(refusal(&world, &request, &till, &new).await, (403, "device_revoked".into()));
    });
}

/// Who has a till's disk opens an older copy of it, and is another device before the till is missed.
#[test]
fn revoking_a_till_that_has_gone_on_under_other_ids_asks_what_becomes_of_them_and_takes_the_whole_chain() {
    on_both_engines(|world| async move {
        let (company, _, till) = world.shop_with_till().await;
        let (mut second, mut third) = (Till::new(), Till::new());
        succeed(&world, &till, &mut second, Vec::new()).await;
        succeed(&world, &second, &mut third, Vec::new()).await;
        third.open_shift(0);
        third.sell(new_product(), 1);
        third.sync(&world).await;
        let seen = world.device(company, till.device).await;
        assert_eq!(seen.successors.iter().map(|by| by.device).collect::<Vec<_>>(), [second.device], "the list says who took its place");
        assert!(seen.successors[0].since.is_some() && world.device(company, third.device).await.succeeds == Some(second.device));

        let path = format!("/companies/{company}/devices/{}/revoke", till.device);
        let before = world.written().await;
        let reply = world.post(&path, &serde_json::json!({ "reason": "stolen" })).await;
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        assert_eq!(reply.problem(), (409, "conflict".into()));
        assert!(text.contains(&second.device.to_string()) && text.contains(&third.device.to_string()), "{text}");
        assert_eq!(world.written().await, before);

        let states = async || {
            let mut states = Vec::new();
            for id in [till.device, second.device, third.device] {
                states.push(world.device(company, id).await.state);
            }
            states
        };
        let kept = world.post(&path, &serde_json::json!({ "reason": "its computer died", "successors": "keep" })).await;
        assert_eq!((kept.status.as_u16(), states().await), (204, vec![DeviceState::Revoked, DeviceState::Active, DeviceState::Active]));
        let taken = world.post(&path, &serde_json::json!({ "reason": "stolen", "successors": "revoke" })).await;
        assert_eq!((taken.status.as_u16(), states().await), (204, vec![DeviceState::Revoked; 3]));
        // What was held of it counts, what comes now does not.
        third.sell(new_product(), 1);
        third.sync(&world).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 1);
        let fourth = Till::new();
        assert_eq!(refusal(&world, &asked(&third, &fourth, Vec::new()), &third, &fourth).await, (403, "device_revoked".into()));
        // Nothing goes on any more, so there is nothing to ask.
        assert_eq!(world.post(&path, &serde_json::json!({ "reason": "stolen" })).await.status.as_u16(), 204);
    });
}

#[test]
fn a_register_has_so_many_successors_a_day_and_a_till_that_asks_for_more_is_told() {
    on_both_engines(|world| async move {
        let (company, _, till) = world.shop_with_till().await;
        for _ in 0..24 {
            succeed(&world, &till, &mut Till::new(), Vec::new()).await;
        }
        let new = Till::new();
        assert_eq!(refusal(&world, &asked(&till, &new, Vec::new()), &till, &new).await, (429, "too_many".into()));
        world.till_at(company, till.me().register).await;
        world.clock.set(1_700_000_000_000_000 + 25 * 3_600 * 1_000_000);
        succeed(&world, &till, &mut Till::new(), Vec::new()).await;
    });
}

#[test]
fn a_till_that_is_set_up_again_takes_its_place_at_its_register_if_no_more_is_held_of_it_than_it_knows() {
    on_both_engines(|world| async move {
        let (company, shop, mut old) = world.shop_with_till().await;
        old.open_shift(1_000);
        old.sync(&world).await;
        let register = old.me().register;
        let copy = old.copy();
        old.sell(new_product(), 1);
        old.sync(&world).await;
        let named = async |register, before| {
            let mut again = Till::new();
            again.before = Some(before);
            let code = world.code(company, register).await;
            let asking = again.enrolment(&code);
            let answer = world.enrolled(&asking).await;
            assert_eq!(world.enrolled(&asking).await, answer, "I2");
            assert_eq!(world.device(company, again.device).await.succeeds, answer.succeeds);
            (answer.succeeds, answer.series)
        };
        let knows = old.head(old.shop_scope());
        let another = world.register(company, shop, "B").await;
        assert_eq!(named(another, knows).await.0, None, "its drawer is another");
        assert_eq!(named(register, copy.head(copy.shop_scope())).await.0, None, "it went on since");
        assert_eq!(named(register, Head { hash: Hash::of(b"another branch"), ..knows }).await.0, None);
        // What it has not brought yet, it will.
        let (succeeds, series) = named(register, Head { seq: knows.seq + 5, ..knows }).await;
        assert_eq!((succeeds, series.as_str()), (Some(old.device), "A.4"));
        assert_eq!(named(register, knows).await.0, None, "one device goes on with a shift");

        let late = world.till_at(company, another).await;
        let revoked = world.post(&format!("/companies/{company}/devices/{}/revoke", late.device), &json!({ "reason": "lost" })).await;
        assert!(revoked.status.is_success());
        let log = late.log(late.shop_scope());
        assert_eq!(named(another, Head { log, seq: 9, hash: Hash::NONE }).await.0, None, "of a revoked one the admin decided");
    });
}
