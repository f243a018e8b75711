//! The OpenAPI document, made from the handlers themselves: a route that it lacks cannot exist.

use crate::platform::http::{PROBLEM_JSON, ProblemDocument};
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::{
        Content, Ref, RefOr, ResponseBuilder,
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};

/// Where every route of the admin API begins.
pub(crate) const ADMIN: &str = "/api/admin/v1";
/// Where every route for devices begins.
pub(crate) const SYNC: &str = "/api/sync/v1";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Duka server",
        description = "Enrolment and exchange for tills; products, receipts, accounts and stock for a company's back office. Ids are UUIDs, times µs since \
                       1970 UTC, amounts minor units, tax rates parts per million, quantities thousandths of a unit. Lists are paged: ask again \
                       with `after` = `next`. Every fault is a problem document (RFC 9457) with a closed list of `code`s."
    ),
    components(schemas(ProblemDocument)),
    modifiers(&Door),
    tags(
        (name = "company", description = "Companies, shops and registers"),
        (name = "device", description = "Tills and their one-time codes"),
        (name = "product", description = "Products"),
        (name = "receipt", description = "Receipts of sales and refunds"),
        (name = "account", description = "Where the money is"),
        (name = "stock", description = "Stock"),
        (name = "journal", description = "What keeps everything right"),
        (name = "sync", description = "For tills"),
        (name = "health", description = "For whoever watches the server"),
    )
)]
pub(crate) struct Base;

struct Door;

impl Modify for Door {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("admin_token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    }
}

/// What holds for all routes: every one may answer with a problem, those of the admin API need the token.
pub(crate) fn complete(document: &mut utoipa::openapi::OpenApi) {
    let problem = RefOr::Ref(Ref::from_schema_name(ProblemDocument::name()));
    let default = ResponseBuilder::new().description("What went wrong").content(PROBLEM_JSON, Content::new(Some(problem))).build();
    for (path, item) in &mut document.paths.paths {
        let operations = [&mut item.get, &mut item.post, &mut item.patch, &mut item.put, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.insert("default".to_owned(), RefOr::T(default.clone()));
            if path.starts_with(ADMIN) {
                operation.security = Some(vec![SecurityRequirement::new("admin_token", Vec::<String>::new())]);
            }
        }
    }
}
