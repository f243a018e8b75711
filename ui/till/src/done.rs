//! The sale is on disk: its number, the change, and on to the next.

use crate::backend;
use crate::fault::FaultOf;
use crate::printer::{printer_words, trouble_meaning};
use crate::text::t;
use crate::till::{Till, use_till};
use duka_api::till::{PrinterState, ReceiptRef, SaleDone};
use duka_core::ReceiptId;
use duka_ui_kit::{Amount, Banner, Button, Glyph, Icon, Kbd, Mood, Sheet};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Prints a receipt again, marked as a copy.
pub fn print_copy(till: Till, receipt: ReceiptId, pending: RwSignal<bool>) {
    pending.set(true);
    spawn_local(async move {
        match backend::receipt_reprint(&ReceiptRef { receipt }).await {
            Ok(()) => till.say(Mood::Note, t().copy_is_printing),
            Err(problem) => till.fault.set(Some(problem)),
        }
        pending.try_set(false);
    });
}

/// What the printer makes of a receipt; never that it was printed.
#[component]
pub fn PrinterNews() -> impl IntoView {
    let till = use_till();
    move || {
        till.status.with(|status| status.as_ref().map(|status| status.printer.clone())).and_then(|printer| match printer.state {
            PrinterState::None | PrinterState::Ready => None,
            PrinterState::Printing => Some(view! { <p class="soft" role="status">{printer_words(&printer).1}</p> }.into_any()),
            PrinterState::Trouble => {
                let body = trouble_meaning(&printer);
                Some(view! { <Banner mood=Mood::Warn title=printer_words(&printer).1 body/> }.into_any())
            }
        })
    }
}

/// The done screen. Enter or any scan begins the next sale.
#[component]
pub fn Done(
    /// The sale.
    done: SaleDone,
) -> impl IntoView {
    let till = use_till();
    let pending = RwSignal::new(false);
    let receipt = done.receipt;
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
                <FaultOf problem=till.fault test="done-problem"/>
                <button type="button" class="done-key" data-test="done-next" data-first="" on:click=move |_| till.close()>
                    <span>{t().next_sale}</span><Kbd key="Enter"/>
                </button>
                <Button label=t().print_copy icon=Icon::Printer pending=pending on_press=move |()| print_copy(till, receipt, pending) test="done-print"/>
            </div>
        </Sheet>
    }
}
