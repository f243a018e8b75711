//! `…/products`, `…/imports`

use super::{Imports, command, import, jobs, query};
use crate::{
    company,
    platform::{
        Platform,
        http::{ApiResult, Fault},
    },
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use duka_api::{
    http::{CatalogueProduct, ImportJob, NewProduct, ProductPatch},
    till::Page,
};
use duka_core::{CompanyId, NumberForm, ProductId, ShopId};
use duka_records::csv::FileForm;
use std::sync::Arc;

/// The largest CSV file (I11).
pub const MAX_FILE: usize = 64 << 20;

/// Which products.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProductsPage {
    /// Part of a name, or a whole code or barcode; empty for all.
    #[serde(default)]
    #[param(required = false)]
    find: String,
    /// `next` of the page before; the first page without it.
    after: Option<String>,
}

/// How the numbers of a file are written: as `number_form` says, else as the file itself shows, else as in the shop. Without either, and also
/// where the shop's way leaves doubt, a file whose numbers can be read in two ways is not imported: the import fails with `ambiguous_number`.
#[derive(serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportForm {
    /// `point` for 1,234.50, `comma` for 1.234,50: all of the file is read so.
    #[param(value_type = Option<String>, example = "comma")]
    number_form: Option<NumberForm>,
    /// The shop that the file comes from.
    #[param(value_type = Option<String>, format = Uuid)]
    shop: Option<ShopId>,
}

/// Makes a product.
#[utoipa::path(post, path = "/companies/{company}/products", tag = "product", params(("company" = String, Path, format = Uuid)), request_body = NewProduct, responses((status = 201, body = CatalogueProduct)))]
pub async fn create_product(
    State(platform): State<Platform>,
    Path(company): Path<CompanyId>,
    Json(new): Json<NewProduct>,
) -> ApiResult<(StatusCode, Json<CatalogueProduct>)> {
    Ok((StatusCode::CREATED, Json(command::create(&platform, company, new).await?)))
}

/// Lists a company's products by name.
#[utoipa::path(get, path = "/companies/{company}/products", tag = "product", params(("company" = String, Path, format = Uuid), ProductsPage), responses((status = 200, body = Page<CatalogueProduct>)))]
pub async fn list_products(
    State(platform): State<Platform>,
    Path(company): Path<CompanyId>,
    Query(page): Query<ProductsPage>,
) -> ApiResult<Json<Page<CatalogueProduct>>> {
    Ok(Json(query::find(&platform, company, &page.find, page.after.as_deref()).await?))
}

/// One product.
#[utoipa::path(get, path = "/companies/{company}/products/{product}", tag = "product", params(("company" = String, Path, format = Uuid), ("product" = String, Path, format = Uuid)), responses((status = 200, body = CatalogueProduct)))]
pub async fn get_product(
    State(platform): State<Platform>,
    Path((company, product)): Path<(CompanyId, ProductId)>,
) -> ApiResult<Json<CatalogueProduct>> {
    Ok(Json(query::get(&platform, company, product).await?))
}

/// Edits a product: only the given fields change.
#[utoipa::path(patch, path = "/companies/{company}/products/{product}", tag = "product", params(("company" = String, Path, format = Uuid), ("product" = String, Path, format = Uuid)), request_body = ProductPatch, responses((status = 200, body = CatalogueProduct)))]
pub async fn edit_product(
    State(platform): State<Platform>,
    Path((company, product)): Path<(CompanyId, ProductId)>,
    Json(patch): Json<ProductPatch>,
) -> ApiResult<Json<CatalogueProduct>> {
    Ok(Json(command::edit(&platform, company, product, patch).await?))
}

/// Imports products from a CSV file: all rows, or none when any has a fault; in steps, so that others can go on meanwhile. A `stock` column is left out: stock belongs to a shop.
#[utoipa::path(post, path = "/companies/{company}/products/import", tag = "product", params(("company" = String, Path, format = Uuid), ImportForm), request_body(content = String, content_type = "text/csv"), responses((status = 202, body = ImportJob)))]
pub async fn import_products(
    State(platform): State<Platform>,
    State(imports): State<Arc<Imports>>,
    Path(company): Path<CompanyId>,
    Query(numbers): Query<ImportForm>,
    file: Bytes,
) -> ApiResult<(StatusCode, Json<ImportJob>)> {
    company::exists(&platform, company).await?;
    let form = match (numbers.number_form, numbers.shop) {
        (Some(form), _) => FileForm::Chosen(form),
        (None, Some(shop)) => FileForm::Shop(company::number_form(&platform, company, shop).await?),
        (None, None) => FileForm::Unknown,
    };
    let file = import::File { bytes: file.into(), form };
    Ok((StatusCode::ACCEPTED, Json(jobs::start(&platform, &imports, company, file)?)))
}

/// Turns an import away that could not run, before its file is taken into memory.
pub async fn only_with_room(State(imports): State<Arc<Imports>>, request: Request, next: Next) -> Response {
    match imports.room() {
        Ok(()) => next.run(request).await,
        Err(fault) => Fault::from(fault).into_response(),
    }
}

/// How far an import is, and what it did.
#[utoipa::path(get, path = "/companies/{company}/imports/{import}", tag = "product", params(("company" = String, Path, format = Uuid), ("import" = String, Path)), responses((status = 200, body = ImportJob)))]
pub async fn get_import(
    State(imports): State<Arc<Imports>>,
    Path((company, import)): Path<(CompanyId, String)>,
) -> ApiResult<Json<ImportJob>> {
    Ok(Json(jobs::get(&imports, company, &import)?))
}
