//! Filling a fresh database with what a damaged file gave.

use super::{behind::Behind, found::Salvage, progress::Progress};
use crate::{
    enrolment::Member,
    journal::{self, Apart, LogRow, Place},
    platform::{self, Location, Mending, OpenError, StoreError},
    writer,
};
use duka_api::till::Salvaged;
use duka_core::DeviceId;
use duka_ledger::{Body, Fact, LogId, SealedEntry, rule::Verdict, table::Table};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Made anew, each in a way of its own; and so are the tables that follow from facts. All others are copied as far as they can be read.
const MADE_ANEW: [&str; 6] = ["log", "entry", "salvaged", "enrolment", "record", "barcode"];

/// A fresh database that is being filled.
pub(super) struct Filling<'f, 's> {
    tx: &'f Connection,
    mending: &'f Mending,
    me: &'f Member,
    salvage: &'f mut Salvage<'s>,
    /// Whose logs can be folded.
    certified: BTreeSet<DeviceId>,
    /// The log that this till goes on with is there.
    own_shop_log: bool,
    stored: usize,
    news: Salvaged,
    behind: Behind,
}

impl<'f, 's> Filling<'f, 's> {
    pub(super) fn begin(tx: &'f Connection, mending: &'f Mending, me: &'f Member, salvage: &'f mut Salvage<'s>) -> Self {
        let news = salvage.news(mending);
        let certified = BTreeSet::from([me.device(), me.server_device]);
        Self { tx, mending, me, salvage, certified, own_shop_log: false, stored: 0, news, behind: Behind::default() }
    }

    /// Fills it, and gives what became of it all.
    pub(super) fn fill_in_tx(mut self, told: &mut dyn FnMut(u8)) -> Result<Salvaged, OpenError> {
        let mut logs = self.salvage.logs();
        // The server's own log first: it says who the others are.
        logs.sort_by_key(|log| (log.device != self.me.server_device, *log));
        let total = self.salvage.len();
        for log in logs {
            self.log_in_tx(log, &mut Progress { of: total, from: 40, to: 60, told: &mut *told })?;
        }
        if !self.own_shop_log || self.salvage.is_headless() {
            (self.news.end_unknown, self.news.new_device) = (true, true);
        }
        self.salvage.keep_enrolment_in_tx(self.tx)?;
        self.beside_in_tx()?;
        let mut progress = Progress { of: total, from: 60, to: 100, told };
        writer::fold_all_in_tx(self.tx, self.me, &mut |facts| progress.tell(usize::try_from(facts).unwrap_or(usize::MAX)))?;
        // A till that waits to be a new device already is one.
        self.news.new_device &= self.salvage.is_member();
        self.behind.tell(self.mending, &mut self.news)?;
        Ok(self.news)
    }

    fn log_in_tx(&mut self, log: LogId, progress: &mut Progress<'_>) -> Result<(), StoreError> {
        let own = self.salvage.is_own(&log, Some(self.me.device()));
        let Apart { chain, beyond, missing, whole, .. } = self.salvage.apart(&log)?;
        if own {
            self.news.missing += missing;
        }
        if log.device == self.me.device() {
            self.own_shop_log |= log == self.me.shop_log();
            self.news.end_unknown |= !self.salvage.is_end_known(&log);
            self.news.new_device |= !whole;
        }
        let Some(n) = self.salvage.number_of(&log) else { return Ok(()) };
        let said = self.salvage.row_of(&log);
        // A row from before this till became another device does not know it.
        let former = own && log.device != self.me.device() && said.is_none_or(|said| said.former || !self.salvage.is_end_known(&log));
        let mut row = journal::add_salvaged_in_tx(self.tx, n, log, former, said.is_some_and(|said| said.forked))?;
        self.chain_in_tx(&mut row, own, chain, progress)?;
        if own {
            self.news.sales += row.receipts;
        }
        if let (Some(said), Some(head)) = (said, journal::head(self.tx, log)?) {
            journal::acknowledge_in_tx(self.tx, &head, said.acknowledged.min(row.seq))?;
        }
        // The server sends its own log again.
        let beyond = if log.device == self.me.server_device { Vec::new() } else { beyond };
        for at in beyond {
            let sealed = self.salvage.entry(at)?;
            journal::put_aside_in_tx(self.tx, n, own, &sealed)?;
            if own {
                self.behind.add(&sealed);
            }
        }
        Ok(())
    }

    /// Stores what stands from a log's first entry on without a gap; what nobody can judge yet is put aside.
    fn chain_in_tx(&mut self, log: &mut LogRow, own: bool, chain: Vec<Location>, progress: &mut Progress<'_>) -> Result<(), StoreError> {
        let believed = self.certified.contains(&log.log.device);
        for at in chain {
            let sealed = self.salvage.entry(at)?;
            self.stored += 1;
            progress.tell(self.stored);
            if believed {
                self.learn(log, &sealed);
                journal::insert_entry_in_tx(self.tx, Place::of(log.n, sealed.entry().seq)?, &sealed, &Verdict::Projected)?;
                log.follow(&sealed);
            } else {
                journal::put_aside_in_tx(self.tx, log.n, own, &sealed)?;
            }
        }
        journal::advance_in_tx(self.tx, log)
    }

    /// Learns from the server's log whose others can be judged.
    fn learn(&mut self, log: &LogRow, sealed: &SealedEntry) {
        if let (true, Ok(Body::Known(Fact::DeviceCertified(fact)))) = (log.log.device == self.me.server_device, sealed.body()) {
            self.certified.insert(fact.device);
        }
    }

    /// Copies what the till keeps beside its journal.
    fn beside_in_tx(&mut self) -> Result<(), StoreError> {
        let damaged = self.mending.damaged();
        for table in platform::tables(self.tx)? {
            if MADE_ANEW.contains(&table.as_str()) || Table::ALL.iter().any(|described| described.name == table) {
                continue;
            }
            let copied = match &damaged {
                Some(damaged) => platform::copy_table_in_tx(damaged, self.tx, &table)?,
                None => false,
            };
            if !copied {
                self.news.lost_beside.push(table);
            }
        }
        Ok(())
    }
}
