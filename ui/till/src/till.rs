//! What the screens share: where the till is, what it shows, and what is open over it. It knows no noun: each keeps its own state beside it.

use crate::backend;
use crate::timing;
use duka_api::Problem;
use duka_api::till::{
    Basket, Database, Enrolment, OwnDevice, Product, Receipt, RefundDone, SaleDone, Salvaged, Shift, ShiftReport, State, Status,
};
use duka_core::{Currency, LocalTime, Timestamp};
use duka_ui_kit::{Mood, Toast, set_number_form, toast};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How far the till is from selling.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// The engine was asked and has not answered.
    Starting,
    /// It could not answer.
    Failed(Problem),
    /// Its database cannot be used.
    Unusable(Database),
    /// It belongs to nobody.
    Enrol,
    /// It can work.
    Ready,
}

/// What fills the window.
#[derive(Clone, Debug, PartialEq)]
pub enum Screen {
    /// Selling; opening a shift when none is open.
    Sell,
    /// Receipts; looking for the one to refund when `true`.
    Receipts(bool),
    /// Refunding lines of a receipt.
    Refund(Box<Receipt>),
    /// Refunding goods without a receipt.
    RefundUnlinked,
    /// Products.
    Products,
    /// Import of products.
    Import,
    /// The shift, or the Z report that ended the last one.
    Shift(Option<Box<ShiftReport>>),
    /// How this till is set.
    Settings,
}

/// What lies over the screen.
#[derive(Clone, Debug, PartialEq)]
pub enum Over {
    /// Paying.
    Tender,
    /// A sale is done.
    Done(Box<SaleDone>),
    /// Another quantity for a line.
    Quantity(u32),
    /// A discount for a line.
    Discount(u32),
    /// A note for a line.
    Note(u32),
    /// Giving the basket up.
    CancelSale,
    /// A product, or a new one with this code.
    Product(Option<Box<Product>>, String),
    /// The printer.
    Printer,
    /// The link to the server.
    Link,
    /// Making this till a new device of its shop.
    SetUpAgain,
    /// What became of a damaged database.
    Salvaged,
    /// A refund is done.
    RefundDone(Box<RefundDone>),
    /// Whether to leave a screen with what was entered on it.
    Leave(Box<Screen>),
}

/// All of it. Copies are the same till.
#[derive(Clone, Copy)]
pub struct Till {
    pub stage: RwSignal<Stage>,
    pub enrolment: RwSignal<Option<Enrolment>>,
    pub shift: RwSignal<Option<Shift>>,
    /// What became of a damaged database.
    pub salvaged: RwSignal<Option<Salvaged>>,
    pub status: RwSignal<Option<Status>>,
    pub version: RwSignal<String>,
    pub screen: RwSignal<Screen>,
    pub over: RwSignal<Option<Over>>,
    /// Whether something was entered on the screen that leaving it would lose.
    pub unsaved: RwSignal<bool>,
    pub toasts: RwSignal<Vec<(u64, Toast)>>,
    /// Grows when products may have changed.
    pub products_changed: RwSignal<u32>,
    scan_takers: StoredValue<Vec<Callback<String>>>,
    basket_keeper: StoredValue<Option<Callback<Basket>>>,
    clock_read_at: StoredValue<f64>,
}

impl Till {
    /// A till that has yet to ask its engine.
    pub fn new() -> Self {
        Self {
            stage: RwSignal::new(Stage::Starting),
            enrolment: RwSignal::new(None),
            shift: RwSignal::new(None),
            salvaged: RwSignal::new(None),
            status: RwSignal::new(None),
            version: RwSignal::new(String::new()),
            screen: RwSignal::new(Screen::Sell),
            over: RwSignal::new(None),
            unsaved: RwSignal::new(false),
            toasts: RwSignal::new(Vec::new()),
            products_changed: RwSignal::new(0),
            scan_takers: StoredValue::new(Vec::new()),
            basket_keeper: StoredValue::new(None),
            clock_read_at: StoredValue::new(0.0),
        }
    }

    /// Asks the engine how everything is.
    pub fn ask_state(self) {
        spawn_local(async move {
            match backend::state().await {
                Ok(state) => self.take_state(state),
                Err(problem) => self.stage.set(Stage::Failed(problem)),
            }
        });
    }

    /// A basket that the engine gives with its state goes to `keeper`.
    pub fn give_basket_to(self, keeper: impl Fn(Basket) + Send + Sync + 'static) {
        self.basket_keeper.set_value(Some(Callback::new(keeper)));
    }

    /// Takes over what the engine says of everything.
    pub fn take_state(self, state: State) {
        let stage = match (&state.database, &state.enrolment) {
            (Database::Open, Some(_)) => Stage::Ready,
            (Database::Open, None) => Stage::Enrol,
            (unusable, _) => Stage::Unusable(unusable.clone()),
        };
        if let Some(enrolment) = &state.enrolment {
            set_number_form(enrolment.number_form);
        }
        self.enrolment.set(state.enrolment);
        self.shift.set(state.shift);
        let news = state.salvaged.is_some() && self.salvaged.with_untracked(Option::is_none);
        self.salvaged.set(state.salvaged);
        if news && stage == Stage::Ready {
            self.open(Over::Salvaged);
        }
        self.take_status(state.status);
        self.version.set(state.version);
        if let Some((keeper, basket)) = self.basket_keeper.get_value().zip(state.basket) {
            keeper.run(basket);
        }
        self.stage.set(stage);
    }

    /// Takes over how the surroundings fare.
    pub fn take_status(self, status: Status) {
        self.clock_read_at.set_value(timing::now());
        self.status.set(Some(status));
    }

    /// The currency of this till; none before enrolment.
    pub fn currency(self) -> Option<Currency> {
        self.enrolment.with(|enrolment| enrolment.as_ref().map(|enrolment| enrolment.currency))
    }

    /// Its currency's code, to stand behind a field.
    pub fn currency_code(self) -> Signal<String> {
        Signal::derive(move || self.currency().map(|currency| currency.code().to_owned()).unwrap_or_default())
    }

    /// Whether a shift is open.
    pub fn in_shift(self) -> bool {
        self.shift.with(Option::is_some)
    }

    /// Whether this till was revoked: it sells nothing.
    pub fn is_revoked(self) -> bool {
        self.status.with(|status| status.as_ref().is_some_and(|status| matches!(status.link.device, OwnDevice::Revoked { .. })))
    }

    /// Products may have changed: whoever shows some fetches them anew.
    pub fn products_may_have_changed(self) {
        self.products_changed.update(|changed| *changed = changed.wrapping_add(1));
    }

    /// The till's own clock, as it has gone on since the engine last told it.
    pub fn now(self) -> LocalTime {
        let gone_on = timing::now() - self.clock_read_at.get_value();
        let micros = std::time::Duration::try_from_secs_f64(gone_on / 1_000.0).map_or(0, |gone| gone.as_micros());
        self.status.with(|status| {
            let (now, offset_minutes) = status.as_ref().map_or((Timestamp::EPOCH, 0), |status| (status.now, status.offset_minutes));
            LocalTime { at: now.plus_micros(i64::try_from(micros).unwrap_or(0)), offset_minutes }
        })
    }

    /// A moment as people here read it.
    pub fn local(self, at: Timestamp) -> LocalTime {
        let offset_minutes = self.status.with_untracked(|status| status.as_ref().map_or(0, |status| status.offset_minutes));
        LocalTime { at, offset_minutes }
    }

    /// Opens a sheet.
    pub fn open(self, over: Over) {
        self.over.set(Some(over));
    }

    /// Closes the sheet.
    pub fn close(self) {
        self.over.set(None);
    }

    /// Fills the window with another screen; asks first when that would lose what was entered.
    pub fn go(self, screen: Screen) {
        if self.unsaved.get_untracked() {
            self.open(Over::Leave(Box::new(screen)));
            return;
        }
        self.close();
        self.screen.set(screen);
    }

    /// Fills the window with another screen, whatever was entered.
    pub fn leave(self, screen: Screen) {
        self.unsaved.set(false);
        self.go(screen);
    }

    /// While the calling screen is open, leaving it is asked about whenever `entered` says so.
    pub fn keep_unsaved(self, entered: impl Fn() -> bool + Send + Sync + 'static) {
        Effect::new(move |_| self.unsaved.set(entered()));
        on_cleanup(move || {
            self.unsaved.try_set(false);
        });
    }

    /// Says something in passing.
    pub fn say(self, mood: Mood, text: impl Into<String>) {
        toast(self.toasts, mood, text);
    }

    /// Scans go to `taker` while the calling screen or sheet is open, instead of into the basket.
    pub fn take_scans(self, taker: impl Fn(String) + Send + Sync + 'static) {
        let taker = Callback::new(taker);
        self.scan_takers.update_value(|takers| takers.push(taker));
        on_cleanup(move || {
            self.scan_takers.try_update_value(|takers| takers.retain(|other| !other.matches(&taker)));
        });
    }

    /// Who takes scans now; none when the basket does.
    pub fn scan_taker(self) -> Option<Callback<String>> {
        self.scan_takers.with_value(|takers| takers.last().copied())
    }
}

/// The till that the calling component is part of.
pub fn use_till() -> Till {
    expect_context()
}
