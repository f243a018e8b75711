//! Making and editing a product. What was typed stays after an error, and is not thrown away without asking.

use super::form::Form;
use super::search::use_finder;
use crate::limit;
use crate::problem::ProblemOf;
use crate::stock::Stock;
use crate::text::{fill, t};
use crate::till::use_till;
use duka_api::till::Product;
use duka_core::Unit;
use duka_ui_kit::{Banner, Button, ButtonKind, Field, FieldKind, Glyph, Icon, Mood, Segment, Sheet, Switch};
use leptos::prelude::*;

/// The sheet of a product, or of a new one.
#[component]
pub fn ProductSheet(
    /// The product; none for a new one.
    product: Option<Product>,
    /// What a new one begins with: a code that nobody knew, or a name.
    code: String,
) -> impl IntoView {
    let (till, finder) = (use_till(), use_finder());
    let form = Form::new(till, product.as_ref().map(|product| &product.fields), &code);
    let asking = RwSignal::new(false);
    let begun_with = StoredValue::new(form.typed());
    let close = move |()| {
        if form.typed() == begun_with.get_value() || asking.get_untracked() { till.close() } else { asking.set(true) }
    };
    till.take_scans(move |scanned| {
        form.barcode.set(scanned);
        form.add_barcode();
    });
    let before = product.clone();
    let save = Callback::new(move |()| form.save(till, finder, before.as_ref(), &code));
    let title = if product.is_some() { t().edit_product } else { t().new_product };
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
                    <div class="column"><Fields form save/></div>
                    {product.map(|product| view! { <div class="column side"><Stock product/></div> })}
                </div>
                <ProblemOf problem=form.request.problem test="product-problem"/>
                <div class="foot">
                    <Button label=t().cancel on_press=close key="Esc"/>
                    <Button label=t().save kind=ButtonKind::Primary key="Enter" pending=form.request.pending on_press=save test="product-save"/>
                </div>
            </div>
        </Sheet>
    }
}

#[component]
fn Fields(
    /// The form.
    form: Form,
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
    let (price, rate, insist) = (form.price, form.rate, form.insist);
    view! {
        <Field label=t().name value=form.name problem=Signal::derive(move || form.name_problem()) insist=insist most=limit::NAME first=true on_enter=save test="product-name"/>
        <div class="two">
            <Field label=t().price value=price.text problem=price.problem() readings=price.readings() insist=insist kind=FieldKind::Decimal
                unit=till.currency_code() on_enter=save test="product-price"/>
            <Field label=t().tax_rate value=rate.text problem=rate.problem() insist=insist kind=FieldKind::Decimal unit=Signal::stored("%".to_owned())
                on_enter=save test="product-rate"/>
        </div>
        <div class="two">
            <Field label=t().own_code value=form.code problem=Signal::derive(move || form.code_problem()) insist=insist kind=FieldKind::Code on_enter=save test="product-code"/>
            <Segment label=t().sold_by choices=units chosen=form.unit on_choose=move |unit| form.unit.set(unit)/>
        </div>
        <Barcodes form save/>
        <Switch label=t().is_sold on=form.active on_switch=move |on| form.active.set(on) test="product-active"/>
    }
}

#[component]
fn Barcodes(
    /// The form.
    form: Form,
    /// Saves, when there is no barcode left to add.
    save: Callback<()>,
) -> impl IntoView {
    let enter = move |()| if form.barcode.with_untracked(|typed| typed.trim().is_empty()) { save.run(()) } else { form.add_barcode() };
    view! {
        <div class="barcodes">
            <div class="adding">
                <Field label=t().barcodes value=form.barcode problem=Signal::derive(move || form.barcode_problem()) kind=FieldKind::Code
                    on_enter=Callback::new(enter) test="product-barcode"/>
                <Button label=t().add icon=Icon::Plus on_press=move |()| form.add_barcode() test="barcode-add"/>
            </div>
            <ul class="chips-list"><For each=move || form.barcodes.get() key=Clone::clone let(code)><BarcodeChip code barcodes=form.barcodes/></For></ul>
        </div>
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
