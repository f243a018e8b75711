//! What happens when: one queue, and whatever is due at the same moment happens in the order in which it was thought of.

use duka_sync::FailureKind;
use std::{cmp::Reverse, collections::BinaryHeap, rc::Rc};

/// A message on its way between a till and the server.
#[derive(Clone, Debug)]
pub struct Flight {
    /// The till.
    pub place: usize,
    /// The life of its program that it belongs to.
    pub life: u64,
    /// The exchange.
    pub exchange: u64,
    /// What is asked for.
    pub door: Door,
    /// What is said.
    pub bytes: Rc<Vec<u8>>,
}

/// What a till asks the server for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// To exchange entries.
    Exchange,
    /// To be certified as another device.
    Succession,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub enum Happening {
    /// A cashier does something.
    Trade(usize),
    /// A link asked to be woken; only its newest wish counts.
    Wake(usize, u64),
    /// A request comes to the server.
    Request(Flight),
    /// An answer comes to a till.
    Answer(Flight),
    /// A till hears why its exchange came to nothing.
    Broken(Flight, FailureKind),
    /// A line changes.
    Weather(usize),
    /// Something goes wrong.
    Fault,
    /// A till's program is started again.
    Reopen(usize),
    /// A till's disk has room again.
    DiskFreed(usize),
    /// The clock of a till, or of the server, is set right.
    ClockRight(Option<usize>),
    /// The server is started again.
    ServerBack,
    /// The server folds again what another version folded.
    Refold,
    /// Somebody edits a product at the server.
    Admin,
    /// Somebody releases the tills of a company that were revoked.
    Release(usize),
    /// The hostile device does its worst.
    Mischief,
}

#[derive(Debug)]
struct Due {
    at: u64,
    order: u64,
    what: Happening,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// All that is to happen.
#[derive(Debug, Default)]
pub struct Schedule {
    queue: BinaryHeap<Reverse<Due>>,
    order: u64,
}

impl Schedule {
    /// Has something happen at a time, ms.
    pub fn at(&mut self, at: u64, what: Happening) {
        self.order += 1;
        self.queue.push(Reverse(Due { at, order: self.order, what }));
    }

    /// The next, if it is before `end`.
    pub fn next_before(&mut self, end: u64) -> Option<(u64, Happening)> {
        if self.queue.peek()?.0.at >= end {
            return None;
        }
        self.queue.pop().map(|Reverse(due)| (due.at, due.what))
    }
}
