//! The line between a till and the server: what it does to messages.

use super::report::Counts;
use crate::till::Seeded;

/// How a line is now.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line {
    /// Nothing goes through.
    pub cut: bool,
    /// Of a thousand messages so many are lost.
    lost: u64,
    /// Of a thousand messages so many come twice.
    doubled: u64,
    /// The longest delay, ms.
    delay: u64,
    /// Bytes a second; none: as many as there are.
    rate: Option<u64>,
}

impl Line {
    /// One that is as it should be.
    pub const fn clear() -> Self {
        Self { cut: false, lost: 0, doubled: 0, delay: 300, rate: None }
    }

    /// Turns into another; how long it stays so, ms.
    pub fn turn(&mut self, chance: &Seeded, faults: &mut Counts) -> u64 {
        let minutes = |least: u64, most: u64| (least + chance.below(most - least)) * 60_000;
        *self = Self::clear();
        match chance.below(10) {
            0..=3 => minutes(10, 40),
            4 | 5 => {
                faults.count("partition");
                self.cut = true;
                minutes(3, 60)
            }
            6 | 7 => {
                faults.count("bad line");
                *self = Self { lost: 150, doubled: 150, delay: 20_000, ..Self::clear() };
                minutes(5, 30)
            }
            _ => {
                faults.count("slow line");
                self.rate = Some(400 + chance.below(6_000));
                minutes(10, 40)
            }
        }
    }

    /// After how many ms each copy of a message of so many bytes comes; none for one that is lost.
    pub fn carry(&self, bytes: usize, chance: &Seeded, faults: &mut Counts) -> Vec<u64> {
        if chance.chance(self.lost) {
            faults.count("loss");
            return Vec::new();
        }
        let copies = 1 + u64::from(chance.chance(self.doubled));
        if copies > 1 {
            faults.count("doubling");
        }
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let transfer = self.rate.map_or(0, |rate| bytes.saturating_mul(1_000) / rate);
        (0..copies)
            .map(|_| {
                let delay = 10 + chance.below(self.delay);
                if delay > 2_000 {
                    faults.count("delay");
                }
                transfer.saturating_add(delay)
            })
            .collect()
    }

    /// How long a message of so many bytes takes at least, ms.
    pub fn transfer(&self, bytes: usize) -> u64 {
        self.rate.map_or(0, |rate| u64::try_from(bytes).unwrap_or(u64::MAX).saturating_mul(1_000) / rate)
    }
}
