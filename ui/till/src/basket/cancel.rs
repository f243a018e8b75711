//! Giving the basket up.

use super::{Job, enqueue};
use crate::text::t;
use crate::till::{Over, Till, use_till};
use duka_ui_kit::{Button, ButtonKind, Sheet};
use leptos::prelude::*;

/// Asks whether the basket is to be given up.
pub fn cancel_sale(till: Till) {
    if untrack(|| till.basket.has_lines()) {
        till.open(Over::CancelSale);
    }
}

/// Whether the basket is really to be given up.
#[component]
pub fn CancelSheet() -> impl IntoView {
    let till = use_till();
    let abort = move |()| {
        till.close();
        enqueue(till, Job::Abort);
    };
    view! {
        <Sheet title=t().cancel_sale on_close=move |()| till.close() close=t().close test="cancel">
            <div class="body">
                <p>{t().cancel_sale_meaning}</p>
                <div class="foot">
                    <Button label=t().keep_selling on_press=move |()| till.close() key="Esc"/>
                    <Button label=t().cancel_sale kind=ButtonKind::Danger first=true on_press=abort test="cancel-confirm"/>
                </div>
            </div>
        </Sheet>
    }
}
