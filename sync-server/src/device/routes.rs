//! `/api/sync/v1/enrol`, `…/enrolment-codes`, `…/devices`

use super::{Guesses, command, query};
use crate::platform::{
    Platform,
    http::{After, ApiResult, PROBLEM_JSON, ProblemDocument},
};
use axum::{
    Extension, Json,
    body::Bytes,
    extract::{ConnectInfo, Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use duka_api::{
    http::{DeviceView, EnrolmentCode},
    till::Page,
};
use duka_core::{CompanyId, RegisterId};
use std::{net::SocketAddr, sync::Arc};

/// The media type of requests to join and their answers.
const CBOR: &str = "application/cbor";

/// Admits a device with a one-time code.
///
/// A request that the device signed, an answer that the company's server signed, each an envelope (`docs/exchange.md`). The same code, device
/// and key again are told the same.
#[utoipa::path(post, path = "/enrol", tag = "sync", request_body(content = Vec<u8>, content_type = CBOR), responses(
    (status = 200, description = "Which company, shop and register the device now serves", body = Vec<u8>, content_type = CBOR),
    (status = 401, description = "The device did not sign the request over the code that this server made", body = ProblemDocument, content_type = PROBLEM_JSON),
    (status = 409, description = "The device's id is taken", body = ProblemDocument, content_type = PROBLEM_JSON),
    (status = 422, description = "The code is wrong, used or expired; or this is no request to join", body = ProblemDocument, content_type = PROBLEM_JSON),
    (status = 429, description = "Too many wrong codes are being tried; Retry-After says when to try again", body = ProblemDocument, content_type = PROBLEM_JSON),
))]
pub async fn enrol(
    State(platform): State<Platform>,
    State(guesses): State<Arc<Guesses>>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    asked: Bytes,
) -> ApiResult<Response> {
    let from = from.map(|Extension(ConnectInfo(address))| address.ip());
    let answer = command::enrol(&platform, &guesses, from, &asked).await?;
    Ok(([(header::CONTENT_TYPE, CBOR)], answer).into_response())
}

/// Makes a code that admits one device to a register within a day. It is shown this once.
#[utoipa::path(post, path = "/companies/{company}/registers/{register}/enrolment-codes", tag = "device", params(("company" = String, Path, format = Uuid), ("register" = String, Path, format = Uuid)), responses((status = 201, body = EnrolmentCode)))]
pub async fn create_code(
    State(platform): State<Platform>,
    Path((company, register)): Path<(CompanyId, RegisterId)>,
) -> ApiResult<(StatusCode, Json<EnrolmentCode>)> {
    Ok((StatusCode::CREATED, Json(command::create_code(&platform, company, register).await?)))
}

/// Lists a company's devices, its server among them.
#[utoipa::path(get, path = "/companies/{company}/devices", tag = "device", params(("company" = String, Path, format = Uuid), After), responses((status = 200, body = Page<DeviceView>)))]
pub async fn list_devices(
    State(platform): State<Platform>,
    Path(company): Path<CompanyId>,
    Query(page): Query<After>,
) -> ApiResult<Json<Page<DeviceView>>> {
    Ok(Json(query::devices(&platform, company, page.after).await?))
}
