//! `/api/admin/v1/companies…`

use super::{command, query};
use crate::{fault::ApiResult, platform::http::After, state::AppState};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use duka_api::{
    http::{Company, Named, NewCompany, Register, Shop},
    till::Page,
};
use duka_core::{CompanyId, RegisterId, ShopId};

/// Makes a company.
#[utoipa::path(post, path = "/companies", tag = "company", request_body = NewCompany, responses((status = 201, body = Company)))]
pub async fn create_company(State(state): State<AppState>, Json(new): Json<NewCompany>) -> ApiResult<(StatusCode, Json<Company>)> {
    Ok((StatusCode::CREATED, Json(command::create(&state, new).await?)))
}

/// Lists companies, oldest first.
#[utoipa::path(get, path = "/companies", tag = "company", params(After), responses((status = 200, body = Page<Company>)))]
pub async fn list_companies(State(state): State<AppState>, Query(page): Query<After>) -> ApiResult<Json<Page<Company>>> {
    Ok(Json(query::companies(&state, page.after.map(CompanyId::from_uuid)).await?))
}

/// Makes a shop.
#[utoipa::path(post, path = "/companies/{company}/shops", tag = "company", params(("company" = String, Path, format = Uuid)), request_body = Named, responses((status = 201, body = Shop)))]
pub async fn create_shop(
    State(state): State<AppState>,
    Path(company): Path<CompanyId>,
    Json(new): Json<Named>,
) -> ApiResult<(StatusCode, Json<Shop>)> {
    Ok((StatusCode::CREATED, Json(command::create_shop(&state, company, &new).await?)))
}

/// Lists a company's shops, oldest first.
#[utoipa::path(get, path = "/companies/{company}/shops", tag = "company", params(("company" = String, Path, format = Uuid), After), responses((status = 200, body = Page<Shop>)))]
pub async fn list_shops(
    State(state): State<AppState>,
    Path(company): Path<CompanyId>,
    Query(page): Query<After>,
) -> ApiResult<Json<Page<Shop>>> {
    Ok(Json(query::shops(&state, company, page.after.map(ShopId::from_uuid)).await?))
}

/// Makes a register. Its name begins its receipt numbers.
#[utoipa::path(post, path = "/companies/{company}/shops/{shop}/registers", tag = "company", params(("company" = String, Path, format = Uuid), ("shop" = String, Path, format = Uuid)), request_body = Named, responses((status = 201, body = Register)))]
pub async fn create_register(
    State(state): State<AppState>,
    Path((company, shop)): Path<(CompanyId, ShopId)>,
    Json(new): Json<Named>,
) -> ApiResult<(StatusCode, Json<Register>)> {
    Ok((StatusCode::CREATED, Json(command::create_register(&state, company, shop, &new).await?)))
}

/// Lists a shop's registers, oldest first.
#[utoipa::path(get, path = "/companies/{company}/shops/{shop}/registers", tag = "company", params(("company" = String, Path, format = Uuid), ("shop" = String, Path, format = Uuid), After), responses((status = 200, body = Page<Register>)))]
pub async fn list_registers(
    State(state): State<AppState>,
    Path((company, shop)): Path<(CompanyId, ShopId)>,
    Query(page): Query<After>,
) -> ApiResult<Json<Page<Register>>> {
    Ok(Json(query::registers(&state, company, shop, page.after.map(RegisterId::from_uuid)).await?))
}
