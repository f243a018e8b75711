//! What is done to the basket, strictly one after the other: nothing that was scanned or pressed is lost or overtaken.

use super::{Notice, notice_text};
use crate::backend;
use crate::sale;
use crate::text::{fill, t};
use crate::till::{Over, Screen, Till};
use crate::timing;
use duka_api::Problem;
use duka_api::till::{AddProduct, Basket, ChangeLine, ProductSearch, Scan, Scanned};
use duka_core::ProductId;
use duka_ui_kit::{Mood, Tone, play};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::VecDeque;

/// One thing to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Job {
    /// A code was scanned.
    Scan(String),
    /// Words were typed, and Enter: the first product they find.
    Pick(String),
    /// A product was pressed.
    Add(ProductId),
    /// A line changes.
    Change(ChangeLine),
    /// Paying begins, if there is anything to pay.
    OpenTender,
    /// The sale is paid.
    Complete(sale::Paying),
    /// The basket is given up.
    Abort,
}

/// The queue.
#[derive(Clone, Copy)]
pub struct Queue {
    waiting: StoredValue<VecDeque<Job>>,
    /// Whether something is being done.
    pub working: RwSignal<bool>,
}

impl Queue {
    /// An empty queue.
    pub fn new() -> Self {
        Self { waiting: StoredValue::new(VecDeque::new()), working: RwSignal::new(false) }
    }

    /// Whether paying will begin as soon as what was scanned before is done.
    pub fn tender_is_coming(self) -> bool {
        self.waiting.with_value(|waiting| waiting.contains(&Job::OpenTender))
    }
}

/// Does `job` after everything that came before it.
pub fn enqueue(till: Till, job: Job) {
    till.queue.waiting.update_value(|waiting| waiting.push_back(job));
    if till.queue.working.get_untracked() {
        return;
    }
    till.queue.working.set(true);
    spawn_local(async move {
        // The job stays at the front while it is done, so that others see it coming.
        while let Some(job) = till.queue.waiting.with_value(|waiting| waiting.front().cloned()) {
            perform(till, job).await;
            till.queue.waiting.update_value(|waiting| {
                waiting.pop_front();
            });
        }
        till.queue.working.set(false);
    });
}

async fn perform(till: Till, job: Job) {
    match job {
        Job::Scan(code) => scan(till, code).await,
        Job::Pick(text) => pick(till, text).await,
        Job::Add(product) => {
            let added = backend::basket_add(&AddProduct { product, quantity: None }).await;
            added.map_or_else(|problem| refuse(till, problem), |basket| accept(till, basket));
        }
        Job::Change(change) => match backend::basket_change(&change).await {
            Ok(basket) => till.basket.take(basket),
            Err(problem) => refuse(till, problem),
        },
        Job::OpenTender => sale::open_tender(till),
        Job::Complete(paying) => sale::complete(till, paying).await,
        Job::Abort => match backend::basket_abort().await {
            Ok(basket) => {
                till.basket.take(basket);
                till.basket.notice.set(None);
                till.say(Mood::Note, t().sale_cancelled);
            }
            Err(problem) => refuse(till, problem),
        },
    }
}

async fn scan(till: Till, code: String) {
    if matches!(till.over.get_untracked(), Some(Over::Done(_))) {
        till.close();
    }
    match backend::basket_scan(&Scan { code }).await {
        Ok(Scanned::Added { basket }) => accept(till, basket),
        Ok(Scanned::Unknown { code }) => refuse_with(till, Notice::Unknown(code)),
        Ok(Scanned::Misread { code }) => refuse_with(till, Notice::Misread(code)),
        Ok(Scanned::Inactive { name }) => refuse_with(till, Notice::Inactive(name)),
        Err(problem) => refuse(till, problem),
    }
}

async fn pick(till: Till, text: String) {
    match backend::product_search(&ProductSearch { text: text.clone(), limit: 1 }).await.map(|found| found.into_iter().next()) {
        Ok(Some(product)) => match backend::basket_add(&AddProduct { product: product.product, quantity: None }).await {
            Ok(basket) => accept(till, basket),
            Err(problem) => refuse(till, problem),
        },
        Ok(None) => scan(till, text).await,
        Err(problem) => refuse(till, problem),
    }
}

fn accept(till: Till, basket: Basket) {
    play(Tone::Accepted);
    till.basket.notice.set(None);
    if till.screen.get_untracked() != Screen::Sell {
        let current = basket.lines.iter().find(|line| Some(line.line) == basket.current).or(basket.lines.last());
        if let Some(line) = current {
            till.say(Mood::Good, fill(t().added_to_basket, &[&line.name]));
        }
    }
    till.basket.take(basket);
    timing::scan_taken();
}

fn refuse(till: Till, problem: Problem) {
    refuse_with(till, Notice::Problem(problem));
}

fn refuse_with(till: Till, notice: Notice) {
    play(Tone::NotFound);
    // Wherever the cashier looks: on another screen or a sheet, or without a shift, the basket's banner is out of sight.
    let out_of_sight = till.screen.get_untracked() != Screen::Sell || till.over.get_untracked().is_some();
    if out_of_sight || till.shift.with_untracked(Option::is_none) {
        till.say(Mood::Warn, notice_text(&notice));
    }
    till.basket.notice.set(Some(notice));
    timing::scan_taken();
}
