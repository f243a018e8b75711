//! `…/shops/{shop}/stock`

use super::query;
use crate::platform::{Platform, http::ApiResult};
use axum::{
    Json,
    extract::{Path, Query, State},
};
use duka_api::{http::StockView, till::Page};
use duka_core::{CompanyId, ShopId};

/// Which products.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StockPage {
    /// Part of a name, or a whole code or barcode; empty for all that has stock.
    #[serde(default)]
    #[param(required = false)]
    find: String,
    /// `next` of the page before; the first page without it.
    after: Option<String>,
}

/// Lists a shop's stock by the books; it may be below zero.
#[utoipa::path(get, path = "/companies/{company}/shops/{shop}/stock", tag = "stock", params(("company" = String, Path, format = Uuid), ("shop" = String, Path, format = Uuid), StockPage), responses((status = 200, body = Page<StockView>)))]
pub async fn list_stock(
    State(platform): State<Platform>,
    Path((company, shop)): Path<(CompanyId, ShopId)>,
    Query(page): Query<StockPage>,
) -> ApiResult<Json<Page<StockView>>> {
    Ok(Json(query::stock(&platform, company, shop, &page.find, page.after.as_deref()).await?))
}
