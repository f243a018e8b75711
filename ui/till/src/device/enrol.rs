//! The first run: joining a company with the code from its admin.

use super::language::LanguageSegment;
use crate::backend;
use crate::journal::SalvagedCard;
use crate::limit;
use crate::page::focus_first;
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::t;
use crate::till::{Till, use_till};
use duka_api::till::Enrol as EnrolInput;
use duka_ui_kit::{Button, ButtonKind, Field, FieldKind};
use leptos::prelude::*;

/// The server and the code as they are typed. Copies are the same.
#[derive(Clone, Copy)]
struct Joining {
    server: RwSignal<String>,
    code: RwSignal<String>,
    insist: RwSignal<bool>,
    request: Request,
}

impl Joining {
    fn new() -> Self {
        Self {
            server: RwSignal::new(String::new()),
            code: RwSignal::new(String::new()),
            insist: RwSignal::new(false),
            request: Request::new(),
        }
    }

    fn server_problem(self) -> Option<String> {
        (!self.server.with(|server| is_address(server))).then(|| t().server_address_wrong.to_owned())
    }

    fn code_problem(self) -> Option<String> {
        self.code.with(|code| code.trim().is_empty()).then(|| t().enrol_code_missing.to_owned())
    }

    fn submit(self, till: Till) {
        self.insist.set(true);
        if untrack(|| self.server_problem().is_some() || self.code_problem().is_some()) {
            return;
        }
        let [server, code] = [self.server, self.code].map(|text| text.get_untracked().trim().to_owned());
        let input = EnrolInput { server, code };
        self.request.ask(async move { backend::enrol(&input).await }, move |state| till.take_state(state));
    }
}

/// Asks for the server and the code.
#[component]
pub fn Enrol() -> impl IntoView {
    let till = use_till();
    let joining = Joining::new();
    let insist = joining.insist;
    let submit = Callback::new(move |()| joining.submit(till));
    focus_first("[data-test=enrol-server]");
    view! {
        <main class="welcome">
            <SalvagedCard/>
            <section class="card">
                <h1>{t().enrol_title}</h1>
                <p class="soft">{t().enrol_how}</p>
                <Field label=t().server_address value=joining.server problem=Signal::derive(move || joining.server_problem()) insist=insist
                    hint=t().server_address_hint.to_owned() kind=FieldKind::Code on_enter=submit test="enrol-server"/>
                <Field label=t().enrol_code value=joining.code problem=Signal::derive(move || joining.code_problem()) insist=insist
                    hint=t().enrol_code_hint.to_owned() kind=FieldKind::Code large=true most=limit::ENROL_CODE on_enter=submit test="enrol-code"/>
                <ProblemOf problem=joining.request.problem test="enrol-problem"/>
                <Button label=t().enrol kind=ButtonKind::Primary key="Enter" pending=joining.request.pending on_press=submit test="enrol-submit"/>
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
