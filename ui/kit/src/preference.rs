//! What this computer remembers of how its user likes things. Nothing that a sale needs is ever kept here.

/// A thing that is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preference {
    /// `system`, `light` or `dark`.
    Theme,
    /// `on` or `off`.
    Sound,
    /// A language code.
    Language,
}

impl Preference {
    const fn key(self) -> &'static str {
        match self {
            Self::Theme => "duka.theme",
            Self::Sound => "duka.sound",
            Self::Language => "duka.language",
        }
    }
}

/// What was remembered, if anything.
pub fn recall(preference: Preference) -> Option<String> {
    storage()?.get_item(preference.key()).ok()?
}

/// Remembers `value`; a browser that forbids it only forgets sooner.
pub fn remember(preference: Preference, value: &str) {
    if let Some(storage) = storage() {
        let _forbidden = storage.set_item(preference.key(), value);
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}
