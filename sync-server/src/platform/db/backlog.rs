//! Companies for which a commit left something to do: who does it, and who waits until it is done.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};
use uuid::Uuid;

/// What failed is tried again after so long, then after twice that, and so on.
const PAUSE: Duration = Duration::from_secs(1);
/// But never after more than some minutes, as a power of two of it.
const LONGEST: u32 = 8;

/// What is left to do in this process. The database itself says what that is, so that nothing is noted here while nobody attends to it. Cheap to
/// clone.
#[derive(Clone, Debug, Default)]
pub struct Backlog(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    all: Mutex<All>,
    grew: Notify,
    tried: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct All {
    attended: bool,
    /// At most as many as there are companies (I11).
    companies: BTreeMap<Uuid, Left>,
    last: u64,
}

/// What is left for one company.
#[derive(Debug, Default)]
struct Left {
    /// Its place in the queue.
    number: u64,
    /// How often a commit left something.
    commits: u64,
    /// The commits that whoever is at it knew of when it began.
    begun: Option<u64>,
    /// Somebody waits for it.
    wanted: bool,
    failed: u32,
    /// When it is tried again that failed.
    again: Option<Instant>,
}

impl All {
    /// The next place in the queue.
    fn next(&mut self) -> u64 {
        self.last = self.last.wrapping_add(1);
        self.last
    }
}

impl Backlog {
    /// Takes charge of all that is left until what is given back is dropped.
    pub fn attend(&self) -> Attending {
        self.all().attended = true;
        Attending(self.clone())
    }

    /// Whether somebody does what is left.
    pub fn is_attended(&self) -> bool {
        self.all().attended
    }

    /// A commit left something to do: it is tried even if it failed a moment ago.
    pub(super) fn add(&self, company: Uuid) {
        self.note(company, |left| {
            left.commits = left.commits.wrapping_add(1);
            left.again = None;
        });
    }

    /// There is something to do that was found in the database.
    pub fn found(&self, company: Uuid) {
        self.note(company, |_| ());
    }

    fn note(&self, company: Uuid, how: impl FnOnce(&mut Left)) {
        let mut all = self.all();
        if !all.attended {
            return;
        }
        let number = all.next();
        how(all.companies.entry(company).or_insert_with(|| Left { number, ..Left::default() }));
        self.0.grew.notify_one();
    }

    /// Ends when nothing is left for a company, or what is left failed. Whoever is waited for comes before others.
    pub async fn tried(&self, company: Uuid) {
        let mut tried = self.0.tried.subscribe();
        loop {
            tried.borrow_and_update();
            match self.all().companies.get_mut(&company) {
                Some(left) if left.again.is_none() => left.wanted = true,
                Some(_) | None => return,
            }
            if tried.changed().await.is_err() {
                return;
            }
        }
    }

    fn all(&self) -> MutexGuard<'_, All> {
        self.0.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever does what is left. Dropped, nobody is waited for any more.
#[derive(Debug)]
pub struct Attending(Backlog);

impl Attending {
    /// The company to go to next, if there is one that may be tried now.
    pub fn take(&self, now: Instant) -> Option<Uuid> {
        let mut all = self.0.all();
        let due = all.companies.iter_mut().filter(|(_, left)| left.begun.is_none() && left.again.is_none_or(|again| again <= now));
        let (company, left) = due.min_by_key(|(_, left)| (!left.wanted, left.number))?;
        (left.begun, left.again) = (Some(left.commits), None);
        Some(*company)
    }

    /// All is done that was left for a company when it was taken.
    pub fn done(&self, company: Uuid) {
        let mut all = self.0.all();
        let number = all.next();
        if let Some(left) = all.companies.remove(&company)
            && left.begun != Some(left.commits)
        {
            all.companies.insert(company, Left { number, begun: None, failed: 0, ..left });
        }
        self.0.0.tried.send_replace(());
    }

    /// It could not be done: it is tried again in a while, or as soon as another commit leaves something.
    pub fn failed(&self, company: Uuid, now: Instant) {
        if let Some(left) = self.0.all().companies.get_mut(&company) {
            let pause = PAUSE.saturating_mul(1 << left.failed.min(LONGEST));
            let more = left.begun != Some(left.commits);
            left.again = if more { None } else { now.checked_add(pause) };
            (left.begun, left.wanted, left.failed) = (None, false, left.failed.saturating_add(1));
        }
        self.0.0.tried.send_replace(());
    }

    /// When something that failed is to be tried again.
    pub fn next(&self) -> Option<Instant> {
        self.0.all().companies.values().filter_map(|left| left.again).min()
    }

    /// Ends when something was left since it was asked last.
    pub async fn grew(&self) {
        self.0.0.grew.notified().await;
    }
}

impl Drop for Attending {
    fn drop(&mut self) {
        let mut all = self.0.all();
        all.attended = false;
        all.companies.clear();
        self.0.0.tried.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        future::Future,
        pin::pin,
        task::{Context, Waker},
    };

    const ONE: Uuid = Uuid::from_u128(1);
    const TWO: Uuid = Uuid::from_u128(2);

    fn is_over(waiting: impl Future<Output = ()>) -> bool {
        pin!(waiting).poll(&mut Context::from_waker(Waker::noop())).is_ready()
    }

    #[test]
    fn a_company_is_gone_to_once_and_again_when_a_commit_left_more_meanwhile() {
        let (backlog, now) = (Backlog::default(), Instant::now());
        backlog.add(ONE);
        let attending = backlog.attend();
        assert_eq!(attending.take(now), None, "what was there before stands in the database");
        backlog.add(ONE);
        backlog.add(ONE);
        assert_eq!((attending.take(now), attending.take(now)), (Some(ONE), None));
        backlog.found(ONE);
        backlog.add(TWO);
        attending.done(ONE);
        assert_eq!((attending.take(now), attending.take(now)), (Some(TWO), None));
        backlog.add(TWO);
        attending.done(TWO);
        assert!(!is_over(backlog.tried(TWO)));
        assert_eq!(attending.take(now), Some(TWO));
        attending.done(TWO);
        assert!(is_over(backlog.tried(TWO)));
    }

    #[test]
    fn a_company_that_is_waited_for_comes_first() {
        let (backlog, now) = (Backlog::default(), Instant::now());
        let attending = backlog.attend();
        backlog.add(ONE);
        backlog.add(TWO);
        assert!(!is_over(backlog.tried(TWO)));
        assert_eq!((attending.take(now), attending.take(now)), (Some(TWO), Some(ONE)));
        assert!(!is_over(backlog.tried(ONE)), "it is not done yet");
        drop(attending);
        assert!(is_over(backlog.tried(ONE)) && !backlog.is_attended());
    }

    #[test]
    fn what_fails_lets_others_by_and_is_tried_again_after_ever_longer_pauses() {
        let (backlog, mut now) = (Backlog::default(), Instant::now());
        let attending = backlog.attend();
        backlog.add(ONE);
        for pause in [1, 2, 4, 8, 16, 32, 64, 128, 256, 256] {
            assert_eq!(attending.take(now), Some(ONE));
            attending.failed(ONE, now);
            assert!(is_over(backlog.tried(ONE)), "nobody waits for what failed");
            backlog.found(ONE);
            assert_eq!((attending.take(now), attending.next()), (None, Some(now + Duration::from_secs(pause))));
            backlog.add(TWO);
            assert_eq!(attending.take(now), Some(TWO));
            attending.done(TWO);
            now += Duration::from_secs(pause);
        }
        assert_eq!(attending.take(now), Some(ONE));
        attending.failed(ONE, now);
        backlog.add(ONE);
        assert_eq!(attending.take(now), Some(ONE), "there is something new to it");
    }
}
