//! What can go wrong with companies.

use crate::{
    journal::JournalError,
    platform::{db::DbError, http::Fault},
};
use duka_core::{CompanyId, ErrorCode, RegisterId, ShopId};

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum CompanyError {
    /// No such company.
    #[error("there is no company {0}")]
    NoCompany(CompanyId),
    /// No such shop of the company.
    #[error("the company has no shop {0}")]
    NoShop(ShopId),
    /// No such register of the company.
    #[error("the company has no register {0}")]
    NoRegister(RegisterId),
    /// Empty, too long, or with characters that cannot be printed.
    #[error("a name has 1 to {0} printable characters")]
    Name(usize),
    /// Not fit to begin receipt numbers.
    #[error("a register's name begins its receipt numbers: 1 to 8 letters A-Z and digits")]
    RegisterName,
    /// Taken.
    #[error("the company has a register called '{0}'; choose another name")]
    RegisterTaken(String),
    /// The company's log cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<CompanyError> for Fault {
    fn from(fault: CompanyError) -> Self {
        match fault {
            CompanyError::NoCompany(_) | CompanyError::NoShop(_) | CompanyError::NoRegister(_) => Self::told(ErrorCode::NotFound, &fault),
            CompanyError::Name(_) | CompanyError::RegisterName => Self::told(ErrorCode::InvalidInput, &fault),
            CompanyError::RegisterTaken(_) => Self::told(ErrorCode::Conflict, &fault),
            CompanyError::Journal(fault) => fault.into(),
            CompanyError::Db(fault) => fault.into(),
        }
    }
}
