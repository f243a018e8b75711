//! How far mending is.

/// Tells a part of a hundred when it has changed.
pub(super) struct Progress<'t> {
    pub(super) of: usize,
    pub(super) from: u8,
    pub(super) to: u8,
    pub(super) told: &'t mut dyn FnMut(u8),
}

impl Progress<'_> {
    pub(super) fn tell(&mut self, done: usize) {
        let span = usize::from(self.to - self.from);
        // Once for each of a hundred, and not for every page.
        let part = |done: usize| done.min(self.of) * span / self.of.max(1);
        if done == 1 || part(done) != part(done - 1) {
            (self.told)(self.from + u8::try_from(part(done)).unwrap_or(0));
        }
    }
}
