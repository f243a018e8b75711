//! Randomness for ids, keys and one-time codes.

use duka_core::Entropy;

/// The operating system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[allow(clippy::disallowed_methods, reason = "the one place that may ask the system")]
    #[allow(clippy::expect_used, reason = "without randomness no key may be made; stopping is all that is left")]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system gives random bytes");
    }
}
