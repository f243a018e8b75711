//! Making and editing a product. What was typed stays after an error, and is not thrown away without asking.

use crate::backend;
use crate::fault::FaultOf;
use crate::jobs::{Job, enqueue};
use crate::stock::Stock;
use crate::text::{fill, t};
use crate::till::{Screen, Till, use_till};
use duka_api::till::{Product, ProductFields, SaveProduct};
use duka_core::{Barcode, BarcodeError, Money, NumberForm, TaxRate, Unit};
use duka_ui_kit::{Banner, Button, ButtonKind, Field, FieldKind, Glyph, Icon, Mood, Segment, Sheet, Switch};
use leptos::prelude::*;
use leptos::task::spawn_local;

const NAME_AT_MOST: u32 = 200;

/// The fields as they are typed.
#[derive(Clone, Copy)]
struct Form {
    name: RwSignal<String>,
    code: RwSignal<String>,
    price: RwSignal<String>,
    rate: RwSignal<String>,
    unit: RwSignal<Unit>,
    active: RwSignal<bool>,
    barcodes: RwSignal<Vec<String>>,
    /// A barcode that is being typed.
    barcode: RwSignal<String>,
}

impl Form {
    fn new(fields: Option<&ProductFields>, text: &str) -> Self {
        // What was scanned or typed before is a barcode, an own code or the beginning of a name.
        let scanned = Barcode::parse(text).ok().filter(|code| code.as_str().bytes().any(|b| b.is_ascii_digit()));
        let is_gtin = scanned
            .as_ref()
            .is_some_and(|code| matches!(code.as_str().len(), 8 | 13 | 14) && code.as_str().bytes().all(|b| b.is_ascii_digit()));
        let own = scanned.as_ref().filter(|_| !is_gtin).map(|code| code.as_str().to_owned());
        let name = if scanned.is_none() { text.to_owned() } else { String::new() };
        let barcodes = scanned.filter(|_| is_gtin).map(|code| code.as_str().to_owned()).into_iter().collect();
        Self {
            name: RwSignal::new(fields.map_or(name, |fields| fields.name.clone())),
            code: RwSignal::new(fields.map_or(own.unwrap_or_default(), |fields| fields.code.clone())),
            price: RwSignal::new(fields.map_or(String::new(), |fields| fields.price.decimal())),
            rate: RwSignal::new(fields.map_or_else(|| "0".to_owned(), |fields| fields.rate.to_string().replace('%', ""))),
            unit: RwSignal::new(fields.map_or(Unit::Each, |fields| fields.unit)),
            active: RwSignal::new(fields.is_none_or(|fields| fields.active)),
            barcodes: RwSignal::new(fields.map_or(barcodes, |fields| fields.barcodes.clone())),
            barcode: RwSignal::new(String::new()),
        }
    }

    fn name(self) -> Result<String, String> {
        let name = self.name.get().trim().to_owned();
        if name.is_empty() { Err(t().name_missing.to_owned()) } else { Ok(name) }
    }

    /// An own code is anything that a scanner can send; its check digit is its own business.
    fn code(self) -> Result<String, String> {
        let code = self.code.get().trim().to_owned();
        match Barcode::parse(&code) {
            Err(error @ BarcodeError::NotABarcode(_)) if !code.is_empty() => Err(error.to_string()),
            Ok(_) | Err(_) => Ok(code),
        }
    }

    fn price(self, till: Till) -> Result<Money, String> {
        let currency = till.currency().ok_or_else(|| t().not_enrolled.to_owned())?;
        match Money::parse(&self.price.get(), currency, NumberForm::default()) {
            Ok(price) if price.is_negative() => Err(t().amount_negative.to_owned()),
            Ok(price) => Ok(price),
            Err(_) if self.price.with(|price| price.trim().is_empty()) => Err(t().price_missing.to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn rate(self) -> Result<TaxRate, String> {
        TaxRate::parse(&self.rate.get(), NumberForm::default()).map_err(|error| error.to_string())
    }

    /// All barcodes, with the one that is still in its field.
    fn all_barcodes(self) -> Result<Vec<String>, String> {
        let mut all = self.barcodes.get();
        let typed = self.barcode.get();
        if !typed.trim().is_empty() {
            let code = Barcode::parse(&typed).map_err(|error| error.to_string())?;
            if !all.iter().any(|other| other == code.as_str()) {
                all.push(code.into());
            }
        }
        Ok(all)
    }

    fn fields(self, till: Till) -> Result<ProductFields, String> {
        Ok(ProductFields {
            name: self.name()?,
            code: self.code()?,
            price: self.price(till)?,
            rate: self.rate()?,
            unit: self.unit.get(),
            active: self.active.get(),
            barcodes: self.all_barcodes()?,
        })
    }

    fn add_barcode(self) {
        if let Ok(all) = untrack(|| self.all_barcodes()) {
            self.barcodes.set(all);
            self.barcode.set(String::new());
        }
    }
}

/// The sheet of a product, or of a new one.
#[component]
pub fn ProductSheet(
    /// The product; none for a new one.
    product: Option<Product>,
    /// What a new one begins with: a code that nobody knew, or a name.
    code: String,
) -> impl IntoView {
    let till = use_till();
    let before = product.as_ref().map(|product| product.fields.clone());
    let form = Form::new(before.as_ref(), &code);
    let (insist, pending, asking) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let begun_with = StoredValue::new(untrack(|| snapshot(form)));
    let close = move |()| {
        if untrack(|| snapshot(form)) == begun_with.get_value() || asking.get_untracked() { till.close() } else { asking.set(true) }
    };
    till.take_scans(move |scanned| {
        form.barcode.set(scanned);
        form.add_barcode();
    });
    let id = product.as_ref().map(|product| product.product);
    let save = move |()| {
        insist.set(true);
        let Ok(fields) = untrack(|| form.fields(till)) else { return };
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        till.fault.set(None);
        let (input, wanted) = (SaveProduct { product: id, before: before.clone(), fields }, code.clone());
        spawn_local(async move {
            match backend::product_save(&input).await {
                Ok(saved) => {
                    till.products_changed.update(|changed| *changed = changed.wrapping_add(1));
                    till.close();
                    till.say(Mood::Good, fill(t().product_saved, &[&saved.fields.name]));
                    // It was missing while selling: now it is sold.
                    if input.product.is_none() && !wanted.is_empty() && till.screen.get_untracked() == Screen::Sell {
                        till.search.set(String::new());
                        enqueue(till, Job::Add(saved.product));
                    }
                }
                Err(problem) => till.fault.set(Some(problem)),
            }
            pending.try_set(false);
        });
    };
    let title = if id.is_some() { t().edit_product } else { t().new_product };
    let save = Callback::new(save);
    view! {
        <Sheet title on_close=close close=t().close wide=product.is_some() test="product">
            <div class="body product" on:keydown=move |event| if event.key() == "s" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                save.run(());
            }>
                <Show when=move || asking.get()>
                    <Banner mood=Mood::Warn title=t().unsaved body=t().unsaved_meaning.to_owned()>
                        <Button label=t().keep_editing on_press=move |()| asking.set(false)/>
                        <Button label=t().discard kind=ButtonKind::Danger on_press=move |()| till.close() test="product-discard"/>
                    </Banner>
                </Show>
                <div class="product-columns">
                    <div class="column"><Fields form insist save/></div>
                    {product.map(|product| view! { <div class="column side"><Stock product/></div> })}
                </div>
                <FaultOf problem=till.fault test="product-problem"/>
                <div class="foot">
                    <Button label=t().cancel on_press=close key="Esc"/>
                    <Button label=t().save kind=ButtonKind::Primary key="Enter" pending=pending on_press=save test="product-save"/>
                </div>
            </div>
        </Sheet>
    }
}

/// All that can be typed, to tell whether anything was.
fn snapshot(form: Form) -> impl PartialEq + Clone + Send + Sync + 'static {
    (
        form.name.get(),
        form.code.get(),
        form.price.get(),
        form.rate.get(),
        form.unit.get(),
        form.active.get(),
        form.barcodes.get(),
        form.barcode.get(),
    )
}

#[component]
fn Fields(
    /// The form.
    form: Form,
    /// Saving was tried.
    insist: RwSignal<bool>,
    /// Saves.
    save: Callback<()>,
) -> impl IntoView {
    let till = use_till();
    let units = [
        (Unit::Each, t().unit_each, "unit-each"),
        (Unit::Kilogram, "kg", "unit-kilogram"),
        (Unit::Litre, "l", "unit-litre"),
        (Unit::Metre, "m", "unit-metre"),
    ];
    let units = units.into_iter().map(|(unit, word, test)| (unit, word.to_owned(), test)).collect();
    let add = move |()| if form.barcode.with_untracked(|typed| typed.trim().is_empty()) { save.run(()) } else { form.add_barcode() };
    view! {
        <Field label=t().name value=form.name error=Signal::derive(move || form.name().err()) insist=insist most=NAME_AT_MOST first=true on_enter=save test="product-name"/>
        <div class="two">
            <Field label=t().price value=form.price error=Signal::derive(move || form.price(till).err()) insist=insist kind=FieldKind::Decimal
                unit=Signal::derive(move || till.currency().map(|currency| currency.code().to_owned()).unwrap_or_default()) on_enter=save test="product-price"/>
            <Field label=t().tax_rate value=form.rate error=Signal::derive(move || form.rate().err()) insist=insist kind=FieldKind::Decimal
                unit=Signal::stored("%".to_owned()) on_enter=save test="product-rate"/>
        </div>
        <div class="two">
            <Field label=t().own_code value=form.code error=Signal::derive(move || form.code().err()) insist=insist kind=FieldKind::Code on_enter=save test="product-code"/>
            <Segment label=t().sold_by choices=units chosen=form.unit on_choose=move |unit| form.unit.set(unit)/>
        </div>
        <div class="barcodes">
            <div class="adding">
                <Field label=t().barcodes value=form.barcode error=Signal::derive(move || form.all_barcodes().err()) kind=FieldKind::Code
                    on_enter=Callback::new(add) test="product-barcode"/>
                <Button label=t().add icon=Icon::Plus on_press=move |()| form.add_barcode() test="barcode-add"/>
            </div>
            <ul class="chips-list"><For each=move || form.barcodes.get() key=Clone::clone let(code)><BarcodeChip code barcodes=form.barcodes/></For></ul>
        </div>
        <Switch label=t().is_sold on=form.active on_switch=move |on| form.active.set(on) test="product-active"/>
    }
}

#[component]
fn BarcodeChip(
    /// The barcode.
    code: String,
    /// The list it is on.
    barcodes: RwSignal<Vec<String>>,
) -> impl IntoView {
    let gone = code.clone();
    view! {
        <li class="tag" data-test="barcode-chip">
            <bdi dir="ltr">{code.clone()}</bdi>
            <button type="button" aria-label=fill(t().remove_barcode, &[&code])
                on:click=move |_| barcodes.update(|all| all.retain(|other| *other != gone))><Glyph icon=Icon::Close/></button>
        </li>
    }
}
