//! How devices join.

use crate::{
    till::Till,
    world::{World, on_both_engines},
};
use duka_api::http::{DeviceState, DeviceView, Shop};
use duka_api::till::Page;
use duka_core::{Clock, DeviceId, EnrolCode, NumberForm, OneTimeCode};
use duka_server::platform::{db::Engine, entropy::SystemEntropy, secret::from_hex};
use duka_sync::Envelope;
use serde_json::json;

/// A code that nobody was given, of the server that the till joined.
fn made_up(till: &Till) -> String {
    EnrolCode::new(OneTimeCode::new(&SystemEntropy), &from_hex(&till.me().server_key).unwrap()).to_string()
}

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

async fn refused(world: &World, till: &Till, code: &str) -> (u16, String) {
    world.enrol(&till.enrolment(code)).await.problem()
}

#[test]
fn a_code_admits_one_device_and_gives_it_the_same_answer_again() {
    on_both_engines(|world| async move {
        let company = world.company("Tea & Sons").await;
        let shop = world.shop(company).await;
        let register = world.register(company, shop, "A1").await;
        let code = world.code(company, register).await;
        let till = Till::new();
        let answer = world.enrolled(&till.enrolment(&code)).await;
        assert_eq!((answer.company, answer.shop, answer.register), (company, shop, register));
        assert_eq!(
            (answer.company_name.as_str(), answer.shop_name.as_str(), answer.register_name.as_str()),
            ("Tea & Sons", "High Street", "A1")
        );
        assert_eq!((answer.series.as_str(), answer.currency.code(), answer.server_key.len()), ("A1", "GBP", 64));

        // I2: the answer was lost, the code is typed in small letters, and a day has passed.
        world.clock.set(world.clock.now().at.micros() + 2 * DAY);
        let again = world.enrolled(&till.enrolment(&code.to_lowercase().replace('-', ""))).await;
        assert_eq!(again, answer);
        assert_eq!(refused(&world, &Till::new(), &code).await, (422, "enrolment_code".to_owned()));
        assert_eq!(world.count("SELECT COUNT(*) FROM device").await, 2);
        assert_eq!(world.count("SELECT COUNT(*) FROM entry").await, 2);
    });
}

#[test]
fn a_wrong_or_old_code_admits_nobody() {
    on_both_engines(|world| async move {
        let (company, _, till) = world.shop_with_till().await;
        let code = world.code(company, till.me().register).await;
        let stranger = Till::new();
        assert_eq!(refused(&world, &stranger, &made_up(&till)).await, (422, "enrolment_code".to_owned()));
        world.clock.set(world.clock.now().at.micros() + DAY);
        assert_eq!(refused(&world, &stranger, &code).await.1, "enrolment_code");
    });
}

#[test]
fn guessing_codes_is_slowed_down() {
    on_both_engines(|world| async move {
        let (company, _, till) = world.shop_with_till().await;
        let stranger = Till::new();
        for _ in 0..120 {
            assert_eq!(refused(&world, &stranger, &made_up(&till)).await.1, "enrolment_code");
        }
        let reply = world.enrol(&stranger.enrolment(&made_up(&till))).await;
        assert_eq!((reply.problem(), reply.retry_after), ((429, "too_many".to_owned()), Some(1)));
        // Everybody comes through one proxy, and somebody behind it guesses: who waits as he was told joins all the same.
        let code = world.code(company, till.me().register).await;
        assert_eq!(refused(&world, &stranger, &code).await.0, 429);
        world.clock.set(world.clock.now().at.micros() + 1_000_000);
        world.enrolled(&stranger.enrolment(&code)).await;
    });
}

#[test]
fn a_till_whose_answer_was_lost_joins_with_a_new_code_and_is_the_device_that_it_was_admitted_as() {
    on_both_engines(|world| async move {
        let (company, shop, first) = world.shop_with_till().await;
        let (register, till) = (first.me().register, Till::new());
        let lost = world.enrolled(&till.enrolment(&world.code(company, register).await)).await;
        // The first code shows as used, so the admin makes another.
        let new = world.code(company, register).await;
        assert_eq!(world.enrolled(&till.enrolment(&new)).await, lost, "the same device and the same series");
        assert_eq!(world.enrolled(&till.enrolment(&new)).await, lost, "I2");
        assert_eq!(refused(&world, &Till::new(), &new).await.1, "enrolment_code", "and the code is used up");
        assert_eq!(world.count("SELECT COUNT(*) FROM device").await, 3, "the server, the first till and this one");
        // A code of another register certifies no device twice, and stays good for one with another id.
        let elsewhere = world.code(company, world.register(company, shop, "Z9").await).await;
        assert_eq!(refused(&world, &till, &elsewhere).await, (409, "conflict".to_owned()));
        world.enrolled(&Till::new().enrolment(&elsewhere)).await;
        // Nor is a revoked device let in again by a code.
        world.post(&format!("/companies/{company}/devices/{}/revoke", till.device), &json!({ "reason": "lost" })).await;
        let again = world.code(company, register).await;
        assert_eq!(refused(&world, &till, &again).await.0, 409);
        world.enrolled(&Till::new().enrolment(&again)).await;
    });
}

#[test]
fn the_second_device_of_a_register_has_a_series_of_its_own() {
    on_both_engines(|world| async move {
        let (company, _, first) = world.shop_with_till().await;
        let second = world.till_at(company, first.me().register).await;
        let third = world.till_at(company, first.me().register).await;
        assert_eq!([&first, &second, &third].map(|till| till.me().series.clone()), ["A", "A.2", "A.3"]);
        let devices: Page<DeviceView> = world.get(&format!("/companies/{company}/devices")).await.json();
        let mut states: Vec<DeviceState> = devices.rows.iter().map(|row| row.state).collect();
        states.sort_unstable();
        assert_eq!(states, [DeviceState::Server, DeviceState::Active, DeviceState::Active, DeviceState::Active]);
    });
}

#[test]
fn a_device_id_that_is_taken_is_refused() {
    on_both_engines(|world| async move {
        let (company, _, till) = world.shop_with_till().await;
        let code = world.code(company, till.me().register).await;
        let mut copied = Till::new();
        copied.device = till.device;
        assert_eq!(refused(&world, &copied, &code).await, (409, "conflict".to_owned()));
        // I12: and the code is still good for one that took a new id.
        assert!(world.enrol(&Till::new().enrolment(&code)).await.status.is_success());
    });
}

#[test]
fn a_name_that_cannot_be_printed_is_told_and_uses_no_code_up() {
    on_both_engines(|world| async move {
        let (company, _, till) = world.shop_with_till().await;
        let code = world.code(company, till.me().register).await;
        let joining = Till::new();
        for name in ["\u{7}", " ", &"x".repeat(61)] {
            assert_eq!(world.enrol(&joining.enrolment_as(&code, name)).await.problem().1, "invalid_input");
        }
        world.enrolled(&joining.enrolment(&code)).await;
    });
}

#[test]
fn a_device_that_does_not_hold_its_key_is_refused_and_uses_no_code_up() {
    on_both_engines(|world| async move {
        let (company, _, till) = world.shop_with_till().await;
        let code = world.code(company, till.me().register).await;
        let joining = Till::new();
        // Somebody on the way put a device or a key of his own into what the till signed.
        let mut changed = joining.enrolment(&code);
        let mut envelope: Envelope = Envelope::read(&changed.sealed).unwrap();
        let (theirs, his) = (joining.signer().public(), Till::new().signer().public());
        let at = envelope.message.windows(32).position(|part| part == theirs.as_bytes()).unwrap();
        envelope.message[at..at + 32].copy_from_slice(his.as_bytes());
        changed.sealed = minicbor::to_vec(&envelope).unwrap();
        assert_eq!(world.enrol(&changed).await.problem(), (401, "unauthenticated".to_owned()));
        // The one-time part is right, the rest of the code is another server's.
        let once = *code.parse::<EnrolCode>().unwrap().once();
        let elsewhere = EnrolCode::new(once, till.signer().public().as_bytes()).to_string();
        assert_eq!(refused(&world, &joining, &elsewhere).await, (401, "unauthenticated".to_owned()));
        let mut renamed = joining.enrolment(&code);
        let mut envelope: Envelope = Envelope::read(&renamed.sealed).unwrap();
        envelope.device = DeviceId::from_bytes([7; 16]);
        renamed.sealed = minicbor::to_vec(&envelope).unwrap();
        assert_eq!(world.enrol(&renamed).await.problem().1, "invalid_input");
        assert_eq!(world.count("SELECT COUNT(*) FROM device").await, 2, "the server and the first till");
        world.enrolled(&joining.enrolment(&code)).await;
    });
}

#[test]
fn what_is_no_request_to_join_is_told() {
    on_both_engines(|world| async move {
        for body in [b"{}".to_vec(), Vec::new(), vec![0; 1 << 12]] {
            let reply = world.raw(axum::http::Method::POST, "/api/sync/v1/enrol", "application/cbor", body).await;
            assert_eq!(reply.problem(), (422, "invalid_input".to_owned()));
        }
    });
}

#[test]
fn names_are_checked_and_no_two_registers_share_one() {
    on_both_engines(|world| async move {
        let (company, shop, _) = world.shop_with_till().await;
        let other = world.shop(company).await;
        for (shop, name, code) in [
            (other, "a", "conflict"),
            (shop, "A", "conflict"),
            (shop, "Till 1", "invalid_input"),
            (shop, "", "invalid_input"),
            (shop, "123456789", "invalid_input"),
        ] {
            let reply = world.post(&format!("/companies/{company}/shops/{shop}/registers"), &serde_json::json!({ "name": name })).await;
            assert_eq!(reply.problem().1, code, "{name}");
        }
        assert_eq!(world.post("/companies", &serde_json::json!({ "name": " ", "currency": "GBP" })).await.problem().1, "invalid_input");
        assert_eq!(world.post("/companies", &serde_json::json!({ "name": "x", "currency": "XX" })).await.problem().1, "invalid_input");
    });
}

#[test]
fn a_device_joins_though_there_is_but_one_connection() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        World::with_connections(engine, 1, |world| async move {
            let (company, shop, till) = world.shop_with_till().await;
            assert_eq!((till.me().company, till.me().shop), (company, shop));
            // I2
            let code = world.code(company, till.me().register).await;
            let second = Till::new();
            for _ in 0..2 {
                assert!(world.enrol(&second.enrolment(&code)).await.status.is_success());
            }
        });
    }
}

#[test]
fn a_shop_takes_no_more_devices_than_its_sums_can_bear() {
    on_both_engines(|world| async move {
        let (company, shop, till) = world.shop_with_till().await;
        let mut tx = world.state.db.begin().await.unwrap();
        for n in 1..1_000_u128 {
            tx.query(
                "INSERT INTO device (company, device, key, role, shop, register, name, series, currency) \
                 SELECT company, $1, key, role, shop, register, name, series, currency FROM device WHERE device = $2",
            )
            .bind(uuid::Uuid::from_u128(n))
            .bind(till.device.uuid())
            .execute()
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        let code = world.code(company, till.me().register).await;
        assert_eq!(refused(&world, &Till::new(), &code).await, (413, "too_large".to_owned()));
        let elsewhere = world.shop(company).await;
        assert_ne!(elsewhere, shop);
        let register = world.register(company, elsewhere, "B").await;
        world.till_at(company, register).await;
    });
}

#[test]
fn a_till_learns_the_language_and_the_form_of_numbers_of_its_shop() {
    on_both_engines(|world| async move {
        let company = world.company("Tea & Sons").await;
        let cases = [
            (json!({ "name": "A" }), "en", NumberForm::Point),
            (json!({ "name": "B", "language": "ar-EG" }), "ar-EG", NumberForm::Point),
            (json!({ "name": "C", "language": "de" }), "de", NumberForm::Comma),
            (json!({ "name": "D", "language": "de", "number_form": "point" }), "de", NumberForm::Point),
        ];
        for (new, language, form) in cases {
            let shop = world.post(&format!("/companies/{company}/shops"), &new).await.json::<Shop>().shop;
            let register = world.register(company, shop, &format!("R{}", new["name"].as_str().unwrap())).await;
            let till = world.till_at(company, register).await;
            assert_eq!((till.me().language.tag(), till.me().number_form), (language, form), "{new}");
        }
        let wrong = world.post(&format!("/companies/{company}/shops"), &json!({ "name": "E", "language": "??" })).await;
        assert_eq!(wrong.problem().1, "invalid_input");
    });
}

#[test]
fn a_series_that_fits_on_no_receipt_admits_nobody_and_says_so() {
    on_both_engines(|world| async move {
        let company = world.company("Tea & Sons").await;
        let shop = world.shop(company).await;
        let register = world.register(company, shop, "ABCDEFGH").await;
        let mut tx = world.state.db.begin().await.unwrap();
        tx.query("UPDATE register SET devices = 9999998").execute().await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.till_at(company, register).await.me().series, "ABCDEFGH.9999999");
        let code = world.code(company, register).await;
        let reply = world.enrol(&Till::new().enrolment(&code)).await;
        assert!(String::from_utf8_lossy(&reply.body).contains("make another register"));
        assert_eq!(reply.problem(), (413, "too_large".to_owned()));
        assert_eq!(world.count("SELECT COUNT(*) FROM device").await, 2, "the server and one till");
    });
}
