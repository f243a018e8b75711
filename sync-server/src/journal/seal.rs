//! That the companies' keys are sealed with the secret key that this server has: found out at the start, not by the first till.

use super::{JournalError, store};
use crate::platform::{Platform, db::Db, secret::SecretError};

/// What is sealed, to be opened at every start.
const WORD: &[u8] = b"duka secret key 1";

/// Whether the database belongs to a secret key already, so that a new one would be of no use.
pub async fn is_sealed(db: &Db) -> Result<bool, JournalError> {
    Ok(store::server::sealed_word(db).await?.is_some())
}

/// Binds an empty database to this server's secret key; an error when it is bound to another. Of two servers that start on it at once, one is first.
pub async fn seal(platform: &Platform) -> Result<(), JournalError> {
    if !is_sealed(&platform.db).await? {
        let word = platform.secret_key.seal(&*platform.entropy, WORD, WORD)?;
        let mut tx = platform.db.begin().await?;
        store::server::keep_sealed_word(&mut tx, word).await?;
        tx.commit().await?;
    }
    let sealed = store::server::sealed_word(&platform.db).await?.unwrap_or_default();
    let word = platform.secret_key.open(WORD, &sealed)?;
    if word == WORD { Ok(()) } else { Err(SecretError::Sealed.into()) }
}
