//! `…/shops/{shop}/sales`

use super::query;
use crate::platform::{Platform, http::ApiResult};
use axum::{
    Json,
    extract::{Path, Query, State},
};
use duka_api::{http::SaleView, till::Page};
use duka_core::{CompanyId, ReceiptId, ShopId};

/// Where a page of receipts begins.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReceiptsPage {
    /// `next` of the page before; the first page without it.
    after: Option<String>,
}

/// Lists a shop's sales and refunds, newest first by the tills' clocks, without their lines.
#[utoipa::path(get, path = "/companies/{company}/shops/{shop}/sales", tag = "receipt", params(("company" = String, Path, format = Uuid), ("shop" = String, Path, format = Uuid), ReceiptsPage), responses((status = 200, body = Page<SaleView>)))]
pub async fn list_receipts(
    State(platform): State<Platform>,
    Path((company, shop)): Path<(CompanyId, ShopId)>,
    Query(page): Query<ReceiptsPage>,
) -> ApiResult<Json<Page<SaleView>>> {
    Ok(Json(query::receipts(&platform, company, shop, page.after.as_deref()).await?))
}

/// One sale or refund with its lines.
#[utoipa::path(get, path = "/companies/{company}/shops/{shop}/sales/{receipt}", tag = "receipt", params(("company" = String, Path, format = Uuid), ("shop" = String, Path, format = Uuid), ("receipt" = String, Path, format = Uuid)), responses((status = 200, body = SaleView)))]
pub async fn get_receipt(
    State(platform): State<Platform>,
    Path((company, shop, receipt)): Path<(CompanyId, ShopId, ReceiptId)>,
) -> ApiResult<Json<SaleView>> {
    Ok(Json(query::receipt(&platform, company, shop, receipt).await?))
}
