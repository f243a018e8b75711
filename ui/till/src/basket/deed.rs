//! What a cashier does to the basket, and what is heard and seen of it.

use super::{BasketState, Notice, notice_text};
use crate::backend;
use crate::text::{fill, t};
use crate::till::{Over, Screen};
use crate::timing;
use duka_api::till::{AddProduct, Basket, ChangeLine, LineChange, ProductSearch, Scan, Scanned};
use duka_core::ProductId;
use duka_ui_kit::{Mood, Tone, play};
use leptos::prelude::*;

/// Each is done after everything that came before it.
impl BasketState {
    /// A code was scanned.
    pub fn scan(self, code: String) {
        self.in_turn(async move { self.scan_now(code).await });
    }

    /// Words were typed, and Enter: the first product they find.
    pub fn pick(self, text: String) {
        self.in_turn(async move { self.pick_now(text).await });
    }

    /// A product was pressed.
    pub fn add(self, product: ProductId) {
        self.in_turn(async move { self.add_now(product).await });
    }

    /// A line changes.
    pub fn change(self, line: u32, change: LineChange) {
        self.in_turn(async move {
            match backend::basket_change(&ChangeLine { line, change }).await {
                Ok(basket) => self.take(basket),
                Err(problem) => self.refuse(Notice::Problem(problem)),
            }
        });
    }

    /// Takes the line that keys act on out of the basket.
    pub fn remove_selected(self) {
        if let Some(line) = untrack(|| self.selected_line()) {
            self.change(line.line, LineChange::Remove);
        }
    }

    /// The basket is given up.
    pub fn abort(self) {
        self.in_turn(async move {
            match backend::basket_abort().await {
                Ok(basket) => {
                    self.take(basket);
                    self.notice.set(None);
                    self.till.say(Mood::Note, t().sale_cancelled);
                }
                Err(problem) => self.refuse(Notice::Problem(problem)),
            }
        });
    }

    async fn scan_now(self, code: String) {
        if matches!(self.till.over.get_untracked(), Some(Over::Done(_))) {
            self.till.close();
        }
        match backend::basket_scan(&Scan { code }).await {
            Ok(Scanned::Added { basket }) => self.accept(basket),
            Ok(Scanned::Unknown { code }) => self.refuse(Notice::Unknown(code)),
            Ok(Scanned::Misread { code }) => self.refuse(Notice::Misread(code)),
            Ok(Scanned::Inactive { name }) => self.refuse(Notice::Inactive(name)),
            Err(problem) => self.refuse(Notice::Problem(problem)),
        }
    }

    async fn pick_now(self, text: String) {
        match backend::product_search(&ProductSearch { text: text.clone(), limit: 1 }).await.map(|found| found.into_iter().next()) {
            Ok(Some(product)) => self.add_now(product.product).await,
            Ok(None) => self.scan_now(text).await,
            Err(problem) => self.refuse(Notice::Problem(problem)),
        }
    }

    async fn add_now(self, product: ProductId) {
        match backend::basket_add(&AddProduct { product, quantity: None }).await {
            Ok(basket) => self.accept(basket),
            Err(problem) => self.refuse(Notice::Problem(problem)),
        }
    }

    fn accept(self, basket: Basket) {
        play(Tone::Accepted);
        self.notice.set(None);
        if self.till.screen.get_untracked() != Screen::Sell {
            let current = basket.lines.iter().find(|line| Some(line.line) == basket.current).or(basket.lines.last());
            if let Some(line) = current {
                self.till.say(Mood::Good, fill(t().added_to_basket, &[&line.name]));
            }
        }
        self.take(basket);
        timing::scan_taken();
    }

    fn refuse(self, notice: Notice) {
        play(Tone::NotFound);
        let till = self.till;
        // Wherever the cashier looks: on another screen or a sheet, or without a shift, the basket's banner is out of sight.
        let out_of_sight = till.screen.get_untracked() != Screen::Sell || till.over.get_untracked().is_some();
        if out_of_sight || till.shift.with_untracked(Option::is_none) {
            till.say(Mood::Warn, notice_text(&notice));
        }
        self.notice.set(Some(notice));
        timing::scan_taken();
    }
}
