//! The table `signed_head`: where a log's writer signed it, so that whoever holds it can hand it over up to there.

use super::Place;
use crate::platform::StoreError;
use rusqlite::{Connection, OptionalExtension, params};

/// Keeps a signature over a log up to a place.
pub(crate) fn sign_in_tx(tx: &Connection, place: Place, signature: &[u8; 64]) -> Result<(), StoreError> {
    tx.prepare_cached("insert or replace into signed_head (place, signature) values (?1, ?2)")?
        .execute(params![place.number(), signature])?;
    Ok(())
}

pub(crate) fn signature(db: &Connection, place: Place) -> Result<Option<[u8; 64]>, StoreError> {
    let mut statement = db.prepare_cached("select signature from signed_head where place = ?1")?;
    Ok(statement.query_row([place.number()], |row| row.get(0)).optional()?)
}

/// The last signed place of a log, at most at `to`; 0 for none.
pub(crate) fn last_signed(db: &Connection, n: i64, to: u64) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached("select place from signed_head where place between ?1 and ?2 order by place desc limit 1")?;
    let place = statement.query_row([Place::of(n, 0)?.number(), Place::of(n, to)?.number()], |row| row.get(0).map(Place)).optional()?;
    Ok(place.map_or(0, Place::seq))
}
