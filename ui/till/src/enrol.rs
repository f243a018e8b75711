//! The first run: joining a company with the code from its admin.

use crate::backend;
use crate::fault::FaultOf;
use crate::settings::LanguageSegment;
use crate::text::t;
use crate::till::use_till;
use duka_api::Problem;
use duka_api::till::Enrol as EnrolInput;
use duka_ui_kit::{Button, ButtonKind, Field, FieldKind, focus_on};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Asks for the server and the code.
#[component]
pub fn Enrol() -> impl IntoView {
    let till = use_till();
    let (server, code) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (insist, pending, problem) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None::<Problem>));
    let server_fault = Signal::derive(move || (!is_address(&server.get())).then(|| t().server_address_wrong.to_owned()));
    let code_fault = Signal::derive(move || code.with(|code| code.trim().is_empty()).then(|| t().enrol_code_missing.to_owned()));
    let submit = move |()| {
        insist.set(true);
        if pending.get_untracked() || untrack(|| server_fault.get().is_some() || code_fault.get().is_some()) {
            return;
        }
        pending.set(true);
        problem.set(None);
        let input = EnrolInput { server: server.get_untracked().trim().to_owned(), code: code.get_untracked().trim().to_owned() };
        spawn_local(async move {
            match backend::enrol(&input).await {
                Ok(state) => till.take_state(state),
                Err(refused) => problem.set(Some(refused)),
            }
            pending.try_set(false);
        });
    };
    request_animation_frame(|| {
        focus_on("[data-test=enrol-server]");
    });
    view! {
        <main class="welcome">
            <section class="card">
                <h1>{t().enrol_title}</h1>
                <p class="soft">{t().enrol_how}</p>
                <Field label=t().server_address value=server error=server_fault insist=insist hint=t().server_address_hint.to_owned() kind=FieldKind::Code
                    on_enter=Callback::new(submit) test="enrol-server"/>
                <Field label=t().enrol_code value=code error=code_fault insist=insist hint=t().enrol_code_hint.to_owned() kind=FieldKind::Code large=true most=64
                    on_enter=Callback::new(submit) test="enrol-code"/>
                <FaultOf problem test="enrol-problem"/>
                <Button label=t().enrol kind=ButtonKind::Primary key="Enter" pending=pending on_press=submit test="enrol-submit"/>
            </section>
            <LanguageSegment/>
        </main>
    }
}

/// Whether text can be a server's address: `http` or `https`, and a host.
fn is_address(text: &str) -> bool {
    let rest = text.trim().strip_prefix("https://").or_else(|| text.trim().strip_prefix("http://"));
    rest.is_some_and(|host| host.starts_with(|first: char| first.is_alphanumeric() || first == '[') && !host.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn an_address_says_how_to_reach_the_server() {
        for good in ["https://duka.example", "http://127.0.0.1:8080", " http://[::1]:80 "] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", "duka.example", "ftp://duka.example", "https://", "https:// x"] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
