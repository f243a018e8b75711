//! `…/shops/{shop}/accounts`

use super::query;
use crate::platform::{Platform, http::ApiResult};
use axum::{
    Json,
    extract::{Path, State},
};
use duka_api::http::AccountsView;
use duka_core::{CompanyId, ShopId};

/// A shop's accounts and their sum, which is always zero.
#[utoipa::path(get, path = "/companies/{company}/shops/{shop}/accounts", tag = "account", params(("company" = String, Path, format = Uuid), ("shop" = String, Path, format = Uuid)), responses((status = 200, body = AccountsView)))]
pub async fn list_accounts(
    State(platform): State<Platform>,
    Path((company, shop)): Path<(CompanyId, ShopId)>,
) -> ApiResult<Json<AccountsView>> {
    Ok(Json(query::accounts(&platform, company, shop).await?))
}
