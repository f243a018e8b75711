//! Any till may bring any log that it may read: what counts is who signed it (ADR 7).

use crate::{
    refusals::quarantine,
    talk::{FAST, refused},
    till::{Till, new_product},
    world::on_both_engines,
};
use duka_ledger::Batch;
use duka_sync::{Next, Refusal, RefusalReason};

#[test]
fn what_a_device_signed_is_taken_whoever_of_its_shop_brings_it() {
    on_both_engines(|world| async move {
        let (company, _, mut before) = world.shop_with_till().await;
        before.open_shift(0);
        before.sell(new_product(), 1);
        let mut after = world.till_at(company, before.me().register).await;
        after.sell(new_product(), 1);
        let owed: Vec<Batch> = before.all().into_iter().chain(after.all()).collect();
        assert_eq!(refused(&after.bring(&world, owed).await), []);
        assert_eq!(world.count("SELECT COUNT(*) FROM receipt").await, 2);
    });
}

#[test]
fn a_backlog_of_thousands_of_entries_is_relayed_over_a_line_that_carries_little_at_once() {
    on_both_engines(|world| async move {
        let (company, _, mut writer) = world.shop_with_till().await;
        let mut relay = world.till_at(company, writer.me().register).await;
        let (world, backup) = world.backed_up().await;
        for _ in 0..3_000 {
            writer.receive(new_product(), 1);
        }
        writer.sync(&world).await;
        relay.sync(&world).await;
        assert_eq!(relay.others[&writer.log(writer.shop_scope())].len(), 3_000);
        // The server is restored to an older backup, and the writer is gone.
        let world = world.restored(backup).await;
        assert_eq!(world.count("SELECT COUNT(*) FROM stock").await, 0);
        assert_eq!(relay.run(&world, 8 << 10).await, Next::InStep);
        assert_eq!(world.count("SELECT COUNT(*) FROM stock WHERE thousandths = 1000").await, 3_000);
        // And can be handed on from there.
        let mut third = world.till_at(company, writer.me().register).await;
        assert_eq!(third.run(&world, 8 << 10).await, Next::InStep);
        assert_eq!(third.others[&writer.log(writer.shop_scope())].len(), 3_000);
    });
}

/// Each of them is what its writer signed; brought twice, or the shorter after the longer, they are no fork.
#[test]
fn pieces_that_overlap_in_one_message_are_taken_once_and_set_nobody_apart() {
    on_both_engines(|world| async move {
        let (company, _, mut writer) = world.shop_with_till().await;
        let relay = world.till_at(company, writer.me().register).await;
        let scope = writer.shop_scope();
        (0..9).for_each(|_| writer.receive(new_product(), 1));
        let piece = |from: usize, to: usize| writer.batch(scope, from, to);
        let pieces = vec![piece(1, 6), piece(1, 3), piece(4, 6), piece(2, 9), piece(1, 1)];
        assert_eq!(refused(&relay.bring(&world, pieces).await), []);
        assert_eq!(world.count("SELECT COUNT(*) FROM stock WHERE thousandths = 1000").await, 9);
        assert_eq!(world.count("SELECT COUNT(*) FROM fork").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM enrolment WHERE quarantined").await, 0);
    });
}

#[test]
fn nobody_can_write_in_anothers_name_or_bring_logs_of_another_shop() {
    on_both_engines(|world| async move {
        let (company, _, mut till) = world.shop_with_till().await;
        let elsewhere = world.shop(company).await;
        let register = world.register(company, elsewhere, "B").await;
        let mut other = world.till_at(company, register).await;
        till.open_shift(0);
        let alien = refused(&other.bring(&world, till.all()).await);
        assert_eq!(alien, [Refusal { seq: 1, reason: RefusalReason::NotThisScope }]);
        // Nor can a till write into a shop that is not its own.
        let scope = till.shop_scope();
        other.receive(new_product(), 1);
        let mut there = other.copy();
        there.enrolment.as_mut().unwrap().shop = till.me().shop;
        there.logs.clear();
        there.receive(new_product(), 1);
        assert_eq!(refused(&till.bring(&world, there.all()).await)[0].reason, RefusalReason::NotThisScope);
        assert_eq!(there.all()[0].log.scope, scope);

        let neighbour = world.till_at(company, till.me().register).await;
        let mut forged = till.copy();
        forged.key = neighbour.key;
        assert_eq!(refused(&neighbour.bring(&world, forged.all()).await)[0].reason, RefusalReason::Signature);
        // The one who brought it is blamed; the other still sells.
        let kept = quarantine(&world, company).await;
        assert!(kept.iter().any(|row| row.device == neighbour.device) && kept.len() == 3, "{kept:?}");
        till.sync(&world).await;
    });
}

#[test]
fn a_log_whose_writer_has_no_certificate_here_is_not_taken() {
    on_both_engines(|world| async move {
        let (company, _, till) = world.shop_with_till().await;
        let mut stranger = Till::new();
        stranger.enrolment.clone_from(&till.enrolment);
        stranger.open_shift(0);
        let unknown = Refusal { seq: 1, reason: RefusalReason::UnknownWriter };
        assert_eq!(refused(&till.bring(&world, stranger.all()).await), [unknown]);
        // Nor one that has it with another company (I9).
        let foreign = world.company("Somebody else").await;
        let shop = world.shop(foreign).await;
        let register = world.register(foreign, shop, "A").await;
        let mut foreigner = world.till_at(foreign, register).await;
        foreigner.enrolment.as_mut().unwrap().company = company;
        foreigner.change(new_product(), 1, vec![1]);
        assert_eq!(refused(&till.bring(&world, foreigner.all()).await), [unknown]);
    });
}

#[test]
fn the_log_of_the_server_is_written_by_the_server_alone() {
    on_both_engines(|world| async move {
        let (_, _, till) = world.shop_with_till().await;
        let mut forged = till.copy();
        forged.device = till.me().server_device;
        forged.change(new_product(), 1, vec![1]);
        assert_eq!(refused(&till.bring(&world, forged.all()).await)[0].reason, RefusalReason::Signature);
        // Its log for a shop does not exist.
        forged.logs.clear();
        forged.receive(new_product(), 1);
        assert_eq!(refused(&till.bring(&world, forged.all()).await)[0].reason, RefusalReason::NotThisScope);
        let mut till = till;
        assert_eq!(till.run(&world, FAST).await, Next::InStep);
    });
}
