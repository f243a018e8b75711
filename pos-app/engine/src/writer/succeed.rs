//! Going on as another device, once this database was found to be a copy (I12): the old device's logs are cut back to what the server holds of
//! them too, and what stood behind is written again by the new one. One transaction: a crash leaves the till as it was before, or after.

use super::{
    Writer,
    again::Again,
    append::Appending,
    check,
    refold::{remake_in_tx, take_out_in_tx},
};
use crate::{
    books::Draft,
    device,
    enrolment::{self, Member},
    journal::{self, JournalError, LogRow, Stood},
    platform::{self, StoreError},
};
use duka_api::http::EnrolAnswer;
use duka_core::RecordId;
use duka_ledger::{
    Continued, DeviceCertified, Fact, LogId, Scope, ShiftOpened, ShiftTotals,
    rule::{LogState, OpenShift, judge},
};
use duka_sync::{HeldReceipt, Parting};
use rusqlite::Connection;
use std::{collections::BTreeSet, sync::Arc};

/// Entries read at once.
const PAGE: u32 = 500;

/// Who this till is from now on, and where what it was before ends.
pub(crate) struct Succession {
    pub(crate) certificate: DeviceCertified,
    pub(crate) partings: Vec<Parting>,
    /// Receipts that the server holds of the old device although they stand in the branch that is written again.
    pub(crate) held: Vec<HeldReceipt>,
}

impl Writer {
    /// Goes on as the successor. `events` begin its log; `also` is what the till keeps beside its journal.
    pub(crate) fn succeed(
        &mut self,
        succession: &Succession,
        events: Vec<Draft>,
        also: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<(), JournalError> {
        let Succession { certificate, partings, held } = succession;
        let old = self.shared.joined()?;
        let answer = EnrolAnswer { series: certificate.series.clone(), ..old.answer.clone() };
        let me = Member { certificate: certificate.clone(), answer, ..(*old).clone() };
        let now = self.shared.settings.clock.now();
        let entropy = Arc::clone(&self.shared.settings.entropy);
        let tx = platform::begin(self.db.writing())?;
        let mut logs = journal::logs_of(&tx, old.device())?;
        // What is sold is written again after the products that are sold.
        logs.sort_by_key(|log| matches!(log.log.scope, Scope::Shop(_)));
        let mut open = None;
        let mut branches = Vec::with_capacity(logs.len());
        for log in logs {
            // Of a log that did not part there was nothing when the server was asked.
            let common = partings.iter().find(|parting| parting.log == log.log).map_or(0, |parting| parting.common);
            branches.push((log.n, common, log.log.scope));
            let state = cut_in_tx(&tx, &old, log, common)?;
            open = open.or_else(|| state.shift().cloned());
        }
        journal::retire_in_tx(&tx, old.device())?;
        enrolment::succeed_in_tx(&tx, &me.certificate, &me.answer)?;
        let company = LogId { device: me.device(), scope: Scope::Company(me.company()) };
        // Both logs exist from the start, so that both are told of in every exchange.
        journal::add_log_in_tx(&tx, company)?;
        let mut appending = Appending::begin(&tx, &me, now)?;
        for event in events {
            appending.append(event)?;
        }
        if let Some(open) = open {
            appending.append(going_on(&old, &me, open))?;
        }
        let mut again = Again::new(&tx, &old, &me, held, entropy.as_ref(), now, appending);
        for (n, common, scope) in branches {
            again.branch(n, common, scope)?;
        }
        again.end()?;
        also(&tx)?;
        platform::commit(tx)?;
        self.shared.reload(self.db.reading())?;
        self.grown.journal += 1;
        Ok(())
    }
}

/// The opening by which a shift goes on: its float is in the drawer, and what happened in it counts in its Z.
fn going_on(old: &Member, me: &Member, open: OpenShift) -> Draft {
    let totals = ShiftTotals { first_number: 0, last_number: 0, ..open.totals };
    Draft::by_device(Fact::ShiftOpened(ShiftOpened {
        shift: open.shift,
        register: me.register(),
        operator_name: open.operator_name,
        currency: me.currency(),
        float: open.float,
        number: 1,
        continues: Some(Continued { device: old.device(), opened_at: open.opened_at, totals }),
    }))
}

/// Cuts a log back: what stands behind `common` is taken out of the tables and kept as a branch. Gives where the log stands then.
fn cut_in_tx(tx: &Connection, me: &Member, log: LogRow, common: u64) -> Result<LogState, StoreError> {
    let mut records = BTreeSet::<RecordId>::new();
    loop {
        let page = journal::entry_back(tx, log.n, common, PAGE)?;
        let Some((first, _)) = page.last() else { break };
        for (sealed, stood) in &page {
            if *stood == Stood::Projected {
                take_out_in_tx(tx, sealed, &mut records)?;
            }
        }
        journal::keep_branch_in_tx(tx, log.n, page.iter().map(|(sealed, _)| sealed))?;
        journal::remove_behind_in_tx(tx, log.n, first.entry().seq.saturating_sub(1))?;
    }
    journal::cut_in_tx(tx, log.n, journal::entry_at(tx, log.n, common)?.as_ref())?;
    records.into_iter().try_for_each(|record| remake_in_tx(tx, record))?;
    // What the rules remember is that of the last entry: it is learnt again from the first.
    let writer = device::writer(tx, me.certificate.clone())?;
    let (mut state, mut from) = (LogState::default(), 1);
    loop {
        let page = journal::entry_in(tx, log.n, from, PAGE)?;
        let Some((last, _)) = page.last() else { break };
        from = last.entry().seq.saturating_add(1);
        for (sealed, _) in &page {
            judge(&writer, &mut state, sealed, &check::own_record);
        }
    }
    if let Some(row) = journal::log(tx, log.log)? {
        journal::advance_in_tx(tx, &LogRow { state: state.clone(), ..row })?;
    }
    Ok(state)
}
