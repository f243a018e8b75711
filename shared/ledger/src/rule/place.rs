//! In which log a fact stands, and who writes it.

use crate::{device::DeviceRole, fact::Kind};

/// Which of the two logs of a device a fact is at home in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// For all of the company.
    Company,
    /// For its shop. A till has one shop, and so one log where its receipts and shifts are numbered: their keys name a place in it.
    Shop,
}

/// In which of its logs a device of this role writes facts of a kind; none if they are not for it to write. Records and certificates stand in
/// company logs, a shop's business in its shop's log; only the server certifies, only tills sell.
pub const fn home(kind: Kind, role: DeviceRole) -> Option<Home> {
    match kind {
        Kind::RecordChanged => Some(Home::Company),
        Kind::DeviceCertified | Kind::DeviceStandingChanged => match role {
            DeviceRole::Server => Some(Home::Company),
            DeviceRole::Till => None,
        },
        Kind::TechnicalEvent => match role {
            DeviceRole::Server => Some(Home::Company),
            DeviceRole::Till => Some(Home::Shop),
        },
        Kind::ShiftOpened
        | Kind::SaleCompleted
        | Kind::SaleAborted
        | Kind::RefundCompleted
        | Kind::StockMoved
        | Kind::AccountAdjusted
        | Kind::ShiftClosed
        | Kind::ReceiptReprinted => match role {
            DeviceRole::Server => None,
            DeviceRole::Till => Some(Home::Shop),
        },
    }
}
