//! Records that several people edit at once, each a flat document: scalars at the root, sets as keys such as `barcode:4006381333931`.
//!
//! An edit gives a raw change, which travels as the body of a fact; every holder [`merge`]s it into its copy. Edits of different fields both
//! survive; of the same field the same one wins everywhere, whatever the order of arrival (I4). A change that arrives before the one it
//! builds on waits inside the document.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test may fail by panicking"))]

mod check;
mod chunk;
pub mod csv;
mod document;
mod merge;
mod product;

pub use check::check;
pub use document::{Document, Edited, Reading, RecordError, create, edit, is_same, read};
pub use merge::{Merged, merge, merge_and_read};
pub use product::{Change, Claims, Product, ProductEdit, ProductFault};
