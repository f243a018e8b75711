//! A server on a fresh database of either engine, and a company in it.

use crate::{
    postgres,
    till::{Enrolling, Till},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
};
use duka_api::{
    http::{Company, DeviceView, DigestsView, EnrolAnswer, EnrolmentCode, Rebuilt, Register, Shop},
    till::Page,
};
use duka_core::{Clock, CompanyId, DeviceId, LocalTime, RegisterId, ShopId, Timestamp};
use duka_server::{
    AppState,
    platform::{
        db::{Connection, Db, Engine},
        entropy::SystemEntropy,
        secret::SecretKey,
    },
    router,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tempfile::TempDir;
use tower::ServiceExt;

pub const TOKEN: &str = "the-admin-token-of-the-tests";

/// A clock that stands until it is set.
pub struct SetClock(AtomicI64);

impl SetClock {
    pub fn set(&self, micros: i64) {
        self.0.store(micros, Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> LocalTime {
        LocalTime { at: Timestamp::from_micros(self.0.load(Ordering::SeqCst)), offset_minutes: 0 }
    }
}

/// A server without sockets.
pub struct World {
    pub state: AppState,
    pub router: Router,
    pub clock: Arc<SetClock>,
    pub connection: Connection,
}

/// What a request gave.
pub struct Reply {
    pub status: StatusCode,
    pub kind: String,
    pub body: Vec<u8>,
    /// In how many seconds it may be asked again.
    pub retry_after: Option<u32>,
}

impl Reply {
    pub fn json<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{}: {}", self.status, String::from_utf8_lossy(&self.body));
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The code of a fault, after a look at the whole document.
    pub fn problem(&self) -> (u16, String) {
        assert_eq!(self.kind, "application/problem+json", "{}: {}", self.status, String::from_utf8_lossy(&self.body));
        let document: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(document["status"], self.status.as_u16());
        let code = document["code"].as_str().unwrap().to_owned();
        assert_eq!(document["type"], format!("urn:duka:problem:{code}"));
        for field in ["title", "detail", "trace_id"] {
            assert!(!document[field].as_str().unwrap_or_default().is_empty(), "{field}: {document}");
        }
        assert!(document["retryable"].is_boolean());
        (self.status.as_u16(), code)
    }
}

/// Runs a test on SQLite and on PostgreSQL.
pub fn on_both_engines<F: Future<Output = ()>>(test: impl Fn(World) -> F) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        World::with_connections(engine, 8, &test);
    }
}

impl World {
    /// Runs a test on one engine, with as many connections as it may have.
    pub fn with_connections<F: Future<Output = ()>>(engine: Engine, connections: u32, test: impl FnOnce(World) -> F) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            // Kept until the end: the test's future may hold only the parts of the world that it uses.
            let directory = tempfile::tempdir().unwrap();
            test(World::open(engine, connections, &directory).await).await;
        });
    }

    async fn open(engine: Engine, connections: u32, directory: &TempDir) -> Self {
        let connection = match engine {
            Engine::Sqlite => Connection::Sqlite { path: directory.path().join("duka.sqlite"), readers: connections },
            Engine::Postgres => Connection::Postgres { url: postgres::fresh_database(), connections },
        };
        Self::on(connection, SetClock(AtomicI64::new(1_700_000_000_000_000))).await
    }

    async fn on(connection: Connection, clock: SetClock) -> Self {
        let clock = Arc::new(clock);
        let db = Db::open(&connection).await.unwrap();
        let key = SecretKey::try_from_hex(&"5a".repeat(32)).unwrap();
        let state = AppState::new(db, clock.clone(), Arc::new(SystemEntropy), key);
        Self { connection, clock, ..Self::around(state) }
    }

    /// Around a server that runs already; its clock and connection are its own.
    pub fn around(state: AppState) -> Self {
        let router = router(&state, TOKEN, Duration::from_secs(60));
        let connection = Connection::Sqlite { path: "elsewhere".into(), readers: 0 };
        Self { state, router, clock: Arc::new(SetClock(AtomicI64::new(0))), connection }
    }

    /// The same database under a server that was started anew.
    pub async fn restarted(self) -> Self {
        let clock = SetClock(AtomicI64::new(self.clock.now().at.micros()));
        self.state.db.close().await;
        Self::on(self.connection, clock).await
    }

    /// Another server on the same database.
    pub async fn another_process(&self) -> Self {
        Self::on(self.connection.clone(), SetClock(AtomicI64::new(self.clock.now().at.micros()))).await
    }

    /// Its database as it is now, to come back to; and the same server, started anew.
    pub async fn backed_up(self) -> (Self, Connection) {
        self.state.db.close().await;
        let backup = match &self.connection {
            Connection::Sqlite { path, readers } => {
                let copy = path.with_extension("backup");
                std::fs::copy(path, &copy).unwrap();
                Connection::Sqlite { path: copy, readers: *readers }
            }
            Connection::Postgres { url, connections } => Connection::Postgres { url: postgres::copy_of(url), connections: *connections },
        };
        (self.restarted().await, backup)
    }

    /// The server after it was restored to a backup.
    pub async fn restored(self, backup: Connection) -> Self {
        Self { connection: backup, ..self }.restarted().await
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let kind = response.headers().get(header::CONTENT_TYPE).map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
        let retry_after = response.headers().get(header::RETRY_AFTER).map(|seconds| seconds.to_str().unwrap().parse().unwrap());
        Reply { status, kind, retry_after, body: to_bytes(response.into_body(), 64 << 20).await.unwrap().to_vec() }
    }

    pub async fn raw(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Reply {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
            .header(header::CONTENT_TYPE, kind)
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// Sends a message as tills do.
    pub async fn post_packed(&self, path: &str, envelope: &[u8]) -> Reply {
        self.raw(Method::POST, path, "application/octet-stream", zstd::encode_all(envelope, 3).unwrap()).await
    }

    /// Changes with whatever is written into the journal, or of what is known of devices: the stamps of all rows, or the file itself.
    pub async fn written(&self) -> i64 {
        let Connection::Sqlite { path, .. } = &self.connection else {
            let stamps = ["enrolment", "server", "log", "entry", "signed_head", "quarantine", "fork"]
                .map(|table| format!("(SELECT CAST(COALESCE(SUM(CAST(CAST(xmin AS TEXT) AS BIGINT)), 0) AS BIGINT) FROM {table})"));
            return self.state.db.query_made(format!("SELECT {}", stamps.join(" + "))).fetch_one::<(i64,)>().await.unwrap().0;
        };
        let mut hasher = DefaultHasher::new();
        for file in [path.clone(), path.with_extension("sqlite-wal")] {
            std::fs::read(file).unwrap().hash(&mut hasher);
        }
        hasher.finish().cast_signed()
    }

    /// Asks the admin API.
    pub async fn get(&self, path: &str) -> Reply {
        self.raw(Method::GET, &format!("/api/admin/v1{path}"), "application/json", Vec::new()).await
    }

    pub async fn post(&self, path: &str, body: &impl Serialize) -> Reply {
        self.raw(Method::POST, &format!("/api/admin/v1{path}"), "application/json", serde_json::to_vec(body).unwrap()).await
    }

    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Reply {
        self.raw(Method::PATCH, &format!("/api/admin/v1{path}"), "application/json", serde_json::to_vec(body).unwrap()).await
    }

    pub async fn company(&self, name: &str) -> CompanyId {
        self.post("/companies", &serde_json::json!({ "name": name, "currency": "GBP" })).await.json::<Company>().company
    }

    pub async fn shop(&self, company: CompanyId) -> ShopId {
        self.post(&format!("/companies/{company}/shops"), &serde_json::json!({ "name": "High Street" })).await.json::<Shop>().shop
    }

    pub async fn register(&self, company: CompanyId, shop: ShopId, name: &str) -> RegisterId {
        let path = format!("/companies/{company}/shops/{shop}/registers");
        self.post(&path, &serde_json::json!({ "name": name })).await.json::<Register>().register
    }

    pub async fn code(&self, company: CompanyId, register: RegisterId) -> String {
        self.post(&format!("/companies/{company}/registers/{register}/enrolment-codes"), &()).await.json::<EnrolmentCode>().code
    }

    pub async fn enrol(&self, asking: &Enrolling) -> Reply {
        self.raw(Method::POST, "/api/sync/v1/enrol", "application/cbor", asking.sealed.clone()).await
    }

    /// What a till is told that joins.
    pub async fn enrolled(&self, asking: &Enrolling) -> EnrolAnswer {
        let reply = self.enrol(asking).await;
        assert!(reply.status.is_success(), "{}: {}", reply.status, String::from_utf8_lossy(&reply.body));
        asking.open(&reply.body)
    }

    /// A till at a register, enrolled.
    pub async fn till_at(&self, company: CompanyId, register: RegisterId) -> Till {
        let mut till = Till::new();
        let code = self.code(company, register).await;
        let answer = self.enrolled(&till.enrolment(&code)).await;
        till.enrolled(answer);
        till
    }

    /// A company with a shop, and a till at a register of its own there.
    pub async fn shop_with_till(&self) -> (CompanyId, ShopId, Till) {
        let company = self.company("Tea & Sons").await;
        let shop = self.shop(company).await;
        let register = self.register(company, shop, "A").await;
        (company, shop, self.till_at(company, register).await)
    }

    /// Has the server compare a company's tables with its journal.
    pub async fn rebuild(&self, company: CompanyId) -> Rebuilt {
        self.post(&format!("/companies/{company}/rebuild"), &()).await.json()
    }

    pub async fn digests(&self, company: CompanyId, shop: ShopId) -> DigestsView {
        self.get(&format!("/companies/{company}/shops/{shop}/digests")).await.json()
    }

    /// A device as it is listed.
    pub async fn device(&self, company: CompanyId, device: DeviceId) -> DeviceView {
        let page: Page<DeviceView> = self.get(&format!("/companies/{company}/devices")).await.json();
        page.rows.into_iter().find(|row| row.device == device).unwrap()
    }

    /// How many transactions of this database wait for a company's lock.
    pub async fn waiting(&self) -> i64 {
        let here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        let waiting = format!("SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND {here}");
        self.state.db.query_made(waiting).fetch_one::<(i64,)>().await.unwrap().0
    }

    /// How many rows a table has. Tests look where the API does not show.
    pub async fn count(&self, table: &'static str) -> i64 {
        self.state.db.query(table).fetch_one::<(i64,)>().await.unwrap().0
    }
}
