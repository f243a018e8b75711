//! What the printer makes of a receipt, where one was just made.

use super::{printer_words, trouble_meaning};
use crate::till::use_till;
use duka_api::till::PrinterState;
use duka_ui_kit::{Banner, Mood};
use leptos::prelude::*;

/// That it is printing, or what keeps it; never that it printed.
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
