//! A product as it is typed: its fields, what is wrong with them, and whether anything was changed.

use super::Finder;
use crate::backend;
use crate::request::Request;
use crate::text::{fill, t};
use crate::till::{Screen, Till};
use crate::typed::{Typed, amount};
use duka_api::till::{Product, ProductFields, SaveProduct};
use duka_core::{Barcode, BarcodeError, Money, TaxRate, Unit};
use duka_ui_kit::{Mood, Unread, read_rate, written_money, written_rate};
use leptos::prelude::*;

/// The fields as they are typed. Copies are the same form.
#[derive(Clone, Copy)]
pub struct Form {
    pub name: RwSignal<String>,
    pub code: RwSignal<String>,
    pub price: Typed<Money>,
    pub rate: Typed<TaxRate>,
    pub unit: RwSignal<Unit>,
    pub active: RwSignal<bool>,
    pub barcodes: RwSignal<Vec<String>>,
    /// A barcode that is being typed.
    pub barcode: RwSignal<String>,
    /// Saving was tried.
    pub insist: RwSignal<bool>,
    pub request: Request,
}

/// What a new product begins with: what was scanned or typed before is a barcode, an own code or the beginning of a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Beginning {
    name: String,
    code: String,
    barcode: Option<String>,
}

impl Beginning {
    fn of(text: &str) -> Self {
        match Barcode::parse(text) {
            Ok(code) if code.is_gtin() => Self { barcode: Some(code.into()), ..Self::default() },
            Ok(code) if code.as_str().bytes().any(|b| b.is_ascii_digit()) => Self { code: code.into(), ..Self::default() },
            Ok(_) | Err(_) => Self { name: text.to_owned(), ..Self::default() },
        }
    }
}

impl Form {
    /// The form of a product, or of a new one that begins with `text`.
    pub fn new(till: Till, fields: Option<&ProductFields>, text: &str) -> Self {
        let beginning = if fields.is_none() { Beginning::of(text) } else { Beginning::default() };
        let price = fields.map_or(String::new(), |fields| written_money(fields.price));
        let rate = fields.map_or_else(|| "0".to_owned(), |fields| written_rate(fields.rate));
        Self {
            name: RwSignal::new(fields.map_or(beginning.name, |fields| fields.name.clone())),
            code: RwSignal::new(fields.map_or(beginning.code, |fields| fields.code.clone())),
            price: Typed::new(price, move |text| match amount(text, till.currency()) {
                Err(Unread::Nothing) => Err(Unread::Refused(t().price_missing.to_owned())),
                read => read,
            }),
            rate: Typed::new(rate, read_rate),
            unit: RwSignal::new(fields.map_or(Unit::Each, |fields| fields.unit)),
            active: RwSignal::new(fields.is_none_or(|fields| fields.active)),
            barcodes: RwSignal::new(fields.map_or_else(|| beginning.barcode.into_iter().collect(), |fields| fields.barcodes.clone())),
            barcode: RwSignal::new(String::new()),
            insist: RwSignal::new(false),
            request: Request::new(),
        }
    }

    /// Why the name cannot be taken.
    pub fn name_problem(self) -> Option<String> {
        self.name.with(|name| name.trim().is_empty()).then(|| t().name_missing.to_owned())
    }

    /// An own code is anything that a scanner can send; its check digit is its own business.
    pub fn code_problem(self) -> Option<String> {
        let code = self.code.get();
        match Barcode::parse(code.trim()) {
            Err(BarcodeError::NotABarcode(_)) if !code.trim().is_empty() => Some(t().not_a_code.to_owned()),
            Ok(_) | Err(_) => None,
        }
    }

    /// Why the barcode in its field cannot be taken.
    pub fn barcode_problem(self) -> Option<String> {
        self.all_barcodes().err()
    }

    /// All barcodes, with the one that is still in its field.
    fn all_barcodes(self) -> Result<Vec<String>, String> {
        let mut all = self.barcodes.get();
        let typed = self.barcode.get();
        if !typed.trim().is_empty() {
            let code = Barcode::parse(&typed).map_err(|error| match error {
                BarcodeError::NotABarcode(_) => t().not_a_code.to_owned(),
                BarcodeError::WrongCheckDigit(_) => fill(t().misread_code, &[typed.trim()]),
            })?;
            if !all.iter().any(|other| other == code.as_str()) {
                all.push(code.into());
            }
        }
        Ok(all)
    }

    /// The product that is meant; none while something is wrong.
    fn fields(self) -> Option<ProductFields> {
        if self.name_problem().is_some() || self.code_problem().is_some() {
            return None;
        }
        Some(ProductFields {
            name: self.name.get().trim().to_owned(),
            code: self.code.get().trim().to_owned(),
            price: self.price.value()?,
            rate: self.rate.value()?,
            unit: self.unit.get(),
            active: self.active.get(),
            barcodes: self.all_barcodes().ok()?,
        })
    }

    /// Puts the barcode in its field on the list.
    pub fn add_barcode(self) {
        if let Ok(all) = untrack(|| self.all_barcodes()) {
            self.barcodes.set(all);
            self.barcode.set(String::new());
        }
    }

    /// All that can be typed, to tell whether anything was.
    pub fn typed(self) -> impl PartialEq + Clone + Send + Sync + 'static {
        let texts = [self.name, self.code, self.price.text, self.rate.text, self.barcode].map(|text| text.get_untracked());
        (texts, self.unit.get_untracked(), self.active.get_untracked(), self.barcodes.get_untracked())
    }

    /// Saves the product. One that was missing while selling is then sold.
    pub fn save(self, till: Till, finder: Finder, before: Option<&Product>, wanted: &str) {
        self.insist.set(true);
        let Some(fields) = untrack(|| self.fields()) else { return };
        let (product, before) = (before.map(|product| product.product), before.map(|product| product.fields.clone()));
        let input = SaveProduct { product, before, fields };
        let is_wanted = product.is_none() && !wanted.is_empty();
        self.request.ask(async move { backend::product_save(&input).await }, move |saved| {
            till.products_may_have_changed();
            till.close();
            till.say(Mood::Good, fill(t().product_saved, &[&saved.fields.name]));
            if is_wanted && till.screen.get_untracked() == Screen::Sell {
                finder.take_missing(saved.product);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Beginning;

    #[test]
    fn what_nobody_knew_becomes_the_barcode_the_own_code_or_the_name_of_a_new_product() {
        let begin = |text: &str| {
            let beginning = Beginning::of(text);
            (beginning.name, beginning.code, beginning.barcode)
        };
        assert_eq!(begin("4006381333931"), (String::new(), String::new(), Some("4006381333931".to_owned())));
        assert_eq!(begin("85123A"), (String::new(), "85123A".to_owned(), None));
        assert_eq!(begin("milk"), ("milk".to_owned(), String::new(), None));
    }
}
