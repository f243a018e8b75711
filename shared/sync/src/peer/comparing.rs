//! Going through the buckets in which both sides differ, some at a time.

use crate::{
    heads::{BucketCount, BucketDigest, Heads},
    limit::MAX_HEADS,
    message::Buckets,
};

/// About what a head takes in a message.
const HEAD_BYTES: usize = 80;

/// The buckets that are still to be looked at.
#[derive(Clone, Debug)]
pub(super) struct Comparing {
    count: BucketCount,
    pending: Vec<u16>,
    /// How many of them the last request named.
    stated: usize,
    moved: bool,
}

impl Comparing {
    /// None if no bucket differs.
    pub(super) fn new(ours: &Heads, outline: &[BucketDigest]) -> Option<Self> {
        let count = BucketCount::try_new(outline.len())?;
        let pending = ours.differing(outline);
        (!pending.is_empty()).then_some(Self { count, pending, stated: 0, moved: false })
    }

    /// The heads in the next buckets: as many as take a quarter of the room that entries have, so that a slow line is not filled with them,
    /// but one bucket at least.
    pub(super) fn state(&mut self, ours: &Heads, room: usize) -> Buckets {
        let most = room.checked_div(HEAD_BYTES.saturating_mul(4)).unwrap_or(0).min(MAX_HEADS);
        let mut sizes = vec![0_usize; usize::from(self.count.get())];
        for bucket in ours.iter().map(|head| self.count.of(&head.log)) {
            if let Some(size) = sizes.get_mut(usize::from(bucket)) {
                *size = size.saturating_add(1);
            }
        }
        let mut heads = 0_usize;
        let fits = |index: &&u16| {
            heads = heads.saturating_add(sizes.get(usize::from(**index)).copied().unwrap_or(0));
            heads <= most
        };
        self.stated = self.pending.iter().take_while(fits).count().max(1).min(self.pending.len());
        let indexes = self.pending.iter().take(self.stated).copied().collect();
        Buckets::new(ours, self.count, indexes)
    }

    /// Whether there is something left to look at: the same again, or the next.
    pub(super) fn go_on(&mut self, again: bool, moved: bool) -> bool {
        self.moved |= moved;
        if !again {
            self.pending.drain(..self.stated.min(self.pending.len()));
        }
        !self.pending.is_empty()
    }

    /// Whether anything came of it.
    pub(super) const fn has_moved(&self) -> bool {
        self.moved
    }
}
