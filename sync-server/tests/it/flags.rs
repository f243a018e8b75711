//! What breaks a rule, or is not understood yet: kept, relayed, and in nobody's way.

use crate::{
    exchange::tea,
    till::{Till, new_product},
    world::on_both_engines,
};
use duka_api::http::CatalogueProduct;
use duka_core::RegisterId;
use duka_ledger::{Fact, Kind, RecordChanged, RecordKind, Scope, StockMoved, StockReason};
use duka_server::sync;

fn a_record_in_a_shops_log() -> Vec<u8> {
    let changed = RecordChanged { kind: RecordKind::Product, record: new_product().into(), number: 1, change: vec![].into() };
    Fact::RecordChanged(changed).encode().unwrap()
}

type Spoil = fn(&mut Till);

/// What a till may not write, and a word of the reason.
fn wrongs() -> [(&'static str, Spoil); 11] {
    [
        ("register", |till| {
            till.enrolment.as_mut().unwrap().register = RegisterId::from_bytes([9; 16]);
            till.open_shift(0);
        }),
        ("does not follow", |till| {
            till.number += 1;
            till.sell(new_product(), 1);
        }),
        ("add up", |till| {
            let mut sale = till.sale_of(new_product(), 1);
            sale.gross += 1;
            till.write(till.shop_scope(), &Fact::SaleCompleted(sale));
        }),
        ("does not belong", |till| till.write_raw(till.shop_scope(), Kind::RecordChanged.number(), a_record_in_a_shops_log())),
        ("cannot be read", |till| till.write_raw(till.shop_scope(), Kind::SaleCompleted.number(), b"garbage".to_vec())),
        ("no good", |till| till.change(new_product(), 1, b"no change at all".to_vec())),
        // A hundred bytes each that ask for years of work.
        ("more fields at once", |till| {
            let [endless, _] = crate::hostile::endless(till.device, 1);
            till.change(new_product(), 1, endless);
        }),
        ("more fields at once", |till| {
            let [_, endless] = crate::hostile::endless(till.device, 1);
            till.change(new_product(), 1, endless);
        }),
        ("author", |till| {
            let other = Till::new();
            till.record(new_product(), &duka_records::create(other.device, &tea("Tea")).unwrap());
        }),
        ("wrote the same before", |till| {
            let (product, made) = (new_product(), duka_records::create(till.device, &tea("Tea")).unwrap());
            till.record(product, &made);
            till.record(product, &made);
        }),
        ("logical time", |till| {
            till.lamport = 1 << 60;
            till.open_shift(0);
        }),
    ]
}

#[test]
fn an_entry_that_breaks_a_rule_is_kept_and_relayed_and_those_around_it_count() {
    on_both_engines(|world| async move {
        let (company, shop, first) = world.shop_with_till().await;
        let register = first.me().register;
        let mut reader = world.till_at(company, register).await;
        for (reason, spoil) in wrongs() {
            let mut till = world.till_at(company, register).await;
            till.receive(new_product(), 1);
            spoil(&mut till);
            till.receive(new_product(), 1);
            till.sync(&world).await;
            reader.sync(&world).await;
            for (scope, written) in &till.logs {
                let relayed: Vec<_> = reader.others[&till.log(*scope)].iter().map(duka_ledger::SealedEntry::hash).collect();
                assert_eq!(relayed, written.iter().map(duka_ledger::SealedEntry::hash).collect::<Vec<_>>(), "{reason}");
            }
            let logs = world.device(company, till.device).await.logs;
            assert_eq!(logs.iter().map(|log| log.flagged).sum::<u64>(), if reason == "logical time" { 2 } else { 1 }, "{reason}: {logs:?}");
            let kept = world
                .state
                .db
                .query_made(format!(
                    "SELECT reason FROM entry JOIN log ON log.log = entry.log WHERE entry.state = 2 AND device = $1 AND reason LIKE '%{reason}%'"
                ))
                .bind(till.device.uuid())
                .fetch_all::<(String,)>()
                .await
                .unwrap();
            assert!(!kept.is_empty(), "{reason}");
        }
        // One that was out of time took the entry after it along, for time had not come that far.
        let moved = i64::try_from(wrongs().len() * 2 - 1).unwrap();
        assert_eq!(world.count("SELECT COUNT(*) FROM stock WHERE thousandths = 1000").await, moved);
        let flagged = world.digests(company, shop).await.tables.into_iter().find(|view| view.table == "flag").unwrap();
        assert!(flagged.digest.starts_with("c:"), "{flagged:?}");
        assert!(world.rebuild(company).await.equal);
    });
}

#[test]
fn two_receipts_with_one_id_are_both_kept_whoever_comes_first() {
    on_both_engines(|world| async move {
        let (company, shop, mut first) = world.shop_with_till().await;
        let mut second = world.till_at(company, first.me().register).await;
        let receipt = first.sell(new_product(), 1);
        let twin = duka_ledger::Sale { receipt, ..second.sale_of(new_product(), 2) };
        second.write(second.shop_scope(), &Fact::SaleCompleted(twin));
        first.sync(&world).await;
        second.sync(&world).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 2);
        let seen = world.get(&format!("/companies/{company}/shops/{shop}/sales/{receipt}")).await;
        assert_eq!(seen.json::<duka_api::http::SaleView>().lines.len(), 1);
    });
}

/// A fact of a kind that is known, with a reason inside that no version knows yet.
fn a_move_for_a_new_reason(till: &Till) -> Vec<u8> {
    let moved = StockMoved {
        id: duka_core::StockMoveId::new(duka_core::Timestamp::from_micros(till.now), &duka_server::platform::entropy::SystemEntropy),
        product: new_product(),
        quantity: duka_core::Quantity::ONE,
        reason: StockReason::Received,
        note: String::new(),
    };
    let mut body = Fact::StockMoved(moved).encode().unwrap();
    // Its last field is the empty note, the one before it the reason.
    let place = body.len() - 2;
    body[place] = 23;
    body
}

#[test]
fn what_only_a_newer_version_understands_waits_is_relayed_and_counts_after_an_update() {
    on_both_engines(|world| async move {
        let (company, shop, mut till) = world.shop_with_till().await;
        till.open_shift(100);
        till.write_raw(till.shop_scope(), 999, b"from the future".to_vec());
        let body = a_move_for_a_new_reason(&till);
        till.write_raw(till.shop_scope(), Kind::StockMoved.number(), body);
        till.sell(new_product(), 1);
        till.sync(&world).await;
        let waiting = "SELECT COUNT(*) FROM entry WHERE state = 1";
        assert_eq!((world.count(waiting).await, world.count("SELECT COUNT(*) FROM receipt").await), (2, 1));
        let mut other = world.till_at(company, till.me().register).await;
        other.sync(&world).await;
        let relayed = &other.others[&till.log(till.shop_scope())];
        assert_eq!(relayed.iter().map(|sealed| sealed.entry().kind).collect::<Vec<_>>(), [2, 999, 6, 3]);

        // As if a version that does not know sales, but folds alike, had taken the sale in: nobody says that this one knows them.
        let before = world.digests(company, shop).await;
        let mut tx = world.state.db.begin().await.unwrap();
        for statement in [
            "UPDATE entry SET state = 1, reason = 'a newer version' WHERE kind = 3",
            "DELETE FROM receipt",
            "DELETE FROM receipt_line",
            "DELETE FROM payment",
            "DELETE FROM stock",
            "DELETE FROM account",
            "INSERT INTO account (company, shop, account, currency, balance) SELECT company, shop, 'safe', 'GBP', -100 FROM shop",
        ] {
            tx.query(statement).execute().await.unwrap();
        }
        let drawer = format!("drawer:{}", till.me().register);
        tx.query("INSERT INTO account (company, shop, account, currency, balance) SELECT company, shop, $1, 'GBP', 100 FROM shop")
            .bind(drawer)
            .execute()
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_ne!(world.digests(company, shop).await, before);
        let world = world.restarted().await;
        assert_eq!(sync::refold_outdated(&world.state).await.unwrap(), 1);
        assert_eq!(world.digests(company, shop).await, before);
        assert_eq!(world.count(waiting).await, 2);
        assert_eq!(sync::refold_outdated(&world.state).await.unwrap(), 0);
    });
}

#[test]
fn a_till_that_comes_before_its_log_was_folded_again_is_judged_as_if_it_had_been() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        till.open_shift(100);
        till.sell(new_product(), 1);
        till.sync(&world).await;
        let mut tx = world.state.db.begin().await.unwrap();
        // Where the log stands was forgotten.
        tx.query("UPDATE log SET state = $1").bind(b"damaged".to_vec()).execute().await.unwrap();
        tx.commit().await.unwrap();
        till.sell(new_product(), 1);
        till.sync(&world).await;
        assert_eq!(world.device(company, till.device).await.logs[0].flagged, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 2);
    });
}

#[test]
fn a_product_that_no_form_lets_through_is_in_nobodys_way() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        let mut products = Vec::new();
        for name in ["nul \0 inside".to_owned(), "x".repeat(5_000), "Tea".to_owned()] {
            let product = new_product();
            till.record(product, &duka_records::create(till.device, &duka_records::Product { name, ..tea("Tea") }).unwrap());
            products.push(product);
        }
        till.sync(&world).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM product_document").await, 3);
        let shown: CatalogueProduct = world.get(&format!("/companies/{company}/products/{}", products[2])).await.json();
        assert_eq!(shown.fields.name, "Tea");
        for product in &products[..2] {
            let shown: CatalogueProduct = world.get(&format!("/companies/{company}/products/{product}")).await.json();
            assert!(!shown.fields.active && !shown.fields.name.contains('\0'), "{shown:?}");
        }
        assert!(till.logs.keys().all(|scope| matches!(scope, Scope::Company(_))));
        assert!(world.rebuild(company).await.equal);
    });
}

/// Only the merging itself shows that a change fits to no document: it is left out, as at the tills, and stops neither its log nor the record.
#[test]
fn an_edit_at_which_merging_fails_is_left_out_and_honest_edits_go_on() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        let (product, made) = (new_product(), duka_records::create(till.device, &tea("Tea")).unwrap());
        till.record(product, &made);
        for (number, change) in crate::hostile::harm(till.device, &made.document) {
            till.change(product, number, change);
        }
        let other = new_product();
        till.record(other, &duka_records::create(till.device, &tea("Milk")).unwrap());
        // All of it in one exchange, so in one merge.
        till.sync(&world).await;
        let path = |product| format!("/companies/{company}/products/{product}");
        for (product, name) in [(product, "Tea"), (other, "Milk")] {
            assert_eq!(world.get(&path(product)).await.json::<CatalogueProduct>().fields.name, name);
        }
        let dearer = serde_json::json!({ "price": { "minor": 310, "currency": "GBP" } });
        assert_eq!(world.patch(&path(product), &dearer).await.json::<CatalogueProduct>().fields.price.minor(), 310);
        assert!(world.rebuild(company).await.equal);
        assert_eq!(world.get(&path(product)).await.json::<CatalogueProduct>().fields.price.minor(), 310);
    });
}
