//! A damaged database is made anew from its journal. Whatever was damaged, the way is one: every entry that can be read and proven goes into a
//! fresh database, the tables are folded there, and it takes the damaged one's place, which is kept (I10).

use super::Till;
use crate::{
    enrolment::{self, EnrolError, Member},
    journal::{self, Apart, Found, Place},
    platform::{self, KeyStore, Mending, OpenError, Pages, Settings, Standing, StoreError, Unusable},
    sync, writer,
};
use duka_api::till::{Salvaged, State};
use duka_core::{Clock, DeviceId, Money, Timestamp};
use duka_ledger::{Body, Fact, LogId, Sale, SealedEntry, rule::Verdict, shown_number};
use rusqlite::Connection;
use std::{collections::BTreeSet, path::Path};

/// The setting that holds the news for the person at the till.
const NEWS: &str = "salvaged";
/// The setting that holds what the journal is to say of it.
const MENDED: &str = "mended";
/// The setting that holds the device whose log may have gone on where nobody can read: nothing more is written in its name (I12).
const RETIRED: &str = "retired";
/// What the till keeps beside its journal, copied as far as it can be read.
const BESIDE: [&str; 7] = ["setting", "signed_head", "print_job", "basket_line", "import_job", "import_chunk", "fork"];

/// Puts a fresh database in the place of a damaged one; `told` hears how much of a hundred is done.
pub(super) fn mend(path: &Path, settings: &Settings, damage: &str, told: &mut dyn FnMut(u8)) -> Result<(), OpenError> {
    tracing::warn!(%damage, "the database is damaged; it is made anew from its journal");
    let began = settings.clock.now().at;
    let mending = Mending::begin(path, settings.clock.as_ref())?;
    let mut salvage = Salvage::read(path, settings, told)?;
    let Some(me) = salvage.member()? else {
        // Nothing says whose journal this is.
        let (list, news) = salvage.list(&mending)?;
        let more = list.map(|path| format!("; {} sales and refunds that could be read are listed in {path}", news.behind));
        let kept_as = mending.give_up()?;
        return Err(OpenError::Corrupt { kept_as, detail: damage.to_owned() + &more.unwrap_or_default() });
    };
    let fresh = mending.fresh()?;
    let tx = fresh.unchecked_transaction().map_err(StoreError::from)?;
    let mut news = salvage.write_in_tx(&tx, &mending, &me, told)?;
    news.seconds = u64::try_from(settings.clock.now().at.micros().saturating_sub(began.micros()) / 1_000_000).unwrap_or(0);
    tracing::warn!(?news, "the database was made anew");
    platform::save_setting_in_tx(&tx, NEWS, &Some(&news))?;
    platform::save_setting_in_tx(&tx, MENDED, &Some(format!("the database was damaged and made anew from its journal: {damage}")))?;
    if news.new_device {
        platform::save_setting_in_tx(&tx, RETIRED, &me.device())?;
    }
    platform::commit(tx)?;
    mending.publish(fresh)
}

/// The damaged file is kept, and nothing stands in its place.
pub(super) fn give_up(path: &Path, clock: &dyn Clock, detail: String) -> OpenError {
    match Mending::begin(path, clock).and_then(Mending::give_up) {
        Ok(kept_as) => OpenError::Corrupt { kept_as, detail },
        Err(error) => error,
    }
}

/// The journal says by now that the database was mended.
pub(super) fn told_in_tx(tx: &Connection) -> Result<(), StoreError> {
    platform::save_setting_in_tx(tx, MENDED, &None::<String>)
}

impl Till {
    /// What the journal is to say of a mended database.
    pub(super) fn mended(&self) -> Result<Option<String>, StoreError> {
        Ok(platform::load_setting::<Option<String>>(self.writer.reading(), MENDED)?.flatten())
    }

    /// Makes this till a new device when the log of the one it was cannot be gone on with; gives whether it did (I12).
    pub(super) fn is_retired(&mut self) -> Result<bool, Unusable> {
        let retired: Option<DeviceId> = platform::load_setting(self.writer.reading(), RETIRED)?;
        if retired.is_none() || retired != self.reader.device() {
            return Ok(false);
        }
        self.become_new_device().map_err(|fault| match fault {
            EnrolError::Journal(fault) => fault.into(),
            other => Unusable::Open(OpenError::Io(other.to_string())),
        })?;
        Ok(true)
    }

    /// What became of a damaged database, for the person at the till.
    pub(super) fn salvaged(&self) -> Result<Option<Salvaged>, StoreError> {
        let db = self.writer.reading();
        let news: Option<Salvaged> = platform::load_setting::<Option<Salvaged>>(db, NEWS)?.flatten();
        news.map(|news| Ok(Salvaged { behind_waiting: journal::awaiting_receipts(db)?, ..news })).transpose()
    }

    /// Puts the news of a damaged database away, which a person has read. Where anything is missing, not before the server has sent what it holds of
    /// it, and holds what was saved.
    pub fn salvage_seen(&mut self) -> Result<State, SalvageError> {
        let Some(news) = self.salvaged()? else { return Ok(self.state()?) };
        let unsent = sync::unsynced(self.writer.reading(), self.reader.device().unwrap_or(DeviceId::from_bytes([0; 16])))?.sales;
        if !news.is_whole() && (unsent > 0 || self.shared.in_step_at().is_none()) {
            return Err(SalvageError::NotSent { sales: unsent.saturating_add(news.behind_waiting) });
        }
        self.writer.keep::<_, StoreError>(|tx| platform::save_setting_in_tx(tx, NEWS, &None::<Salvaged>))?;
        Ok(self.state()?)
    }
}

/// Why the news of a damaged database stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SalvageError {
    /// The server lacks some of it.
    #[error("{sales} sales of the damaged database are not with the server yet. Connect this till with its server first.")]
    NotSent {
        /// How many.
        sales: u64,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SalvageError> for duka_api::Problem {
    fn from(error: SalvageError) -> Self {
        match error {
            SalvageError::NotSent { .. } => Self::new(duka_core::ErrorCode::Conflict, error.to_string()),
            SalvageError::Store(fault) => fault.into(),
        }
    }
}

/// What a damaged file gives.
struct Salvage<'s> {
    pages: Pages,
    found: Found,
    enrolment: Option<(Standing, platform::Row)>,
    keys: &'s dyn KeyStore,
    now: Timestamp,
}

impl<'s> Salvage<'s> {
    fn read(path: &Path, settings: &'s Settings, told: &mut dyn FnMut(u8)) -> Result<Self, StoreError> {
        let mut pages = Pages::open(path)?;
        let (mut found, mut enrolment) = (Found::default(), None::<(Standing, platform::Row)>);
        let mut progress = Progress { of: pages.len(), from: 0, to: 40, told };
        let mut looked = 0;
        pages.each_row(
            || {
                looked += 1;
                progress.tell(looked);
            },
            |row, at, standing| {
                if enrolment::Row::salvaged(&row).is_some() {
                    if enrolment.as_ref().is_none_or(|(known, _)| *known <= standing) {
                        enrolment = Some((standing, row));
                    }
                } else {
                    found.note(&row, at);
                }
            },
        );
        found.number();
        Ok(Self { pages, found, enrolment, keys: settings.keys.as_ref(), now: settings.clock.now().at })
    }

    /// Whose journal it is.
    fn member(&self) -> Result<Option<Member>, StoreError> {
        match self.enrolment.as_ref().and_then(|(_, row)| enrolment::Row::salvaged(row)) {
            Some(row) => row.at_home(),
            None => Ok(None),
        }
    }

    /// Whether this till wrote a log, under this or an earlier id.
    fn is_own(&self, log: &LogId, me: Option<DeviceId>) -> bool {
        let former = self.found.logs.get(log).and_then(|log| log.claim).is_some_and(|claim| claim.former);
        // A key store that fails now says nothing: what is read goes into the journal all the same.
        Some(log.device) == me || former || matches!(self.keys.load(log.device), Ok(Some(_)))
    }

    /// For a file of which nobody knows whose it is: every sale of this till's own that can be read.
    fn list(&mut self, mending: &Mending) -> Result<(Option<String>, Salvaged), OpenError> {
        let mut behind = Behind::default();
        let own: Vec<LogId> =
            self.found.logs.keys().copied().collect::<Vec<_>>().into_iter().filter(|log| self.is_own(log, None)).collect();
        for log in own {
            let Apart { chain, beyond, .. } = self.apart(&log)?;
            for at in chain.into_iter().chain(beyond) {
                behind.add(&journal::entry_at_location(&mut self.pages, at)?);
            }
        }
        let mut news = self.news(mending);
        behind.tell(mending, &mut news)?;
        Ok((news.list.clone(), news))
    }

    fn news(&self, mending: &Mending) -> Salvaged {
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

    /// A log put together. An entry that nothing vouches for, before a gap, must at least say something.
    fn apart(&mut self, log: &LogId) -> Result<Apart, StoreError> {
        let Some(mut apart) = self.found.logs.get(log).map(journal::FoundLog::put_together) else {
            return Err(StoreError::Fault("a log is gone".into()));
        };
        if let (true, Some(last)) = (apart.last_unproven, apart.chain.last().copied())
            && journal::entry_at_location(&mut self.pages, last)?.body().is_err()
        {
            apart.chain.pop();
            apart.missing += 1;
        }
        Ok(apart)
    }

    /// Fills the fresh database.
    fn write_in_tx(&mut self, tx: &Connection, mending: &Mending, me: &Member, told: &mut dyn FnMut(u8)) -> Result<Salvaged, OpenError> {
        let mut news = self.news(mending);
        let damaged = mending.damaged();
        let mut logs: Vec<LogId> = self.found.logs.keys().copied().collect();
        // The server's own log first: it says who the others are.
        logs.sort_by_key(|log| (log.device != me.server_device, *log));
        let mut certified = BTreeSet::from([me.device(), me.server_device]);
        let mut behind = Behind::default();
        let mut own_shop_log = false;
        let mut stored = 0;
        let total = self.found.logs.values().map(journal::FoundLog::len).sum();
        for log in logs {
            let own = self.is_own(&log, Some(me.device()));
            let Apart { chain, beyond, missing, whole, .. } = self.apart(&log)?;
            if own {
                news.missing += missing;
            }
            if log.device == me.device() {
                own_shop_log |= log.scope == duka_ledger::Scope::Shop(me.shop());
                news.end_unknown |= self.found.logs.get(&log).is_none_or(|log| log.claim.is_none());
                news.new_device |= !whole;
            }
            let Some((n, claim)) = self.found.logs.get(&log).and_then(|log| Some((log.n?, log.claim))) else { continue };
            let (former, forked) = claim.map_or((own && log.device != me.device(), false), |claim| (claim.former, claim.forked));
            let mut row = journal::add_salvaged_in_tx(tx, n, log, former, forked)?;
            let believed = certified.contains(&log.device);
            for at in chain {
                let sealed = journal::entry_at_location(&mut self.pages, at)?;
                stored += 1;
                Progress { of: total, from: 40, to: 60, told: &mut *told }.tell(stored);
                if !believed {
                    journal::put_aside_in_tx(tx, n, own, &sealed)?;
                    continue;
                }
                if let (true, Ok(Body::Known(Fact::DeviceCertified(fact)))) = (log.device == me.server_device, sealed.body()) {
                    certified.insert(fact.device);
                }
                journal::insert_entry_in_tx(tx, Place::of(n, sealed.entry().seq)?, &sealed, &Verdict::Projected)?;
                row.follow(&sealed);
            }
            journal::advance_in_tx(tx, &row)?;
            if own {
                news.sales += row.receipts;
            }
            if let (Some(claim), Some(head)) = (claim, journal::head(tx, log)?) {
                journal::acknowledge_in_tx(tx, &head, claim.acknowledged.min(row.seq))?;
            }
            // The server sends its own log again.
            for at in beyond.into_iter().filter(|_| log.device != me.server_device) {
                let sealed = journal::entry_at_location(&mut self.pages, at)?;
                journal::put_aside_in_tx(tx, n, own, &sealed)?;
                if own {
                    behind.add(&sealed);
                }
            }
        }
        if !own_shop_log || self.pages.headless() {
            (news.end_unknown, news.new_device) = (true, true);
        }
        self.keep_enrolment_in_tx(tx)?;
        for table in BESIDE {
            let copied = match &damaged {
                Some(damaged) => platform::copy_table_in_tx(damaged, tx, table)?,
                None => false,
            };
            if !copied {
                news.lost_beside.push(table.to_owned());
            }
        }
        let mut progress = Progress { of: total, from: 60, to: 100, told };
        writer::fold_all_in_tx(tx, me, &mut |facts| progress.tell(usize::try_from(facts).unwrap_or(usize::MAX)))?;
        // A till that waits to be a new device already is one.
        news.new_device &= self.is_member();
        behind.tell(mending, &mut news)?;
        Ok(news)
    }

    fn is_member(&self) -> bool {
        let row = self.enrolment.as_ref().and_then(|(_, row)| enrolment::Row::salvaged(row));
        row.is_some_and(|row| matches!(row.member(), Ok(Some(_))))
    }

    fn keep_enrolment_in_tx(&self, tx: &Connection) -> Result<(), StoreError> {
        match &self.enrolment {
            Some((_, row)) => enrolment::keep_salvaged_in_tx(tx, row),
            None => Ok(()),
        }
    }
}

/// Tells a part of a hundred when it has changed.
struct Progress<'t> {
    of: usize,
    from: u8,
    to: u8,
    told: &'t mut dyn FnMut(u8),
}

impl Progress<'_> {
    fn tell(&mut self, done: usize) {
        let span = usize::from(self.to - self.from);
        // Once for each of a hundred, and not for every page.
        let part = |done: usize| done.min(self.of) * span / self.of.max(1);
        if done == 1 || part(done) != part(done - 1) {
            (self.told)(self.from + u8::try_from(part(done)).unwrap_or(0));
        }
    }
}

/// Sales and refunds that stand behind a gap.
#[derive(Default)]
struct Behind {
    receipts: u64,
    totals: Vec<(duka_core::Currency, i64)>,
    lines: String,
}

impl Behind {
    fn add(&mut self, sealed: &SealedEntry) {
        let (sale, refund): (Sale, bool) = match sealed.body() {
            Ok(Body::Known(Fact::SaleCompleted(sale))) => (sale, false),
            Ok(Body::Known(Fact::RefundCompleted(refund))) => (refund.refund, true),
            _ => return,
        };
        let gross = if refund { sale.gross.saturating_neg() } else { sale.gross };
        self.receipts += 1;
        match self.totals.iter_mut().find(|(currency, _)| *currency == sale.currency) {
            Some((_, total)) => *total = total.saturating_add(gross),
            None => self.totals.push((sale.currency, gross)),
        }
        let shown = |minor: i64| Money::try_new(minor, sale.currency).map_or_else(|_| minor.to_string(), |amount| amount.to_string());
        let lines: Vec<_> = sale
            .lines
            .iter()
            .map(|line| serde_json::json!({ "code": line.code, "name": line.name, "quantity": line.quantity.to_string(), "total": shown(line.gross) }))
            .collect();
        let line = serde_json::json!({
            "number": shown_number(&sale.series, sale.number),
            "kind": if refund { "refund" } else { "sale" },
            "at": sealed.local_time().date_time(),
            "total": shown(sale.gross),
            "lines": lines,
            "entry": sealed.entry().seq,
            "hash": sealed.hash().to_string(),
        });
        self.lines += &format!("{line}\n");
    }

    fn tell(self, mending: &Mending, news: &mut Salvaged) -> Result<(), OpenError> {
        if self.receipts > 0 {
            news.list = Some(mending.list(&self.lines)?.display().to_string());
        }
        news.behind = self.receipts;
        news.behind_totals = self.totals.into_iter().filter_map(|(currency, total)| Money::try_new(total, currency).ok()).collect();
        Ok(())
    }
}
