//! The sale is on disk: its number, the change, and on to the next.

use crate::print::PrinterNews;
use crate::problem::ProblemOf;
use crate::receipt::print_copy;
use crate::request::Request;
use crate::text::t;
use crate::till::use_till;
use duka_api::till::SaleDone;
use duka_ui_kit::{Amount, Button, ButtonKind, Glyph, Icon, Sheet};
use leptos::prelude::*;

/// The done screen. Enter or any scan begins the next sale.
#[component]
pub fn Done(
    /// The sale.
    done: SaleDone,
) -> impl IntoView {
    let till = use_till();
    let (request, receipt) = (Request::new(), done.receipt);
    view! {
        <Sheet title=t().sale_done on_close=move |()| till.close() close=t().close bare=true test="done">
            <div class="done">
                <p class="done-title"><Glyph icon=Icon::Check/><span>{t().sale_done}</span><b data-test="done-number"><bdi dir="ltr">{done.number}</bdi></b></p>
                <div class="change" role="status">
                    <small>{t().change}</small>
                    <strong data-test="change"><Amount of=done.change/></strong>
                </div>
                <ul class="taken">
                    <li><span>{t().total}</span><b data-test="done-total"><Amount of=done.gross/></b></li>
                    <li><span>{t().cash}</span><b data-test="done-tendered"><Amount of=done.tendered/></b></li>
                </ul>
                <PrinterNews/>
                <ProblemOf problem=request.problem test="done-problem"/>
                <Button label=t().next_sale kind=ButtonKind::Final key="Enter" first=true on_press=move |()| till.close() test="done-next"/>
                <Button label=t().print_copy icon=Icon::Printer pending=request.pending on_press=move |()| print_copy(till, receipt, request) test="done-print"/>
            </div>
        </Sheet>
    }
}
