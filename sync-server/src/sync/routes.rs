//! `/api/sync/v1/exchange`, `…/succeed`; `…/quarantine`, `…/digests`, `…/rebuild`, `…/devices/{device}/revoke`, `…/release`

use super::{Rebuilds, SyncError, exchange_or_wait, refolding::settle, succeed as certify_successor};
use crate::{
    company, device, journal,
    platform::{
        Platform,
        http::{After, ApiResult, Fault, PROBLEM_JSON, ProblemDocument},
    },
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use duka_api::{
    Problem,
    http::{DigestsView, QuarantineView, Rebuilt, ReleaseDevice, RevokeDevice},
    till::Page,
};
use duka_core::{CompanyId, DeviceId, ShopId};
use duka_sync::{MAX_MESSAGE_BYTES, MOST_WAIT};
use std::{io::Read, sync::Arc, time::Duration};

/// A message that cannot be compressed grows by this much at most.
const MAX_GROWN: usize = 32 << 10;
/// The largest body of a message.
pub const MAX_PACKED: usize = MAX_MESSAGE_BYTES + MAX_GROWN;
/// Fast, and small enough for a shop's line.
const LEVEL: i32 = 3;

/// How long a look may wait.
#[derive(Clone, Copy, Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Patience {
    /// Seconds, at most 50. A look that finds both sides in step is answered as soon as they are not any more, or after so long. One device
    /// waits once: a second look of it ends the first. Ignored with any other request.
    #[serde(default)]
    #[param(value_type = Option<u64>, maximum = 50)]
    pub wait: u64,
}

/// One exchange of a device with the server.
///
/// A signed request, a signed answer, each a zstd-compressed envelope of at most 4 MiB (`docs/exchange.md`). What became of each piece of a log
/// stands in the answer.
#[utoipa::path(post, path = "/exchange", tag = "sync", params(Patience), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, description = "The answer; also to a request whose counter was used before, to a device that is revoked or set apart, and to one that names this server and is not enrolled here", body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 401, description = "The device is not enrolled here and names another server, or did not sign the request", body = ProblemDocument, content_type = PROBLEM_JSON),
    (status = 403, description = "The request is for another server or company", body = ProblemDocument, content_type = PROBLEM_JSON),
    (status = 422, description = "No message, or more in it than may be", body = ProblemDocument, content_type = PROBLEM_JSON),
    (status = 503, description = "The database does not answer right now; try again", body = ProblemDocument, content_type = PROBLEM_JSON),
))]
pub async fn exchange(State(platform): State<Platform>, Query(patience): Query<Patience>, body: Bytes) -> ApiResult<Response> {
    let patience = Duration::from_secs(patience.wait);
    if patience > MOST_WAIT {
        return Err(SyncError::Wait(patience.as_secs()).into());
    }
    let envelope = unpack(&body)?;
    packed(&exchange_or_wait(&platform, &envelope, patience).await?)
}

/// Certifies a till whose database is a copy as another device of its register: a signed request, a signed answer, packed as in an exchange.
/// The same request, or another for the same successor, gives the same certificate.
#[utoipa::path(post, path = "/succeed", tag = "sync", request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, description = "The certificate; the server's log says the same", body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 401, description = "The device is not enrolled here, or it or its successor did not sign the request", body = ProblemDocument, content_type = PROBLEM_JSON),
    (status = 403, description = "The request is for another server or company, or the device was revoked", body = ProblemDocument, content_type = PROBLEM_JSON),
    (status = 409, description = "The successor is another device's already", body = ProblemDocument, content_type = PROBLEM_JSON),
    (status = 422, description = "No message, or more in it than may be", body = ProblemDocument, content_type = PROBLEM_JSON),
    (status = 429, description = "Too many successors at this register within a day", body = ProblemDocument, content_type = PROBLEM_JSON),
    (status = 503, description = "The database does not answer right now; try again", body = ProblemDocument, content_type = PROBLEM_JSON),
))]
pub async fn succeed(State(platform): State<Platform>, body: Bytes) -> ApiResult<Response> {
    packed(&certify_successor(&platform, &unpack(&body)?).await?)
}

fn packed(answer: &[u8]) -> ApiResult<Response> {
    let packed = zstd::encode_all(answer, LEVEL).map_err(|fault| SyncError::Body(fault.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], packed).into_response())
}

/// Of what is unpacked, so much is kept in memory at most to look back to, as a power of two: that of the largest message.
const WINDOW: u32 = MAX_MESSAGE_BYTES.ilog2();

/// Unpacks no more than a message may be, whatever the frame promises (I11).
fn unpack(body: &[u8]) -> Result<Vec<u8>, SyncError> {
    let unreadable = |fault: std::io::Error| SyncError::Body(fault.to_string());
    let limit = u64::try_from(MAX_MESSAGE_BYTES).unwrap_or(u64::MAX);
    let mut envelope = Vec::new();
    let mut decoder = zstd::Decoder::with_buffer(body).map_err(unreadable)?;
    decoder.window_log_max(WINDOW).map_err(unreadable)?;
    decoder.take(limit.saturating_add(1)).read_to_end(&mut envelope).map_err(unreadable)?;
    if envelope.len() > MAX_MESSAGE_BYTES {
        return Err(SyncError::Body("it is larger".to_owned()));
    }
    Ok(envelope)
}

/// Lists what was refused of a company's devices, with the reason, oldest first.
#[utoipa::path(get, path = "/companies/{company}/quarantine", tag = "journal", params(("company" = String, Path, format = Uuid), After), responses((status = 200, body = Page<QuarantineView>)))]
pub async fn list_quarantine(
    State(platform): State<Platform>,
    Path(company): Path<CompanyId>,
    Query(page): Query<After>,
) -> ApiResult<Json<Page<QuarantineView>>> {
    Ok(Json(journal::list_quarantined(&platform, company, page.after).await?))
}

/// The digests of a shop's tables and its company's: the same as at every till that is in step. Takes as long as the tables are.
#[utoipa::path(get, path = "/companies/{company}/shops/{shop}/digests", tag = "journal", params(("company" = String, Path, format = Uuid), ("shop" = String, Path, format = Uuid)), responses((status = 200, body = DigestsView)))]
pub async fn digests(State(platform): State<Platform>, Path((company, shop)): Path<(CompanyId, ShopId)>) -> ApiResult<Json<DigestsView>> {
    company::shop_exists(&platform, company, shop).await?;
    let mut tx = platform.db.long_snapshot().await?;
    Ok(Json(journal::view(&journal::digests_in_tx(&mut tx, company, shop).await?)))
}

/// Compares all tables of a company with its journal, mends them where they differ, and says where they did. Others go on meanwhile. One that takes
/// longer than a request goes on by itself, and is asked for by `GET`.
#[utoipa::path(post, path = "/companies/{company}/rebuild", tag = "journal", params(("company" = String, Path, format = Uuid)), responses((status = 200, body = Rebuilt), (status = 202, description = "It goes on")))]
pub async fn rebuild(
    State(platform): State<Platform>,
    State(rebuilds): State<Arc<Rebuilds>>,
    Path(company): Path<CompanyId>,
) -> ApiResult<Response> {
    journal::exists(&platform, company).await?;
    told(rebuilds.start(&platform, company).await)
}

/// What the last rebuild of a company came to; a request waits some seconds for one that runs.
#[utoipa::path(get, path = "/companies/{company}/rebuild", tag = "journal", params(("company" = String, Path, format = Uuid)), responses((status = 200, body = Rebuilt), (status = 202, description = "It goes on"), (status = 404, description = "There was none since the server was started", body = ProblemDocument, content_type = PROBLEM_JSON)))]
pub async fn get_rebuild(
    State(platform): State<Platform>,
    State(rebuilds): State<Arc<Rebuilds>>,
    Path(company): Path<CompanyId>,
) -> ApiResult<Response> {
    journal::exists(&platform, company).await?;
    told(rebuilds.last(company).await?)
}

fn told(outcome: Option<Result<Rebuilt, Problem>>) -> ApiResult<Response> {
    match outcome {
        Some(Ok(rebuilt)) => Ok(Json(rebuilt).into_response()),
        Some(Err(problem)) => Err(Fault::new(problem.code, problem.detail)),
        None => Ok(StatusCode::ACCEPTED.into_response()),
    }
}

/// Revokes a device: what it wrote after the places named is kept, but does not count.
///
/// Where there is much of it, the tables follow a while after the answer.
#[utoipa::path(post, path = "/companies/{company}/devices/{device}/revoke", tag = "device", params(("company" = String, Path, format = Uuid), ("device" = String, Path, format = Uuid)), request_body = RevokeDevice, responses(
    (status = 204),
    (status = 409, description = "It has gone on as other devices, which are named, and it was not said what becomes of them", body = ProblemDocument, content_type = PROBLEM_JSON),
))]
pub async fn revoke_device(
    State(platform): State<Platform>,
    Path((company, device)): Path<(CompanyId, DeviceId)>,
    Json(asked): Json<RevokeDevice>,
) -> ApiResult<StatusCode> {
    device::revoke(&platform, company, device, &asked).await?;
    settle(&platform, company).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Releases a device that was revoked or quarantined: all that it wrote counts, and it may take part again.
///
/// Where there is much of it, the tables follow a while after the answer.
#[utoipa::path(post, path = "/companies/{company}/devices/{device}/release", tag = "device", params(("company" = String, Path, format = Uuid), ("device" = String, Path, format = Uuid)), request_body = ReleaseDevice, responses((status = 204)))]
pub async fn release_device(
    State(platform): State<Platform>,
    Path((company, device)): Path<(CompanyId, DeviceId)>,
    Json(asked): Json<ReleaseDevice>,
) -> ApiResult<StatusCode> {
    device::release(&platform, company, device, &asked.reason).await?;
    settle(&platform, company).await?;
    Ok(StatusCode::NO_CONTENT)
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
        let mut noise = vec![0; MAX_MESSAGE_BYTES];
        blake3::Hasher::new().finalize_xof().fill(&mut noise);
        assert!(zstd::encode_all(noise.as_slice(), LEVEL).unwrap().len() <= MAX_PACKED);
        // A frame that asks for more memory than a message has bytes, for nothing.
        let mut greedy = zstd::Encoder::new(Vec::new(), 3).unwrap();
        greedy.window_log(WINDOW + 2).unwrap();
        std::io::Write::write_all(&mut greedy, b"hello").unwrap();
        assert!(matches!(unpack(&greedy.finish().unwrap()), Err(SyncError::Body(_))));
        assert_eq!(unpack(&zstd::encode_all(b"hello".as_slice(), 3).unwrap()).unwrap(), b"hello");
    }
}
