//! The table `basket_line`.

use super::Line;
use crate::platform::StoreError;
use duka_core::ReceiptId;
use rusqlite::{Connection, OptionalExtension, params};

/// Where the receipt's id stands; lines are numbered from 1.
const RECEIPT: i64 = 0;

/// The basket that was kept; none when there was none, or it cannot be read.
pub(crate) fn load(db: &Connection) -> Result<Option<(ReceiptId, Vec<Line>)>, StoreError> {
    let receipt: Option<[u8; 16]> =
        db.prepare_cached("select content from basket_line where line = ?1")?.query_row([RECEIPT], |row| row.get(0)).optional()?;
    let Some(receipt) = receipt else { return Ok(None) };
    let mut statement = db.prepare_cached("select content from basket_line where line > ?1 order by line")?;
    let contents = statement.query_map([RECEIPT], |row| row.get::<_, Vec<u8>>(0))?.collect::<Result<Vec<_>, _>>()?;
    let lines: Result<Vec<Line>, _> = contents.iter().map(|content| serde_json::from_slice(content)).collect();
    match lines {
        Ok(lines) => Ok(Some((ReceiptId::from_bytes(receipt), lines))),
        Err(fault) => {
            tracing::error!(%fault, "the basket of before cannot be read");
            Ok(None)
        }
    }
}

/// Keeps the basket as it is now: only lines that changed are written.
pub(crate) fn keep_in_tx(tx: &Connection, receipt: ReceiptId, lines: &[Line]) -> Result<(), StoreError> {
    let mut put = tx.prepare_cached(
        "insert into basket_line (line, content) values (?1, ?2)
         on conflict (line) do update set content = excluded.content where content <> excluded.content",
    )?;
    put.execute(params![RECEIPT, receipt.as_bytes()])?;
    for (number, line) in (1_i64..).zip(lines) {
        let content = serde_json::to_vec(line).map_err(|fault| StoreError::Fault(fault.to_string()))?;
        put.execute(params![number, content])?;
    }
    let last = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    tx.prepare_cached("delete from basket_line where line > ?1")?.execute([last])?;
    Ok(())
}

/// Forgets the basket: it became a receipt, or was given up.
pub(crate) fn clear_in_tx(tx: &Connection) -> Result<(), StoreError> {
    tx.prepare_cached("delete from basket_line")?.execute([])?;
    Ok(())
}
