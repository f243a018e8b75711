//! Who lacks what.

use duka_ledger::{Head, LogId};
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

/// What `theirs` lacks of `ours`, in the order of `ours`.
pub fn missing(ours: &[Head], theirs: &[Head]) -> Vec<Range> {
    let theirs: BTreeMap<LogId, u64> = theirs.iter().map(|head| (head.log, head.seq)).collect();
    ours.iter()
        .filter_map(|head| {
            let held = theirs.get(&head.log).copied().unwrap_or(0);
            (head.seq > held).then(|| Range { log: head.log, from: held.saturating_add(1), to: head.seq })
        })
        .collect()
}

/// Logs that stand at the same place with different hashes: forks (I3).
pub fn diverged(ours: &[Head], theirs: &[Head]) -> Vec<LogId> {
    let theirs: BTreeMap<LogId, &Head> = theirs.iter().map(|head| (head.log, head)).collect();
    ours.iter()
        .filter(|head| theirs.get(&head.log).is_some_and(|other| other.seq == head.seq && other.hash != head.hash))
        .map(|head| head.log)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_core::{CompanyId, DeviceId};
    use duka_ledger::{Hash, Scope};

    fn head(device: u8, seq: u64, hash: u8) -> Head {
        let log = LogId { device: DeviceId::from_bytes([device; 16]), scope: Scope::Company(CompanyId::from_bytes([9; 16])) };
        Head { log, seq, hash: Hash::from_bytes([hash; 32]) }
    }

    #[test]
    fn each_side_is_sent_what_it_lacks_and_no_more() {
        let (ours, theirs) = ([head(1, 5, 1), head(2, 3, 2)], [head(1, 5, 1), head(2, 1, 0), head(3, 7, 3)]);
        assert_eq!(missing(&ours, &theirs), [Range { log: ours[1].log, from: 2, to: 3 }]);
        assert_eq!(missing(&theirs, &ours), [Range { log: theirs[2].log, from: 1, to: 7 }]);
        assert_eq!(missing(&ours, &[]).len(), 2);
    }

    #[test]
    fn two_heads_at_one_place_are_a_fork() {
        assert_eq!(diverged(&[head(1, 5, 1)], &[head(1, 5, 2)]), [head(1, 0, 0).log]);
        assert!(diverged(&[head(1, 5, 1)], &[head(1, 4, 2), head(2, 5, 9)]).is_empty());
    }
}
