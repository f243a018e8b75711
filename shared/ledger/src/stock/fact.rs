//! Facts of stock.

use duka_core::{ProductId, Quantity, StockMoveId};
use minicbor::{Decode, Encode};

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

/// [`crate::Fact::StockMoved`]. Posts nothing.
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
