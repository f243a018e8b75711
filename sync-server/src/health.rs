//! `/healthz` and `/readyz`, for whoever starts and watches the server.

use crate::{fault::ApiResult, state::AppState};
use axum::extract::State;

/// The process is alive.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn alive() -> &'static str {
    "alive\n"
}

/// The database answers and its tables are up to date (a server whose tables are not does not start).
#[utoipa::path(get, path = "/readyz", tag = "health", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn ready(State(state): State<AppState>) -> ApiResult<&'static str> {
    state.db.ping().await?;
    Ok("ready\n")
}
