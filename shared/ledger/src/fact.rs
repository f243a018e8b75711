//! The facts of the business: what may be written into a journal. Field numbers are for ever; new fields are optional and come last.

use crate::account::Account;
use crate::head::PublicKey;
use duka_core::{
    Currency, DeviceId, OperatorId, ProductId, Quantity, ReceiptId, RegisterId, ShiftId, ShopId, StockMoveId, TaxRate, Timestamp,
    TransferId,
};
use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

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

/// [`Fact::DeviceCertified`]: written by the company's server; who holds it can verify the device's signatures with no server.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct DeviceCertified {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Its public key.
    #[n(1)]
    pub key: PublicKey,
    /// The shop it works for; none for the company's server.
    #[n(2)]
    pub shop: Option<ShopId>,
    /// The register it serves.
    #[n(3)]
    pub register: Option<RegisterId>,
    /// What people call it.
    #[n(4)]
    pub name: String,
    /// What its receipt numbers begin with; no two devices share one.
    #[n(5)]
    pub series: String,
}

/// [`Fact::ShiftOpened`]. Debit drawer, credit safe: the float.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct ShiftOpened {
    /// The shift.
    #[n(0)]
    pub shift: ShiftId,
    /// Where.
    #[n(1)]
    pub register: RegisterId,
    /// Who opened it.
    #[n(2)]
    pub operator_name: String,
    /// Its currency.
    #[n(3)]
    pub currency: Currency,
    /// Cash in the drawer at the start, minor units, ≥ 0.
    #[n(4)]
    pub float: i64,
}

/// How something was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum TenderKind {
    /// Notes and coins.
    #[n(0)]
    Cash,
}

/// One tender. For a refund: what was paid out, with no change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Payment {
    /// How.
    #[n(0)]
    pub tender: TenderKind,
    /// What it settles, minor units.
    #[n(1)]
    pub amount: i64,
    /// What was handed over, minor units, ≥ amount.
    #[n(2)]
    pub tendered: i64,
}

/// The net, tax and gross of one rate, minor units; net + tax = gross.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct TaxTotal {
    /// The rate.
    #[n(0)]
    pub rate: TaxRate,
    /// Without tax.
    #[n(1)]
    pub net: i64,
    /// The tax.
    #[n(2)]
    pub tax: i64,
}

/// A line of a receipt elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct LineRef {
    /// The receipt.
    #[n(0)]
    pub receipt: ReceiptId,
    /// The line's number on it, from 1.
    #[n(1)]
    pub line: u32,
}

/// A line of a sale or refund, as it was priced then. Amounts in minor units, ≥ 0.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct ReceiptLine {
    /// Its number, from 1.
    #[n(0)]
    pub line: u32,
    /// What was sold.
    #[n(1)]
    pub product: ProductId,
    /// The code it was found by (barcode or product code).
    #[n(2)]
    pub code: String,
    /// The product's name then.
    #[n(3)]
    pub name: String,
    /// How much, > 0.
    #[n(4)]
    pub quantity: Quantity,
    /// Price of one unit, tax included.
    #[n(5)]
    pub unit_price: i64,
    /// Taken off the line.
    #[n(6)]
    pub discount: i64,
    /// To pay for the line, tax included, after discount.
    #[n(7)]
    pub gross: i64,
    /// The tax in it.
    #[n(8)]
    pub tax: i64,
    /// At this rate.
    #[n(9)]
    pub rate: TaxRate,
    /// What the cashier wrote.
    #[n(10)]
    pub note: Option<String>,
    /// The sold line this refunds; none on a sale or an unlinked refund.
    #[n(11)]
    pub refunds: Option<LineRef>,
}

/// [`Fact::SaleCompleted`]. Debit drawer: gross. Credit sales: net; credit tax: tax, per rate.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct Sale {
    /// Made by the till before the sale was committed.
    #[n(0)]
    pub receipt: ReceiptId,
    /// Where.
    #[n(1)]
    pub register: RegisterId,
    /// During which shift.
    #[n(2)]
    pub shift: ShiftId,
    /// The register's series; with `number` it is the receipt number.
    #[n(3)]
    pub series: String,
    /// Gapless in its series, from 1 (I7).
    #[n(4)]
    pub number: u64,
    /// Currency of every amount here.
    #[n(5)]
    pub currency: Currency,
    /// At least one.
    #[n(6)]
    pub lines: Vec<ReceiptLine>,
    /// Per rate, by rising rate; the sums of the lines.
    #[n(7)]
    pub taxes: Vec<TaxTotal>,
    /// To pay, minor units: the sum of the lines' gross and of the payments.
    #[n(8)]
    pub gross: i64,
    /// How it was paid.
    #[n(9)]
    pub payments: Vec<Payment>,
}

/// [`Fact::SaleAborted`]. Posts nothing.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct SaleAborted {
    /// The id the sale would have had.
    #[n(0)]
    pub receipt: ReceiptId,
    /// Where.
    #[n(1)]
    pub register: RegisterId,
    /// During which shift.
    #[n(2)]
    pub shift: ShiftId,
    /// Its currency.
    #[n(3)]
    pub currency: Currency,
    /// How many lines it had.
    #[n(4)]
    pub lines: u32,
    /// What would have been to pay.
    #[n(5)]
    pub gross: i64,
}

/// [`Fact::RefundCompleted`]. The postings of a sale, the other way.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct RefundCompleted {
    /// The refund, in the form of a sale (amounts ≥ 0); its lines say what they refund.
    #[n(0)]
    pub refund: Sale,
    /// Why.
    #[n(1)]
    pub reason: String,
}

/// Why stock changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum StockReason {
    /// Goods came in.
    #[n(0)]
    Received,
    /// More or less was there than the books said.
    #[n(1)]
    Counted,
    /// Broken or spoilt.
    #[n(2)]
    Damaged,
    /// Gone.
    #[n(3)]
    Lost,
    /// Anything else; the note says what.
    #[n(4)]
    Other,
}

/// [`Fact::StockMoved`]. Posts nothing.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct StockMoved {
    /// Made by the writer.
    #[n(0)]
    pub id: StockMoveId,
    /// Which product.
    #[n(1)]
    pub product: ProductId,
    /// How much came (positive) or went (negative), never 0.
    #[n(2)]
    pub quantity: Quantity,
    /// Why.
    #[n(3)]
    pub reason: StockReason,
    /// In words.
    #[n(4)]
    pub note: String,
}

/// Why an amount was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum AdjustmentReason {
    /// A debt was given up, or given up wrongly and taken back.
    #[n(0)]
    BadDebt,
    /// Anything else; the note says what.
    #[n(1)]
    Other,
}

/// [`Fact::AccountAdjusted`]. Debit one account, credit another; a negative amount the other way.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct AccountAdjusted {
    /// Made by the writer.
    #[n(0)]
    pub id: TransferId,
    /// To this account.
    #[n(1)]
    pub debit: Account,
    /// From this account.
    #[n(2)]
    pub credit: Account,
    /// Its currency.
    #[n(3)]
    pub currency: Currency,
    /// Minor units, signed, never 0.
    #[n(4)]
    pub amount: i64,
    /// Why.
    #[n(5)]
    pub reason: AdjustmentReason,
    /// In words.
    #[n(6)]
    pub note: String,
}

/// What happened at a register between two moments: the numbers of an X or Z report. Amounts in minor units.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct ShiftTotals {
    /// Sales.
    #[n(0)]
    pub sales: u64,
    /// Their gross.
    #[n(1)]
    pub sales_gross: i64,
    /// Refunds.
    #[n(2)]
    pub refunds: u64,
    /// Their gross.
    #[n(3)]
    pub refunds_gross: i64,
    /// Baskets given up.
    #[n(4)]
    pub aborted: u64,
    /// Receipts printed again.
    #[n(5)]
    pub reprints: u64,
    /// Sales less refunds per rate, by rising rate.
    #[n(6)]
    pub taxes: Vec<TaxTotal>,
    /// Cash taken less cash given back, without the float.
    #[n(7)]
    pub cash: i64,
    /// First receipt number of the shift; 0 when there was none.
    #[n(8)]
    pub first_number: u64,
    /// Last receipt number of the shift; 0 when there was none.
    #[n(9)]
    pub last_number: u64,
}

/// [`Fact::ShiftClosed`]: the Z report. Debit safe: counted; credit drawer: expected; the rest to cash difference.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct ShiftClosed {
    /// The shift.
    #[n(0)]
    pub shift: ShiftId,
    /// Where.
    #[n(1)]
    pub register: RegisterId,
    /// Gapless in the register's series, from 1.
    #[n(2)]
    pub z_number: u64,
    /// Its currency.
    #[n(3)]
    pub currency: Currency,
    /// What the till counted up.
    #[n(4)]
    pub totals: ShiftTotals,
    /// The float it began with.
    #[n(5)]
    pub float: i64,
    /// Float and cash: what should be in the drawer.
    #[n(6)]
    pub expected_cash: i64,
    /// What was in the drawer.
    #[n(7)]
    pub counted_cash: i64,
    /// Sales less refunds of this series since its beginning, gross.
    #[n(8)]
    pub perpetual_gross: i64,
}

/// What kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum RecordKind {
    /// A product.
    #[n(0)]
    Product,
}

/// [`Fact::RecordChanged`]: one edit, as the raw change of the record's document. Posts nothing.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct RecordChanged {
    /// What kind of record.
    #[n(0)]
    pub kind: RecordKind,
    /// Which.
    #[n(1)]
    pub record: ProductId,
    /// The raw change.
    #[n(2)]
    pub change: ByteVec,
}

/// [`Fact::ReceiptReprinted`]. Posts nothing.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct ReceiptReprinted {
    /// Which receipt.
    #[n(0)]
    pub receipt: ReceiptId,
    /// Where.
    #[n(1)]
    pub register: RegisterId,
    /// During which shift, if one was open.
    #[n(2)]
    pub shift: Option<ShiftId>,
}

/// What happened to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(index_only)]
pub enum TechnicalKind {
    /// The program started.
    #[n(0)]
    Started,
    /// Another version runs than before.
    #[n(1)]
    Updated,
    /// The clock was set; the detail says from what to what.
    #[n(2)]
    ClockChanged,
    /// A database was restored or rebuilt.
    #[n(3)]
    Restored,
    /// The device made itself a key.
    #[n(4)]
    KeyMade,
    /// Entries of others were refused.
    #[n(5)]
    Quarantined,
}

/// [`Fact::TechnicalEvent`]. Posts nothing.
#[derive(Clone, Debug, PartialEq, Encode, Decode)]
pub struct TechnicalEvent {
    /// What.
    #[n(0)]
    pub kind: TechnicalKind,
    /// In words.
    #[n(1)]
    pub detail: String,
    /// Who caused it, where somebody did.
    #[n(2)]
    pub operator: Option<OperatorId>,
    /// What the clock said before, for [`TechnicalKind::ClockChanged`].
    #[n(3)]
    pub before: Option<Timestamp>,
}
