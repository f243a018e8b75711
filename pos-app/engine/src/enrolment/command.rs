//! Joining, and becoming another device.

use super::{EnrolError, store};
use crate::{
    journal::{self, Audience, By, Pen},
    platform::{self, OpenError, Settings},
    till::Till,
};
use duka_api::{
    http::{EnrolAnswer, EnrolRequest},
    till::State,
};
use duka_core::DeviceId;
use duka_ledger::{DeviceKey, Fact, LogId, PublicKey, Scope, TechnicalEvent, TechnicalKind};
use std::{path::Path, sync::Arc};

/// What a device says of itself when it asks to join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolBegun {
    /// Made here, kept until the server has answered: asking again is asking for the same.
    pub device: DeviceId,
    /// Its public key, 64 hexadecimal digits.
    pub public_key: String,
    /// What people call it.
    pub name: String,
}

const RESTORED: &str = "restored";

impl Till {
    /// Makes this till a device id and a key, or gives those of an attempt that is not finished.
    pub fn enrol_begin(&mut self, name: &str) -> Result<EnrolBegun, EnrolError> {
        if let Some(me) = &self.me {
            return Err(EnrolError::AlreadyEnrolled { company: me.answer.company_name.clone(), shop: me.answer.shop_name.clone() });
        }
        if let Some(row) = store::load(&self.db.connection)?
            && self.settings.keys.load(row.device)?.is_some()
        {
            return Ok(begun(row.device, &row.public_key, name));
        }
        let (device, public) = self.new_device(name, false)?;
        Ok(begun(device, public.as_bytes(), name))
    }

    /// The request that the shell posts to the server.
    pub fn enrol_request(&mut self, code: &str, name: &str) -> Result<EnrolRequest, EnrolError> {
        let EnrolBegun { device, public_key, name } = self.enrol_begin(name)?;
        Ok(EnrolRequest { code: code.trim().to_owned(), device, public_key, name })
    }

    /// Takes the server's answer. The same answer again changes nothing.
    pub fn enrol_complete(&mut self, server_url: &str, answer: &EnrolAnswer) -> Result<State, EnrolError> {
        if let Some(me) = &self.me {
            if me.answer == *answer {
                return Ok(self.state()?);
            }
            return Err(EnrolError::AlreadyEnrolled { company: me.answer.company_name.clone(), shop: me.answer.shop_name.clone() });
        }
        let row = store::load(&self.db.connection)?.ok_or(EnrolError::NotBegun)?;
        if row.home.as_ref().is_some_and(|home| (home.company, home.shop) != (answer.company, answer.shop)) {
            return Err(EnrolError::OtherHome);
        }
        if store::public_key(&answer.server_key).is_none() {
            return Err(EnrolError::Answer("its key is no Ed25519 key".into()));
        }
        if answer.series.is_empty() || answer.series.len() > 16 {
            return Err(EnrolError::Answer(format!("the series ‘{}’ has not 1 to 16 characters", answer.series)));
        }
        let now = self.settings.clock.now();
        let restored: Option<bool> = platform::load_setting(&self.db.connection, RESTORED)?;
        let tx = platform::begin(&mut self.db.connection)?;
        store::complete_in_tx(&tx, server_url.trim_end_matches('/'), answer)?;
        let me = store::load(&tx)?.map(|row| row.me()).transpose()?.flatten().ok_or(EnrolError::NotBegun)?;
        let seen = journal::max_lamport(&tx)?;
        for scope in [Scope::Company(me.company), Scope::Shop(me.shop)] {
            journal::add_log_in_tx(&tx, LogId { device: me.device, scope }, seen)?;
        }
        let pen = Pen { me: Arc::new(me), now };
        let mut events = vec![(TechnicalKind::KeyMade, "the device made itself a key and joined"), (TechnicalKind::Started, "")];
        if restored == Some(true) {
            events.insert(0, (TechnicalKind::Restored, "the database was restored or copied; this is a new device"));
        }
        for (kind, detail) in events {
            let detail = if detail.is_empty() { format!("version {}", self.settings.version) } else { detail.to_owned() };
            let fact = Fact::TechnicalEvent(TechnicalEvent { kind, detail, operator: None, before: None });
            journal::append_in_tx(&tx, &pen, Audience::Shop, By::Device, &fact, None)?;
        }
        platform::save_setting_in_tx(&tx, RESTORED, &false)?;
        platform::save_setting_in_tx(&tx, crate::till::VERSION, &self.settings.version)?;
        platform::commit(tx)?;
        self.reload()?;
        self.grew();
        Ok(self.state()?)
    }

    /// Gives this till a new device id and key, so that it writes no log that another copy may also write (I12). It has to be enrolled again,
    /// with a code of the same shop; what it holds stays, and what the server lacks of it is sent under the old key, where that is still here.
    pub fn become_new_device(&mut self) -> Result<(), EnrolError> {
        let name = self.me.as_ref().map_or_else(String::new, |me| me.answer.register_name.clone());
        self.new_device(&name, true)?;
        Ok(self.reload()?)
    }

    /// Opens a copy of a backup at `path`, where no database may be, as a new device (I12).
    pub fn restore_from(backup: &Path, path: &Path, settings: Settings) -> Result<Self, OpenError> {
        platform::copy_backup(backup, path)?;
        let mut till = Self::open_without_start(path, settings)?;
        till.become_new_device().map_err(|fault| OpenError::Io(fault.to_string()))?;
        Ok(till)
    }

    fn new_device(&mut self, name: &str, restored: bool) -> Result<(DeviceId, PublicKey), EnrolError> {
        let entropy = self.settings.entropy.as_ref();
        let device = DeviceId::new(self.settings.clock.now().at, entropy);
        let mut secret = [0; 32];
        entropy.fill(&mut secret);
        let public = DeviceKey::from_secret(secret).public();
        // The key first: a device whose key is lost could never speak for itself.
        self.settings.keys.save(device, &secret)?;
        let tx = platform::begin(&mut self.db.connection)?;
        store::begin_in_tx(&tx, device, &public, name)?;
        if restored {
            if let Some(me) = &self.me {
                journal::retire_in_tx(&tx, me.device)?;
            }
            platform::save_setting_in_tx(&tx, RESTORED, &true)?;
        }
        platform::commit(tx)?;
        Ok((device, public))
    }

    /// Writes a technical event, for what the shell sees of the device.
    pub fn technical_event(&mut self, kind: TechnicalKind, detail: &str) -> Result<(), journal::JournalError> {
        let pen = self.pen()?;
        let fact = Fact::TechnicalEvent(TechnicalEvent { kind, detail: detail.to_owned(), operator: None, before: None });
        let tx = platform::begin(&mut self.db.connection)?;
        journal::append_in_tx(&tx, &pen, Audience::Shop, By::Device, &fact, None)?;
        platform::commit(tx)?;
        self.grew();
        Ok(())
    }
}

fn begun(device: DeviceId, public_key: &[u8; 32], name: &str) -> EnrolBegun {
    EnrolBegun { device, public_key: public_key.iter().map(|byte| format!("{byte:02x}")).collect(), name: name.to_owned() }
}
