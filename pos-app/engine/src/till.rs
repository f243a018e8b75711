//! The till: a database, the member it is, and what it has in hand.

use crate::{
    basket,
    enrolment::{self, Me},
    import,
    journal::{self, Audience, By, JournalError, Pen},
    platform::{self, Database, OpenError, Settings, StoreError},
    print, shift,
};
use duka_api::till::{Database as DatabaseState, Enrolment, Link, LinkState, State, Status};
use duka_core::{Currency, ReceiptId, Timestamp};
use duka_ledger::{DeviceKey, Fact, TechnicalEvent, TechnicalKind};
use std::{path::Path, sync::Arc};

/// The setting that holds the version that ran last.
pub(crate) const VERSION: &str = "version";

/// What grew since somebody looked: counters that only rise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Grown {
    pub(crate) journal: u64,
    pub(crate) print: u64,
}

/// A till's engine: use cases as methods, one thread at a time ([`crate::Engine`] gives it one).
pub struct Till {
    pub(crate) db: Database,
    pub(crate) settings: Settings,
    pub(crate) me: Option<Arc<Me>>,
    pub(crate) key: Option<DeviceKey>,
    pub(crate) basket: Option<basket::Open>,
    pub(crate) shift: Option<shift::Open>,
    pub(crate) printer: print::Queue,
    pub(crate) growth: Grown,
    pub(crate) in_step_at: Option<Timestamp>,
    pub(crate) checking: Option<import::Checking>,
}

impl Till {
    /// Opens (or makes) the database at `path`. Costs the same for a small and a huge one.
    pub fn open(path: &Path, settings: Settings) -> Result<Self, OpenError> {
        Self::open_with(path, settings, Self::started)
    }

    /// Opens without writing anything in the name of the device: for a copy that is to become another one (I12).
    pub(crate) fn open_without_start(path: &Path, settings: Settings) -> Result<Self, OpenError> {
        Self::open_with(path, settings, |_| Ok(()))
    }

    fn open_with(path: &Path, settings: Settings, start: impl FnOnce(&mut Self) -> Result<(), JournalError>) -> Result<Self, OpenError> {
        let clock = Arc::clone(&settings.clock);
        let db = Database::open(path, clock.as_ref())?;
        let opened = Self::over(db, settings).map_err(JournalError::Store).and_then(|mut till| start(&mut till).map(|()| till));
        // By now a till that cannot be used has let go of its file.
        opened.map_err(|fault| match fault {
            JournalError::Store(fault) => platform::unusable(path, clock.as_ref(), fault),
            other => OpenError::Io(other.to_string()),
        })
    }

    fn over(mut db: Database, settings: Settings) -> Result<Self, StoreError> {
        let printer = print::Queue::open(&mut db.connection)?;
        let mut till = Self {
            db,
            settings,
            me: None,
            key: None,
            basket: None,
            shift: None,
            printer,
            growth: Grown::default(),
            in_step_at: None,
            checking: None,
        };
        till.reload()?;
        Ok(till)
    }

    /// Reads what is kept in memory: who this till is, its key, the open shift.
    pub(crate) fn reload(&mut self) -> Result<(), StoreError> {
        let me = match enrolment::load(&self.db.connection)? {
            Some(row) => row.me()?,
            None => None,
        };
        let device = me.as_ref().map(|me| me.device);
        if self.me.as_ref().map(|me| me.device) != device || self.key.is_none() {
            self.key = device.and_then(|device| match self.settings.keys.load(device) {
                Ok(secret) => secret.map(DeviceKey::from_secret),
                Err(error) => {
                    tracing::error!(%error, "the device's key cannot be loaded");
                    None
                }
            });
        }
        self.shift = device.map(|device| shift::open_of(&self.db.connection, device)).transpose()?.flatten();
        let same = self.me.as_ref().map(|me| me.device) == device;
        self.me = me.map(Arc::new);
        if !same || self.basket.is_none() {
            self.next_basket();
        }
        Ok(())
    }

    /// Notes in the journal that the program runs, and whether it is another version than before.
    fn started(&mut self) -> Result<(), JournalError> {
        let Ok(pen) = self.pen() else { return Ok(()) };
        let before: Option<String> = platform::load_setting(&self.db.connection, VERSION)?;
        let version = self.settings.version.clone();
        let updated = before.as_ref() != Some(&version);
        let event = |kind, detail: String| Fact::TechnicalEvent(TechnicalEvent { kind, detail, operator: None, before: None });
        let tx = platform::begin(&mut self.db.connection)?;
        if updated {
            let detail = format!("from version {} to {version}", before.as_deref().unwrap_or("?"));
            journal::append_in_tx(&tx, &pen, Audience::Shop, By::Device, &event(TechnicalKind::Updated, detail), None)?;
            journal::project_waiting_in_tx(&tx, pen.me.server_device)?;
            platform::save_setting_in_tx(&tx, VERSION, &version)?;
        }
        let detail = format!("version {version}");
        journal::append_in_tx(&tx, &pen, Audience::Shop, By::Device, &event(TechnicalKind::Started, detail), None)?;
        platform::commit(tx)?;
        if updated {
            self.reload()?;
        }
        self.grew();
        Ok(())
    }

    pub(crate) fn me(&self) -> Result<&Arc<Me>, JournalError> {
        self.me.as_ref().ok_or(JournalError::NotEnrolled)
    }

    pub(crate) fn pen(&self) -> Result<Pen, JournalError> {
        Ok(Pen { me: self.me()?.clone(), now: self.settings.clock.now() })
    }

    pub(crate) fn grew(&mut self) {
        self.growth.journal += 1;
    }

    /// Gives the basket another receipt id, its lines stay.
    pub(crate) fn fresh_basket_id(&mut self) {
        let receipt = ReceiptId::new(self.settings.clock.now().at, self.settings.entropy.as_ref());
        if let Some(basket) = &mut self.basket {
            basket.receipt = receipt;
        }
    }

    /// All that a screen needs to begin. The shell knows more of the link and the printer and adds that.
    pub fn state(&self) -> Result<State, StoreError> {
        let shown = |fault: String| StoreError::Fault(fault);
        Ok(State {
            database: DatabaseState::Open,
            enrolment: self.me.as_ref().map(|me| Enrolment {
                company: me.answer.company_name.clone(),
                shop_id: me.shop,
                shop: me.answer.shop_name.clone(),
                register_id: me.register,
                register: me.answer.register_name.clone(),
                series: me.series.clone(),
                currency: me.currency,
                server: me.server.clone(),
                weak_key_store: self.settings.keys.weak(),
            }),
            shift: self.shift.as_ref().map(|open| shift::shown(open).map_err(|fault| shown(fault.to_string()))).transpose()?,
            basket: self.basket.as_ref().map(|basket| basket.view().map_err(|fault| shown(fault.to_string()))).transpose()?,
            status: self.status()?,
            version: self.settings.version.clone(),
        })
    }

    /// Clock, link and printer as far as the engine knows them.
    pub fn status(&self) -> Result<Status, StoreError> {
        let unsynced = self.unsynced()?;
        let state = match (&self.me, unsynced.facts, self.in_step_at) {
            (None, ..) => LinkState::None,
            (Some(_), 0, Some(_)) => LinkState::InStep,
            (Some(_), ..) => LinkState::Offline,
        };
        let now = self.settings.clock.now();
        Ok(Status {
            link: Link {
                state,
                waiting_sales: unsynced.sales,
                waiting_facts: unsynced.facts,
                in_step_at: self.in_step_at,
                detail: String::new(),
            },
            printer: self.printer()?,
            now: now.at,
            offset_minutes: now.offset_minutes,
        })
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        self.db.path()
    }

    /// What this till is, for the link; none before enrolment.
    pub fn device(&self) -> Option<duka_core::DeviceId> {
        self.me.as_ref().map(|me| me.device)
    }

    /// The currency that this till sells in.
    pub fn currency(&self) -> Result<Currency, JournalError> {
        Ok(self.me()?.currency)
    }

    /// The server's address; none before enrolment.
    pub fn server(&self) -> Option<String> {
        self.me.as_ref().map(|me| me.server.clone())
    }

    /// Remembers that the file is damaged: the next start keeps it and offers a restore (I10).
    pub fn note_corrupt(&self, detail: &str) {
        self.db.note_corrupt(detail);
    }

    /// Bounds the database file to so many pages, as a quota does: past it, writing fails as on a full disk.
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        self.db.connection.query_row(&format!("pragma max_page_count = {pages}"), [], |_| Ok(()))?;
        Ok(())
    }

    /// Moves the write-ahead log into the database; for idle moments. Gives whether it is done.
    pub(crate) fn checkpoint(&self) -> bool {
        let passive = self.db.connection.query_row("pragma wal_checkpoint(passive)", [], |row| row.get::<_, i64>(0));
        matches!(passive, Ok(0))
    }
}
