//! The till: its use cases as methods, one at a time ([`crate::Engine`] gives them a thread). A method decides nothing: it hands what its noun
//! decided to the one writer.

mod basket;
mod enrolment;
mod import;
mod print;
mod product;
mod receipt;
mod salvage;
mod shift;
mod succession;

pub use succession::Succeeding;

pub use salvage::SalvageError;

use crate::{
    basket as baskets,
    books::{Books, Decision, Draft},
    enrolment::{Member, keep_starts_in_tx, starts},
    identity::Shared,
    import::{Ahead, Checking},
    journal::{self, JournalError},
    platform::{self, Database, OpenError, Settings, StoreError, Unusable},
    print as prints,
    reader::Reader,
    shift as shifts,
    writer::{Comparing, Differences, Grown, Rebuilt, Taken, Taking, Writer},
};
use duka_api::till::{Database as DatabaseState, Enrolment, State};
use duka_core::ReceiptId;
use duka_ledger::{TechnicalKind, rule::LogState};
use duka_sync::{EnvelopeError, Peer, Ticket};
use std::{path::Path, sync::Arc};

/// The setting that holds the version that ran last.
const VERSION: &str = "version";

/// A till's engine.
pub struct Till {
    // Closed before the writer, whose last act is to move the write-ahead log into the database.
    reader: Reader,
    writer: Writer,
    shared: Arc<Shared>,
    basket: Option<baskets::Open>,
    checking: Option<Checking>,
    /// What is made for the import's next step meanwhile.
    ahead: Option<Ahead>,
    /// How often damage was found.
    damage: u64,
    /// The receipt of the basket before and after this till became another device: screens may still say the one before.
    renamed: Option<(ReceiptId, ReceiptId)>,
    /// How often the device was started, until its key store knows.
    unmarked: Option<u64>,
}

impl Till {
    /// Opens (or makes) the database at `path`. Costs the same for a small and a huge one, unless an older version made its tables or it is damaged:
    /// then it is made anew from its journal.
    pub fn open(path: &Path, settings: Settings) -> Result<Self, OpenError> {
        Self::open_telling(path, settings, &mut |_| ())
    }

    /// The same; `told` hears how much of a hundred is done of mending a damaged one.
    pub fn open_telling(path: &Path, settings: Settings, told: &mut dyn FnMut(u8)) -> Result<Self, OpenError> {
        Self::open_with(path, settings, told, Self::started)
    }

    fn open_with(
        path: &Path,
        settings: Settings,
        told: &mut dyn FnMut(u8),
        start: impl Fn(&mut Self) -> Result<(), Unusable>,
    ) -> Result<Self, OpenError> {
        // When it fails, a till that cannot be used has let go of its file.
        let open =
            |settings| Self::over(Database::open(path, journal::holds)?, settings).and_then(|mut till| start(&mut till).map(|()| till));
        let damage = match open(settings.clone()) {
            Ok(till) => return Ok(till),
            Err(Unusable::Open(fault)) => return Err(fault),
            Err(Unusable::Damaged(damage)) => damage,
        };
        salvage::mend(path, &settings, &damage, told)?;
        let clock = Arc::clone(&settings.clock);
        open(settings).map_err(|fault| match fault {
            Unusable::Open(fault) => fault,
            Unusable::Damaged(detail) => salvage::give_up(path, clock.as_ref(), detail),
        })
    }

    fn over(mut db: Database, settings: Settings) -> Result<Self, Unusable> {
        let tx = platform::begin(db.writing())?;
        if prints::interrupted_in_tx(&tx)? {
            platform::commit(tx)?;
        } else {
            drop(tx);
        }
        let queue = prints::Queue::open(db.reading())?;
        let shared = Arc::new(Shared::new(settings));
        shared.reload(db.reading())?;
        let reader = Reader::new(db.reader()?, Arc::clone(&shared));
        let mut till = Self {
            writer: Writer::new(db, Arc::clone(&shared), queue),
            reader,
            shared,
            basket: None,
            checking: None,
            ahead: None,
            renamed: None,
            unmarked: None,
            damage: 0,
        };
        till.resume_basket()?;
        Ok(till)
    }

    /// Notes in the journal that the program runs, and whether it is another version than before.
    fn started(&mut self) -> Result<(), Unusable> {
        if self.shared.member().is_none() || self.is_retired()? {
            return Ok(());
        }
        if self.find_copy()? {
            // Nothing is written in the device's name that need not be.
            return Ok(());
        }
        let starts = starts(self.writer.reading())?.saturating_add(1);
        let before: Option<String> = platform::load_setting(self.writer.reading(), VERSION)?;
        let version = self.shared.settings.version.clone();
        let mut events = vec![Draft::event(TechnicalKind::Started, format!("version {version}"))];
        if before.as_ref() != Some(&version) {
            let detail = format!("from version {} to {version}", before.as_deref().unwrap_or("?"));
            events.insert(0, Draft::event(TechnicalKind::Updated, detail));
        }
        events.extend(self.mended()?.map(|detail| Draft::event(TechnicalKind::Restored, detail)));
        // A till opens whatever it may write: one that was revoked is to be looked into, and to hear that it was released.
        self.writer.commit_events(events, |tx, written| {
            keep_starts_in_tx(tx, starts)?;
            if written {
                salvage::told_in_tx(tx)?;
                platform::save_setting_in_tx(tx, VERSION, &version)?;
            }
            Ok(())
        })?;
        self.unmarked = Some(starts);
        Ok(())
    }

    /// Its books to look into.
    pub const fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The same for another thread.
    pub(crate) fn another_reader(&self) -> Result<Reader, StoreError> {
        Ok(Reader::new(self.writer.database().reader()?, Arc::clone(&self.shared)))
    }

    pub(crate) const fn grown(&self) -> Grown {
        self.writer.grown()
    }

    /// How often damage was found in the database.
    pub(crate) const fn damage(&self) -> u64 {
        self.damage
    }

    /// Decides and commits, with nothing beside the journal.
    fn commit<T, E: From<JournalError>>(&mut self, decide: impl FnOnce(&Books<'_>) -> Result<Decision<T>, E>) -> Result<T, E> {
        self.writer.commit(decide, |_, _| Ok(()))
    }

    fn me(&self) -> Result<Arc<Member>, JournalError> {
        self.shared.joined()
    }

    fn fresh_receipt(&self) -> ReceiptId {
        ReceiptId::new(self.shared.settings.clock.now().at, self.shared.settings.entropy.as_ref())
    }

    /// Where the till's log of its shop stands.
    fn log_state(&self) -> Result<LogState, StoreError> {
        self.shared.member().map_or_else(|| Ok(LogState::default()), |me| journal::state(self.writer.reading(), me.shop_log()))
    }

    /// All that a screen needs to begin. The shell knows more of the link and the printer and adds that.
    pub fn state(&self) -> Result<State, StoreError> {
        let me = self.shared.member();
        let log = self.log_state()?;
        let shift = match (&me, log.shift()) {
            (Some(me), Some(open)) => Some(shifts::shown(open, me.currency())?),
            _ => None,
        };
        let basket = self.basket.as_ref().map(|basket| basket.view().map_err(|fault| StoreError::Fault(fault.to_string())));
        Ok(State {
            database: DatabaseState::Open,
            enrolment: me.map(|me| self.enrolment_view(&me)),
            shift,
            basket: basket.transpose()?,
            status: self.reader.status()?,
            salvaged: self.salvaged()?,
            version: self.shared.settings.version.clone(),
        })
    }

    fn enrolment_view(&self, me: &Member) -> Enrolment {
        Enrolment {
            company: me.answer.company_name.clone(),
            shop_id: me.shop(),
            shop: me.answer.shop_name.clone(),
            register_id: me.register(),
            register: me.answer.register_name.clone(),
            series: me.series().to_owned(),
            currency: me.currency(),
            number_form: me.answer.number_form,
            server: me.server.clone(),
            weak_key_store: self.shared.settings.keys.weak(),
        }
    }

    /// Begins to take in the server's answer to the request of `ticket`; [`Till::take_step`] until [`Taking::is_done`], then
    /// [`Till::take_end`].
    pub fn take_begin(&self, ticket: Ticket, answer: &[u8]) -> Result<Taking, crate::SyncError> {
        Taking::open(self.me()?, ticket, answer)
    }

    /// Takes one short step of it.
    pub fn take_step(&mut self, taking: &mut Taking) -> Result<(), crate::SyncError> {
        self.writer.take_step(taking)
    }

    /// Ends it; `peer` learns what the server said.
    pub fn take_end(&mut self, peer: &mut Peer, taking: Taking) -> Result<Taken, crate::SyncError> {
        if taking.device() != self.me()?.device() {
            // Set up again meanwhile: what the server says it holds of the former device is no news of this one.
            return Err(EnvelopeError::Malformed("this till is another device by now".to_owned()).into());
        }
        self.writer.take_end(peer, taking)
    }

    /// Takes a whole answer in at once.
    pub fn sync_take(&mut self, peer: &mut Peer, ticket: Ticket, answer: &[u8]) -> Result<Taken, crate::SyncError> {
        let mut taking = self.take_begin(ticket, answer)?;
        while !taking.is_done() {
            self.take_step(&mut taking)?;
        }
        let mut taken = self.take_end(peer, taking)?;
        if let (None, Some(compared)) = (&taken.trouble, &taken.compared) {
            taken.trouble = self.reader.difference(compared)?;
        }
        Ok(taken)
    }

    /// Takes one short step of what is to be done about the journal when nobody asks for anything: logs are folded again that an update or
    /// news of their devices concern. False when there is nothing to be done.
    pub fn fold_step(&mut self) -> Result<bool, JournalError> {
        self.writer.fold_step()
    }

    /// The same to the end, while the till still is who wrote what is to be folded.
    fn fold_to_the_end(&mut self) -> Result<(), Unusable> {
        while self.fold_step()? {}
        Ok(())
    }

    /// Begins to compare the tables with the facts: [`Comparing::compare`] on any thread, then [`Till::compare_end`]. None while logs are to be folded
    /// again, of which a step was taken.
    pub fn compare_begin(&mut self) -> Result<Option<Comparing>, JournalError> {
        self.writer.compare_begin()
    }

    /// Makes anew, in one transaction, the tables that differ; writes nothing where none does.
    pub fn compare_end(&mut self, found: Differences) -> Result<Rebuilt, JournalError> {
        self.writer.compare_end(found)
    }

    /// All of it at once. Nobody need wait for it: [`crate::Engine::rebuild`].
    pub fn rebuild(&mut self) -> Result<Rebuilt, JournalError> {
        self.writer.rebuild()
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        self.writer.database().path()
    }

    /// Remembers that the file is damaged: opening it the next time mends it (I10).
    pub fn note_corrupt(&mut self, detail: &str) {
        self.damage += 1;
        self.writer.database().note_corrupt(detail);
    }

    /// Bounds the database file to so many pages, as a quota does: past it, writing fails as on a full disk.
    pub fn limit_pages(&self, pages: u32) -> Result<(), StoreError> {
        self.writer.database().limit_pages(pages)
    }

    /// Writes a technical event, for what the shell sees of the device.
    pub fn technical_event(&mut self, kind: TechnicalKind, detail: &str) -> Result<(), JournalError> {
        let event = Draft::event(kind, detail.to_owned());
        self.commit(|_| Ok(Decision::new((), [event])))
    }

    /// Tidies up in an idle moment: signs what was written, moves the write-ahead log into the database.
    pub fn tidy_up(&mut self) {
        // To their end: should the key be lost with this computer, all that is written can still be handed over.
        if let Err(error) = self.writer.sign_off() {
            tracing::warn!(%error, "this till's logs could not be signed now");
        }
        self.writer.checkpoint();
    }
}
