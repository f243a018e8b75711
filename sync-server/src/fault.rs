//! From each noun's faults to what HTTP tells: one exhaustive mapping.

use crate::{
    account::AccountError,
    company::CompanyError,
    device::DeviceError,
    journal::JournalError,
    platform::{db::DbError, http::Fault, secret::SecretError},
    product::ProductError,
    receipt::ReceiptError,
    stock::StockError,
    sync::SyncError,
};
use axum::response::{IntoResponse, Response};
use duka_api::Problem;
use duka_core::ErrorCode;
use duka_sync::EnvelopeError;

/// What a handler gives.
pub type ApiResult<T> = Result<T, ApiFault>;

/// A fault of any noun, as HTTP tells it.
#[derive(Debug)]
pub struct ApiFault(Fault);

impl ApiFault {
    /// A fault of Duka itself.
    pub fn internal(detail: &str, cause: impl std::fmt::Display) -> Self {
        Self(Fault::hidden(ErrorCode::Internal, detail, cause))
    }

    /// What people see of it.
    pub fn problem(&self) -> Problem {
        self.0.problem().clone()
    }

    /// What people see of it; the rest goes to the log.
    pub fn logged(self) -> Problem {
        let problem = self.problem();
        drop(self.0.into_response());
        problem
    }

    /// What went wrong, for programs.
    pub const fn code(&self) -> ErrorCode {
        self.0.code()
    }
}

impl IntoResponse for ApiFault {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

const WRONG: &str = "something went wrong in the server; its log has the rest under the trace id";

fn told(code: ErrorCode, fault: &dyn std::fmt::Display) -> ApiFault {
    ApiFault(Fault::new(code, fault.to_string()))
}

fn hidden(fault: &dyn std::fmt::Display) -> ApiFault {
    ApiFault(Fault::hidden(ErrorCode::Internal, WRONG, fault))
}

impl From<DbError> for ApiFault {
    fn from(fault: DbError) -> Self {
        let (code, detail) = match &fault {
            DbError::Unavailable(_) => (ErrorCode::Unavailable, "the database does not answer right now; try again"),
            DbError::DiskFull(_) => (ErrorCode::DiskFull, "the server's disk is full; nothing was changed"),
            DbError::Duplicate(_) => (ErrorCode::Conflict, "somebody was faster with the same; look again"),
            DbError::Newer(_) => (ErrorCode::NewerDatabase, "the database was written by a newer version of Duka"),
            DbError::Migration(_) | DbError::Other(_) => (ErrorCode::Internal, WRONG),
        };
        Self(Fault::hidden(code, detail, fault))
    }
}

impl From<SecretError> for ApiFault {
    fn from(fault: SecretError) -> Self {
        hidden(&fault)
    }
}

impl From<JournalError> for ApiFault {
    fn from(fault: JournalError) -> Self {
        match fault {
            JournalError::NotFound(_) => told(ErrorCode::NotFound, &fault),
            JournalError::Db(fault) => fault.into(),
            JournalError::Damaged(_) | JournalError::Encoding(_) | JournalError::Projection(_) => hidden(&fault),
        }
    }
}

impl From<CompanyError> for ApiFault {
    fn from(fault: CompanyError) -> Self {
        match fault {
            CompanyError::NoCompany(_) | CompanyError::NoShop(_) | CompanyError::NoRegister(_) => told(ErrorCode::NotFound, &fault),
            CompanyError::Name(_) | CompanyError::RegisterName => told(ErrorCode::InvalidInput, &fault),
            CompanyError::RegisterTaken(_) => told(ErrorCode::Conflict, &fault),
            CompanyError::Secret(fault) => fault.into(),
            CompanyError::Journal(fault) => fault.into(),
            CompanyError::Db(fault) => fault.into(),
        }
    }
}

impl From<DeviceError> for ApiFault {
    fn from(fault: DeviceError) -> Self {
        match fault {
            DeviceError::Code => told(ErrorCode::EnrolmentCode, &fault),
            DeviceError::TooManyGuesses => told(ErrorCode::TooMany, &fault),
            DeviceError::Taken(_) => told(ErrorCode::Conflict, &fault),
            DeviceError::Key | DeviceError::Name => told(ErrorCode::InvalidInput, &fault),
            DeviceError::Company(fault) => fault.into(),
            DeviceError::Journal(fault) => fault.into(),
            DeviceError::Db(fault) => fault.into(),
        }
    }
}

impl From<SyncError> for ApiFault {
    fn from(fault: SyncError) -> Self {
        match fault {
            SyncError::Body(_) | SyncError::Envelope(EnvelopeError::Malformed(_)) => told(ErrorCode::InvalidInput, &fault),
            SyncError::Envelope(EnvelopeError::Signature) => told(ErrorCode::Unauthenticated, &fault),
            SyncError::Unknown(_) => told(ErrorCode::NotEnrolled, &fault),
            SyncError::Quarantined(_) => told(ErrorCode::DeviceRefused, &fault),
            SyncError::WrongCompany(_) => told(ErrorCode::Forbidden, &fault),
            SyncError::TooMuch(_) => told(ErrorCode::TooLarge, &fault),
            SyncError::Company(fault) => fault.into(),
            SyncError::Journal(fault) => fault.into(),
            SyncError::Db(fault) => fault.into(),
        }
    }
}

impl From<ProductError> for ApiFault {
    fn from(fault: ProductError) -> Self {
        match fault {
            ProductError::NoProduct(_) | ProductError::NoImport(_) => told(ErrorCode::NotFound, &fault),
            ProductError::Exists(_) | ProductError::CodeTaken { .. } => told(ErrorCode::Conflict, &fault),
            ProductError::Barcode(duka_core::BarcodeError::WrongCheckDigit(_)) => told(ErrorCode::WrongCheckDigit, &fault),
            ProductError::Product(_)
            | ProductError::Barcode(_)
            | ProductError::Price(_)
            | ProductError::Currency(_)
            | ProductError::Record(_)
            | ProductError::Page(_) => told(ErrorCode::InvalidInput, &fault),
            ProductError::ImportsRunning(_) => told(ErrorCode::TooMany, &fault),
            ProductError::Damaged(_) => hidden(&fault),
            ProductError::Company(fault) => fault.into(),
            ProductError::Journal(fault) => fault.into(),
            ProductError::Db(fault) => fault.into(),
        }
    }
}

impl From<ReceiptError> for ApiFault {
    fn from(fault: ReceiptError) -> Self {
        match fault {
            ReceiptError::NoReceipt(_) => told(ErrorCode::NotFound, &fault),
            ReceiptError::Page(_) => told(ErrorCode::InvalidInput, &fault),
            ReceiptError::Company(fault) => fault.into(),
            ReceiptError::Db(fault) => fault.into(),
        }
    }
}

impl From<AccountError> for ApiFault {
    fn from(fault: AccountError) -> Self {
        match fault {
            AccountError::Company(fault) => fault.into(),
            AccountError::Db(fault) => fault.into(),
        }
    }
}

impl From<StockError> for ApiFault {
    fn from(fault: StockError) -> Self {
        match fault {
            StockError::Company(fault) => fault.into(),
            StockError::Product(fault) => fault.into(),
            StockError::Db(fault) => fault.into(),
        }
    }
}
