//! Every fault is a problem document, whoever finds it.

use crate::world::{World, on_both_engines};
use axum::{
    body::{Body, Bytes},
    http::{Method, Request, header},
};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

async fn told(world: &World, method: Method, path: &str, body: &[u8]) -> (u16, String) {
    world.raw(method, path, "application/json", body.to_vec()).await.problem()
}

#[test]
fn unknown_addresses_wrong_methods_and_bad_bodies_are_told_alike() {
    on_both_engines(|world| async move {
        let told = async |method, path, body: &[u8]| told(&world, method, path, body).await;
        assert_eq!(told(Method::GET, "/nowhere", b"").await, (404, "not_found".into()));
        assert_eq!(told(Method::GET, "/api/admin/v1/nowhere", b"").await, (404, "not_found".into()));
        assert_eq!(told(Method::DELETE, "/api/admin/v1/companies", b"").await, (405, "invalid_input".into()));
        assert_eq!(told(Method::POST, "/api/admin/v1/companies", b"{").await, (400, "invalid_input".into()));
        assert_eq!(told(Method::POST, "/api/admin/v1/companies", b"{}").await, (422, "invalid_input".into()));
        assert_eq!(told(Method::GET, "/api/admin/v1/companies/nobody/shops", b"").await, (400, "invalid_input".into()));
        assert_eq!(told(Method::GET, "/api/admin/v1/companies?after=here", b"").await, (400, "invalid_input".into()));
        assert_eq!(told(Method::POST, "/api/sync/v1/exchange", b"garbage").await, (422, "invalid_input".into()));
        let reply = world.raw(Method::POST, "/api/admin/v1/companies", "text/plain", b"{}".to_vec()).await;
        assert_eq!(reply.problem(), (415, "invalid_input".into()));
    });
}

#[test]
fn a_body_of_a_gigabyte_is_refused_without_being_read() {
    on_both_engines(|world| async move {
        let read = Arc::new(AtomicUsize::new(0));
        let counted = read.clone();
        let endless = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            Some(Ok::<_, std::io::Error>(Bytes::from(vec![0; 1 << 20])))
        };
        for (path, most) in
            [("/api/sync/v1/exchange", 5), ("/api/admin/v1/companies/00000000-0000-0000-0000-000000000000/products/import", 65)]
        {
            let told = Request::post(path)
                .header(header::AUTHORIZATION, format!("Bearer {}", crate::world::TOKEN))
                .header(header::CONTENT_LENGTH, 1 << 30)
                .body(Body::from_stream(Stream(endless.clone())))
                .unwrap();
            assert_eq!(world.send(told).await.problem(), (413, "too_large".to_owned()));
            assert_eq!(read.swap(0, Ordering::SeqCst), 0);
            // Nor does it help to say nothing of its length.
            let untold = Request::post(path)
                .header(header::AUTHORIZATION, format!("Bearer {}", crate::world::TOKEN))
                .body(Body::from_stream(Stream(endless.clone())))
                .unwrap();
            assert_eq!(world.send(untold).await.problem(), (413, "too_large".to_owned()));
            assert!(read.swap(0, Ordering::SeqCst) <= most);
        }
    });
}

/// A body that gives what a function gives.
struct Stream<F>(F);

impl<F: FnMut() -> Option<Result<Bytes, std::io::Error>> + Unpin> futures_core::Stream for Stream<F> {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready((self.0)())
    }
}

#[test]
fn a_request_keeps_its_own_id_if_that_is_sane() {
    on_both_engines(|world| async move {
        let ask = async |id: &str| {
            let request = Request::get("/nowhere").header("x-request-id", id).body(Body::empty()).unwrap();
            let reply: Value = serde_json::from_slice(&world.send(request).await.body).unwrap();
            reply["trace_id"].as_str().unwrap().to_owned()
        };
        assert_eq!(ask("till-7_42").await, "till-7_42");
        assert_ne!(ask("<script>").await, "<script>");
        assert_ne!(ask(&"x".repeat(65)).await, "x".repeat(65));
    });
}

#[test]
fn a_fault_inside_tells_people_nothing_of_it() {
    on_both_engines(|world| async move {
        let company = world.company("Tea & Sons").await;
        let mut tx = world.state.db.begin().await.unwrap();
        tx.query("DROP TABLE product").execute().await.unwrap();
        tx.commit().await.unwrap();
        let reply = world.get(&format!("/companies/{company}/products")).await;
        let body = String::from_utf8(reply.body.clone()).unwrap();
        assert_eq!(reply.problem(), (500, "internal".to_owned()));
        assert!(!body.to_lowercase().contains("table") && !body.contains("product"), "{body}");
    });
}

#[test]
fn a_database_that_is_gone_is_told_as_a_fault_that_passes() {
    on_both_engines(|world| async move {
        assert!(world.raw(Method::GET, "/readyz", "", vec![]).await.status.is_success());
        world.state.db.close().await;
        let reply = world.raw(Method::GET, "/readyz", "", vec![]).await;
        assert_eq!(reply.problem(), (503, "unavailable".to_owned()));
        let document: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(document["retryable"], json!(true));
        assert!(world.raw(Method::GET, "/healthz", "", vec![]).await.status.is_success());
    });
}
