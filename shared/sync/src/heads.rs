//! What a side holds, and how to say it shortly: a digest of all, a digest for each bucket, the heads themselves.

use crate::limit::MAX_BUCKETS;
use duka_ledger::{Hash, Head, LogId};
use minicbor::{Decode, Encode};
use std::collections::BTreeMap;

/// Consecutive entries of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The log.
    pub log: LogId,
    /// First place.
    pub from: u64,
    /// Last place.
    pub to: u64,
}

impl Range {
    /// What lies between `held` and `head`, if anything.
    pub fn after(held: u64, head: &Head) -> Option<Self> {
        (head.seq > held).then(|| Self { log: head.log, from: held.saturating_add(1), to: head.seq })
    }

    /// How many entries.
    pub const fn count(&self) -> u64 {
        self.to.saturating_sub(self.from).saturating_add(1)
    }
}

/// The heads of the logs that both sides may read, as far as their holder could hand them over: its own logs to the end, others' to the last
/// place that their writer signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads(BTreeMap<LogId, Head>);

/// How many logs, and what they hold, in 32 bytes: equal exactly when the heads are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Summary {
    /// Logs that are not empty.
    #[n(0)]
    pub logs: u32,
    /// Over their heads in order.
    #[n(1)]
    pub digest: Hash,
}

/// What one bucket of logs holds, in 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct BucketDigest(#[cbor(n(0), with = "minicbor::bytes")] [u8; 16]);

/// Into how many buckets logs are grouped: a power of two, at most [`MAX_BUCKETS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BucketCount(u16);

impl BucketCount {
    /// What makes an outline and one bucket's heads together smallest: a digest takes 17 bytes and a head about 80, so √(5 · logs).
    pub fn for_logs(logs: usize) -> Self {
        let best = logs.saturating_mul(5).isqrt().next_power_of_two().clamp(1, MAX_BUCKETS);
        Self(u16::try_from(best).unwrap_or(1))
    }

    /// None for what is no power of two or too large.
    pub fn try_new(count: usize) -> Option<Self> {
        (count.is_power_of_two() && count <= MAX_BUCKETS).then(|| u16::try_from(count).ok()).flatten().map(Self)
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The bucket of a log: by a hash of its id, since ids of one day look alike.
    pub(crate) fn of(self, log: &LogId) -> u16 {
        let hash = Hash::of(&[log.device.as_bytes().as_slice(), log.scope.id_bytes()].concat());
        let [first, second, ..] = *hash.as_bytes();
        u16::from_be_bytes([first, second]) & self.0.saturating_sub(1)
    }
}

impl Heads {
    /// Where a log stands here.
    pub fn get(&self, log: &LogId) -> Option<&Head> {
        self.0.get(log)
    }

    /// How many entries of a log are held; 0 for a log that is not.
    pub fn held(&self, log: &LogId) -> u64 {
        self.get(log).map_or(0, |head| head.seq)
    }

    /// All, in the order of their logs.
    pub fn iter(&self) -> impl Iterator<Item = &Head> {
        self.0.values()
    }

    /// How many logs.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of it in one digest.
    pub fn summary(&self) -> Summary {
        let mut bytes = b"duka heads 1\0".to_vec();
        self.iter().for_each(|head| write(head, &mut bytes));
        Summary { logs: u32::try_from(self.len()).unwrap_or(u32::MAX), digest: Hash::of(&bytes) }
    }

    /// A digest for each bucket.
    pub fn outline(&self, count: BucketCount) -> Vec<BucketDigest> {
        let mut buckets = vec![b"duka bucket 1\0".to_vec(); usize::from(count.get())];
        for head in self.iter() {
            if let Some(bucket) = buckets.get_mut(usize::from(count.of(&head.log))) {
                write(head, bucket);
            }
        }
        let short = |bytes: &Vec<u8>| Hash::of(bytes).as_bytes().first_chunk::<16>().copied().unwrap_or_default();
        buckets.iter().map(|bytes| BucketDigest(short(bytes))).collect()
    }

    /// The buckets of `outline` that hold something else here.
    pub fn differing(&self, outline: &[BucketDigest]) -> Vec<u16> {
        let Some(count) = BucketCount::try_new(outline.len()) else { return Vec::new() };
        let ours = self.outline(count);
        (0..count.get()).zip(ours.iter().zip(outline)).filter(|(_, (ours, theirs))| ours != theirs).map(|(index, _)| index).collect()
    }

    /// The heads in some of the buckets.
    pub fn in_buckets(&self, count: BucketCount, buckets: &[u16]) -> Self {
        self.iter().filter(|head| buckets.contains(&count.of(&head.log))).copied().collect()
    }
}

/// Empty logs are left out; where one log comes twice, the further head counts.
impl FromIterator<Head> for Heads {
    fn from_iter<I: IntoIterator<Item = Head>>(heads: I) -> Self {
        let mut all = BTreeMap::new();
        for head in heads.into_iter().filter(|head| head.seq > 0) {
            let known = all.entry(head.log).or_insert(head);
            if head.seq > known.seq {
                *known = head;
            }
        }
        Self(all)
    }
}

/// The 72 bytes of a head that are digested or signed: device, scope id, seq (big endian), hash.
pub(crate) fn write(head: &Head, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(head.log.device.as_bytes());
    bytes.extend_from_slice(head.log.scope.id_bytes());
    bytes.extend_from_slice(&head.seq.to_be_bytes());
    bytes.extend_from_slice(head.hash.as_bytes());
}

/// What `theirs` lacks of `ours`, in the order of the logs.
pub fn missing(ours: &Heads, theirs: &Heads) -> Vec<Range> {
    ours.iter().filter_map(|head| Range::after(theirs.held(&head.log), head)).collect()
}

/// Logs that stand at the same place with different hashes: forks (I3).
pub fn diverged(ours: &Heads, theirs: &Heads) -> Vec<LogId> {
    let forked = |head: &&Head| theirs.get(&head.log).is_some_and(|other| other.seq == head.seq && other.hash != head.hash);
    ours.iter().filter(forked).map(|head| head.log).collect()
}
