//! Lists without an end: fetched a page at a time, walked through by keys, and never silent about being empty or failing.

mod empty;
mod paged;
mod pages;

pub use empty::Empty;
pub use paged::{Column, PagedList};
pub use pages::{PageOf, Pages};
