//! All routes, and what every request goes through.

use crate::{
    account, company, device, health,
    openapi::{ADMIN, Base, SYNC, complete},
    platform::http::{
        MAX_BODY, Slow, Sources,
        auth::{AdminToken, require_admin},
        frame, panicked, read_slowly,
    },
    product, receipt,
    state::AppState,
    stock, sync,
};
use axum::{Router, extract::DefaultBodyLimit, middleware};
use duka_sync::{MAX_ENROL_BYTES, MOST_WAIT};
use std::time::Duration;
use tower::ServiceBuilder;
use tower_http::{catch_panic::CatchPanicLayer, limit::RequestBodyLimitLayer, timeout::TimeoutLayer};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};
use utoipa_swagger_ui::SwaggerUi;

/// Every route; the OpenAPI document is made of the same list.
fn routes() -> OpenApiRouter<AppState> {
    let document = Base::openapi();
    let open = health_routes().merge(enrol_routes()).merge(succeed_routes()).merge(exchange_routes());
    OpenApiRouter::with_openapi(document).merge(open).nest(ADMIN, admin_routes().merge(long_routes()).merge(import_routes()))
}

fn health_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(health::alive)).routes(routes!(health::ready))
}

fn enrol_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().nest(SYNC, OpenApiRouter::new().routes(routes!(device::routes::enrol)))
}

fn succeed_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().nest(SYNC, OpenApiRouter::new().routes(routes!(sync::routes::succeed)))
}

/// An exchange comes over any line, and may wait for news on top of the time that any request may take.
fn exchange_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().nest(SYNC, OpenApiRouter::new().routes(routes!(sync::routes::exchange)))
}

fn admin_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(company::routes::create_company, company::routes::list_companies))
        .routes(routes!(company::routes::create_shop, company::routes::list_shops))
        .routes(routes!(company::routes::create_register, company::routes::list_registers))
        .routes(routes!(device::routes::create_code))
        .routes(routes!(device::routes::list_devices))
        .routes(routes!(sync::routes::revoke_device))
        .routes(routes!(sync::routes::release_device))
        .routes(routes!(sync::routes::list_quarantine))
        .routes(routes!(sync::routes::rebuild, sync::routes::get_rebuild))
        .routes(routes!(product::routes::create_product, product::routes::list_products))
        .routes(routes!(product::routes::get_product, product::routes::edit_product))
        .routes(routes!(product::routes::get_import))
        .routes(routes!(receipt::routes::list_receipts))
        .routes(routes!(receipt::routes::get_receipt))
        .routes(routes!(account::routes::list_accounts))
        .routes(routes!(stock::routes::list_stock))
}

/// What takes as long as the books are, and ends with the connection.
fn long_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(sync::routes::digests))
}

/// Files may be larger than other bodies.
fn import_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(product::routes::import_products))
}

/// The whole server as a service.
pub fn router(state: &AppState, admin_token: &str, timeout: Duration) -> Router {
    let limited = |routes: OpenApiRouter<AppState>, bytes: usize, timeout: Duration| -> Router<AppState> {
        let (routes, _) = routes.split_for_parts();
        let timeout = TimeoutLayer::with_status_code(axum::http::StatusCode::REQUEST_TIMEOUT, timeout);
        routes.layer(DefaultBodyLimit::disable()).layer(RequestBodyLimitLayer::new(bytes)).layer(timeout)
    };
    let imports = limited(import_routes(), product::routes::MAX_FILE, timeout)
        .layer(middleware::from_fn_with_state(state.imports.clone(), product::routes::only_with_room));
    let admin = limited(admin_routes(), MAX_BODY, timeout)
        .merge(imports)
        .merge(long_routes().split_for_parts().0.layer(RequestBodyLimitLayer::new(0)))
        .layer(middleware::from_fn_with_state(AdminToken::new(admin_token), require_admin));
    let exchange = {
        let slow = Slow { silence: timeout, answer: timeout.saturating_add(MOST_WAIT), most: sync::routes::MAX_PACKED };
        let (routes, _) = exchange_routes().split_for_parts();
        routes.layer(DefaultBodyLimit::disable()).layer(middleware::from_fn_with_state(slow, read_slowly))
    };
    let sources = Sources { clock: state.platform.clock.clone(), entropy: state.platform.entropy.clone() };
    Router::new()
        // Who asks here may be anybody: no more is taken into memory than the largest thing that may be asked.
        .merge(limited(health_routes(), 0, timeout))
        .merge(limited(enrol_routes(), MAX_ENROL_BYTES, timeout))
        .merge(limited(succeed_routes(), sync::routes::MAX_PACKED, timeout))
        .merge(exchange)
        .nest(ADMIN, admin)
        .with_state(state.clone())
        .merge(SwaggerUi::new("/docs").url("/api/openapi.json", document()))
        .layer(ServiceBuilder::new().layer(middleware::from_fn_with_state(sources, frame)).layer(CatchPanicLayer::custom(panicked)))
}

/// The OpenAPI document of this version.
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, mut document) = routes().split_for_parts();
    complete(&mut document);
    document
}
