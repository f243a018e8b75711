//! Pages of lists.

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
