//! Joining, and becoming another device.

use super::{Till, VERSION};
use crate::{
    books::{Decision, Draft},
    enrolment::{self, EnrolBegun, EnrolError, Member, SealedEnrolment},
    journal::{self, JournalError},
    platform::{self, KeyError, OpenError, Settings, StoreError},
    sync,
    writer::Succession,
};
use duka_api::till::State;
use duka_core::{DeviceId, EnrolCode};
use duka_ledger::{DeviceKey, Head, PublicKey, Scope, TechnicalKind};
use duka_sync::{EnrolRequest, EnrolTicket, Nonce, Parting};
use rusqlite::Connection;
use std::path::Path;

/// The setting that says that the database was restored or copied.
const RESTORED: &str = "restored";

impl Till {
    /// Makes this till a device id and a key, or gives those of an attempt that is not finished. A till that is a device already joins as another
    /// only after [`Till::enrol_anew`].
    pub fn enrol_begin(&mut self, name: &str) -> Result<EnrolBegun, EnrolError> {
        if let Some(me) = self.shared.member() {
            return self.newcomer()?.ok_or_else(|| already(&me));
        }
        if let Some(row) = enrolment::pending(self.writer.reading())?
            && self.shared.settings.keys.load(row.device)?.is_some()
        {
            return Ok(EnrolBegun { device: row.device, public_key: row.public_key()? });
        }
        let (device, public_key) = self.new_device(name, None)?;
        Ok(EnrolBegun { device, public_key })
    }

    /// A person sets this till up again: what joins next is a new device in the place of the one that it is, for one that was revoked or whose key
    /// is lost. Until the server has admitted that one, nothing changes.
    pub fn enrol_anew(&mut self) -> Result<(), EnrolError> {
        if self.shared.member().is_some() && self.newcomer()?.is_none() {
            let (device, _) = self.new_key()?;
            self.writer.keep::<_, StoreError>(|tx| enrolment::begin_newcomer_in_tx(tx, device))?;
        }
        Ok(())
    }

    /// The server does not admit the device that asked to join, since it knows its id already, as after an answer that was lost: the next request
    /// is another device's. Nothing was written in the name of the one before.
    pub fn enrol_as_another(&mut self, name: &str) -> Result<(), EnrolError> {
        if self.shared.member().is_none() {
            return self.new_device(name, None).map(drop);
        }
        self.writer.keep::<_, StoreError>(enrolment::end_newcomer_in_tx)?;
        self.enrol_anew()
    }

    /// The request that goes to the server, signed by the device that this till wants to be.
    pub fn enrol_request(&mut self, code: EnrolCode, name: &str) -> Result<SealedEnrolment, EnrolError> {
        let EnrolBegun { device, public_key } = self.enrol_begin(name)?;
        let key = self.shared.settings.keys.load(device)?.map(DeviceKey::from_secret).ok_or(EnrolError::NotBegun)?;
        let (nonce, sent_at) = (Nonce::new(self.shared.settings.entropy.as_ref()), self.shared.settings.clock.now().at);
        let (heard, before) = (enrolment::heard(self.writer.reading())?, self.before()?);
        let request = EnrolRequest { once: *code.once(), device, key: public_key, name: name.to_owned(), nonce, sent_at, heard, before };
        let (bytes, ticket) = request.seal(code, &key)?;
        Ok(SealedEnrolment { bytes, ticket })
    }

    /// Takes the server's sealed answer, if it is that of the server that made the code. The same answer again changes nothing.
    pub fn enrol_complete(&mut self, server_url: &str, ticket: &EnrolTicket, sealed: &[u8]) -> Result<State, EnrolError> {
        let answer = enrolment::open_answer(ticket, sealed)?;
        let before = self.shared.member();
        if let Some(me) = before.as_ref().filter(|me| me.device() == ticket.device()) {
            return if me.answer == answer { Ok(self.state()?) } else { Err(already(me)) };
        }
        let joining = match &before {
            Some(me) => self.newcomer()?.ok_or_else(|| already(me))?,
            None => {
                let row = enrolment::pending(self.writer.reading())?.ok_or(EnrolError::NotBegun)?;
                EnrolBegun { device: row.device, public_key: row.public_key()? }
            }
        };
        if joining.device != ticket.device() {
            return Err(EnrolError::NotBegun);
        }
        let me = enrolment::member_of(self.writer.reading(), &joining, server_url.trim_end_matches('/'), &answer)?;
        if before.is_some() {
            // Whoever holds the former logs can hand them over whole, also when their key is gone.
            self.writer.sign_off()?;
        }
        self.join(&me, before.as_deref())?;
        self.shared.reload(self.writer.reading())?;
        match before {
            Some(_) => self.shared.begin_anew(),
            None => self.next_basket(),
        }
        Ok(self.state()?)
    }

    /// Keeps the server's answer and begins the device's logs, both or neither: a till that has joined has its first events. The logs of the device
    /// that it was `before` grow no more; what a copy wrote since it was made is written again.
    fn join(&mut self, me: &Member, before: Option<&Member>) -> Result<(), JournalError> {
        let restored: Option<bool> = platform::load_setting(self.writer.reading(), RESTORED)?;
        let version = self.shared.settings.version.clone();
        let event = |kind, detail: &str| Draft::event(kind, detail.to_owned());
        let joined = match before {
            Some(before) => format!("the till was set up again; before, it was {} ({})", before.device(), before.series()),
            None => "the device made itself a key and joined".to_owned(),
        };
        let mut events = vec![event(TechnicalKind::KeyMade, &joined), event(TechnicalKind::Started, &format!("version {version}"))];
        if restored == Some(true) {
            events.insert(0, event(TechnicalKind::Restored, "the database was restored or copied; this is a new device"));
        }
        let also = |tx: &Connection| -> Result<(), StoreError> {
            if let Some(before) = before {
                journal::retire_in_tx(tx, before.device())?;
                enrolment::begin_in_tx(tx, me.device(), &me.certificate.key, &me.answer.register_name)?;
                enrolment::end_newcomer_in_tx(tx)?;
            }
            enrolment::keep_former_in_tx(tx, None)?;
            enrolment::complete_in_tx(tx, &me.server, &me.answer)?;
            // Both logs exist from the start, so that both are told of in every exchange.
            if journal::log(tx, me.company_log())?.is_none() {
                journal::add_log_in_tx(tx, me.company_log())?;
            }
            platform::save_setting_in_tx(tx, RESTORED, &false)?;
            platform::save_setting_in_tx(tx, VERSION, &version)
        };
        let copied = before.map(|before| enrolment::copied(self.writer.reading(), before.device())).transpose()?.flatten();
        if let (Some(before), Some(copied)) = (before, copied) {
            // What it wrote since is in nobody's books under the old name.
            let partings = [before.company_log(), before.shop_log()].map(|log| Parting { log, common: copied.end(log.scope) }).to_vec();
            let succession = Succession { certificate: me.certificate.clone(), partings, held: Vec::new() };
            self.writer.write_again(me, &succession, events, also)?;
            // The receipt of the basket may have been written in the other copy.
            let receipt = self.fresh_receipt();
            self.basket.iter_mut().for_each(|basket| basket.renumber(receipt));
            return Ok(());
        }
        events.extend(self.writer.continued(me, before)?);
        self.writer.commit_as(me, |_| Ok(Decision::new((), events)), |tx, ()| also(tx))
    }

    /// How far the shop's log of the device that this till is or was can be handed over. What a copy wrote since it was made is another branch.
    fn before(&self) -> Result<Option<Head>, StoreError> {
        let db = self.writer.reading();
        let before = self.shared.member().map_or_else(|| enrolment::former(db), |me| Ok(Some(me.device())))?;
        let Some(before) = before else { return Ok(None) };
        let shop = journal::written_here(db, before)?
            .into_iter()
            .find(|log| log.head.log.device == before && matches!(log.head.log.scope, Scope::Shop(_)));
        let Some(shop) = shop else { return Ok(None) };
        match enrolment::copied(db, before)? {
            Some(copied) => sync::head_at(db, &shop, copied.end(shop.head.log.scope)),
            None => sync::shared_head(db, &self.shared, &shop),
        }
    }

    /// The device that a person has this till ask to be, if its key is here.
    fn newcomer(&self) -> Result<Option<EnrolBegun>, EnrolError> {
        let Some(device) = enrolment::newcomer(self.writer.reading())? else { return Ok(None) };
        let secret = self.shared.settings.keys.load(device)?;
        Ok(secret.map(|secret| EnrolBegun { device, public_key: DeviceKey::from_secret(secret).public() }))
    }

    /// Gives this till a new device id and key, so that it writes no log that another copy may also write (I12). It has to be enrolled again,
    /// with a code of the same shop; what it holds stays, and what the server lacks of it is sent under the old key, where that is still here.
    pub fn become_new_device(&mut self) -> Result<(), EnrolError> {
        let me = self.shared.member();
        let name = me.as_ref().map_or_else(String::new, |me| me.answer.register_name.clone());
        // Whoever holds the former logs can hand them over whole, also when their key is gone.
        self.writer.sign_off()?;
        self.new_device(&name, Some(me.as_ref().map(|me| me.device())))?;
        self.shared.reload(self.writer.reading())?;
        self.next_basket();
        Ok(())
    }

    /// Opens a copy of a backup at `path`, where no database may be. It goes on as a new device (I12): by itself where it still has the key of
    /// the one that the backup was, else with a code.
    pub fn restore_from(backup: &Path, path: &Path, settings: Settings) -> Result<Self, OpenError> {
        platform::copy_backup(backup, path)?;
        // Nothing is written in the name of the device that the backup was.
        let mut till = Self::open_with(path, settings, &mut |_| (), Self::fold_to_the_end)?;
        let became = match till.shared.key() {
            // It can say so itself, at its first exchange.
            Some(_) => till.note_copied().map_err(Into::into),
            None => till.become_new_device(),
        };
        became.map_err(|fault: EnrolError| OpenError::Io(fault.to_string()))?;
        Ok(till)
    }

    /// `former`: the database was another device before, if it was one.
    fn new_device(&mut self, name: &str, former: Option<Option<DeviceId>>) -> Result<(DeviceId, PublicKey), EnrolError> {
        let (device, key) = self.new_key()?;
        let public = key.public();
        self.writer.keep::<_, StoreError>(|tx| {
            enrolment::begin_in_tx(tx, device, &public, name)?;
            if let Some(former) = former {
                if let Some(former) = former {
                    journal::retire_in_tx(tx, former)?;
                    enrolment::keep_former_in_tx(tx, Some(former))?;
                }
                platform::save_setting_in_tx(tx, RESTORED, &true)?;
            }
            Ok(())
        })?;
        Ok((device, public))
    }

    /// A new device id, whose key is kept before anything else is: a device whose key is lost could never speak for itself.
    pub(super) fn new_key(&self) -> Result<(DeviceId, DeviceKey), KeyError> {
        let entropy = self.shared.settings.entropy.as_ref();
        let device = DeviceId::new(self.shared.settings.clock.now().at, entropy);
        let mut secret = [0; 32];
        entropy.fill(&mut secret);
        self.shared.settings.keys.save(device, &secret)?;
        Ok((device, DeviceKey::from_secret(secret)))
    }
}

fn already(me: &Member) -> EnrolError {
    EnrolError::AlreadyEnrolled { company: me.answer.company_name.clone(), shop: me.answer.shop_name.clone() }
}
