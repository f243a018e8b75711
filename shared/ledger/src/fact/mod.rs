//! The facts of the business: what may be written into a journal. Field numbers are for ever; new fields are optional and come last.

mod account;
mod device;
mod record;
mod sale;
mod shift;
mod stock;

pub use account::{AccountAdjusted, AdjustmentReason};
pub use device::{DeviceCertified, TechnicalEvent, TechnicalKind};
pub use record::{RecordChanged, RecordKind};
pub use sale::{LineRef, Payment, ReceiptLine, ReceiptReprinted, RefundCompleted, Sale, SaleAborted, TaxTotal, TenderKind};
pub use shift::{ShiftClosed, ShiftOpened, ShiftTotals};
pub use stock::{StockMoved, StockReason};

macro_rules! facts {
    ($($(#[$doc:meta])* $number:literal $name:ident($body:ty))*) => {
        /// A change of business state.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Fact {$($(#[$doc])* $name($body),)*}

        /// The kinds of facts this version knows; their numbers are for ever.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {$($(#[$doc])* $name = $number,)*}

        impl Kind {
            /// The kind with this number, if this version knows it.
            pub const fn from_number(number: u16) -> Option<Self> {
                match number {
                    $($number => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// Its number in an entry.
            pub const fn number(self) -> u16 {
                match self {
                    $(Self::$name => $number,)*
                }
            }

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name),)*
                }
            }
        }

        impl Fact {
            /// What kind of fact this is.
            pub const fn kind(&self) -> Kind {
                match self {
                    $(Self::$name(_) => Kind::$name,)*
                }
            }

            /// The body of its entry.
            pub fn encode(&self) -> Result<Vec<u8>, FactError> {
                match self {
                    $(Self::$name(body) => minicbor::to_vec(body).map_err(|fault| FactError { kind: $number, fault: fault.to_string() }),)*
                }
            }

            /// Reads the body of an entry of kind `number`.
            pub fn decode(number: u16, body: &[u8]) -> Result<Body, FactError> {
                let fault = |fault: minicbor::decode::Error| FactError { kind: number, fault: fault.to_string() };
                match Kind::from_number(number) {
                    $(Some(Kind::$name) => minicbor::decode(body).map(|body| Body::Known(Fact::$name(body))).map_err(fault),)*
                    None => Ok(Body::Unknown { kind: number }),
                }
            }
        }
    };
}

facts! {
    /// A device was admitted to the company.
    1 DeviceCertified(DeviceCertified)
    /// A shift began with a float in the drawer.
    2 ShiftOpened(ShiftOpened)
    /// A sale was paid.
    3 SaleCompleted(Sale)
    /// A basket with lines was given up.
    4 SaleAborted(SaleAborted)
    /// Money was given back.
    5 RefundCompleted(RefundCompleted)
    /// Stock changed other than by a sale or refund.
    6 StockMoved(StockMoved)
    /// An amount was moved between two accounts.
    7 AccountAdjusted(AccountAdjusted)
    /// A shift ended with counted cash; the Z report.
    8 ShiftClosed(ShiftClosed)
    /// A shared record was edited.
    9 RecordChanged(RecordChanged)
    /// A receipt was printed again, as a copy.
    10 ReceiptReprinted(ReceiptReprinted)
    /// Something happened to the device itself.
    11 TechnicalEvent(TechnicalEvent)
}

/// A fact, or the body of a kind that only a newer version knows (I10).
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Known to this version.
    Known(Fact),
    /// Kept, relayed, and projected after the next update.
    Unknown {
        /// The kind's number.
        kind: u16,
    },
}

/// A body that cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the body of a fact of kind {kind} cannot be read: {fault}")]
pub struct FactError {
    /// The kind's number.
    pub kind: u16,
    /// What the decoder says.
    pub fault: String,
}
