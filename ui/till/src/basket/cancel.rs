//! Giving the basket up.

use super::use_basket;
use crate::text::t;
use crate::till::use_till;
use duka_ui_kit::{Button, ButtonKind, Sheet};
use leptos::prelude::*;

/// Whether the basket is really to be given up.
#[component]
pub fn CancelSheet() -> impl IntoView {
    let (till, basket) = (use_till(), use_basket());
    let abort = move |()| {
        till.close();
        basket.abort();
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
