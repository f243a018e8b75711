//! The one set of components, styles and fonts that every face of Duka is composed of.
//!
//! Components draw; they fetch nothing and know no business rule. Their styles lie in `css/`, one file each, on the tokens of
//! `00-tokens.css`. Open any face with `?gallery` to see every component in all its states and both themes.
#![allow(clippy::needless_pass_by_value, reason = "a component owns what it shows")]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail by panicking"))]

mod amount;
mod banner;
mod button;
mod field;
mod focus;
mod gallery;
mod icon;
mod kbd;
mod keypad;
mod list;
mod money;
mod preference;
mod quantity;
mod readings;
mod reason;
mod segment;
mod sheet;
mod theme;
mod toast;
mod tone;
pub mod wedge;

pub use amount::{
    Unread, number_form, read_money, read_quantity, read_rate, set_number_form, written_money, written_quantity, written_rate,
};
pub use banner::{Banner, Mood};
pub use button::{ActionKey, Button, ButtonKind};
pub use field::{Field, FieldKind, Switch};
pub use focus::{Snapshot, focus_on, in_entry_field, snapshot};
pub use gallery::Gallery;
pub use icon::{Glyph, Icon};
pub use kbd::Kbd;
pub use keypad::{Keypad, PadKey, press};
pub use list::{Column, Empty, PageOf, PagedList, Pages};
pub use money::{Amount, shown, shown_plain, shown_short};
pub use preference::{Preference, recall, remember};
pub use quantity::{Count, Stepper, per_unit, shown_quantity};
pub use segment::Segment;
pub use sheet::Sheet;
pub use theme::{Theme, apply_direction, apply_theme};
pub use toast::{Toast, Toaster, toast};
pub use tone::{Tone, play};
