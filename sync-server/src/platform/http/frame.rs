//! The frame around every request: its id, its log line, and the form of its faults.

use super::fault::{PROBLEM_JSON, of_status, trouble};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use duka_api::Problem;
use duka_core::{Clock, Entropy};
use std::{any::Any, sync::Arc};
use tracing::Instrument;
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Of a text that a library answered with, this much is told.
const TOLD: usize = 1_000;

/// Finds the log lines of this request.
#[derive(Clone, Debug)]
pub struct TraceId(pub String);

/// What the frame needs.
#[derive(Clone)]
pub struct Sources {
    /// For ids.
    pub clock: Arc<dyn Clock>,
    /// For ids.
    pub entropy: Arc<dyn Entropy>,
}

/// Gives the request an id (its own `x-request-id` if that is sane), logs it, and makes every fault a problem document.
pub async fn frame(State(sources): State<Sources>, mut request: Request, next: Next) -> Response {
    let id = own_id(request.headers()).unwrap_or_else(|| new_id(&sources));
    request.extensions_mut().insert(TraceId(id.clone()));
    let span = tracing::info_span!("request", trace_id = %id, method = %request.method(), path = %request.uri().path());
    let log = span.clone();
    let started = tokio::time::Instant::now();
    let mut response = finish(next.run(request).instrument(span).await, &id).await;
    log.in_scope(|| tracing::info!(status = response.status().as_u16(), ms = started.elapsed().as_millis(), "answered"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn own_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let sane = (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    sane.then(|| id.to_owned())
}

fn new_id(sources: &Sources) -> String {
    let mut random = [0; 10];
    sources.entropy.fill(&mut random);
    let id: Uuid = uuid::Builder::from_unix_timestamp_millis(sources.clock.now().at.unix_millis(), &random).into_uuid();
    id.simple().to_string()
}

async fn finish(mut response: Response, id: &str) -> Response {
    let status = response.status();
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return with_headers_of(response.headers(), trouble(status, problem, id));
    }
    let told = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM_JSON);
    if told || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, TOLD).await.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    if status.is_server_error() {
        tracing::error!(status = status.as_u16(), text, "answered without a code of ours");
    }
    with_headers_of(&parts.headers, trouble(status, of_status(status, &text), id))
}

/// A fault with what its headers said of what can be done.
fn with_headers_of(headers: &HeaderMap, mut finished: Response) -> Response {
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = headers.get(&name) {
            finished.headers_mut().insert(name, value.clone());
        }
    }
    finished
}

/// What is answered when a handler panics.
#[allow(clippy::needless_pass_by_value, reason = "the shape that the layer asks for")]
pub fn panicked(cause: Box<dyn Any + Send>) -> Response<Body> {
    let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("no text");
    tracing::error!(text, "a handler panicked");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
