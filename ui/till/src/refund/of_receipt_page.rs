//! The screen that gives money back for lines of a receipt.

use super::giving::{GivePane, Giving};
use super::of_receipt::{Part, Parts};
use crate::page::Page;
use crate::text::{fill, t};
use crate::till::use_till;
use duka_api::till::{Receipt, ReceiptLine};
use duka_core::Money;
use duka_ui_kit::{Amount, Button, Count, Stepper, shown_quantity};
use leptos::prelude::*;

/// Which lines of a receipt come back, and how much of each.
#[component]
pub fn Refund(
    /// The receipt.
    receipt: Receipt,
) -> impl IntoView {
    let till = use_till();
    let parts = Parts::new(&receipt);
    let nothing = Money::zero(receipt.summary.gross.currency());
    let total = Signal::derive(move || parts.total(nothing));
    let not_yet = Signal::derive(move || parts.is_nothing().then(|| t().choose_what_comes_back.to_owned()));
    let giving = Giving::new(till, false, total, not_yet);
    till.keep_unsaved(move || !parts.is_nothing());
    let deeds = move || view! { <Button label=t().refund_all on_press=move |()| parts.take_all() test="refund-all"/> };
    view! {
        <Page title=t().refund_title deeds=deeds>
            <div class="master wide">
                <section class="pane list">
                    <h2><bdi dir="ltr">{receipt.summary.number}</bdi></h2>
                    <ul class="refund-lines scroll">
                        {parts.left().into_iter().map(|part| view! { <Left part/> }).collect_view()}
                        {parts.gone().into_iter().map(|line| view! { <Gone line/> }).collect_view()}
                    </ul>
                </section>
                <GivePane giving lines=Callback::new(move |()| Some(parts.lines()))/>
            </div>
        </Page>
    }
}

/// A line of which something is left.
#[component]
fn Left(
    /// The line.
    part: Part,
) -> impl IntoView {
    let test = format!("refund-line-{}", part.line.line);
    let (name, now, left) = (part.line.name.clone(), part.now, part.left);
    view! {
        <li>
            <div class="what"><b><bdi>{name}</bdi></b><small>{fill(t().of_quantity, &[&shown_quantity(left)])}</small></div>
            <Stepper value=now most=left less=t().less more=t().one_more at_none=t().none_of_it at_most=t().all_of_it test=test/>
            <span class="sum"><Amount of=Signal::derive(move || part.gross()) plain=true/></span>
        </li>
    }
}

/// A line that came back before.
#[component]
fn Gone(
    /// The line.
    line: ReceiptLine,
) -> impl IntoView {
    view! {
        <li class="gone"><div class="what"><b><bdi>{line.name}</bdi></b></div><span class="tag warn">{t().refunded}</span><span class="sum"><Count of=line.quantity/></span></li>
    }
}
