//! Ids that the screens make, before anything is sent.

use duka_core::{Entropy, ReceiptId, Timestamp};

/// The window's source of random bytes.
struct Browser;

impl Entropy for Browser {
    fn fill(&self, buffer: &mut [u8]) {
        if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
            let _at_most_64_kib = crypto.get_random_values_with_u8_array(buffer);
        }
    }
}

/// A new id for a refund: asking twice with it is refunding once.
pub fn refund_id(now: Timestamp) -> ReceiptId {
    ReceiptId::new(now, &Browser)
}
