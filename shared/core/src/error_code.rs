//! The closed list of what can go wrong, the same in the till's commands and in the server's problem documents.

/// What went wrong, for programs: screens branch on this, never on text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A field or value is not acceptable; `detail` says which and why.
    InvalidInput,
    /// A number can be read in two ways; `detail` shows it. Ask how it was meant, and say so.
    AmbiguousNumber,
    /// What was named does not exist (or is not yours to see).
    NotFound,
    /// The same id was used for something else, or the state does not allow it any more.
    Conflict,
    /// Nobody is signed in, or the credentials are wrong.
    Unauthenticated,
    /// Signed in, but not allowed.
    Forbidden,
    /// A body, file or page is over its limit.
    TooLarge,
    /// Too many requests; wait.
    TooMany,
    /// The check digit does not fit: most often a misread.
    WrongCheckDigit,
    /// No shift is open at this register.
    NoShift,
    /// A shift is already open at this register.
    ShiftOpen,
    /// The basket has no lines.
    EmptyBasket,
    /// Less was tendered than is due.
    TenderTooLow,
    /// The line, or more of it than remains, was refunded before.
    AlreadyRefunded,
    /// This till is not enrolled with a company yet.
    NotEnrolled,
    /// The enrolment code is wrong, used or expired.
    EnrolmentCode,
    /// The server would be spoken to unencrypted, and no setting allows that. Nothing was sent.
    InsecureServer,
    /// What answers is not the server that was meant: its certificate, key or signature is another's.
    UntrustedServer,
    /// The server does not deal with this device.
    DeviceRefused,
    /// The device was revoked: what it writes does not count any more.
    DeviceRevoked,
    /// The database was written by a newer version of Duka.
    NewerDatabase,
    /// The database cannot be read; it was kept.
    CorruptDatabase,
    /// Another process has the database open.
    DatabaseInUse,
    /// The disk is full.
    DiskFull,
    /// The server cannot be reached or is not ready.
    Unavailable,
    /// A fault of Duka itself; the log has the rest.
    Internal,
}

impl ErrorCode {
    /// Whether trying the same again later can help.
    pub const fn retryable(self) -> bool {
        matches!(self, Self::Unavailable | Self::TooMany | Self::DiskFull | Self::DatabaseInUse)
    }
}
