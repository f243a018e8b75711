//! The reading side of a till: lists, reports, digests, status, requests. It cannot write, and nobody at the counter waits for it.

use crate::{
    account, device, enrolment,
    identity::Shared,
    import::{self, ImportError},
    journal::{self, JournalError},
    platform::StoreError,
    print::{self, PrintError},
    product::{self, ProductError},
    receipt::{self, ReceiptError},
    shift::{self, ShiftError},
    sync::{self, SealedRequest, SyncError, Unsynced},
    writer::{self, Compared},
};
use duka_api::till::{
    Aside, ImportReport, Link, LinkState, OwnDevice, Page, Printer, Product, ProductQuery, ProductSearch, Receipt, ReceiptQuery,
    ReceiptRef, ReceiptSummary, ShiftReport, Status, StuckPrint,
};
use duka_core::{Currency, DeviceId, NumberForm};
use duka_ledger::AccountRow;
use duka_sync::{Heads, Peer, Said, TableDigest, Ticket};
use rusqlite::Connection;
use std::sync::Arc;

/// A till's books to look into, as of the last commit.
pub struct Reader {
    db: Connection,
    shared: Arc<Shared>,
}

impl Reader {
    pub(crate) const fn new(db: Connection, shared: Arc<Shared>) -> Self {
        Self { db, shared }
    }

    /// All answers inside come from one state of the books.
    fn at_once<T, E: From<StoreError>>(&self, read: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let tx = self.db.unchecked_transaction().map_err(StoreError::from)?;
        read(&tx)
    }

    /// What this till is, for the link; none before enrolment.
    pub fn device(&self) -> Option<DeviceId> {
        self.shared.member().map(|me| me.device())
    }

    /// The currency that this till sells in.
    pub fn currency(&self) -> Result<Currency, JournalError> {
        Ok(self.shared.joined()?.currency())
    }

    /// How numbers are read and written in this shop.
    pub fn number_form(&self) -> Result<NumberForm, JournalError> {
        Ok(self.shared.joined()?.answer.number_form)
    }

    /// The server's address; none before enrolment.
    pub fn server(&self) -> Option<String> {
        self.shared.member().map(|me| me.server.clone())
    }

    /// Products that are sold, for a text as it is typed.
    pub fn product_search(&self, search: &ProductSearch) -> Result<Vec<Product>, StoreError> {
        self.at_once(|db| product::search(db, search))
    }

    /// Products by name, or those that match a search.
    pub fn product_list(&self, query: &ProductQuery) -> Result<Page<Product>, ProductError> {
        self.at_once(|db| product::list(db, query))
    }

    /// Receipts of the shop, newest first; or those with a number or a scanned code.
    pub fn receipt_list(&self, query: &ReceiptQuery) -> Result<Page<ReceiptSummary>, ReceiptError> {
        let me = self.shared.joined()?;
        self.at_once(|db| receipt::list(db, &asker(&me), query))
    }

    /// One receipt with its lines and what of them was refunded.
    pub fn receipt_get(&self, which: &ReceiptRef) -> Result<Receipt, ReceiptError> {
        let me = self.shared.joined()?;
        self.at_once(|db| receipt::get(db, &asker(&me), which))
    }

    /// The X report: the open shift so far.
    pub fn shift_report(&self) -> Result<ShiftReport, ShiftError> {
        let me = self.shared.joined()?;
        shift::report(&journal::state(&self.db, me.shop_log())?, me.currency())
    }

    /// Every balance that is not zero.
    pub fn account_balances(&self) -> Result<Vec<AccountRow>, StoreError> {
        account::balances(&self.db)
    }

    /// Documents that wait for a person: failed or not confirmed, each with what is wrong.
    pub fn print_stuck(&self) -> Result<Vec<StuckPrint>, PrintError> {
        print::stuck(&self.db)
    }

    /// How the print queue is. What the device itself says is for the shell to add.
    pub fn printer(&self) -> Result<Printer, StoreError> {
        self.at_once(print::printer)
    }

    /// Whether an import waits to be done: begun now, or before the program stopped.
    pub fn import_pending(&self) -> Result<bool, ImportError> {
        import::pending(&self.db)
    }

    /// What the last import did; none while it is under way or before the first.
    pub fn import_report(&self) -> Result<Option<ImportReport>, ImportError> {
        import::report(&self.db)
    }

    /// Where every log stands that this till holds and could hand over; costs O(logs).
    pub fn heads(&self) -> Result<Heads, SyncError> {
        let me = self.shared.joined()?;
        Ok(self.at_once(|db| sync::heads(db, &self.shared, &me))?)
    }

    /// The till's side of an exchange, as it is when the program starts.
    pub fn peer(&self) -> Result<Peer, SyncError> {
        Ok(Peer::new(self.shared.joined()?.parties()))
    }

    /// What of this till's own logs the server does not hold yet, as far as is known.
    pub fn unsynced(&self) -> Result<Unsynced, StoreError> {
        self.device().map_or_else(|| Ok(Unsynced::default()), |device| sync::unsynced(&self.db, device))
    }

    /// What `peer` says to the server next, with as many entries as a message of this `room` holds.
    pub fn sync_request(&self, peer: &mut Peer, room: usize) -> Result<SealedRequest, SyncError> {
        self.at_once(|db| sync::request(db, &self.shared, peer, room))
    }

    /// A look at what the server holds, beside all exchanges: it brings nothing and is not counted.
    pub fn look(&self) -> Result<SealedRequest, SyncError> {
        let mut peer = self.peer()?;
        self.at_once(|db| sync::request(db, &self.shared, &mut peer, 0))
    }

    /// Whether the answer to a look tells of something that is not here.
    pub fn is_news(&self, ticket: Ticket, answer: &[u8]) -> Result<bool, SyncError> {
        let me = self.shared.joined()?;
        let answer = ticket.open(answer, &me.server_key)?;
        let ours = self.at_once(|db| sync::heads(db, &self.shared, &me))?.summary();
        Ok(matches!(&answer.said, Said::Exchanged(said) if said.summary != ours))
    }

    /// A digest per table (I4); reads them whole.
    pub fn digests(&self) -> Result<Vec<TableDigest>, StoreError> {
        self.at_once(writer::digests)
    }

    /// In which table the till differs from a server that holds the same journal, if in one (I4); none, too, where the journal has gone on since,
    /// or is still being folded again.
    pub fn difference(&self, theirs: &Compared) -> Result<Option<String>, SyncError> {
        let me = self.shared.joined()?;
        self.at_once(|db| {
            if sync::heads(db, &self.shared, &me)?.summary() != theirs.summary || journal::is_any_due(db)? {
                return Ok(None);
            }
            Ok(writer::first_difference(&writer::digests(db)?, &theirs.digests))
        })
    }

    /// Entries that count for nothing here: those that break a rule, and those that wait for something.
    pub fn set_aside(&self) -> Result<Aside, StoreError> {
        self.at_once(device::set_aside)
    }

    /// Clock, link and printer as far as the engine knows them.
    pub fn status(&self) -> Result<Status, StoreError> {
        let unsynced = self.unsynced()?;
        let in_step_at = self.shared.in_step_at();
        let stranded = self.device().map_or_else(|| Ok(Unsynced::default()), |device| sync::stranded(&self.db, &self.shared, device))?;
        let state = match (self.device(), unsynced.facts, in_step_at) {
            (None, ..) => LinkState::None,
            (Some(_), 0, Some(_)) => LinkState::InStep,
            (Some(_), ..) => LinkState::Offline,
        };
        let now = self.shared.settings.clock.now();
        Ok(Status {
            link: Link {
                state,
                waiting_sales: unsynced.sales,
                waiting_facts: unsynced.facts,
                stranded_sales: stranded.sales,
                stranded_facts: stranded.facts,
                in_step_at,
                detail: String::new(),
                device: self.own_device()?,
            },
            printer: self.printer()?,
            now: now.at,
            offset_minutes: now.offset_minutes,
        })
    }

    /// What became of this till.
    fn own_device(&self) -> Result<OwnDevice, StoreError> {
        let Some(device) = self.device() else { return Ok(OwnDevice::Same) };
        if let Some(reason) = device::revoked(&self.db, device)? {
            return Ok(OwnDevice::Revoked { reason });
        }
        if enrolment::copied(&self.db, device)?.is_some() {
            return Ok(OwnDevice::Copy);
        }
        Ok(self.shared.became().map_or(OwnDevice::Same, |(before, now)| OwnDevice::Another { before, now }))
    }
}

fn asker(me: &crate::enrolment::Member) -> receipt::Asker<'_> {
    receipt::Asker { device: me.device(), shop: me.shop(), series: me.series(), key: me.certificate.key }
}
