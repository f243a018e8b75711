//! What is said above the basket. It never stands in the way of the next scan.

use super::use_basket;
use crate::problem::ProblemBanner;
use crate::text::{fill, problem_text, t};
use crate::till::{Over, use_till};
use duka_api::Problem;
use duka_ui_kit::{Banner, Button, Mood};
use leptos::prelude::*;

/// A message above the basket.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// No product has this code.
    Unknown(String),
    /// The check digit does not fit.
    Misread(String),
    /// The product is not sold any more.
    Inactive(String),
    /// It did not work.
    Problem(Problem),
}

/// A notice in one line, for where its banner cannot be seen.
pub fn notice_text(notice: &Notice) -> String {
    match notice {
        Notice::Unknown(code) => fill(t().unknown_code, &[code]),
        Notice::Misread(code) => fill(t().misread_code, &[code]),
        Notice::Inactive(name) => fill(t().inactive_product, &[name]),
        Notice::Problem(problem) => problem_text(problem).0,
    }
}

/// The notice, if there is one.
#[component]
pub fn NoticeBanner() -> impl IntoView {
    let (till, basket) = (use_till(), use_basket());
    let put_away = Callback::new(move |()| basket.notice.set(None));
    move || {
        let notice = basket.notice.get()?;
        let (title, close) = (notice_text(&notice), (t().close.to_owned(), put_away));
        Some(match notice {
            Notice::Unknown(code) => {
                let add = move |()| {
                    basket.notice.set(None);
                    till.open(Over::Product(None, code.clone()));
                };
                view! {
                    <Banner mood=Mood::Warn title body=t().unknown_code_meaning.to_owned() close test="notice">
                        <Button label=t().add_product on_press=add test="add-unknown"/>
                    </Banner>
                }
                .into_any()
            }
            Notice::Misread(_) => {
                view! { <Banner mood=Mood::Warn title body=t().misread_meaning.to_owned() close test="notice"/> }.into_any()
            }
            Notice::Inactive(_) => {
                view! { <Banner mood=Mood::Warn title body=t().inactive_meaning.to_owned() close test="notice"/> }.into_any()
            }
            Notice::Problem(problem) => view! { <ProblemBanner problem close=put_away test="notice"/> }.into_any(),
        })
    }
}
