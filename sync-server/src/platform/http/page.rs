//! Pages of lists.

use super::Fault;
use duka_api::till::Page;
use duka_core::ErrorCode;
use uuid::Uuid;

/// Rows of a page (I11).
pub const PAGE: i64 = 50;

/// Where a page begins.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct After {
    /// `next` of the page before; the first page without it.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Uuid)]
    pub after: Option<Uuid>,
}

/// A text that should say where a page begins, and is not one of ours.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not where a page begins; take 'next' of the page before")]
pub struct NotAPlace(pub String);

impl From<NotAPlace> for Fault {
    fn from(fault: NotAPlace) -> Self {
        Self::told(ErrorCode::InvalidInput, &fault)
    }
}

/// A page of rows that were asked for with [`PAGE`] as their limit: with where the next one begins, unless this one is not full.
pub fn page<R, T>(rows: Vec<R>, place: impl Fn(&R) -> String, view: impl FnMut(R) -> T) -> Page<T> {
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    let next = rows.last().filter(|_| full).map(place);
    Page { rows: rows.into_iter().map(view).collect(), next }
}
