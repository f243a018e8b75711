//! Pages of lists.

use duka_api::till::Page;

use uuid::Uuid;

/// Where a page begins.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct After {
    /// `next` of the page before; the first page without it.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Uuid)]
    pub after: Option<Uuid>,
}

/// A page of rows that were asked for with a limit: with where the next one begins, unless this one is not full.
pub fn page<R, T>(rows: Vec<R>, limit: i64, place: impl Fn(&R) -> String, view: impl FnMut(R) -> T) -> Page<T> {
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= limit);
    let next = rows.last().filter(|_| full).map(place);
    Page { rows: rows.into_iter().map(view).collect(), next }
}
