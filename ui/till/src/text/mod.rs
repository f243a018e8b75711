//! Every word that a person reads. One table per language; a word that is missing in one does not compile.

mod ar;
mod en;
mod table;

use duka_api::Problem;
use duka_ui_kit::{Preference, Unread, recall};
use std::cell::Cell;
pub use table::Text;

/// A language of the screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Arabic; right to left.
    Arabic,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Arabic];

    /// What was chosen on this computer.
    pub fn remembered() -> Self {
        let code = recall(Preference::Language);
        Self::ALL.into_iter().find(|language| Some(language.code()) == code.as_deref()).unwrap_or_default()
    }

    /// Its code, as in `lang`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Arabic => "ar",
        }
    }

    /// Its name in itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Arabic => "العربية",
        }
    }

    /// Its control's name for tests.
    pub const fn test_name(self) -> &'static str {
        match self {
            Self::English => "language-en",
            Self::Arabic => "language-ar",
        }
    }

    /// Whether it is written from right to left.
    pub const fn right_to_left(self) -> bool {
        matches!(self, Self::Arabic)
    }

    const fn table(self) -> &'static Text {
        match self {
            Self::English => &en::TEXT,
            Self::Arabic => &ar::TEXT,
        }
    }
}

thread_local! {
    static CURRENT: Cell<Language> = const { Cell::new(Language::English) };
}

/// Chooses the table that [`t`] gives from now on.
pub fn set_language(language: Language) {
    CURRENT.set(language);
}

/// The words in the language that is chosen.
pub fn t() -> &'static Text {
    CURRENT.get().table()
}

/// Puts values into the `{}` of a text, in their order. A value that may run against the words around it is kept apart from them.
pub fn fill(template: &str, values: &[&str]) -> String {
    let right_to_left = CURRENT.get().right_to_left();
    let mut parts = template.split("{}");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (part, value) in parts.zip(values) {
        if right_to_left || !value.is_ascii() {
            text.push('\u{2068}');
            text.push_str(value);
            text.push('\u{2069}');
        } else {
            text.push_str(value);
        }
        text.push_str(part);
    }
    text
}

/// A text for one, or for many.
pub fn count(number: u64, one: &str, many: &str) -> String {
    fill(if number == 1 { one } else { many }, &[&number.to_string()])
}

/// What happened, and what to do. The engine's own words are English; in another language its code speaks.
pub fn problem_text(problem: &Problem) -> (String, String) {
    let language = CURRENT.get();
    let (title, deed) = match language {
        Language::English => en::problem(problem.code),
        Language::Arabic => ar::problem(problem.code),
    };
    let own_words = language == Language::English && !problem.detail.is_empty();
    (title.to_owned(), if own_words { problem.detail.clone() } else { deed.to_owned() })
}

/// Why one of the shared rules refuses something. Its own words are English; in another language only that it does is said.
pub fn refusal(error: &impl std::fmt::Display) -> String {
    match CURRENT.get() {
        Language::English => error.to_string(),
        Language::Arabic => t().not_possible.to_owned(),
    }
}

/// Why a text is not the number that is wanted.
pub fn unread_text(unread: &Unread) -> String {
    match unread {
        Unread::Nothing => t().amount_missing.to_owned(),
        Unread::TwoWays(_) => t().which_is_meant.to_owned(),
        Unread::NotANumber(text) => fill(t().not_a_number, &[text]),
        Unread::TooManyDecimals { digits: 0, .. } => t().no_decimals.to_owned(),
        Unread::TooManyDecimals { digits, .. } => fill(t().too_many_decimals, &[&digits.to_string()]),
        Unread::TooLarge => t().number_too_large.to_owned(),
        Unread::Refused(words) => words.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_where_they_belong() {
        assert_eq!(fill("{} of {} rows", &["3", "10"]), "3 of 10 rows");
        assert_eq!(count(1, "{} sale waiting", "{} sales waiting"), "1 sale waiting");
        assert_eq!(
            fill("{} was saved", &["\u{623}\u{631}\u{632} 1"]),
            "\u{2068}\u{623}\u{631}\u{632} 1\u{2069} was saved",
            "a name does not turn the words after it"
        );
        set_language(Language::Arabic);
        assert_eq!(fill("منذ {}", &["08:02"]), "منذ \u{2068}08:02\u{2069}");
    }
}
