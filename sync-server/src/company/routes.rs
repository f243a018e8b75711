//! `/api/admin/v1/companies…`

use super::{command, query};
use crate::platform::{
    Platform,
    http::{After, ApiResult},
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use duka_api::{
    http::{Company, Named, NewCompany, NewShop, Register, Shop},
    till::Page,
};
use duka_core::{CompanyId, RegisterId, ShopId};

/// Makes a company.
#[utoipa::path(post, path = "/companies", tag = "company", request_body = NewCompany, responses((status = 201, body = Company)))]
pub async fn create_company(State(platform): State<Platform>, Json(new): Json<NewCompany>) -> ApiResult<(StatusCode, Json<Company>)> {
    Ok((StatusCode::CREATED, Json(command::create(&platform, new).await?)))
}

/// Lists companies, oldest first.
#[utoipa::path(get, path = "/companies", tag = "company", params(After), responses((status = 200, body = Page<Company>)))]
pub async fn list_companies(State(platform): State<Platform>, Query(page): Query<After>) -> ApiResult<Json<Page<Company>>> {
    Ok(Json(query::companies(&platform, page.after.map(CompanyId::from_uuid)).await?))
}

/// Makes a shop.
#[utoipa::path(post, path = "/companies/{company}/shops", tag = "company", params(("company" = String, Path, format = Uuid)), request_body = NewShop, responses((status = 201, body = Shop)))]
pub async fn create_shop(
    State(platform): State<Platform>,
    Path(company): Path<CompanyId>,
    Json(new): Json<NewShop>,
) -> ApiResult<(StatusCode, Json<Shop>)> {
    Ok((StatusCode::CREATED, Json(command::create_shop(&platform, company, &new).await?)))
}

/// Lists a company's shops, oldest first.
#[utoipa::path(get, path = "/companies/{company}/shops", tag = "company", params(("company" = String, Path, format = Uuid), After), responses((status = 200, body = Page<Shop>)))]
pub async fn list_shops(
    State(platform): State<Platform>,
    Path(company): Path<CompanyId>,
    Query(page): Query<After>,
) -> ApiResult<Json<Page<Shop>>> {
    Ok(Json(query::shops(&platform, company, page.after.map(ShopId::from_uuid)).await?))
}

/// Makes a register. Its name begins its receipt numbers.
#[utoipa::path(post, path = "/companies/{company}/shops/{shop}/registers", tag = "company", params(("company" = String, Path, format = Uuid), ("shop" = String, Path, format = Uuid)), request_body = Named, responses((status = 201, body = Register)))]
pub async fn create_register(
    State(platform): State<Platform>,
    Path((company, shop)): Path<(CompanyId, ShopId)>,
    Json(new): Json<Named>,
) -> ApiResult<(StatusCode, Json<Register>)> {
    Ok((StatusCode::CREATED, Json(command::create_register(&platform, company, shop, &new).await?)))
}

/// Lists a shop's registers, oldest first.
#[utoipa::path(get, path = "/companies/{company}/shops/{shop}/registers", tag = "company", params(("company" = String, Path, format = Uuid), ("shop" = String, Path, format = Uuid), After), responses((status = 200, body = Page<Register>)))]
pub async fn list_registers(
    State(platform): State<Platform>,
    Path((company, shop)): Path<(CompanyId, ShopId)>,
    Query(page): Query<After>,
) -> ApiResult<Json<Page<Register>>> {
    Ok(Json(query::registers(&platform, company, shop, page.after.map(RegisterId::from_uuid)).await?))
}
