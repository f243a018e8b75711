//! What people do in the admin: edit products, revoke tills and release them again.

use super::{held::TillBooks, schedule::Happening, world::World};
use anyhow::Result;
use duka_api::{
    Problem,
    http::{ProductPatch, RevokeDevice, Successors},
};
use duka_core::{Clock, DeviceId, ErrorCode};
use duka_server::{AppState, Fault, device};
use std::collections::BTreeMap;
use uuid::Uuid;

const MINUTE: u64 = 60_000;
/// The number of `Standing::Revoked`.
const REVOKED: i64 = 1;
/// How long the server believes how far its log went, by its clock, µs; less, to be on the safe side.
const BELIEVED: i64 = 9 * 60 * 1_000_000;

impl World {
    /// Somebody edits a product at the server.
    pub fn admin(&mut self) -> Result<()> {
        let pause = MINUTE + self.chance.below(20 * MINUTE);
        self.schedule.at(self.now + pause, Happening::Admin);
        let company = self.pick(self.companies.len());
        let id = self.companies[company].id;
        let Some(product) = self.some_product(company) else { return Ok(()) };
        let price = duka_core::Money::try_new(i64::try_from(self.chance.below(900))?, self.companies[company].currency)?;
        let patch = ProductPatch { price: Some(price), ..ProductPatch::default() };
        self.write_at_server(company, "an edit", async |state| {
            duka_server::product::edit(state, id, product, patch).await.map(drop).map_err(|fault| Fault::from(fault).logged())
        })?;
        Ok(())
    }

    /// Somebody revokes a till, by mistake, and releases it some time later.
    pub fn revoke(&mut self, place: usize) -> Result<()> {
        let company = self.places[place].company;
        let (id, device) = (self.companies[company].id, TillBooks::open(&self.places[place].database())?.device()?);
        let asked = RevokeDevice { reason: "lost".to_owned(), company_seq: None, shop_seq: None, successors: Some(Successors::Revoke) };
        // The server may die over it and have revoked it.
        let register = self.places[place].register;
        self.places.iter_mut().filter(|at| at.register == register).for_each(|at| at.revoked = true);
        let after = self.chance.below(90 * MINUTE);
        self.schedule.at(self.now + after, Happening::Release(company));
        let revoked = self.write_at_server(company, "a revocation", async |state| {
            device::revoke(state, id, device, &asked).await.map_err(|fault| Fault::from(fault).logged())
        })?;
        if revoked {
            self.faults.count("till revoked");
            self.refold()?;
        }
        Ok(())
    }

    /// Somebody releases all tills of a company that were revoked; whether all of them are.
    pub fn release(&mut self, company: usize) -> Result<bool> {
        let id = self.companies[company].id;
        let hostile = self.hostile.as_ref().map(|hostile| hostile.device.uuid());
        if !self.office.is_up() {
            return Ok(false);
        }
        let doom = self.office.doom.take();
        let standings = self.office.must(async |state| {
            let standings = state.db.query("SELECT device, standing FROM device_standing WHERE company = $1 ORDER BY device, lamport");
            standings.bind(id.uuid()).fetch_all::<(Uuid, i64)>().await
        })?;
        self.office.doom = doom;
        // The last of each counts.
        let standings: BTreeMap<Uuid, i64> = standings.into_iter().collect();
        for device in standings.into_iter().filter(|(device, standing)| *standing == REVOKED && Some(*device) != hostile) {
            let device = DeviceId::from_uuid(device.0);
            let released = self.write_at_server(company, "a release", async |state| {
                device::release(state, id, device, "found").await.map_err(|fault| Fault::from(fault).logged())
            })?;
            if !released {
                return Ok(false);
            }
            self.faults.count("till released");
        }
        self.refold()?;
        Ok(true)
    }

    /// The server writes into its own log; whether it did. Who put its books back waits until tills have filled up that log: what it wrote
    /// before would fork it.
    fn write_at_server(&mut self, company: usize, what: &str, write: impl AsyncFnOnce(&AppState) -> Result<(), Problem>) -> Result<bool> {
        if !self.office.is_up() {
            return Ok(false);
        }
        let (id, server) = (self.companies[company].id, self.companies[company].server);
        let known = i64::try_from(self.companies[company].known)?;
        let now = self.office.clock.now().at.micros();
        let doom = self.office.doom.take();
        let (held, shown, shown_at) = self.office.must(async |state| {
            let held = state.db.query("SELECT COALESCE(MAX(seq), 0) FROM log WHERE company = $1 AND device = $2");
            let (held,) = held.bind(id.uuid()).bind(server.uuid()).fetch_one::<(i64,)>().await?;
            let shown = state.db.query("SELECT shown, shown_at FROM server WHERE company = $1").bind(id.uuid());
            let (shown, at) = shown.fetch_one::<(i64, i64)>().await?;
            Ok::<_, duka_server::platform::db::DbError>((held, shown, at))
        })?;
        self.office.doom = doom;
        if held < known && !(shown >= known && (0..BELIEVED).contains(&(now - shown_at))) {
            self.faults.count("admin waits");
            return Ok(false);
        }
        match self.office.work(write) {
            None => self.server_fell().map(|()| false),
            Some(Ok(())) => Ok(true),
            Some(Err(problem)) => {
                match problem.code {
                    ErrorCode::Unavailable if held < known => self.faults.count("admin refused while filling up"),
                    // It did not come to the server yet.
                    ErrorCode::NotFound => {}
                    _ => self.violate("unexpected", format!("the server refuses {what}: {problem}")),
                }
                Ok(false)
            }
        }
    }
}
