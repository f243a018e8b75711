//! Opening a shift, looking at it (X), counting the drawer and closing it (Z).

mod count;
mod open;
mod page;
mod report;

pub use open::OpenShift;
pub use page::ShiftPage;
