//! The till's program around the engine: the window, commands that only translate, the key store, and the threads for link, printer and
//! imports. Business rules are the engine's.

mod app;
pub mod log;
mod options;
mod place;
mod window;

pub use app::run;
pub use options::Options;
pub use place::Place;
