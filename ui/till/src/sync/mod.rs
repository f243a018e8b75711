//! The link to the server: in a few words on the strip, in full on its sheet.

mod sheet;

pub use sheet::LinkSheet;

use crate::text::{count, fill, t};
use crate::till::Till;
use duka_api::till::{Link, LinkState, OwnDevice};
use duka_ui_kit::{Icon, Mood};

/// Colour, icon and words for the strip.
pub fn link_words(till: Till, link: &Link) -> (Mood, Icon, String) {
    let waiting = (link.waiting_sales > 0).then(|| count(link.waiting_sales, t().sale_waiting, t().sales_waiting));
    let with_waiting = |state: &str| waiting.as_ref().map_or_else(|| state.to_owned(), |waiting| format!("{state} · {waiting}"));
    match link.state {
        LinkState::InStep => {
            let at = link.in_step_at.map(|at| format!(" · {}", till.local(at).time())).unwrap_or_default();
            (Mood::Good, Icon::Check, format!("{}{at}", t().in_step))
        }
        LinkState::Syncing => (Mood::Note, Icon::Syncing, with_waiting(t().syncing)),
        LinkState::Offline => (Mood::Warn, Icon::Offline, with_waiting(t().offline)),
        LinkState::Attention => (Mood::Bad, Icon::Warning, t().needs_attention.to_owned()),
        LinkState::None => (Mood::Note, Icon::Offline, t().not_enrolled.to_owned()),
    }
}

/// What became of this till: in a few words, and what that means.
pub fn device_words(device: &OwnDevice) -> Option<(Mood, String, String)> {
    match device {
        OwnDevice::Same => None,
        OwnDevice::Copy => Some((Mood::Warn, t().till_is_copy.to_owned(), t().till_is_copy_meaning.to_owned())),
        OwnDevice::Revoked { .. } => Some((Mood::Bad, t().till_is_revoked.to_owned(), t().till_is_revoked_meaning.to_owned())),
        OwnDevice::Another { before, now } => {
            Some((Mood::Note, fill(t().till_is_another, &[now]), fill(t().till_is_another_meaning, &[now, before])))
        }
    }
}
