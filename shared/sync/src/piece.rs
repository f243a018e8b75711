//! Cutting logs into pieces: each ends at a place that its writer signed, so that it can be verified by itself and relayed as it is.
//!
//! A holder must keep the [`SignedHead`](duka_ledger::SignedHead) of every piece that it takes in, and of its own logs those that
//! [`signature_due`] asks for. Since nobody takes a piece larger than [`MAX_PIECE_BYTES`] and [`MAX_ENTRIES`], any two signed places that
//! follow each other in a log are then at most one piece apart: whatever is held can be cut for any line.

use crate::limit::{MAX_BATCHES, MAX_BODY_BYTES, MAX_ENTRIES, MAX_PIECE_BYTES};

/// What cutting must know of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// Its size.
    pub bytes: usize,
    /// Whether the holder can show a signature over it: one that it keeps, or, of a log whose key it has, any that it makes.
    pub signed: bool,
}

/// Where the next piece of a log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// After this many of the entries that were shown.
    Entries(usize),
    /// The message is full. Another log may still have a smaller piece, but the next message is sooner.
    Full,
    /// No signature within reach: this log cannot be handed over from here, and others should be.
    NoSignedPlace,
}

/// A message being packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packing {
    room: usize,
    pieces: usize,
}

impl Packing {
    /// An empty message with `room` bytes for entries.
    pub const fn new(room: usize) -> Self {
        Self { room: if room < MAX_BODY_BYTES { room } else { MAX_BODY_BYTES }, pieces: 0 }
    }

    /// Cuts the next piece of a log off `entries`: those that the reader lacks, in order, as many as are there up to [`MAX_ENTRIES`].
    ///
    /// The first piece of a message goes even where there is less room than it takes: else a slow line would never get it.
    pub fn cut(&mut self, entries: &[Weight]) -> Cut {
        let (mut first, mut best) = (None, None);
        let mut sum = 0_usize;
        for (index, entry) in entries.iter().take(MAX_ENTRIES).enumerate() {
            sum = sum.saturating_add(entry.bytes);
            if index > 0 && sum > MAX_PIECE_BYTES {
                break;
            }
            if entry.signed {
                let here = Some((index.saturating_add(1), sum));
                first = first.or(here);
                best = if sum <= self.room { here } else { best };
            }
        }
        let alone = if self.pieces == 0 { first } else { None };
        match (best.or(alone), first) {
            (Some((count, bytes)), _) if self.pieces < MAX_BATCHES => {
                self.room = self.room.saturating_sub(bytes);
                self.pieces = self.pieces.saturating_add(1);
                Cut::Entries(count)
            }
            (None, None) => Cut::NoSignedPlace,
            (_, Some(_) | None) => Cut::Full,
        }
    }
}

/// Whether a log must be signed at its head before an entry of `next` bytes is appended, when `entries` of `bytes` together stand behind the
/// last place that was signed. A log kept so can be handed over by others even when its key is gone.
pub const fn signature_due(entries: usize, bytes: usize, next: usize) -> bool {
    entries > 0 && (entries >= MAX_ENTRIES || bytes.saturating_add(next) > MAX_PIECE_BYTES)
}
