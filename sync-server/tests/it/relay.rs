//! A restored till brings what it wrote as the device that it was before (I12).

use crate::{till::new_product, world::on_both_engines};
use duka_ledger::Batch;
use duka_sync::RefusalReason;

#[test]
fn what_a_device_signed_is_taken_whoever_of_its_shop_brings_it() {
    on_both_engines(|world| async move {
        let (company, _, mut before) = world.shop_with_till().await;
        before.open_shift(0);
        before.sell(new_product(), 1);
        let mut after = world.till_at(company, before.me().register).await;
        after.sell(new_product(), 1);
        let owed: Vec<Batch> = before.all().into_iter().chain(after.all()).collect();
        let answer = after.exchange(&world, owed).await.unwrap();
        assert_eq!(answer.refused, []);
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 2);
    });
}

#[test]
fn nobody_can_write_in_anothers_name_or_bring_logs_of_another_shop() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        let elsewhere = world.shop(company).await;
        let register = world.register(company, elsewhere, "B").await;
        let other = world.till_at(company, register).await;
        till.open_shift(0);
        let stolen = other.exchange(&world, till.all()).await.unwrap().refused;
        assert_eq!(stolen[0].reason, RefusalReason::NotAllowed);

        let neighbour = world.till_at(company, till.me().register).await;
        let mut forged = till.copy();
        forged.key = neighbour.key;
        let refused = neighbour.exchange(&world, forged.all()).await.unwrap().refused;
        assert_eq!(refused[0].reason, RefusalReason::Broken);
        // The one who brought it is blamed; the other still sells.
        till.sync(&world).await;
    });
}

#[test]
fn the_log_of_the_server_is_written_by_the_server_alone() {
    on_both_engines(|world| async move {
        let (_, _, till) = world.shop_with_till().await;
        let mut forged = till.copy();
        forged.device = till.me().server_device;
        forged.change(new_product(), 1, vec![1]);
        assert_eq!(till.exchange(&world, forged.all()).await.unwrap().refused[0].reason, RefusalReason::NotAllowed);
    });
}
