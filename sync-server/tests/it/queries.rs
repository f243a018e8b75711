//! Sales, accounts and stock, as an office asks for them.

use crate::{exchange::tea, till::new_product, world::on_both_engines};
use duka_api::{
    http::{AccountsView, CatalogueProduct, SaleView, StockView},
    till::{Page, ReceiptKind},
};
use duka_core::{Money, Quantity, ReceiptId, Timestamp, TransferId, Unit};
use duka_ledger::{Account, AccountAdjusted, AdjustmentReason, Fact, RefundCompleted};
use duka_server::platform::entropy::SystemEntropy;

#[test]
fn sales_and_refunds_are_listed_newest_first_and_shown_with_their_lines() {
    on_both_engines(|world| async move {
        let (company, shop, mut till) = world.shop_with_till().await;
        let product = new_product();
        till.open_shift(0);
        let first = till.sell(product, 2);
        for _ in 0..58 {
            till.sell(product, 1);
        }
        let mut refund = till.sale_of(product, 1);
        refund.payments[0].tendered = refund.gross;
        refund.lines[0].refunds = Some(duka_ledger::LineRef { receipt: first, line: 1 });
        till.write(till.shop_scope(), &Fact::RefundCompleted(RefundCompleted { refund, reason: "broken".into() }));
        till.sync(&world).await;

        let path = format!("/companies/{company}/shops/{shop}/sales");
        let page: Page<SaleView> = world.get(&path).await.json();
        assert_eq!((page.rows.len(), page.rows[0].kind, page.rows[0].number.as_str()), (50, ReceiptKind::Refund, "A-000060"));
        let rest: Page<SaleView> = world.get(&format!("{path}?after={}", page.next.unwrap())).await.json();
        assert_eq!((rest.rows.len(), rest.next), (10, None));
        let last = rest.rows.last().unwrap();
        assert_eq!((last.receipt, last.gross.minor(), last.tax.minor(), last.lines.len(), last.at.offset_minutes), (first, 240, 40, 0, 60));
        let whole: SaleView = world.get(&format!("{path}/{first}")).await.json();
        assert_eq!(
            (whole.lines.len(), whole.lines[0].quantity, whole.lines[0].gross.minor()),
            (1, Quantity::whole(2, duka_core::Unit::Each).unwrap(), 240)
        );

        let elsewhere = world.shop(company).await;
        assert_eq!(world.get(&format!("/companies/{company}/shops/{elsewhere}/sales/{first}")).await.problem().1, "not_found");
        let nobody = ReceiptId::from_bytes([1; 16]);
        assert_eq!(world.get(&format!("{path}/{nobody}")).await.problem().1, "not_found");
        assert_eq!(world.get(&format!("{path}?after=yesterday")).await.problem().1, "invalid_input");
    });
}

#[test]
fn accounts_sum_to_zero_and_say_where_the_money_is() {
    on_both_engines(|world| async move {
        let (company, shop, mut till) = world.shop_with_till().await;
        till.open_shift(5_000);
        till.sell(new_product(), 3);
        till.sync(&world).await;
        let view: AccountsView = world.get(&format!("/companies/{company}/shops/{shop}/accounts")).await.json();
        let drawer = format!("drawer:{}", till.me().register);
        let expected = [(drawer.as_str(), 5_360), ("safe", -5_000), ("sales", -300), ("tax:200000", -60)];
        let told: Vec<(&str, i64)> = view.accounts.iter().map(|row| (row.account.as_str(), row.balance_minor.parse().unwrap())).collect();
        assert_eq!((told, view.sum_minor), (expected.to_vec(), "0".to_owned()));
    });
}

#[test]
fn a_balance_past_what_one_amount_can_hold_is_told_to_the_last_penny() {
    on_both_engines(|world| async move {
        let (company, shop, first) = world.shop_with_till().await;
        let mut tills = vec![first];
        for _ in 0..2 {
            tills.push(world.till_at(company, tills[0].me().register).await);
        }
        for till in &mut tills {
            // As much as the rules let one device turn over.
            for amount in [Money::MAX_MINOR; 9] {
                let moved = AccountAdjusted {
                    id: TransferId::new(Timestamp::from_micros(till.now), &SystemEntropy),
                    debit: Account::BadDebt,
                    credit: Account::Receivable,
                    currency: till.me().currency,
                    amount,
                    reason: AdjustmentReason::BadDebt,
                    note: String::new(),
                };
                till.write(till.shop_scope(), &Fact::AccountAdjusted(moved));
            }
            till.sync(&world).await;
        }
        let view: AccountsView = world.get(&format!("/companies/{company}/shops/{shop}/accounts")).await.json();
        let told: Vec<(&str, &str)> = view.accounts.iter().map(|row| (row.account.as_str(), row.balance_minor.as_str())).collect();
        assert_eq!(told, [("bad_debt", "27000000000000000"), ("receivable", "-27000000000000000")]);
        assert_eq!(view.sum_minor, "0");
    });
}

#[test]
fn stock_is_told_with_names_and_found_by_them() {
    on_both_engines(|world| async move {
        let (company, shop, mut till) = world.shop_with_till().await;
        let (known, unknown, even) = (new_product(), new_product(), new_product());
        till.record(known, &duka_records::create(till.device, &tea("Thé")).unwrap());
        till.receive(known, 10);
        till.sell(known, 3);
        till.sell(unknown, 1);
        till.receive(even, 1);
        till.sell(even, 1);
        till.sync(&world).await;
        let path = format!("/companies/{company}/shops/{shop}/stock");
        let page: Page<StockView> = world.get(&path).await.json();
        let told: Vec<_> = page.rows.iter().map(|row| (row.product, row.name.as_str(), row.stock_thousandths.as_str())).collect();
        let mut expected = [(known, "Thé", "7000"), (unknown, "", "-1000")];
        expected.sort();
        assert_eq!(told, expected);
        let found: Page<StockView> = world.get(&format!("{path}?find=th")).await.json();
        assert_eq!((found.rows.len(), found.rows[0].stock_thousandths.as_str()), (1, "7000"));
        let elsewhere = world.shop(company).await;
        let there: Page<StockView> = world.get(&format!("/companies/{company}/shops/{elsewhere}/stock?find=th")).await.json();
        assert_eq!(there.rows[0].stock_thousandths, "0");
    });
}

/// Each move fits into a quantity, their sum need not: it is told to the last thousandth all the same.
#[test]
fn a_stock_beyond_what_one_quantity_holds_is_told_exactly() {
    on_both_engines(|world| async move {
        let (company, shop, mut till) = world.shop_with_till().await;
        let (screws, most) = (new_product(), Quantity::MAX_THOUSANDTHS / 1_000);
        till.record(screws, &duka_records::create(till.device, &tea("Screws")).unwrap());
        for count in [most, most, 1] {
            till.receive(screws, count);
        }
        till.sync(&world).await;
        let path = format!("/companies/{company}/shops/{shop}/stock");
        for query in ["", "?find=screws"] {
            let page: Page<StockView> = world.get(&format!("{path}{query}")).await.json();
            assert_eq!((page.rows[0].stock_thousandths.as_str(), page.rows[0].unit), ("2000000000001000", Unit::Each), "{query}");
        }
    });
}

#[test]
fn a_text_longer_than_any_name_finds_nothing_and_is_no_fault() {
    on_both_engines(|world| async move {
        let company = world.company("Tea & Sons").await;
        let tea = serde_json::json!({ "name": "Tea", "price": { "minor": 120, "currency": "GBP" } });
        assert_eq!(world.post(&format!("/companies/{company}/products"), &tea).await.status.as_u16(), 201);
        let page: Page<CatalogueProduct> = world.get(&format!("/companies/{company}/products?find={}", "a".repeat(60_000))).await.json();
        assert!(page.rows.is_empty());
    });
}

#[test]
fn nothing_of_a_company_is_seen_through_another() {
    on_both_engines(|world| async move {
        let (company, shop, mut till) = world.shop_with_till().await;
        till.open_shift(0);
        let receipt = till.sell(new_product(), 1);
        till.sync(&world).await;
        let other = world.company("Somebody else").await;
        for path in
            ["sales".to_owned(), format!("sales/{receipt}"), "stock".into(), "accounts".into(), "digests".into(), "registers".into()]
        {
            let (status, code) = world.get(&format!("/companies/{other}/shops/{shop}/{path}")).await.problem();
            assert_eq!((status, code.as_str()), (404, "not_found"), "{path}");
            assert!(world.get(&format!("/companies/{company}/shops/{shop}/{path}")).await.status.is_success(), "{path}");
        }
    });
}
