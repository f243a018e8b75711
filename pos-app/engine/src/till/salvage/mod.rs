//! A damaged database is made anew from its journal. Whatever was damaged, the way is one: every entry that can be read and proven goes into a
//! fresh database, the tables are folded there, and it takes the damaged one's place, which is kept (I10).

mod behind;
mod filling;
mod found;
mod progress;

use super::Till;
use crate::{
    enrolment::EnrolError,
    journal,
    platform::{self, Mending, OpenError, Settings, StoreError, Unusable},
    sync,
};
use duka_api::till::{Salvaged, State};
use duka_core::{Clock, DeviceId};
use filling::Filling;
use found::Salvage;
use rusqlite::Connection;
use std::path::Path;

/// The setting that holds the news for the person at the till, those first that were not read the longest.
const NEWS: &str = "salvaged";
/// The setting that holds what the journal is to say of it.
const MENDED: &str = "mended";
/// The setting that holds the device whose log may have gone on where nobody can read: nothing more is written in its name (I12).
const RETIRED: &str = "retired";

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
    let mut news = Filling::begin(&tx, &mending, &me, &mut salvage).fill_in_tx(told)?;
    news.seconds = u64::try_from(settings.clock.now().at.micros().saturating_sub(began.micros()) / 1_000_000).unwrap_or(0);
    tracing::warn!(?news, "the database was made anew");
    let new_device = news.new_device;
    // What came of damage before this is not read by anybody yet, if it is there.
    let all: Vec<Salvaged> = unread(&tx)?.into_iter().chain([news]).collect();
    platform::save_setting_in_tx(&tx, NEWS, &all)?;
    platform::save_setting_in_tx(&tx, MENDED, &Some(format!("the database was damaged and made anew from its journal: {damage}")))?;
    if new_device {
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

fn unread(db: &Connection) -> Result<Vec<Salvaged>, StoreError> {
    Ok(platform::load_setting(db, NEWS)?.unwrap_or_default())
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
        let news = unread(db)?.into_iter().next();
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
        if !news.is_whole() && news.behind_waiting > 0 {
            return Err(SalvageError::Waiting { sales: news.behind_waiting });
        }
        self.writer.keep::<_, StoreError>(|tx| {
            let later: Vec<Salvaged> = unread(tx)?.into_iter().skip(1).collect();
            platform::save_setting_in_tx(tx, NEWS, &later)
        })?;
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
    /// What the server sent does not fill the gap before some of it.
    #[error(
        "{sales} sales of the damaged database stand behind a gap that the server could not fill, so they are in no books yet. They are listed in a file beside the damaged one; ask support to enter them."
    )]
    Waiting {
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
            SalvageError::NotSent { .. } | SalvageError::Waiting { .. } => Self::new(duka_core::ErrorCode::Conflict, error.to_string()),
            SalvageError::Store(fault) => fault.into(),
        }
    }
}
