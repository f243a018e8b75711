//! Going on as another device, once this database was found to be a copy (I12): the old device's logs are cut back to what the server holds of
//! them too, and what stood behind is written again by the new one. One transaction: a crash leaves the till as it was before, or after.

use super::{
    Writer,
    again::Again,
    append::Appending,
    apply::certified,
    cut::{cut_in_tx, state_at},
};
use crate::{
    books::Draft,
    device,
    enrolment::{self, Member},
    journal::{self, JournalError},
    platform::{self, StoreError},
    sync,
};
use duka_api::http::EnrolAnswer;
use duka_core::DeviceId;
use duka_ledger::{Continued, DeviceCertified, Fact, LogId, Scope, ShiftOpened, ShiftTotals, rule::OpenShift};
use duka_sync::{HeldReceipt, Parting};
use rusqlite::Connection;
use std::sync::Arc;

/// Who this till is from now on, and where what it was before ends.
pub(crate) struct Succession {
    pub(crate) certificate: DeviceCertified,
    pub(crate) partings: Vec<Parting>,
    /// Receipts that the server holds, of the old device or another that took its place, although they stand in the branch that is written again.
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
        let certificate = &succession.certificate;
        let old = self.shared.joined()?;
        let answer = EnrolAnswer { series: certificate.series.clone(), succeeds: certificate.succeeds, ..old.answer.clone() };
        let me = Member { certificate: certificate.clone(), answer, ..(*old).clone() };
        self.write_again(&me, succession, events, |tx| {
            enrolment::succeed_in_tx(tx, &me.certificate, &me.answer)?;
            also(tx)
        })
    }

    /// Writes as `me` what stands behind the places where the logs of the device that this till still is part.
    pub(crate) fn write_again(
        &mut self,
        me: &Member,
        Succession { partings, held, .. }: &Succession,
        events: Vec<Draft>,
        also: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<(), JournalError> {
        let old = self.shared.joined()?;
        let now = self.shared.settings.clock.now();
        let entropy = Arc::clone(&self.shared.settings.entropy);
        let tx = platform::begin(self.db.writing())?;
        let mut logs = journal::logs_of(&tx, old.device())?;
        // What is sold is written again after the products that are sold.
        logs.sort_by_key(|log| matches!(log.log.scope, Scope::Shop(_)));
        let writer = device::writer(&tx, old.certificate.clone())?;
        let mut open = None;
        let mut branches = Vec::with_capacity(logs.len());
        for log in logs {
            // Of a log that did not part there was nothing when the server was asked.
            let common = partings.iter().find(|parting| parting.log == log.log).map_or(0, |parting| parting.common);
            branches.push((log.n, common, log.log.scope));
            let state = cut_in_tx(&tx, &writer, &log, common)?;
            open = open.or_else(|| state.shift().cloned());
        }
        journal::retire_in_tx(&tx, old.device())?;
        // Both logs exist from the start, so that both are told of in every exchange.
        journal::add_log_in_tx(&tx, me.company_log())?;
        let mut appending = Appending::begin(&tx, me, now)?;
        for event in events {
            appending.append(event)?;
        }
        if let Some(open) = open.filter(|_| me.certificate.succeeds == Some(old.device())) {
            appending.append(going_on(old.device(), me, open))?;
        }
        let mut again = Again::new(&old, held, entropy.as_ref(), appending);
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

    /// The opening by which the shift goes on in the name of `me` that the device before it had open; `old` is that, if this till is it still. As
    /// it was where that log can be handed over to: what nobody can hand over is in no books but this till's.
    pub(crate) fn continued(&self, me: &Member, old: Option<&Member>) -> Result<Option<Draft>, StoreError> {
        let db = self.reading();
        let Some(before) = me.certificate.succeeds else { return Ok(None) };
        let id = LogId { device: before, ..me.shop_log() };
        let writer = certified(db, old.unwrap_or(me), before)?;
        let (Some(log), Some(writer)) = (journal::head(db, id)?, writer) else { return Ok(None) };
        let Some(end) = sync::shared_head(db, &self.shared, &log)? else { return Ok(None) };
        let state = state_at(db, writer, log.n, end.seq)?;
        Ok(state.shift().map(|open| going_on(before, me, open.clone())))
    }
}

/// The opening by which a shift goes on: its float is in the drawer, and what happened in it counts in its Z.
fn going_on(before: DeviceId, me: &Member, open: OpenShift) -> Draft {
    let totals = ShiftTotals { first_number: 0, last_number: 0, ..open.totals };
    Draft::by_device(Fact::ShiftOpened(ShiftOpened {
        shift: open.shift,
        register: me.register(),
        operator_name: open.operator_name,
        currency: me.currency(),
        float: open.float,
        number: 1,
        continues: Some(Box::new(Continued { device: before, opened_at: open.opened_at, totals })),
    }))
}
