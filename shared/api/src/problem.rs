//! One form for every fault, after RFC 9457.

use duka_core::ErrorCode;

/// A fault, as the till's commands and the server's `application/problem+json` bodies tell it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// What went wrong, for programs.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "not_found"))]
    pub code: ErrorCode,
    /// What happened, to what, and what to do, for people.
    pub detail: String,
    /// Whether trying the same again later can help.
    pub retryable: bool,
    /// Finds the log lines of this request; empty at a till.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

impl Problem {
    /// A fault with its text for people.
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), retryable: code.retryable(), trace_id: None }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Problem {}
