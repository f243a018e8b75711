//! The whole window: which stage the till is in, and which screen and sheet that shows.

use crate::backend;
use crate::basket::{BasketState, CancelSheet, DiscountSheet, NoteSheet, QuantitySheet};
use crate::device::{Enrol, SetUpAgainSheet, Settings};
use crate::import::{Import, ImportState};
use crate::journal::{Failed, SalvagedSheet, Unusable};
use crate::keys::Keys;
use crate::page::LeaveSheet;
use crate::print::PrinterSheet;
use crate::product::{Finder, ProductSheet, Products};
use crate::receipt::Receipts;
use crate::refund::{Refund, RefundDone, RefundUnlinked};
use crate::sale::{Done, Sell, TenderSheet, TenderState};
use crate::shift::ShiftPage;
use crate::strip::Strip;
use crate::sync::LinkSheet;
use crate::text::{Language, set_language, t};
use crate::till::{Over, Screen, Stage, Till, use_till};
use duka_ui_kit::{Gallery, Theme, Toaster, apply_direction, apply_theme};
use leptos::prelude::*;

/// Begins.
pub fn start() {
    apply_theme(Theme::remembered());
    let gallery = web_sys::window().and_then(|window| window.location().search().ok()).is_some_and(|query| query.contains("gallery"));
    if let Some(boot) = web_sys::window().and_then(|window| window.document()).and_then(|document| document.get_element_by_id("boot")) {
        boot.remove();
    }
    if gallery { leptos::mount::mount_to_body(Gallery) } else { leptos::mount::mount_to_body(App) }
}

#[component]
fn App() -> impl IntoView {
    let till = Till::new();
    let basket = BasketState::new(till);
    let finder = Finder::new(till, basket);
    let tender = TenderState::new(till, basket, finder);
    let import = ImportState::new(till);
    provide_context(till);
    provide_context(basket);
    provide_context(finder);
    provide_context(tender);
    provide_context(import);
    let language = RwSignal::new(Language::remembered());
    provide_context(language);
    Keys { till, basket, finder, tender }.listen();
    backend::listen("status", move |status| till.take_status(status));
    backend::listen("import", move |progress| import.hear(progress));
    import.ask();
    till.ask_state();
    move || {
        // Words are read once, when they are drawn: another language draws everything anew.
        set_language(language.get());
        apply_direction(language.get().code(), language.get().right_to_left());
        view! { <Window/> }
    }
}

#[component]
fn Window() -> impl IntoView {
    let till = use_till();
    let stage = Memo::new(move |_| till.stage.get());
    let content = move || match stage.get() {
        Stage::Starting => view! { <div class="boot" role="status"><strong>"Duka"</strong><span class="boot-bar"></span></div> }.into_any(),
        Stage::Failed(problem) => view! { <Failed problem/> }.into_any(),
        Stage::Unusable(database) => view! { <Unusable database/> }.into_any(),
        Stage::Enrol => view! { <Enrol/> }.into_any(),
        Stage::Ready => view! { <Ready/> }.into_any(),
    };
    view! {
        {content}
        <Toaster messages=till.toasts/>
    }
}

#[component]
fn Ready() -> impl IntoView {
    let till = use_till();
    let screen = move || match till.screen.get() {
        Screen::Sell => view! { <Sell/> }.into_any(),
        Screen::Receipts(to_refund) => view! { <Receipts to_refund/> }.into_any(),
        Screen::Refund(receipt) => view! { <Refund receipt=*receipt/> }.into_any(),
        Screen::RefundUnlinked => view! { <RefundUnlinked/> }.into_any(),
        Screen::Products => view! { <Products/> }.into_any(),
        Screen::Import => view! { <Import/> }.into_any(),
        Screen::Shift(report) => view! { <ShiftPage closed=report.map(|report| *report)/> }.into_any(),
        Screen::Settings => view! { <Settings/> }.into_any(),
    };
    let over = move || {
        Some(match till.over.get()? {
            Over::Tender => view! { <TenderSheet/> }.into_any(),
            Over::Done(done) => view! { <Done done=*done/> }.into_any(),
            Over::Quantity(line) => view! { <QuantitySheet line/> }.into_any(),
            Over::Discount(line) => view! { <DiscountSheet line/> }.into_any(),
            Over::Note(line) => view! { <NoteSheet line/> }.into_any(),
            Over::CancelSale => view! { <CancelSheet/> }.into_any(),
            Over::Product(product, code) => view! { <ProductSheet product=product.map(|product| *product) code/> }.into_any(),
            Over::Printer => view! { <PrinterSheet/> }.into_any(),
            Over::Link => view! { <LinkSheet/> }.into_any(),
            Over::SetUpAgain => view! { <SetUpAgainSheet/> }.into_any(),
            Over::Salvaged => view! { <SalvagedSheet/> }.into_any(),
            Over::Leave(to) => view! { <LeaveSheet to=*to/> }.into_any(),
            Over::RefundDone(done) => view! { <RefundDone done=*done/> }.into_any(),
        })
    };
    view! {
        <div class="window" inert=move || till.over.with(Option::is_some)>
            <Strip/>
            <main class="screen" aria-label=t().till>{screen}</main>
        </div>
        {over}
    }
}
