//! The admin API's door: one token.

use super::Fault;
use axum::{
    extract::{Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};
use duka_core::ErrorCode;

/// The hash of the admin token. Hashes compare in constant time.
#[derive(Clone, Copy)]
pub struct AdminToken(blake3::Hash);

impl AdminToken {
    /// Of the token's text.
    pub fn new(token: &str) -> Self {
        Self(blake3::hash(token.as_bytes()))
    }
}

impl std::fmt::Debug for AdminToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AdminToken(secret)")
    }
}

/// Lets a request pass that has the token as `Authorization: Bearer …`.
pub async fn require_admin(State(token): State<AdminToken>, request: Request, next: Next) -> Response {
    let given =
        request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    match given {
        Some(given) if AdminToken::new(given).0 == token.0 => next.run(request).await,
        _ => Fault::new(ErrorCode::Unauthenticated, "send the admin token as 'Authorization: Bearer …'").into_response(),
    }
}
