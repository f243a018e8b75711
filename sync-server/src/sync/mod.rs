//! Between devices and the journal: what they bring is taken in and judged, what they lack is sent; and what was judged is judged anew when
//! what holds of a device has changed, or this version folds otherwise. The one noun that may use all others.

mod error;
mod exchange;
mod fold;
mod introduce;
mod outdated;
mod rebuild;
mod rebuilds;
mod refold;
mod refolding;
mod refuse;
pub mod routes;
mod succeed;
mod take;

pub use error::SyncError;
pub use exchange::{exchange, exchange_or_wait};
pub use outdated::refold_outdated;
pub use rebuild::rebuild;
pub use rebuilds::Rebuilds;
pub use refolding::Refolding;
pub use succeed::succeed;

use std::time::Duration;

/// How long a request waits for what goes on by itself, well within what it may take.
const PATIENCE: Duration = Duration::from_secs(20);
