//! What a damaged file gives, read page by page.

use super::{behind::Behind, progress::Progress};
use crate::{
    enrolment::{self, Member},
    journal::{self, Apart, Found, LogHead},
    platform::{KeyStore, Location, Mending, OpenError, Pages, Recency, Row, Settings, StoreError},
};
use duka_api::till::Salvaged;
use duka_core::{DeviceId, Timestamp};
use duka_ledger::{LogId, SealedEntry};
use rusqlite::Connection;
use std::path::Path;

/// What a damaged file gives.
pub(super) struct Salvage<'s> {
    pages: Pages,
    found: Found,
    enrolment: Option<(Recency, Row)>,
    keys: &'s dyn KeyStore,
    now: Timestamp,
}

impl<'s> Salvage<'s> {
    pub(super) fn read(path: &Path, settings: &'s Settings, told: &mut dyn FnMut(u8)) -> Result<Self, StoreError> {
        let mut pages = Pages::open(path)?;
        let (mut found, mut enrolment) = (Found::default(), None::<(Recency, Row)>);
        let mut progress = Progress { of: pages.len(), from: 0, to: 40, told };
        let mut looked = 0;
        pages.each_row(
            || {
                looked += 1;
                progress.tell(looked);
            },
            |row, at, recency| {
                if enrolment::Row::salvaged(&row).is_some() {
                    if enrolment.as_ref().is_none_or(|(known, _)| *known <= recency) {
                        enrolment = Some((recency, row));
                    }
                } else {
                    found.note(&row, at, recency);
                }
            },
        );
        found.number();
        Ok(Self { pages, found, enrolment, keys: settings.keys.as_ref(), now: settings.clock.now().at })
    }

    /// Whose journal it is.
    pub(super) fn member(&self) -> Result<Option<Member>, StoreError> {
        self.enrolled().map_or(Ok(None), enrolment::Row::at_home)
    }

    /// Whether the till was a device when the file was damaged, and did not wait to become one.
    pub(super) fn is_member(&self) -> bool {
        self.enrolled().is_some_and(|row| matches!(row.member(), Ok(Some(_))))
    }

    fn enrolled(&self) -> Option<enrolment::Row> {
        self.enrolment.as_ref().and_then(|(_, row)| enrolment::Row::salvaged(row))
    }

    pub(super) fn keep_enrolment_in_tx(&self, tx: &Connection) -> Result<(), StoreError> {
        self.enrolment.as_ref().map_or(Ok(()), |(_, row)| enrolment::keep_salvaged_in_tx(tx, row))
    }

    pub(super) fn logs(&self) -> Vec<LogId> {
        self.found.logs.keys().copied().collect()
    }

    /// How many entries were found, some of them perhaps twice.
    pub(super) fn len(&self) -> usize {
        self.found.logs.values().map(journal::FoundLog::len).sum()
    }

    /// Under which number a log goes on.
    pub(super) fn number_of(&self, log: &LogId) -> Option<i64> {
        self.found.logs.get(log)?.n
    }

    /// What the row of a log says.
    pub(super) fn row_of(&self, log: &LogId) -> Option<LogHead> {
        self.found.logs.get(log)?.row()
    }

    /// Whether commits may be gone without a trace.
    pub(super) fn is_headless(&self) -> bool {
        self.pages.headless()
    }

    /// Whether it is known where a log ended.
    pub(super) fn is_end_known(&self, log: &LogId) -> bool {
        self.found.logs.get(log).is_some_and(journal::FoundLog::is_sure)
    }

    /// Whether this till wrote a log, under this or an earlier id.
    pub(super) fn is_own(&self, log: &LogId, me: Option<DeviceId>) -> bool {
        let former = self.row_of(log).is_some_and(|row| row.former);
        // A key store that fails now says nothing: what is read goes into the journal all the same.
        Some(log.device) == me || former || matches!(self.keys.load(log.device), Ok(Some(_)))
    }

    /// A log put together. An entry that nothing vouches for, before a gap, must at least say something.
    pub(super) fn apart(&mut self, log: &LogId) -> Result<Apart, StoreError> {
        let Some(mut apart) = self.found.logs.get(log).map(journal::FoundLog::put_together) else {
            return Err(StoreError::Fault("a log is gone".into()));
        };
        if let (true, Some(last)) = (apart.last_unproven, apart.chain.last().copied())
            && self.entry(last)?.body().is_err()
        {
            apart.chain.pop();
            apart.missing += 1;
        }
        Ok(apart)
    }

    pub(super) fn entry(&mut self, at: Location) -> Result<SealedEntry, StoreError> {
        journal::entry_at_location(&mut self.pages, at)
    }

    /// For a file of which nobody knows whose it is: every sale of this till's own that can be read.
    pub(super) fn list(&mut self, mending: &Mending) -> Result<(Option<String>, Salvaged), OpenError> {
        let mut behind = Behind::default();
        for log in self.logs() {
            if !self.is_own(&log, None) {
                continue;
            }
            let Apart { chain, beyond, .. } = self.apart(&log)?;
            for at in chain.into_iter().chain(beyond) {
                behind.add(&self.entry(at)?);
            }
        }
        let mut news = self.news(mending);
        behind.tell(mending, &mut news)?;
        Ok((news.list.clone(), news))
    }

    /// Of nothing yet.
    pub(super) fn news(&self, mending: &Mending) -> Salvaged {
        Salvaged {
            at: self.now,
            seconds: 0,
            kept_as: mending.kept_as().display().to_string(),
            sales: 0,
            missing: 0,
            end_unknown: false,
            new_device: false,
            behind: 0,
            behind_totals: Vec::new(),
            list: None,
            behind_waiting: 0,
            lost_beside: Vec::new(),
        }
    }
}
