//! What people were told, whatever the programs remember: which sales and refunds were confirmed, and which were only asked for.

use duka_core::ReceiptId;
use std::collections::BTreeMap;

/// A sale or refund that a cashier saw done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The till that said so.
    pub place: usize,
    /// Its number as printed.
    pub number: String,
    /// Its total, minor units.
    pub gross: i64,
}

/// A shop of a company, by their places in the simulation.
pub type ShopOf = (usize, usize);

/// All promises.
#[derive(Debug, Default)]
pub struct Promises {
    asked: BTreeMap<ReceiptId, ShopOf>,
    kept: BTreeMap<ReceiptId, Promise>,
}

impl Promises {
    /// Somebody asks for a receipt; what becomes of it is not known yet.
    pub fn ask(&mut self, shop: ShopOf, receipt: ReceiptId) {
        self.asked.insert(receipt, shop);
    }

    /// It was confirmed. Gives what had been confirmed before, if that was something else (I2).
    pub fn promise(&mut self, receipt: ReceiptId, promise: &Promise) -> Option<Promise> {
        let before = self.kept.insert(receipt, promise.clone());
        before.filter(|before| before != promise)
    }

    /// Whether anybody of a shop asked for a receipt.
    pub fn was_asked(&self, shop: ShopOf, receipt: &ReceiptId) -> bool {
        self.asked.get(receipt) == Some(&shop)
    }

    /// What was promised in a shop.
    pub fn of_shop(&self, shop: ShopOf) -> impl Iterator<Item = (&ReceiptId, &Promise)> {
        self.kept.iter().filter(move |(receipt, _)| self.asked.get(receipt) == Some(&shop))
    }

    /// What a till promised.
    pub fn of_place(&self, place: usize) -> impl Iterator<Item = (&ReceiptId, &Promise)> {
        self.kept.iter().filter(move |(_, promise)| promise.place == place)
    }

    /// A disk was replaced by an older one: nobody can keep what stood on it alone.
    pub fn forgive(&mut self, receipt: &ReceiptId) {
        self.kept.remove(receipt);
    }
}
