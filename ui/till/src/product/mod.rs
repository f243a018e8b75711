//! Products: finding them while selling, looking through them, making and editing them.

mod finder;
mod form;
mod list;
mod search;
mod sheet;

pub use finder::Finding;
pub use list::Products;
pub use search::Finder;
pub use sheet::ProductSheet;
