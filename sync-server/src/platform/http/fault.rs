//! Faults as `application/problem+json` (RFC 9457).

use crate::platform::{db::DbError, secret::SecretError};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use duka_api::Problem;
use duka_core::ErrorCode;
use std::fmt::Display;

/// The media type of every fault.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// The body of a fault.
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
pub struct ProblemDocument {
    /// `urn:duka:problem:` and the code.
    pub r#type: String,
    /// The same for every fault of a type.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The rest.
    #[serde(flatten)]
    pub problem: Problem,
}

/// What a handler gives.
pub type ApiResult<T> = Result<T, Fault>;

const WRONG: &str = "something went wrong in the server; its log has the rest under the trace id";

/// A fault on its way out: what people may see, and what only the log may. Each noun's error says how it becomes one.
#[derive(Debug)]
pub struct Fault {
    problem: Problem,
    internal: Option<String>,
    retry_after: Option<u32>,
}

impl Fault {
    /// A fault that people may read all of.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { problem: Problem::new(code, detail), internal: None, retry_after: None }
    }

    /// A fault whose cause is for the log alone.
    pub fn hidden(code: ErrorCode, detail: impl Into<String>, internal: impl Display) -> Self {
        Self { problem: Problem::new(code, detail), internal: Some(internal.to_string()), retry_after: None }
    }

    /// A fault whose text is for people as it is.
    pub fn told(code: ErrorCode, fault: &dyn Display) -> Self {
        Self::new(code, fault.to_string())
    }

    /// The same, and after so many seconds it may be tried again.
    pub fn after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// A fault of Duka itself.
    pub fn internal(cause: &dyn Display) -> Self {
        Self::hidden(ErrorCode::Internal, WRONG, cause)
    }

    /// What people see.
    pub const fn problem(&self) -> &Problem {
        &self.problem
    }

    /// What people see of it; the rest goes to the log.
    pub fn logged(self) -> Problem {
        self.log();
        self.problem
    }

    fn log(&self) {
        match &self.internal {
            Some(internal) => tracing::error!(code = ?self.problem.code, internal, "{}", self.problem.detail),
            None => tracing::debug!(code = ?self.problem.code, "{}", self.problem.detail),
        }
    }
}

impl From<DbError> for Fault {
    fn from(fault: DbError) -> Self {
        let (code, detail) = match &fault {
            DbError::Unavailable(_) => (ErrorCode::Unavailable, "the database does not answer right now; try again"),
            DbError::DiskFull(_) => (ErrorCode::DiskFull, "the server's disk is full; nothing was changed"),
            DbError::Duplicate(_) => (ErrorCode::Conflict, "somebody was faster with the same; look again"),
            DbError::Newer(_) => (ErrorCode::NewerDatabase, "the database was written by a newer version of Duka"),
            DbError::InUse(_) => (ErrorCode::DatabaseInUse, "another process uses the database"),
            DbError::Migration(_) | DbError::Other(_) => (ErrorCode::Internal, WRONG),
        };
        Self::hidden(code, detail, fault)
    }
}

impl From<SecretError> for Fault {
    fn from(fault: SecretError) -> Self {
        Self::internal(&fault)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        self.log();
        let mut response = status(self.problem.code).into_response();
        // The frame around all requests writes the body: it knows the trace id.
        response.extensions_mut().insert(self.problem);
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The response for a fault, with its trace id.
pub fn trouble(status: StatusCode, mut problem: Problem, trace_id: &str) -> Response {
    problem.trace_id = Some(trace_id.to_owned());
    let code = serde_json::to_value(problem.code).ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default();
    let document =
        ProblemDocument { r#type: format!("urn:duka:problem:{code}"), title: title(problem.code), status: status.as_u16(), problem };
    let body = serde_json::to_vec(&document).unwrap_or_default();
    let mut response = (status, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    response
}

/// The HTTP status of a code.
pub(super) const fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::InvalidInput
        | ErrorCode::AmbiguousNumber
        | ErrorCode::WrongCheckDigit
        | ErrorCode::EmptyBasket
        | ErrorCode::TenderTooLow
        | ErrorCode::EnrolmentCode => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Conflict | ErrorCode::NoShift | ErrorCode::ShiftOpen | ErrorCode::AlreadyRefunded => StatusCode::CONFLICT,
        ErrorCode::Unauthenticated | ErrorCode::NotEnrolled => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden | ErrorCode::DeviceRefused | ErrorCode::DeviceRevoked => StatusCode::FORBIDDEN,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Unavailable | ErrorCode::DatabaseInUse => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        ErrorCode::InsecureServer
        | ErrorCode::UntrustedServer
        | ErrorCode::NewerDatabase
        | ErrorCode::CorruptDatabase
        | ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

const fn title(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::InvalidInput => "The input is not acceptable",
        ErrorCode::AmbiguousNumber => "A number can be read in two ways",
        ErrorCode::WrongCheckDigit => "A check digit does not fit",
        ErrorCode::NotFound => "There is no such thing",
        ErrorCode::Conflict => "The state does not allow it",
        ErrorCode::Unauthenticated => "Credentials are missing or wrong",
        ErrorCode::Forbidden => "Not allowed",
        ErrorCode::TooLarge => "Over the limit",
        ErrorCode::TooMany => "Too many requests",
        ErrorCode::EnrolmentCode => "The enrolment code does not work",
        ErrorCode::NotEnrolled => "The device is not enrolled",
        ErrorCode::DeviceRefused => "The device is refused",
        ErrorCode::DeviceRevoked => "The device was revoked",
        ErrorCode::Unavailable => "Not available right now",
        ErrorCode::DiskFull => "The disk is full",
        // Of the till alone, or of the server itself.
        ErrorCode::NoShift
        | ErrorCode::ShiftOpen
        | ErrorCode::EmptyBasket
        | ErrorCode::TenderTooLow
        | ErrorCode::AlreadyRefunded
        | ErrorCode::InsecureServer
        | ErrorCode::UntrustedServer
        | ErrorCode::NewerDatabase
        | ErrorCode::CorruptDatabase
        | ErrorCode::DatabaseInUse
        | ErrorCode::Internal => "Something went wrong",
    }
}

/// What is told of a fault that no code of ours answered with: a route or method that is not there, a body that cannot be read, a limit.
pub(super) fn of_status(status: StatusCode, text: &str) -> Problem {
    let told = |fallback: &str| if text.trim().is_empty() { fallback.to_owned() } else { text.trim().to_owned() };
    match status {
        StatusCode::NOT_FOUND => Problem::new(ErrorCode::NotFound, "there is nothing at this address; /docs lists what there is"),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(ErrorCode::InvalidInput, "this address does not take this method; /docs lists what it takes")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(ErrorCode::TooLarge, "the body is over the limit of this address"),
        StatusCode::REQUEST_TIMEOUT => Problem::new(ErrorCode::Unavailable, "the request took too long and was given up; try again"),
        StatusCode::UNAUTHORIZED => Problem::new(ErrorCode::Unauthenticated, told("credentials are missing or wrong")),
        status if status.is_client_error() => Problem::new(ErrorCode::InvalidInput, told("the request cannot be understood")),
        _ => Problem::new(ErrorCode::Internal, WRONG),
    }
}
