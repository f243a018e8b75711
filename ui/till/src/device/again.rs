//! Making a till that has joined a new device of its shop: for one that was revoked, or whose key is lost.

use super::enrol::{Joined, Joining, ServerAndCode};
use crate::text::t;
use crate::till::use_till;
use duka_ui_kit::{Banner, Button, ButtonKind, Mood, Sheet};
use leptos::prelude::*;

/// Says what it means, asks for the code, and shows which shop it led to.
#[component]
pub fn SetUpAgainSheet() -> impl IntoView {
    let till = use_till();
    let server = till.enrolment.with_untracked(|enrolment| enrolment.as_ref().map(|enrolment| enrolment.server.clone()));
    let joining = Joining::new(server.unwrap_or_default(), true);
    let begin = Callback::new(move |()| {
        till.close();
        joining.begin(till);
    });
    // Closed before it was said where it leads, the till begins all the same: it is that device now.
    let close = move |()| begin.run(());
    view! {
        <Sheet title=t().again_title on_close=close close=t().close test="again">
            <div class="body">
                {move || match joining.joined() {
                    Some(enrolment) => view! { <Joined enrolment begin/> }.into_any(),
                    None => view! { <Asking joining/> }.into_any(),
                }}
            </div>
        </Sheet>
    }
}

#[component]
fn Asking(joining: Joining) -> impl IntoView {
    let till = use_till();
    let submit = move |()| joining.submit(till);
    // It takes a press of the button, which says what it does.
    let nothing = Callback::new(|()| ());
    let shift = move || {
        till.in_shift()
            .then(|| view! { <Banner mood=Mood::Warn title=t().again_shift body=t().again_shift_how.to_owned() test="again-shift"/> })
    };
    view! {
        <p>{t().again_how}</p>
        {shift}
        <ServerAndCode joining on_enter=nothing/>
        <div class="foot">
            <Button label=t().again_confirm kind=ButtonKind::Danger pending=joining.request.pending on_press=submit test="again-confirm"/>
        </div>
    }
}
