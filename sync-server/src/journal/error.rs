//! What can go wrong with the journal.

use crate::platform::db::DbError;

/// See each variant.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// An entry that this server wrote or kept cannot be read: the database is damaged, or Duka is wrong.
    #[error("a stored entry cannot be read: {0}")]
    Damaged(String),
    /// A fact of ours cannot be encoded.
    #[error("a fact cannot be encoded: {0}")]
    Encoding(String),
    /// A table cannot be made from the facts.
    #[error("the tables cannot be made from the facts: {0}")]
    Projection(String),
    /// The company or shop.
    #[error("{0}")]
    NotFound(String),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}
