//! `/api/sync/v1/enrol`, `…/enrolment-codes`, `…/devices`

use super::{Guesses, command, query};
use crate::platform::{
    Platform,
    http::{After, ApiResult},
};
use axum::{
    Extension, Json,
    extract::{ConnectInfo, Path, Query, State},
    http::StatusCode,
};
use duka_api::{
    http::{DeviceView, EnrolAnswer, EnrolRequest, EnrolmentCode},
    till::Page,
};
use duka_core::{CompanyId, RegisterId};
use std::{net::SocketAddr, sync::Arc};

/// Admits a device with a one-time code. The same code, device and key again give the same answer.
#[utoipa::path(post, path = "/enrol", tag = "sync", request_body = EnrolRequest, responses((status = 200, body = EnrolAnswer)))]
pub async fn enrol(
    State(platform): State<Platform>,
    State(guesses): State<Arc<Guesses>>,
    from: Option<Extension<ConnectInfo<SocketAddr>>>,
    Json(asked): Json<EnrolRequest>,
) -> ApiResult<Json<EnrolAnswer>> {
    let from = from.map(|Extension(ConnectInfo(address))| address.ip());
    Ok(Json(command::enrol(&platform, &guesses, from, &asked).await?))
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
