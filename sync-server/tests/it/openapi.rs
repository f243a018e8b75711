//! The OpenAPI document, and that nothing of the admin API opens without its token.

use crate::world::on_both_engines;
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::Value;

fn operations() -> Vec<(String, String, Value)> {
    let document = serde_json::to_value(duka_server::document()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push((method.clone(), path.clone(), operation.clone()));
        }
    }
    all
}

#[test]
fn the_document_is_what_it_was() {
    insta::assert_json_snapshot!(duka_server::document());
}

#[test]
fn every_operation_says_what_it_does_and_how_it_fails() {
    for (method, path, operation) in operations() {
        assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{method} {path}");
        assert!(operation["responses"]["default"]["content"]["application/problem+json"].is_object(), "{method} {path}");
        assert_eq!(operation["security"].is_array(), path.starts_with("/api/admin/"), "{method} {path}");
    }
}

#[test]
fn every_endpoint_of_the_admin_api_asks_for_the_token() {
    on_both_engines(|world| async move {
        let mut asked = 0;
        for (method, path, _) in operations().into_iter().filter(|(_, path, _)| path.starts_with("/api/admin/")) {
            let path = path
                .split('/')
                .map(|part| if part.starts_with('{') { "00000000-0000-0000-0000-000000000000" } else { part })
                .collect::<Vec<_>>()
                .join("/");
            for credentials in [None, Some("Bearer wrong"), Some("Basic YTpi"), Some("")] {
                let mut request = Request::builder().method(method.to_uppercase().as_str()).uri(&path);
                if let Some(credentials) = credentials {
                    request = request.header(header::AUTHORIZATION, credentials);
                }
                let reply = world.send(request.body(Body::empty()).unwrap()).await;
                assert_eq!(reply.problem(), (401, "unauthenticated".to_owned()), "{method} {path}");
                asked += 1;
            }
        }
        assert!(asked >= 4 * 21, "{asked}");
    });
}

#[test]
fn the_documents_pages_are_served() {
    on_both_engines(|world| async move {
        let page = world.send(Request::get("/docs/").body(Body::empty()).unwrap()).await;
        assert!(page.status.is_success() && page.kind.starts_with("text/html"));
        let script = world.send(Request::get("/docs/swagger-ui-bundle.js").body(Body::empty()).unwrap()).await;
        assert!(script.status.is_success() && script.body.len() > 100_000);
        let document: Value = world.send(Request::get("/api/openapi.json").body(Body::empty()).unwrap()).await.json();
        assert_eq!(document, serde_json::to_value(duka_server::document()).unwrap());
    });
}
