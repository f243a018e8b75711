//! Quantities: shown with their unit, and stepped by whole ones.

use crate::amount::number_form;
use crate::icon::{Glyph, Icon};
use crate::money::grouped;
use crate::reason::reason_id;
use duka_core::{Quantity, Unit};
use leptos::prelude::*;

/// A quantity with its unit: `3`, `0.486 kg`, or `0,486 kg` where people write so.
pub fn shown_quantity(quantity: Quantity) -> String {
    let number = grouped(&quantity.decimal(), number_form());
    match quantity.unit().symbol() {
        "" => number,
        symbol => format!("{number}\u{a0}{symbol}"),
    }
}

/// `/kg` behind a price; nothing behind that of a piece.
pub fn per_unit(unit: Unit) -> String {
    match unit {
        Unit::Each => String::new(),
        Unit::Kilogram | Unit::Litre | Unit::Metre => format!("/{}", unit.symbol()),
    }
}

/// Draws a quantity so that it stays left to right wherever it stands.
#[component]
pub fn Count(
    /// How much.
    #[prop(into)]
    of: Signal<Quantity>,
) -> impl IntoView {
    view! { <bdi class="quantity" dir="ltr">{move || shown_quantity(of.get())}</bdi> }
}

/// Steps a quantity by one whole unit within nothing and a most, and says where it can go no further.
#[component]
pub fn Stepper(
    /// How much.
    value: RwSignal<Quantity>,
    /// The most.
    most: Quantity,
    /// What a screen reader calls the key for less.
    #[prop(into)]
    less: String,
    /// What a screen reader calls the key for more.
    #[prop(into)]
    more: String,
    /// Said at nothing: why there is no less.
    #[prop(into)]
    at_none: String,
    /// Said at the most: why there is no more.
    #[prop(into)]
    at_most: String,
    /// Its name for tests; its keys end in `-less` and `-more`.
    #[prop(into)]
    test: String,
) -> impl IntoView {
    let id = reason_id();
    let stepped = move |by: i64| {
        let step = Quantity::whole(by, most.unit()).and_then(|step| value.get_untracked().checked_add(step));
        step.unwrap_or(most).clamp(zero(most), most)
    };
    let none = Memo::new(move |_| value.get() == zero(most));
    let all = Memo::new(move |_| value.get() == most);
    let end = move || match (all.get(), none.get()) {
        (true, _) => at_most.clone(),
        (false, true) => at_none.clone(),
        (false, false) => String::new(),
    };
    let key = |label: String, test: String, icon: Icon, at_end: Memo<bool>, by: i64| {
        view! {
            <button type="button" aria-label=label data-test=test aria-describedby=id.clone() aria-disabled=move || at_end.get().then_some("true")
                on:click=move |_| value.set(stepped(by))><Glyph icon/></button>
        }
    };
    view! {
        <div class="stepper" data-test=test.clone()>
            {key(less, format!("{test}-less"), Icon::Minus, none, -1)}
            <span class="steps"><Count of=value/><small id=id.clone()>{end}</small></span>
            {key(more, format!("{test}-more"), Icon::Plus, all, 1)}
        </div>
    }
}

fn zero(like: Quantity) -> Quantity {
    Quantity::try_new(0, like.unit()).unwrap_or(like)
}
