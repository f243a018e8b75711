//! Light, dark, or as the system likes it; left to right or right to left.

use crate::preference::{Preference, recall, remember};

/// Which colours to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system is set.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word it is remembered by.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What was chosen on this computer.
    pub fn remembered() -> Self {
        recall(Preference::Theme).map_or(Self::System, |name| Self::parse(&name))
    }

    fn parse(name: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.name() == name).unwrap_or_default()
    }

    /// The word for the document, given what the system prefers.
    const fn resolved(self, system_is_dark: bool) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::System if system_is_dark => "dark",
            Self::System | Self::Light => "light",
        }
    }
}

/// Shows and remembers a theme.
pub fn apply_theme(theme: Theme) {
    remember(Preference::Theme, theme.name());
    let Some(window) = web_sys::window() else { return };
    let dark = window.match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches());
    set_on_document("data-theme", theme.resolved(dark));
}

/// Sets the document's language and, with it, its direction.
pub fn apply_direction(language: &str, right_to_left: bool) {
    set_on_document("lang", language);
    set_on_document("dir", if right_to_left { "rtl" } else { "ltr" });
}

fn set_on_document(attribute: &str, value: &str) {
    let root = web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element());
    if let Some(root) = root {
        let _only_fails_for_a_bad_name = root.set_attribute(attribute, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_decides_only_when_it_is_asked() {
        assert_eq!(Theme::System.resolved(true), "dark");
        assert_eq!(Theme::Light.resolved(true), "light");
        assert_eq!(Theme::Dark.resolved(false), "dark");
        assert_eq!(Theme::parse("nonsense"), Theme::System);
    }
}
