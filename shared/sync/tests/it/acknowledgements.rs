//! A server that was restored to an older backup is noticed, and filled up again from any till.

use crate::holder::{FAST, Holder, OFFICE, SHOP, device, key, parties, server_id, shop};
use duka_ledger::LogId;
use duka_sync::{Acknowledged, Kept, Lost, Next};

#[test]
fn a_server_that_was_restored_is_noticed_and_filled_up_by_its_tills_others_logs_included() {
    let (mut server, mut tills) = shop(3);
    for round in 0..3 {
        for till in &mut tills {
            till.holder.write(SHOP, &format!("sale {round}"));
            till.run(&mut server, FAST);
        }
    }
    let backup = server.clone();
    server.holder.write(OFFICE, "a price was changed");
    for till in &mut tills {
        till.holder.write(SHOP, "after the backup");
    }
    for till in &mut tills {
        till.run(&mut server, FAST);
    }
    // The first till holds what the two others wrote, as far as it had come; they are stolen, all but the second's head.
    tills[0].run(&mut server, FAST);
    let before = server.holder.heads();
    server = backup;
    let till = &mut tills[0];
    let own = LogId { device: till.holder.device, scope: SHOP };
    let office = LogId { device: server_id(), scope: OFFICE };
    let (next, _) = till.exchange(&mut server, FAST);
    assert_eq!(next, Next::More);
    let lost: Vec<(LogId, u64, u64)> = till.lost.iter().map(|lost| (lost.acknowledged.log, lost.acknowledged.seq, lost.holds)).collect();
    let mut expected = vec![(own, 4, 3), (office, 4, 3)];
    expected.sort_by_key(|(log, ..)| till.kept.as_ref().unwrap().heads.iter().position(|head| head.log == *log));
    assert_eq!(lost, expected);

    assert_eq!(till.run(&mut server, FAST).0, Next::InStep);
    assert_eq!(server.holder.heads(), before, "one till brought back all, the server's own log included");
    assert_eq!(till.lost, []);
}

/// What was brought once is looked at again when the server stands where it stood before, also while something else keeps both apart.
#[test]
fn a_server_that_is_restored_to_the_same_backup_twice_is_filled_up_twice() {
    let (mut server, mut tills) = shop(2);
    let backup = server.clone();
    tills[1].holder.write(SHOP, "sale");
    tills[1].run(&mut server, FAST);
    let till = &mut tills[0];
    let mut stranger = Holder::new(device(9));
    stranger.write(SHOP, "of a device that nobody certified");
    till.holder.logs.extend(stranger.logs);
    till.run(&mut server, FAST);
    for _ in 0..3 {
        server = backup.clone();
        assert_eq!(till.run(&mut server, FAST).0, Next::Stuck);
        assert_eq!(server.holder.held(&LogId { device: device(2), scope: SHOP }), 1);
    }
}

#[test]
fn what_was_acknowledged_is_kept_until_the_server_holds_it_again() {
    let (mut server, mut tills) = shop(1);
    tills[0].holder.write(SHOP, "one");
    tills[0].holder.write(SHOP, "two");
    tills[0].run(&mut server, FAST);
    let newest = tills[0].kept.clone().unwrap();
    let parties = parties(tills[0].holder.device);
    let sign = |seq: u64| {
        let heads = newest.heads.iter().map(|head| duka_ledger::Head { seq: head.seq.min(seq), ..*head });
        Acknowledged::new(&key(server_id()), parties, heads)
    };
    let theirs = *newest.heads.iter().find(|head| head.log.device == parties.device).unwrap();
    assert_eq!(sign(1).keep(Some(&newest)), Kept::Old(vec![Lost { acknowledged: theirs, holds: 1 }]));
    assert_eq!(sign(0).keep(Some(&newest)).clone(), {
        let all = newest.heads.iter().map(|head| Lost { acknowledged: *head, holds: 0 });
        Kept::Old(all.collect())
    });
    assert_eq!(newest.clone().keep(Some(&sign(1))), Kept::New(newest.clone()));
    assert_eq!(sign(1).keep(None), Kept::New(sign(1)));
}

#[test]
fn an_acknowledgement_is_the_servers_and_for_this_device_alone() {
    let (mut server, mut tills) = shop(2);
    tills[0].holder.write(SHOP, "one");
    tills[0].run(&mut server, FAST);
    let kept = tills[0].kept.clone().unwrap();
    let (mine, other) = (parties(tills[0].holder.device), parties(tills[1].holder.device));
    assert!(kept.verify(&key(server_id()).public(), mine).is_ok());
    assert!(kept.verify(&key(server_id()).public(), other).is_err());
    assert!(kept.verify(&key(other.device).public(), mine).is_err());
    let mut less = kept;
    less.heads[0].seq -= 1;
    assert!(less.verify(&key(server_id()).public(), mine).is_err());
}
