//! `…/quarantine`, `…/digests`, `…/rebuild`

use super::{digest, quarantine, rebuild as make_anew};
use crate::{fault::ApiResult, platform::http::After, state::AppState};
use axum::{
    Json,
    extract::{Path, Query, State},
};
use duka_api::{
    http::{DigestsView, QuarantineView, Rebuilt},
    till::Page,
};
use duka_core::{CompanyId, ShopId};

/// Lists what was refused of a company's devices, with the reason, oldest first.
#[utoipa::path(get, path = "/companies/{company}/quarantine", tag = "journal", params(("company" = String, Path, format = Uuid), After), responses((status = 200, body = Page<QuarantineView>)))]
pub async fn list_quarantine(
    State(state): State<AppState>,
    Path(company): Path<CompanyId>,
    Query(page): Query<After>,
) -> ApiResult<Json<Page<QuarantineView>>> {
    Ok(Json(quarantine::list(&state, company, page.after).await?))
}

/// The digests of a shop's tables and its company's: the same as at every till that is in step.
#[utoipa::path(get, path = "/companies/{company}/shops/{shop}/digests", tag = "journal", params(("company" = String, Path, format = Uuid), ("shop" = String, Path, format = Uuid)), responses((status = 200, body = DigestsView)))]
pub async fn digests(State(state): State<AppState>, Path((company, shop)): Path<(CompanyId, ShopId)>) -> ApiResult<Json<DigestsView>> {
    Ok(Json(digest::digests(&state, company, shop).await?))
}

/// Makes all tables of a company anew from its journal, and says whether they were right.
#[utoipa::path(post, path = "/companies/{company}/rebuild", tag = "journal", params(("company" = String, Path, format = Uuid)), responses((status = 200, body = Rebuilt)))]
pub async fn rebuild(State(state): State<AppState>, Path(company): Path<CompanyId>) -> ApiResult<Json<Rebuilt>> {
    Ok(Json(make_anew::rebuild(&state, company).await?))
}
