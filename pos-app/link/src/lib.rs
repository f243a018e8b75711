//! The till's end of the wire: HTTP to the server, and the loop that drives [`duka_sync::Link`] over the engine.
//!
//! [`Wire`] knows HTTP and nothing of journals, [`Session`] carries out what the link's state machine asks for, [`Background`] gives it a
//! thread. A workload driver that wants to say itself when a till is online uses a [`Session`] directly. [`PrintWorker`] is the other thread
//! beside a till: it empties the print queue.

mod background;
mod listener;
mod print_worker;
mod session;
mod trust;
mod wire;

pub use background::Background;
pub use print_worker::{PrintWorker, PrinterNews};
pub use session::{LinkNews, Session, enrol};
pub use trust::{Trust, TrustError};
pub use wire::{Stopper, Wire, WireError, choose_cryptography};
