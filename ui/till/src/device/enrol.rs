//! Joining a company with the code from its admin: at the first run, and what of it is the same when a till is set up again.

use super::code::{code_problem, grouped};
use super::language::LanguageSegment;
use crate::backend;
use crate::journal::SalvagedCard;
use crate::limit;
use crate::page::focus_first;
use crate::problem::ProblemOf;
use crate::request::Request;
use crate::text::t;
use crate::till::{Till, use_till};
use duka_api::till::{Enrol as EnrolInput, Enrolment, State};
use duka_ui_kit::{Button, ButtonKind, Field, FieldKind};
use leptos::prelude::*;

/// The server and the code as they are typed. Copies are the same.
#[derive(Clone, Copy)]
pub(super) struct Joining {
    server: RwSignal<String>,
    code: RwSignal<String>,
    insist: RwSignal<bool>,
    pub(super) request: Request,
    /// Whether a till that has joined becomes a new device by it.
    again: bool,
    /// Whom it joined, until the person has seen it.
    joined: RwSignal<Option<State>>,
}

impl Joining {
    /// With the server's address as far as it is known; `again` for a till that has joined before.
    pub(super) fn new(server: String, again: bool) -> Self {
        Self {
            server: RwSignal::new(server),
            code: RwSignal::new(String::new()),
            insist: RwSignal::new(false),
            request: Request::new(),
            again,
            joined: RwSignal::new(None),
        }
    }

    fn server_problem(self) -> Option<String> {
        (!self.server.with(|server| is_address(server))).then(|| t().server_address_wrong.to_owned())
    }

    fn code_problem(self) -> Option<String> {
        self.code.with(|code| code_problem(code, self.insist.get()))
    }

    /// Whom it joined.
    pub(super) fn joined(self) -> Option<Enrolment> {
        self.joined.with(|state| state.as_ref().and_then(|state| state.enrolment.clone()))
    }

    /// The person has seen whom it joined: the till begins.
    pub(super) fn begin(self, till: Till) {
        self.joined.with_untracked(Clone::clone).into_iter().for_each(|state| till.take_state(state));
    }

    /// Sends the code. Where nobody waits for the answer any more, the till begins with it: it is that device by then.
    pub(super) fn submit(self, till: Till) {
        self.insist.set(true);
        if untrack(|| self.server_problem().is_some() || self.code_problem().is_some()) {
            return;
        }
        let [server, code] = [self.server, self.code].map(|text| text.get_untracked().trim().to_owned());
        let input = EnrolInput { server, code, again: self.again };
        self.request.ask(async move { backend::enrol(&input).await }, move |state| {
            if let Some(Some(state)) = self.joined.try_set(Some(state)) {
                till.take_state(state);
            }
        });
    }
}

/// Asks for the server and the code; then shows which shop they led to.
#[component]
pub fn Enrol() -> impl IntoView {
    let till = use_till();
    let joining = Joining::new(String::new(), false);
    let begin = Callback::new(move |()| joining.begin(till));
    view! {
        <main class="welcome">
            <SalvagedCard/>
            {move || match joining.joined() {
                Some(enrolment) => view! { <Joined enrolment begin/> }.into_any(),
                None => view! { <Asking joining/> }.into_any(),
            }}
            <LanguageSegment/>
        </main>
    }
}

#[component]
fn Asking(joining: Joining) -> impl IntoView {
    let till = use_till();
    let submit = Callback::new(move |()| joining.submit(till));
    focus_first("[data-test=enrol-server]");
    view! {
            <section class="card">
                <h1>{t().enrol_title}</h1>
                <p class="soft">{t().enrol_how}</p>
                <ServerAndCode joining on_enter=submit/>
                <Button label=t().enrol kind=ButtonKind::Primary key="Enter" pending=joining.request.pending on_press=submit test="enrol-submit"/>
            </section>
    }
}

/// The server and the code, and what was wrong with them.
#[component]
pub(super) fn ServerAndCode(
    /// What is typed.
    joining: Joining,
    /// What the Enter key does.
    on_enter: Callback<()>,
) -> impl IntoView {
    let insist = joining.insist;
    Effect::new(move |_| joining.code.with(|code| grouped(code)).into_iter().for_each(|code| joining.code.set(code)));
    view! {
        <Field label=t().server_address value=joining.server problem=Signal::derive(move || joining.server_problem()) insist=insist
            hint=t().server_address_hint.to_owned() kind=FieldKind::Code on_enter=on_enter test="enrol-server"/>
        <Field label=t().enrol_code value=joining.code problem=Signal::derive(move || joining.code_problem()) insist=insist
            hint=t().enrol_code_hint.to_owned() kind=FieldKind::Code most=limit::ENROL_CODE on_enter=on_enter test="enrol-code"/>
        <ProblemOf problem=joining.request.problem test="enrol-problem"/>
    }
}

/// Which shop the code led to: a code of another one is noticed before the first sale.
#[component]
pub(super) fn Joined(
    /// Whom it joined.
    enrolment: Enrolment,
    /// Goes on.
    begin: Callback<()>,
) -> impl IntoView {
    focus_first("[data-test=enrol-begin]");
    view! {
        <section class="card" data-test="enrol-joined">
            <h1>{t().enrol_joined}</h1>
            <dl class="facts">
                <dt>{t().company}</dt><dd><bdi>{enrolment.company}</bdi></dd>
                <dt>{t().shop}</dt><dd><bdi>{enrolment.shop}</bdi></dd>
                <dt>{t().register}</dt><dd><bdi>{enrolment.register}</bdi></dd>
                <dt>{t().series}</dt><dd><bdi dir="ltr">{enrolment.series}</bdi></dd>
            </dl>
            <p class="soft">{t().enrol_joined_how}</p>
            <Button label=t().enrol_begin kind=ButtonKind::Primary key="Enter" on_press=begin test="enrol-begin"/>
        </section>
    }
}

/// Whether text can be a server's address: a host, after `https://` or `http://` or without either.
fn is_address(text: &str) -> bool {
    let text = text.trim();
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).or((!text.contains("://")).then_some(text));
    host.is_some_and(|host| host.starts_with(|first: char| first.is_alphanumeric() || first == '[') && !host.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn an_address_says_how_to_reach_the_server() {
        for good in ["duka.example", "https://duka.example", "http://127.0.0.1:8080", " http://[::1]:80 "] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", "duka example", "ftp://duka.example", "https://", "https:// x"] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
