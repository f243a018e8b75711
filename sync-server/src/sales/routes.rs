//! `…/shops/{shop}/sales`, `…/accounts`

use super::query;
use crate::{fault::ApiResult, state::AppState};
use axum::{
    Json,
    extract::{Path, Query, State},
};
use duka_api::{
    http::{AccountsView, SaleView},
    till::Page,
};
use duka_core::{CompanyId, ReceiptId, ShopId};

/// Where a page of sales begins.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SalesPage {
    /// `next` of the page before; the first page without it.
    after: Option<String>,
}

/// Lists a shop's sales and refunds, newest first by the tills' clocks, without their lines.
#[utoipa::path(get, path = "/companies/{company}/shops/{shop}/sales", tag = "sales", params(("company" = String, Path, format = Uuid), ("shop" = String, Path, format = Uuid), SalesPage), responses((status = 200, body = Page<SaleView>)))]
pub async fn list_sales(
    State(state): State<AppState>,
    Path((company, shop)): Path<(CompanyId, ShopId)>,
    Query(page): Query<SalesPage>,
) -> ApiResult<Json<Page<SaleView>>> {
    Ok(Json(query::sales(&state, company, shop, page.after.as_deref()).await?))
}

/// One sale or refund with its lines.
#[utoipa::path(get, path = "/companies/{company}/shops/{shop}/sales/{receipt}", tag = "sales", params(("company" = String, Path, format = Uuid), ("shop" = String, Path, format = Uuid), ("receipt" = String, Path, format = Uuid)), responses((status = 200, body = SaleView)))]
pub async fn get_sale(
    State(state): State<AppState>,
    Path((company, shop, receipt)): Path<(CompanyId, ShopId, ReceiptId)>,
) -> ApiResult<Json<SaleView>> {
    Ok(Json(query::sale(&state, company, shop, receipt).await?))
}

/// A shop's accounts and their sum, which is always zero.
#[utoipa::path(get, path = "/companies/{company}/shops/{shop}/accounts", tag = "sales", params(("company" = String, Path, format = Uuid), ("shop" = String, Path, format = Uuid)), responses((status = 200, body = AccountsView)))]
pub async fn list_accounts(
    State(state): State<AppState>,
    Path((company, shop)): Path<(CompanyId, ShopId)>,
) -> ApiResult<Json<AccountsView>> {
    Ok(Json(query::accounts(&state, company, shop).await?))
}
