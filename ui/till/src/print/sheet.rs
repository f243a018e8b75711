//! How the printer is set up, and what is wrong with it.

use super::stuck::StuckPrints;
use super::{printer_words, trouble_meaning};
use crate::backend;
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::t;
use crate::till::use_till;
use duka_api::till::{PrinterSettings, PrinterState};
use duka_ui_kit::{Banner, Button, ButtonKind, Field, FieldKind, Mood, Segment, Sheet};
use leptos::prelude::*;

const DEFAULT_PAPER_MM: u16 = 80;

/// Which printer, and what is wrong with it.
#[component]
pub fn PrinterSheet() -> impl IntoView {
    let till = use_till();
    let printer = till.status.with_untracked(|status| status.as_ref().map(|status| status.printer.clone()));
    let settings = printer.map(|printer| printer.settings).unwrap_or_default();
    let address = RwSignal::new(settings.address);
    let paper = RwSignal::new(if settings.paper_mm == 0 { DEFAULT_PAPER_MM } else { settings.paper_mm });
    let request = Request::new();
    let save = move |()| {
        let settings = PrinterSettings { address: address.get_untracked().trim().to_owned(), paper_mm: paper.get_untracked() };
        request.ask(async move { backend::printer_set(&settings).await }, move |printer| {
            till.status.update(|status| {
                if let Some(status) = status {
                    status.printer = printer;
                }
            });
            till.close();
            till.say(Mood::Good, t().printer_saved);
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
                <ProblemOf problem=request.problem test="printer-problem"/>
                <div class="foot"><Button label=t().save kind=ButtonKind::Primary key="Enter" pending=request.pending on_press=save test="printer-save"/></div>
            </div>
        </Sheet>
    }
}
