//! The refund is on disk: give the money back.

use crate::print::PrinterNews;
use crate::text::t;
use crate::till::{Screen, use_till};
use duka_api::till::RefundDone as Refunded;
use duka_ui_kit::{Amount, Button, ButtonKind, Glyph, Icon, Sheet};
use leptos::prelude::*;

/// Its number, and how much to give back.
#[component]
pub fn RefundDone(
    /// The refund.
    done: Refunded,
) -> impl IntoView {
    let till = use_till();
    view! {
        <Sheet title=t().refund_done on_close=move |()| till.leave(Screen::Sell) close=t().close bare=true test="refund-done">
            <div class="done">
                <p class="done-title"><Glyph icon=Icon::Check/><span>{t().refund_done}</span><b data-test="refund-number"><bdi dir="ltr">{done.number}</bdi></b></p>
                <div class="change give-back" role="status"><small>{t().give_back}</small><strong data-test="refund-gross"><Amount of=done.gross/></strong></div>
                <PrinterNews/>
                <Button label=t().next_sale kind=ButtonKind::Final key="Enter" first=true on_press=move |()| till.leave(Screen::Sell) test="refund-next"/>
            </div>
        </Sheet>
    }
}
