//! The receipt printer: in a word on the strip, and how it is set up.

use crate::backend;
use crate::fault::FaultOf;
use crate::stuck::StuckPrints;
use crate::text::{count, t};
use crate::till::use_till;
use duka_api::till::{Printer, PrinterSettings, PrinterState};
use duka_ui_kit::{Banner, Button, ButtonKind, Field, FieldKind, Mood, Segment, Sheet};
use leptos::prelude::*;
use leptos::task::spawn_local;

const DEFAULT_PAPER_MM: u16 = 80;

/// Colour and words for the strip. Never "printed": a printer does not tell.
pub fn printer_words(printer: &Printer) -> (Mood, String) {
    let queued = (printer.queued > 0).then(|| format!(" · {}", count(printer.queued, t().receipt_waiting, t().receipts_waiting)));
    let queued = queued.unwrap_or_default();
    match printer.state {
        PrinterState::None => (Mood::Note, t().no_printer.to_owned()),
        PrinterState::Ready => (Mood::Good, t().printer.to_owned()),
        PrinterState::Printing => (Mood::Note, t().printing.to_owned()),
        PrinterState::Trouble if only_stuck(printer) => (Mood::Warn, format!("{}{queued}", t().printer_stuck)),
        PrinterState::Trouble => (Mood::Warn, format!("{}{queued}", t().printer_trouble)),
    }
}

/// What trouble means, and what is known of it.
pub fn trouble_meaning(printer: &Printer) -> String {
    if only_stuck(printer) {
        return t().printer_stuck_meaning.to_owned();
    }
    [t().printer_trouble_meaning, &printer.detail].join(" ").trim().to_owned()
}

/// Whether all that waits waits for a person, not for the printer.
fn only_stuck(printer: &Printer) -> bool {
    printer.stuck > 0 && printer.stuck == printer.queued
}

/// Which printer, and what is wrong with it.
#[component]
pub fn PrinterSheet() -> impl IntoView {
    let till = use_till();
    let printer = till.status.with_untracked(|status| status.as_ref().map(|status| status.printer.clone()));
    let settings = printer.map(|printer| printer.settings).unwrap_or_default();
    let address = RwSignal::new(settings.address);
    let paper = RwSignal::new(if settings.paper_mm == 0 { DEFAULT_PAPER_MM } else { settings.paper_mm });
    let pending = RwSignal::new(false);
    let save = move |()| {
        pending.set(true);
        till.fault.set(None);
        let settings = PrinterSettings { address: address.get_untracked().trim().to_owned(), paper_mm: paper.get_untracked() };
        spawn_local(async move {
            match backend::printer_set(&settings).await {
                Ok(printer) => {
                    till.status.update(|status| {
                        if let Some(status) = status {
                            status.printer = printer;
                        }
                    });
                    till.close();
                    till.say(Mood::Good, t().printer_saved);
                }
                Err(problem) => till.fault.set(Some(problem)),
            }
            pending.set(false);
        });
    };
    let news = move || {
        till.status.with(|status| status.as_ref().map(|status| status.printer.clone())).map(|printer| {
            let (mood, words) = printer_words(&printer);
            let body = if printer.state == PrinterState::Trouble { trouble_meaning(&printer) } else { printer.detail };
            view! { <Banner mood title=words body test="printer-detail"/> }
        })
    };
    view! {
        <Sheet title=t().printer_title on_close=move |()| till.close() close=t().close test="printer">
            <div class="body">
                {news}
                <StuckPrints/>
                <Field label=t().printer_address value=address hint=t().printer_address_hint.to_owned() kind=FieldKind::Code first=true
                    on_enter=Callback::new(save) test="printer-address"/>
                <Segment label=t().paper chosen=paper on_choose=move |width| paper.set(width)
                    choices=vec![(58, "58 mm".to_owned(), "paper-58"), (80, "80 mm".to_owned(), "paper-80")]/>
                <FaultOf problem=till.fault test="printer-problem"/>
                <div class="foot"><Button label=t().save kind=ButtonKind::Primary key="Enter" pending=pending on_press=save test="printer-save"/></div>
            </div>
        </Sheet>
    }
}
