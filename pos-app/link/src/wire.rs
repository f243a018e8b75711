//! HTTP to one server.

use crate::trust::{ServerAddress, Trust, TrustError};
use duka_api::Problem;
use duka_core::ErrorCode;
use duka_sync::{Failure, FailureKind, Link, MAX_MESSAGE_BYTES, MOST_WAIT, SLOWEST_LINE};
use reqwest::{Client, Response, header};
use std::{
    future::Future,
    io::Read,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::{runtime::Runtime, sync::watch, time::timeout};

/// So long nothing may come before an answer is given up.
const PATIENCE: Duration = Duration::from_millis(Link::PATIENCE_MS);

/// Why an exchange did not happen.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The till may not speak to this address, or has no certificates to judge it by. Nothing was sent.
    #[error(transparent)]
    Address(#[from] TrustError),
    /// What answers has no certificate that this till believes.
    #[error("what answers is not trusted to be the server: {0}")]
    Untrusted(String),
    /// No connection, or it broke off; whether the server took the request in is not known.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// Connected, but nothing came for too long.
    #[error("the server does not answer")]
    TimedOut,
    /// The server said no.
    #[error("{0}")]
    Refused(Problem),
    /// What came back is not an answer.
    #[error("the server's answer cannot be read: {0}")]
    Unreadable(String),
}

impl WireError {
    /// What follows from it for the link.
    pub const fn kind(&self) -> FailureKind {
        match self {
            Self::Address(_) | Self::Untrusted(_) => FailureKind::Untrusted,
            Self::Unreachable(_) => FailureKind::Unreachable,
            Self::TimedOut => FailureKind::TimedOut,
            Self::Refused(problem) if problem.retryable => FailureKind::Busy,
            Self::Refused(_) => FailureKind::Refused,
            Self::Unreadable(_) => FailureKind::Mangled,
        }
    }
}

impl From<WireError> for Failure {
    fn from(fault: WireError) -> Self {
        Self { kind: fault.kind(), detail: fault.to_string() }
    }
}

impl From<WireError> for Problem {
    fn from(fault: WireError) -> Self {
        match fault {
            WireError::Refused(problem) => problem,
            WireError::Address(TrustError::PlainHttp(_)) => Self::new(ErrorCode::InsecureServer, fault.to_string()),
            WireError::Address(_) => Self::new(ErrorCode::InvalidInput, fault.to_string()),
            WireError::Untrusted(_) => Self::new(
                ErrorCode::UntrustedServer,
                format!("{fault}. Check the address and this computer's clock; a shop's own authority is named with --server-ca."),
            ),
            WireError::Unreachable(_) | WireError::TimedOut => {
                Self::new(ErrorCode::Unavailable, format!("{fault}. Check the address and the network."))
            }
            WireError::Unreadable(_) => Self::new(ErrorCode::Internal, format!("{fault}. Is this the address of a Duka server?")),
        }
    }
}

fn unreadable(fault: impl std::fmt::Display) -> WireError {
    WireError::Unreadable(fault.to_string())
}

/// Chooses the one cryptography that all of Duka's TLS uses, for the whole process; a client of HTTP cannot be built before.
pub fn choose_cryptography() {
    // Another client may have done so before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Ends what a [`Wire`] is at, and all that it is asked for afterwards.
#[derive(Clone, Debug)]
pub struct Stopper(watch::Sender<bool>);

impl Stopper {
    /// Ends it.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was ended.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }
}

/// A connection to one server, kept open between exchanges.
pub struct Wire {
    client: Client,
    runtime: Runtime,
    server: ServerAddress,
    bytes: AtomicU64,
    stopper: Stopper,
}

impl Wire {
    /// For the server at `address`, such as `https://duka.example`. Nothing is sent yet.
    pub fn try_new(address: &str, trust: &Trust) -> Result<Self, WireError> {
        let server = ServerAddress::try_new(address, trust)?;
        let unable = |fault: &dyn std::error::Error| WireError::Unreachable(innermost(fault));
        choose_cryptography();
        let client = server.client(trust)?.connect_timeout(Duration::from_secs(5)).build().map_err(|fault| unable(&fault))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|fault| unable(&fault))?;
        Ok(Self { client, runtime, server, bytes: AtomicU64::new(0), stopper: Stopper(watch::channel(false).0) })
    }

    /// The server's address, as it is kept and shown.
    pub fn server(&self) -> &str {
        self.server.as_str()
    }

    /// Bytes of bodies sent and received so far.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Ends what this wire is at, from another thread.
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// Sends a sealed request and gives the sealed answer.
    pub fn exchange(&self, envelope: &[u8]) -> Result<Vec<u8>, WireError> {
        self.post_message("/api/sync/v1/exchange", envelope, PATIENCE)
    }

    /// Sends a sealed look that the server answers as soon as it has news, or after a while without.
    pub fn wait_for_news(&self, look: &[u8]) -> Result<Vec<u8>, WireError> {
        let path = format!("/api/sync/v1/exchange?wait={}", MOST_WAIT.as_secs());
        self.post_message(&path, look, PATIENCE.saturating_add(MOST_WAIT))
    }

    /// Sends a sealed request to be certified as another device and gives the sealed answer.
    pub fn succeed(&self, envelope: &[u8]) -> Result<Vec<u8>, WireError> {
        self.post_message("/api/sync/v1/succeed", envelope, PATIENCE)
    }

    /// Sends a sealed request to join and gives the sealed answer.
    pub fn enrol(&self, request: Vec<u8>) -> Result<Vec<u8>, WireError> {
        self.post("/api/sync/v1/enrol", "application/cbor", request, PATIENCE)
    }

    fn post_message(&self, path: &str, message: &[u8], patience: Duration) -> Result<Vec<u8>, WireError> {
        let body = zstd::encode_all(message, 3).map_err(unreadable)?;
        self.count(body.len());
        let packed = self.post(path, "application/octet-stream", body, patience)?;
        self.count(packed.len());
        let mut answer = Vec::new();
        let decoder = zstd::Decoder::new(packed.as_slice()).map_err(unreadable)?;
        // I11: a small body must not unpack into an endless one.
        let limit = u64::try_from(MAX_MESSAGE_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        decoder.take(limit).read_to_end(&mut answer).map_err(unreadable)?;
        if answer.len() > MAX_MESSAGE_BYTES { Err(unreadable("it is larger than a message may be")) } else { Ok(answer) }
    }

    fn post(&self, path: &str, content_type: &str, body: Vec<u8>, patience: Duration) -> Result<Vec<u8>, WireError> {
        let on_the_way = Duration::from_secs(u64::try_from(body.len()).unwrap_or(u64::MAX) / SLOWEST_LINE);
        let request = self.client.post(format!("{}{path}", self.server.as_str())).header("content-type", content_type).body(body);
        let answered = async {
            let sent = within(patience.saturating_add(on_the_way), request.send()).await?;
            accepted(sent).await
        };
        let mut stopped = self.stopper.0.subscribe();
        self.runtime.block_on(async {
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stopped| *stopped) => Err(WireError::Unreachable("the program ends".to_owned())),
                answer = answered => answer,
            }
        })
    }

    fn count(&self, bytes: usize) {
        self.bytes.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, reqwest::Error>>) -> Result<T, WireError> {
    let done = timeout(limit, work).await.map_err(|_| WireError::TimedOut)?;
    done.map_err(|fault| match of_tls(&fault) {
        Some(why @ (rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented)) => {
            WireError::Untrusted(why.to_string())
        }
        Some(rustls::Error::InvalidMessage(_)) => WireError::Unreachable("what answers does not speak TLS".to_owned()),
        Some(_) | None => WireError::Unreachable(innermost(&fault)),
    })
}

/// What TLS says went wrong, if it was TLS.
fn of_tls<'f>(fault: &'f (dyn std::error::Error + 'static)) -> Option<&'f rustls::Error> {
    match fault.downcast_ref::<std::io::Error>() {
        // An I/O error hides what it wraps from `source`.
        Some(wrapping) => of_tls(wrapping.get_ref()?),
        None => fault.downcast_ref().or_else(|| of_tls(fault.source()?)),
    }
}

/// The body of an answer; a refusal in the server's own words.
async fn accepted(response: Response) -> Result<Vec<u8>, WireError> {
    let status = response.status();
    if status.is_redirection() {
        let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("another address");
        return Err(unreadable(format!("it points to {to}, and is not followed")));
    }
    let body = read(response).await?;
    if status.is_success() {
        return Ok(body);
    }
    Err(WireError::Refused(serde_json::from_slice(&body).unwrap_or_else(|_| {
        let code = if status.is_server_error() { ErrorCode::Unavailable } else { ErrorCode::Internal };
        Problem::new(code, format!("the server answered {status}"))
    })))
}

/// Reads a body, at most as large as a message may be, for as long as something comes.
async fn read(mut response: Response) -> Result<Vec<u8>, WireError> {
    let mut body = Vec::new();
    while let Some(chunk) = within(PATIENCE, response.chunk()).await? {
        if body.len().saturating_add(chunk.len()) > MAX_MESSAGE_BYTES {
            return Err(unreadable("it is larger than a message may be"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The cause that says something to a person: "connection refused", not "error sending request".
fn innermost(fault: &dyn std::error::Error) -> String {
    let mut cause = fault;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}
