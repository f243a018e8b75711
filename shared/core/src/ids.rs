//! One type per kind of id, so that a shop can never be passed where a product is meant.

use crate::Timestamp;
use uuid::Uuid;

/// Where random bytes come from: the operating system in production, a seed in tests and simulations.
pub trait Entropy: Send + Sync {
    /// Fills `buffer` with random bytes.
    fn fill(&self, buffer: &mut [u8]);
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a new UUIDv7 from the writer's clock and randomness, before anything is sent.
            pub fn new(now: Timestamp, entropy: &dyn Entropy) -> Self {
                let mut random = [0; 10];
                entropy.fill(&mut random);
                Self(uuid::Builder::from_unix_timestamp_millis(now.unix_millis(), &random).into_uuid())
            }

            /// Takes an id that was made elsewhere.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The id as it is stored and sent.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// The sixteen bytes of the id.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// Reads an id from its sixteen bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(&self, e: &mut minicbor::Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(self.0.as_bytes())?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                let at = d.position();
                Uuid::from_slice(d.bytes()?).map(Self).map_err(|_| minicbor::decode::Error::message("an id has 16 bytes").at(at))
            }
        }
    )*};
}

ids! {
    /// A tenant: one business with its shops.
    CompanyId
    /// A shop of a company.
    ShopId
    /// A register: the place at a counter that numbers its receipts; the device that serves it may change.
    RegisterId
    /// A device that writes logs: a till, or the company's server.
    DeviceId
    /// A person who operates a till.
    OperatorId
    /// A shift at a register, from opening float to Z report.
    ShiftId
    /// A sale or a refund: whatever gets a receipt (also one that was aborted before it got its number).
    ReceiptId
    /// A shared record of any kind, such as a product.
    RecordId
    /// A product, the thing that is sold.
    ProductId
    /// A stock adjustment, count or receiving line.
    StockMoveId
    /// An adjustment between two accounts.
    TransferId
    /// A job in a till's print queue.
    PrintJobId
}

/// A product is a record: its id is the record's.
impl From<ProductId> for RecordId {
    fn from(product: ProductId) -> Self {
        Self(product.0)
    }
}

impl From<RecordId> for ProductId {
    fn from(record: RecordId) -> Self {
        Self(record.0)
    }
}
