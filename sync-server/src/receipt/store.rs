//! What is read of tables receipt, receipt_line.

use crate::platform::{
    db::{Db, DbError, Tx},
    table::{read, select},
};
use duka_core::{CompanyId, DeviceId, ReceiptId, ShopId};
use duka_ledger::{ReceiptLineRow, ReceiptRow};
use uuid::Uuid;

/// Where a page begins: at a time, and there at a device's number.
pub(super) type Place = (i64, Uuid, i64);

/// A shop's receipts, newest first, older than a place.
pub(super) async fn before(db: &Db, company: CompanyId, shop: ShopId, place: Place, limit: i64) -> Result<Vec<ReceiptRow>, DbError> {
    let sql = select::<ReceiptRow>()
        + " WHERE company = $1 AND shop = $2 AND (at, device, number) < ($3, $4, $5) ORDER BY at DESC, device DESC, number DESC LIMIT $6";
    let query = db.query_made(sql).bind(company.uuid()).bind(shop.uuid());
    read(query.bind(place.0).bind(place.1).bind(place.2).bind(limit)).await
}

/// The receipt with this id. Should two devices have given it to two receipts, the first by device and number.
pub(super) async fn receipt(db: &Db, company: CompanyId, shop: ShopId, receipt: ReceiptId) -> Result<Option<ReceiptRow>, DbError> {
    let sql = select::<ReceiptRow>() + " WHERE company = $1 AND shop = $2 AND receipt = $3 ORDER BY device, number LIMIT 1";
    Ok(read(db.query_made(sql).bind(company.uuid()).bind(shop.uuid()).bind(receipt.uuid())).await?.pop())
}

/// Of some receipts those that were written in a shop.
pub(super) async fn written(tx: &mut Tx, company: CompanyId, shop: ShopId, receipts: &[Uuid]) -> Result<Vec<(Uuid, bool, i64)>, DbError> {
    let sql = "SELECT receipt, refund, gross FROM receipt WHERE company = $1 AND shop = $2 AND receipt IN";
    tx.fetch_in(sql, &[company.uuid(), shop.uuid()], receipts).await
}

/// All lines of a receipt; an entry's size bounds them.
pub(super) async fn lines(
    db: &Db,
    company: CompanyId,
    shop: ShopId,
    device: DeviceId,
    number: i64,
) -> Result<Vec<ReceiptLineRow>, DbError> {
    let sql = select::<ReceiptLineRow>() + " WHERE company = $1 AND shop = $2 AND device = $3 AND number = $4 ORDER BY line";
    read(db.query_made(sql).bind(company.uuid()).bind(shop.uuid()).bind(device.uuid()).bind(number)).await
}
