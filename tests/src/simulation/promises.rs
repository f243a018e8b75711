//! What people were told, whatever the programs remember: which sales and refunds were confirmed, and which were only asked for.

use super::{held::HeldReceipt, place::Disk};
use duka_core::ReceiptId;
use std::collections::{BTreeMap, BTreeSet};

/// A sale or refund that a cashier saw done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Its number as printed.
    pub number: String,
    /// Its total, minor units.
    pub gross: i64,
}

/// A shop of a company, by their places in the simulation.
pub type ShopOf = (usize, usize);

/// All promises. Two copies of a till may each sell the basket that was copied with them, so who asked belongs to what was asked for.
#[derive(Debug, Default)]
pub struct Promises {
    asked: BTreeMap<ReceiptId, (ShopOf, BTreeSet<Disk>)>,
    kept: BTreeMap<(ReceiptId, Disk), Promise>,
}

impl Promises {
    /// Somebody asks for a receipt; what becomes of it is not known yet.
    pub fn ask(&mut self, shop: ShopOf, disk: Disk, receipt: ReceiptId) {
        self.asked.entry(receipt).or_insert((shop, BTreeSet::new())).1.insert(disk);
    }

    /// It was confirmed. Gives what had been confirmed before, if that was something else (I2).
    pub fn promise(&mut self, receipt: ReceiptId, disk: Disk, promise: &Promise) -> Option<Promise> {
        let copied = self.was_copied(&receipt);
        let before = self.kept.entry((receipt, disk)).or_insert_with(|| promise.clone());
        (&*before != promise && !(before.gross == promise.gross && copied)).then(|| before.clone())
    }

    /// Whether anybody of a shop asked for a receipt.
    pub fn was_asked(&self, shop: ShopOf, receipt: &ReceiptId) -> bool {
        self.asked.get(receipt).is_some_and(|(asked, _)| *asked == shop)
    }

    /// What was promised in a shop.
    pub fn of_shop(&self, shop: ShopOf) -> impl Iterator<Item = (&ReceiptId, &Promise)> {
        self.kept.iter().map(|((receipt, _), promise)| (receipt, promise)).filter(move |(receipt, _)| self.was_asked(shop, receipt))
    }

    /// What a till promised from a disk.
    pub fn of_disk(&self, disk: Disk) -> impl Iterator<Item = (&ReceiptId, &Promise)> {
        self.kept.iter().filter(move |((_, of), _)| *of == disk).map(|((receipt, _), promise)| (receipt, promise))
    }

    /// Books were replaced by older ones: nobody can keep what stood in those alone.
    pub fn forgive(&mut self, shop: ShopOf, held: &[HeldReceipt]) {
        let mut kept = std::mem::take(&mut self.kept);
        kept.retain(|(receipt, _), promise| !self.was_asked(shop, receipt) || self.is_kept(receipt, promise, held));
        self.kept = kept;
    }

    /// Whether one of these is what was promised.
    pub fn is_kept(&self, receipt: &ReceiptId, promise: &Promise, held: &[HeldReceipt]) -> bool {
        held.iter().any(|held| self.keeps(receipt, promise, held))
    }

    /// By its number; or, if a basket was sold at both copies of a till for the same sum, by its id, since that is one sale.
    fn keeps(&self, receipt: &ReceiptId, promise: &Promise, held: &HeldReceipt) -> bool {
        let one_sale = held.receipt == *receipt && self.was_copied(receipt);
        held.gross == promise.gross && (one_sale || held.paper_number() == promise.number)
    }

    /// Whether it was asked for at two copies of a till.
    fn was_copied(&self, receipt: &ReceiptId) -> bool {
        self.asked.get(receipt).is_some_and(|(_, disks)| disks.len() > 1)
    }

    /// What nobody asked for. A basket that was sold at two copies of a till for different sums is two sales; one of them has another id.
    pub fn unasked(&self, shop: ShopOf, held: &[HeldReceipt]) -> Vec<ReceiptId> {
        let (asked, other): (Vec<_>, Vec<_>) = held.iter().partition(|held| self.was_asked(shop, &held.receipt));
        let of_shop = self.asked.iter().filter(|(receipt, (of, _))| *of == shop && self.was_copied(receipt));
        let extra: usize = of_shop.map(|(_, (_, disks))| disks.len() - 1).sum();
        let counted: BTreeSet<_> = asked.iter().map(|held| held.paper_number()).collect();
        let doubled = other.iter().filter(|held| counted.contains(&held.paper_number()));
        let beyond = other.iter().skip(extra);
        doubled.chain(beyond).map(|held| held.receipt).collect()
    }
}
