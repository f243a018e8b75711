//! HTTP to one server.

use duka_api::{
    Problem,
    http::{EnrolAnswer, EnrolRequest},
};
use duka_core::ErrorCode;
use reqwest::blocking::{Client, ClientBuilder, Response};
use std::{
    io::Read,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Why an exchange did not happen.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// No connection, or it broke off; whether the server took the request in is not known.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// The server said no.
    #[error("{0}")]
    Refused(Problem),
    /// What came back is not an answer.
    #[error("the server's answer cannot be read: {0}")]
    Unreadable(String),
}

impl WireError {
    /// Whether trying again can help.
    pub fn retryable(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Refused(problem) => problem.retryable,
            Self::Unreadable(_) => false,
        }
    }
}

impl From<WireError> for Problem {
    fn from(fault: WireError) -> Self {
        match fault {
            WireError::Refused(problem) => problem,
            WireError::Unreachable(_) => Self::new(ErrorCode::Unavailable, format!("{fault}. Check the address and the network.")),
            WireError::Unreadable(_) => Self::new(ErrorCode::Internal, format!("{fault}. Is this the address of a Duka server?")),
        }
    }
}

/// A client of HTTP, with the one cryptography that all of Duka's TLS uses.
pub fn http_client() -> ClientBuilder {
    // It is chosen for the whole process; another client may have done so before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
}

/// A connection to one server, kept open between exchanges.
pub struct Wire {
    client: Client,
    server: String,
    bytes: AtomicU64,
}

impl Wire {
    /// For the server at `address`, such as `https://duka.example`.
    pub fn try_new(address: &str) -> Result<Self, WireError> {
        let server = address.trim().trim_end_matches('/').to_owned();
        if !(server.starts_with("http://") || server.starts_with("https://")) {
            return Err(WireError::Unreachable(format!("'{server}' does not begin with https:// or http://")));
        }
        let client = http_client()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(60))
            .build()
            .map_err(|fault| WireError::Unreachable(fault.to_string()))?;
        Ok(Self { client, server, bytes: AtomicU64::new(0) })
    }

    /// Bytes of bodies sent and received so far.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Sends a sealed request and gives the sealed answer.
    pub fn exchange(&self, envelope: &[u8]) -> Result<Vec<u8>, WireError> {
        let body = zstd::encode_all(envelope, 3).map_err(|fault| WireError::Unreadable(fault.to_string()))?;
        self.count(body.len());
        let request =
            self.client.post(format!("{}/api/sync/v1/exchange", self.server)).header("content-type", "application/octet-stream").body(body);
        let packed = read(accepted(request.send())?)?;
        self.count(packed.len());
        let mut answer = Vec::new();
        let limit = u64::try_from(duka_sync::MAX_MESSAGE_BYTES).unwrap_or(u64::MAX);
        let decoder = zstd::Decoder::new(packed.as_slice()).map_err(|fault| WireError::Unreadable(fault.to_string()))?;
        // I11: a small body must not unpack into an endless one.
        decoder.take(limit.saturating_add(1)).read_to_end(&mut answer).map_err(|fault| WireError::Unreadable(fault.to_string()))?;
        if answer.len() > duka_sync::MAX_MESSAGE_BYTES {
            return Err(WireError::Unreadable("it is larger than a message may be".to_owned()));
        }
        Ok(answer)
    }

    /// Asks to join with a one-time code.
    pub fn enrol(&self, request: &EnrolRequest) -> Result<EnrolAnswer, WireError> {
        let body = serde_json::to_vec(request).map_err(|fault| WireError::Unreadable(fault.to_string()))?;
        let request = self.client.post(format!("{}/api/sync/v1/enrol", self.server)).header("content-type", "application/json").body(body);
        serde_json::from_slice(&read(accepted(request.send())?)?).map_err(|fault| WireError::Unreadable(fault.to_string()))
    }

    fn count(&self, bytes: usize) {
        self.bytes.fetch_add(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// Turns a refusal into the server's own words.
fn accepted(sent: Result<Response, reqwest::Error>) -> Result<Response, WireError> {
    let response = sent.map_err(|fault| WireError::Unreachable(innermost(&fault)))?;
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    let problem = serde_json::from_slice(&read(response)?);
    Err(WireError::Refused(problem.unwrap_or_else(|_| {
        let code = if status.is_server_error() { ErrorCode::Unavailable } else { ErrorCode::Internal };
        Problem::new(code, format!("the server answered {status}"))
    })))
}

/// Reads a body, at most as large as a message may be.
fn read(response: Response) -> Result<Vec<u8>, WireError> {
    let limit = u64::try_from(duka_sync::MAX_MESSAGE_BYTES).unwrap_or(u64::MAX);
    let mut body = Vec::new();
    response.take(limit).read_to_end(&mut body).map_err(|fault| WireError::Unreachable(fault.to_string()))?;
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
