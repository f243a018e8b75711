//! Who waits until a company's journal grows, and is woken when it did where that is news to them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;
use uuid::Uuid;

/// Who waits in this process. A commit that added entries wakes those who may read them: of the company, or of one of its shops. What other processes
/// commit they must look for.
#[derive(Clone, Debug, Default)]
pub struct News(Arc<Mutex<Waiters>>);

#[derive(Debug, Default)]
struct Waiters {
    companies: HashMap<Uuid, HashMap<Uuid, Waiter>>,
    count: usize,
    last: u64,
    closed: bool,
}

/// Dropped, it ends the waiting.
#[derive(Debug)]
struct Waiter {
    shop: Option<Uuid>,
    number: u64,
    wake: watch::Sender<()>,
}

impl News {
    /// Who may wait at the same time (I11): each looks again at every commit of its company, and keeps one of the server's connections.
    const MOST: usize = 400;

    /// Waits from now on for what is the company's or its shop's, in the place of whoever waited for the same device. None when too many wait
    /// already, or the server stops.
    pub fn wait(&self, company: Uuid, shop: Option<Uuid>, device: Uuid) -> Option<Waiting> {
        let mut all = self.all();
        if all.closed || all.count >= Self::MOST {
            return None;
        }
        all.last = all.last.wrapping_add(1);
        let number = all.last;
        let (wake, woken) = watch::channel(());
        let before = all.companies.entry(company).or_default().insert(device, Waiter { shop, number, wake });
        all.count += usize::from(before.is_none());
        Some(Waiting { news: self.clone(), company, device, number, woken })
    }

    /// Lets those of a company know, or of one of its shops where the scope is that.
    pub(super) fn raise(&self, company: Uuid, scope: Uuid) {
        let all = self.all();
        let waiters = all.companies.get(&company).into_iter().flat_map(HashMap::values);
        for waiter in waiters.filter(|waiter| scope == company || waiter.shop == Some(scope)) {
            waiter.wake.send_replace(());
        }
    }

    /// Ends all waiting, and lets nobody wait any more.
    pub fn close(&self) {
        let mut all = self.all();
        all.closed = true;
        all.count = 0;
        all.companies.clear();
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.all().count
    }

    fn all(&self) -> MutexGuard<'_, Waiters> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits, until it is dropped.
#[derive(Debug)]
pub struct Waiting {
    news: News,
    company: Uuid,
    device: Uuid,
    number: u64,
    woken: watch::Receiver<()>,
}

impl Waiting {
    /// Ends when there is news since the waiting began, or since it ended last: true. False when there is to be no more waiting: another one
    /// waits for the same device, or the server stops.
    pub async fn news(&mut self) -> bool {
        self.woken.changed().await.is_ok()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut all = self.news.all();
        let Some(waiters) = all.companies.get_mut(&self.company) else { return };
        if waiters.get(&self.device).is_some_and(|waiter| waiter.number == self.number) {
            waiters.remove(&self.device);
            if waiters.is_empty() {
                all.companies.remove(&self.company);
            }
            all.count = all.count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> Uuid {
        Uuid::from_u128(number.try_into().unwrap())
    }

    #[tokio::test]
    async fn whoever_waits_learns_of_the_news_of_its_company_even_if_it_was_looking_just_then() {
        let news = News::default();
        let (mut one, mut other) = (news.wait(id(1), None, id(11)).unwrap(), news.wait(id(2), None, id(12)).unwrap());
        news.raise(id(1), id(1));
        news.raise(id(1), id(1));
        assert!(one.news().await);
        // One look is enough for both; the other company has none.
        for waiting in [&mut one, &mut other] {
            assert!(!waiting.woken.has_changed().unwrap());
        }
    }

    #[test]
    fn what_a_shop_does_is_news_there_and_what_the_company_does_everywhere() {
        let news = News::default();
        let wait = |shop: Option<usize>, device| news.wait(id(1), shop.map(id), id(device)).unwrap();
        let all = [wait(Some(2), 11), wait(Some(3), 12), wait(None, 13)];
        let woken = || all.each_ref().map(|waiting| waiting.woken.has_changed().unwrap());
        news.raise(id(1), id(2));
        assert_eq!(woken(), [true, false, false]);
        news.raise(id(1), id(1));
        assert_eq!(woken(), [true, true, true]);
    }

    #[tokio::test]
    async fn a_device_waits_once_and_the_newer_one_goes_on() {
        let news = News::default();
        let mut older = news.wait(id(1), None, id(11)).unwrap();
        let mut newer = news.wait(id(1), None, id(11)).unwrap();
        assert!(!older.news().await);
        drop(older);
        assert_eq!(news.waiting(), 1);
        news.raise(id(1), id(1));
        assert!(newer.news().await);
        drop(newer);
        assert!(news.waiting() == 0 && news.all().companies.is_empty());
    }

    #[tokio::test]
    async fn no_more_wait_than_can_be_borne_and_none_when_the_server_stops() {
        let news = News::default();
        let mut all: Vec<Waiting> = (0..News::MOST).map(|device| news.wait(id(device % 7), None, id(device)).unwrap()).collect();
        assert!(news.wait(id(1), None, id(News::MOST)).is_none());
        all.pop();
        assert!(news.wait(id(1), None, id(News::MOST)).is_some());
        news.close();
        for mut waiting in all {
            assert!(!waiting.news().await);
        }
        assert!(news.wait(id(1), None, id(1)).is_none() && news.waiting() == 0);
    }
}
