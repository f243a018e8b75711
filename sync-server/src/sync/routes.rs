//! `/api/sync/v1/exchange`

use super::{SyncError, exchange as run};
use crate::{fault::ApiResult, state::AppState};
use axum::{
    body::Bytes,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use duka_sync::MAX_MESSAGE_BYTES;
use std::io::Read;

/// Fast, and small enough for a shop's line.
const LEVEL: i32 = 3;

/// One exchange of a device with the server: a signed request, a signed answer, each a zstd-compressed envelope of at most 8 MiB.
#[utoipa::path(post, path = "/exchange", tag = "sync", request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub async fn exchange(State(state): State<AppState>, body: Bytes) -> ApiResult<Response> {
    let envelope = unpack(&body)?;
    let answer = run(&state, &envelope).await?;
    let packed = zstd::encode_all(answer.as_slice(), LEVEL).map_err(|fault| SyncError::Body(fault.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], packed).into_response())
}

/// Unpacks no more than a message may be, whatever the frame promises (I11).
fn unpack(body: &[u8]) -> Result<Vec<u8>, SyncError> {
    let unreadable = |fault: std::io::Error| SyncError::Body(fault.to_string());
    let limit = u64::try_from(MAX_MESSAGE_BYTES).unwrap_or(u64::MAX);
    let mut envelope = Vec::new();
    let decoder = zstd::Decoder::with_buffer(body).map_err(unreadable)?;
    decoder.take(limit.saturating_add(1)).read_to_end(&mut envelope).map_err(unreadable)?;
    if envelope.len() > MAX_MESSAGE_BYTES {
        return Err(SyncError::Body("it is larger".to_owned()));
    }
    Ok(envelope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_body_that_unpacks_to_a_gigabyte_is_refused() {
        let bomb = zstd::encode_all(std::io::repeat(0).take(1 << 28), 19).unwrap();
        assert!(bomb.len() < 1 << 20);
        assert!(matches!(unpack(&bomb), Err(SyncError::Body(_))));
        assert!(matches!(unpack(b"no zstd at all"), Err(SyncError::Body(_))));
        assert_eq!(unpack(&zstd::encode_all(b"hello".as_slice(), 3).unwrap()).unwrap(), b"hello");
    }
}
