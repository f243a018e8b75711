//! The facts of the business: what may be written into a journal. Numbers of kinds, fields and variants are for ever; new fields are optional
//! and come last.

use crate::{
    account::AccountAdjusted,
    device::{DeviceCertified, DeviceStandingChanged, TechnicalEvent},
    journal::SealedEntry,
    receipt::{ReceiptReprinted, RefundCompleted, Sale, SaleAborted},
    record::RecordChanged,
    shift::{ShiftClosed, ShiftOpened},
    stock::StockMoved,
};
use duka_core::planted;

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
            pub fn encode(&self) -> Result<Vec<u8>, Unwritable> {
                match self {
                    $(Self::$name(body) => minicbor::to_vec(body).map_err(|fault| Unwritable { kind: $number, fault: fault.to_string() }),)*
                }
            }

            /// Reads the body of an entry of kind `number`.
            pub fn decode(number: u16, body: &[u8]) -> Result<Body, Unreadable> {
                let mut decoder = minicbor::Decoder::new(body);
                let read = match Kind::from_number(number).filter(|_| planted::knows(number)) {
                    $(Some(Kind::$name) => decoder.decode().map(Fact::$name),)*
                    None => return Ok(Body::Unknown),
                };
                match read {
                    Ok(fact) if decoder.position() == body.len() => Ok(Body::Known(fact)),
                    Ok(_) => Err(Unreadable { kind: number, fault: "something stands behind it".to_owned() }),
                    // A variant that only a newer version knows makes the whole fact one (I10).
                    Err(fault) if fault.is_unknown_variant() => Ok(Body::Unknown),
                    Err(fault) => Err(Unreadable { kind: number, fault: fault.to_string() }),
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
    /// A device was revoked, or counts again.
    12 DeviceStandingChanged(DeviceStandingChanged)
}

impl Kind {
    /// The kinds that are receipts.
    pub const RECEIPTS: [Self; 2] = [Self::SaleCompleted, Self::RefundCompleted];

    /// Whether it is a receipt: a sale, or a refund.
    pub fn is_receipt(self) -> bool {
        Self::RECEIPTS.contains(&self)
    }
}

impl Fact {
    /// The receipt that it is, if it is one, and whether money was given back.
    pub const fn receipt(&self) -> Option<(&Sale, bool)> {
        match self {
            Self::SaleCompleted(sale) => Some((sale, false)),
            Self::RefundCompleted(refund) => Some((&refund.refund, true)),
            Self::DeviceCertified(_)
            | Self::ShiftOpened(_)
            | Self::SaleAborted(_)
            | Self::StockMoved(_)
            | Self::AccountAdjusted(_)
            | Self::ShiftClosed(_)
            | Self::RecordChanged(_)
            | Self::ReceiptReprinted(_)
            | Self::TechnicalEvent(_)
            | Self::DeviceStandingChanged(_) => None,
        }
    }
}

/// A fact, or one that only a newer version knows (I10).
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Known to this version.
    Known(Fact),
    /// Of a kind, or with a variant inside, that this version does not know.
    Unknown,
}

/// A body that no version can have written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the body of a fact of kind {kind} cannot be read: {fault}")]
pub struct Unreadable {
    /// The kind's number.
    pub kind: u16,
    /// What the decoder says.
    pub fault: String,
}

/// A fact that cannot be encoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a fact of kind {kind} cannot be written: {fault}")]
pub struct Unwritable {
    /// The kind's number.
    pub kind: u16,
    /// What the encoder says.
    pub fault: String,
}

impl SealedEntry {
    /// The fact inside, or that only a newer version knows it (I10).
    pub fn body(&self) -> Result<Body, Unreadable> {
        Fact::decode(self.entry().kind, &self.entry().body)
    }

    /// The kind of fact, if this version knows it.
    pub fn kind(&self) -> Option<Kind> {
        Kind::from_number(self.entry().kind)
    }
}
