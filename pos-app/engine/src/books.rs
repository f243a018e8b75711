//! What a use case decides with, and what it decides: it reads, and gives facts and a print. Nothing here can write.

use crate::{enrolment::Member, record::Known};
use duka_api::print::Document;
use duka_core::{Entropy, LocalTime};
use duka_ledger::{
    DeviceRole, Fact, Scope, SealedEntry, TechnicalEvent, TechnicalKind,
    rule::{Home, LogState, home},
};
use rusqlite::Connection;

/// The till's books as a decision sees them.
pub(crate) struct Books<'t> {
    /// The database, inside the transaction that will write what is decided.
    pub(crate) db: &'t Connection,
    /// Who this till is.
    pub(crate) me: &'t Member,
    /// Where its log of the shop stands: numbers, the open shift and its totals.
    pub(crate) log: &'t LogState,
    /// What the clock says.
    pub(crate) now: LocalTime,
    /// For new ids.
    pub(crate) entropy: &'t dyn Entropy,
}

/// Who caused a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Operator,
    Device,
}

/// A fact to be written.
pub(crate) struct Draft {
    pub(crate) fact: Fact,
    pub(crate) by: By,
    /// A record's document and content after the fact, when whoever decided has them at hand.
    pub(crate) known: Option<Known>,
}

impl Draft {
    /// What the person at the till did.
    pub(crate) const fn by_operator(fact: Fact) -> Self {
        Self { fact, by: By::Operator, known: None }
    }

    /// What the till does by itself.
    pub(crate) const fn by_device(fact: Fact) -> Self {
        Self { fact, by: By::Device, known: None }
    }

    /// What happened to the till itself.
    pub(crate) const fn event(kind: TechnicalKind, detail: String) -> Self {
        let event = TechnicalEvent { kind, detail, operator: None, before: None };
        Self { fact: Fact::TechnicalEvent(event), by: By::Device, known: None }
    }

    /// In which of the till's logs it goes.
    pub(crate) fn scope(&self, me: &Member) -> Scope {
        match home(self.fact.kind(), DeviceRole::Till) {
            Some(Home::Company) => Scope::Company(me.company()),
            // What is not for a till to write is refused by the rules.
            Some(Home::Shop) | None => Scope::Shop(me.shop()),
        }
    }
}

/// Makes what is printed from the last of the entries that were written, which its signed code names.
pub(crate) type Print = Box<dyn FnOnce(&SealedEntry) -> Document>;

/// What was decided.
pub(crate) struct Decision<T> {
    pub(crate) facts: Vec<Draft>,
    pub(crate) print: Option<Print>,
    pub(crate) answer: T,
}

impl<T> Decision<T> {
    pub(crate) fn new(answer: T, facts: impl IntoIterator<Item = Draft>) -> Self {
        Self { facts: facts.into_iter().collect(), print: None, answer }
    }

    pub(crate) fn printing(mut self, print: impl FnOnce(&SealedEntry) -> Document + 'static) -> Self {
        self.print = Some(Box::new(print));
        self
    }
}
