//! A till whose database was copied back, cloned or restored goes on as another device by itself, and nothing that either copy did is lost or
//! counted twice (I12).

mod noticed;
mod written;

use crate::world::{Server, Shop};
use duka_sync::Next;

/// The server; a till, all of which it has; the till's copy, which has stood still since it was made, while the till sold tea; and another till of
/// the shop.
fn copies() -> (Server, Shop, Shop, Shop) {
    let server = Server::new();
    let (mut a, witness) = (Shop::open(&server, "A1"), Shop::enrolled(&server, "B1"));
    a.sync(&server);
    let clone = a.cloned("clone.db");
    a.sell(&["T1"]);
    a.sync(&server);
    (server, a, clone, witness)
}

/// What was sold in all, tax included, as a till's books say it.
fn sold(shop: &mut Shop) -> i64 {
    -shop.account("sales") - shop.account("tax")
}

/// Both exchange until neither has news, and hold the same then.
fn settle(server: &Server, shops: &mut [&mut Shop]) {
    for _ in 0..2 {
        for shop in shops.iter_mut() {
            let (taken, _) = shop.link(server);
            assert_eq!((taken.next, taken.trouble), (Next::InStep, None));
        }
    }
    let digests: Vec<_> = shops.iter_mut().map(|shop| shop.till().reader().digests().unwrap()).collect();
    for shop in shops.iter_mut() {
        assert_eq!(shop.till().reader().digests().unwrap(), digests[0]);
        shop.assert_balanced();
        shop.assert_rebuilds();
        assert_eq!(shop.till().reader().unsynced().unwrap(), duka_pos::Unsynced::default());
        assert_eq!(shop.till().reader().set_aside().unwrap(), Default::default());
    }
}

impl Shop {
    /// Becomes another device, and has no line from then on.
    fn succeed_offline_after(&mut self, server: &Server) -> bool {
        self.sync(server);
        self.succeed(server)
    }
}
