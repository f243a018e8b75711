//! How much of anything at once (I11), and why that much.

use std::time::Duration;

/// Entries of one piece at most. A piece is what one signature vouches for and one step takes in: its size bounds how long a till's journal
/// is held, and how finely a log can be cut again by whoever relays it.
pub const MAX_ENTRIES: usize = 256;
/// Bytes of entries in one piece at most; a single larger entry is a piece by itself. At 2 kB/s such a piece is through in 16 s, and one
/// signature for some fifty sales costs less than hashing them.
pub const MAX_PIECE_BYTES: usize = 32 << 10;
/// Pieces of one message at most: many logs with little news each fit into one.
pub const MAX_BATCHES: usize = 256;
/// Bytes of entries in one message at most (a single larger entry may go alone): a fast line is busy, and a server's memory is not.
pub const MAX_BODY_BYTES: usize = 2 << 20;
/// A whole message, decompressed, at most: entries, their heads and what is said besides. Anything larger is refused unread.
pub const MAX_MESSAGE_BYTES: usize = 4 << 20;
/// Pieces of data in one message at most, from whole lists down to single numbers. An honest message has fewer than half of that; one of four
/// million empty entries would take a hundred times its size once it is decoded, so it is not.
pub const MAX_ITEMS: usize = 1 << 18;
/// A request to join at most: a key, an id, and a name of at most 60 characters.
pub const MAX_ENROL_BYTES: usize = 4 << 10;
/// Heads in one message at most, about 80 bytes each. Who holds more says them in several rounds.
pub const MAX_HEADS: usize = 8_192;
/// Buckets of an outline at most: 4 KiB of digests, enough for thousands of logs.
pub const MAX_BUCKETS: usize = 256;
/// Logs of its own that a device speaks of at most: one for the company, one for its shop, and room for a shop it has left.
pub const MAX_OWN_LOGS: usize = 8;
/// Places of a log that are compared in one round: a divergence among a million entries is found in four.
pub const MAX_PLACES: usize = 32;
/// Tables whose digests are compared at most.
pub const MAX_DIGESTS: usize = 64;
/// Receipts that a device which becomes another asks after: one may have been begun in both copies, any more are a mistake.
pub const MAX_RECEIPTS_ASKED: usize = 256;
/// How far a request's counter may rise at once. Who wants to use the counter up needs two thousand million requests.
pub const MAX_COUNTER_STEP: u64 = 1 << 32;
/// The slowest line whose bytes either side waits for, in bytes a second: a body may take as long as this line takes.
pub const SLOWEST_LINE: u64 = 500;
/// The longest that a look may wait for news: well within what proxies let a connection be silent.
pub const MOST_WAIT: Duration = Duration::from_secs(50);
