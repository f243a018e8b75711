//! `/healthz` and `/readyz`, for whoever starts and watches the server.

use crate::platform::{Platform, http::ApiResult};
use axum::extract::State;

/// The process is alive.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn alive() -> &'static str {
    "alive\n"
}

/// The database answers and its tables are up to date (a server whose tables are not does not start).
#[utoipa::path(get, path = "/readyz", tag = "health", responses((status = 200, body = String, content_type = "text/plain")))]
pub async fn ready(State(platform): State<Platform>) -> ApiResult<&'static str> {
    platform.db.ping().await?;
    Ok("ready\n")
}
