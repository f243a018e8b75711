//! Documents that the printer did not confirm: what is known of each, and what a person can say of it.

use crate::backend;
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::{fill, t};
use crate::till::use_till;
use duka_api::till::{PrintDecision, PrintDeed, StuckPrint};
use duka_core::PrintJobId;
use duka_ui_kit::{Banner, Button, Mood, focus_on};
use leptos::prelude::*;

/// Those that wait, as long as some do.
#[component]
pub fn StuckPrints() -> impl IntoView {
    let till = use_till();
    let (stuck, listing, deciding) = (RwSignal::new(Vec::<StuckPrint>::new()), Request::new(), Request::new());
    let printer = Memo::new(move |_| till.status.with(|status| status.as_ref().map(|status| status.printer.clone())));
    Effect::new(move |_| {
        printer.track();
        listing.ask(backend::print_stuck(), move |found| drop(stuck.try_set(found)));
    });
    let decide = move |(job, deed): (PrintJobId, PrintDeed)| {
        deciding.ask(async move { backend::print_decide(&PrintDecision { job, deed }).await }, move |left| {
            stuck.try_set(left);
            // Not on the next one's button: a second Enter would decide on it unseen.
            request_animation_frame(|| {
                focus_on("[data-test=printer-address]");
            });
        });
    };
    let list = move || {
        let jobs = stuck.get();
        (!jobs.is_empty()).then(|| {
            let jobs = jobs
                .into_iter()
                .map(|print| view! { <li data-test="stuck-job"><Stuck print deciding=deciding.pending on_decide=decide/></li> });
            view! { <ul class="stuck">{jobs.collect_view()}</ul> }
        })
    };
    view! {
        {list}
        <ProblemOf problem=listing.problem test="stuck-problem"/>
        <ProblemOf problem=deciding.problem test="stuck-problem"/>
    }
}

#[component]
fn Stuck(
    /// The document.
    print: StuckPrint,
    /// Whether a decision is on its way.
    deciding: RwSignal<bool>,
    /// Hears what is to become of it.
    #[prop(into)]
    on_decide: Callback<(PrintJobId, PrintDeed)>,
) -> impl IntoView {
    let StuckPrint { job, what, may_be_on_paper, detail } = print;
    let what = if what.is_empty() { t().receipt.to_owned() } else { what };
    let (title, body, leave) = if may_be_on_paper {
        (t().stuck_unconfirmed, t().stuck_unconfirmed_meaning, t().was_printed)
    } else {
        (t().stuck_failed, t().stuck_failed_meaning, t().leave_unprinted)
    };
    view! {
        <Banner mood=Mood::Warn title=fill(title, &[&what]) body=body.to_owned() details=(t().details.to_owned(), detail)>
            <Button label=t().print_again pending=deciding on_press=move |()| on_decide.run((job, PrintDeed::Again)) test="stuck-again"/>
            <Button label=leave pending=deciding on_press=move |()| on_decide.run((job, PrintDeed::Leave)) test="stuck-leave"/>
        </Banner>
    }
}
