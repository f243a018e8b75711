//! Going through the buckets in which both sides differ, some at a time.

use crate::{
    heads::{BucketCount, BucketDigest, Heads, Summary},
    limit::MAX_HEADS,
    message::Buckets,
};
use std::collections::BTreeMap;

/// About what a head takes in a message.
const HEAD_BYTES: usize = 80;

/// Buckets that were looked at in vain, as they were here and there then: a log that is refused or forked is not compared anew at each sale.
#[derive(Clone, Debug, Default)]
pub(super) struct Vain(BTreeMap<u16, (BucketDigest, BucketDigest)>);

impl Vain {
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

/// The buckets that are still to be looked at.
#[derive(Clone, Debug)]
pub(super) struct Comparing {
    count: BucketCount,
    /// What the server held when it gave its outline.
    summary: Summary,
    theirs: Vec<BucketDigest>,
    pending: Vec<u16>,
    /// How many of them the last request named.
    stated: usize,
    /// Whether anything moved while these were named, and while any were.
    moved_here: bool,
    moved: bool,
}

impl Comparing {
    /// None if no bucket differs that is worth a look.
    pub(super) fn new(ours: &Heads, summary: Summary, outline: &[BucketDigest], vain: &Vain) -> Option<Self> {
        let count = BucketCount::try_new(outline.len())?;
        let here = ours.outline(count);
        let seen = |index: &u16| vain.0.get(index).is_some_and(|seen| Some(*seen) == pair(&here, outline, *index));
        let pending: Vec<u16> = ours.differing(outline).into_iter().filter(|index| !seen(index)).collect();
        (!pending.is_empty()).then(|| Self {
            count,
            summary,
            theirs: outline.to_vec(),
            pending,
            stated: 0,
            moved_here: false,
            moved: false,
        })
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

    /// Whether there is something left to look at: the same again, or the next. What is left behind as it was is noted.
    pub(super) fn go_on(&mut self, ours: &Heads, again: bool, moved: bool, vain: &mut Vain) -> bool {
        self.moved_here |= moved;
        self.moved |= moved;
        if !again {
            let done = self.pending.drain(..self.stated.min(self.pending.len()));
            if !self.moved_here {
                let here = ours.outline(self.count);
                vain.0.extend(done.filter_map(|index| Some((index, pair(&here, &self.theirs, index)?))));
            }
            self.moved_here = false;
        }
        !self.pending.is_empty()
    }

    /// Whether to look anew after the last bucket: something came of it, or the server has changed since it gave its outline.
    pub(super) fn is_worth_another(&self, summary: Summary) -> bool {
        self.moved || self.summary != summary
    }
}

fn pair(ours: &[BucketDigest], theirs: &[BucketDigest], index: u16) -> Option<(BucketDigest, BucketDigest)> {
    ours.get(usize::from(index)).copied().zip(theirs.get(usize::from(index)).copied())
}
