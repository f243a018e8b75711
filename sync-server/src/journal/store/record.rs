//! What the journal asks of the described tables record_change and device.

use super::{super::JournalError, number};
use crate::platform::db::{DbError, Tx};
use duka_core::{CompanyId, DeviceId, RecordId};
use duka_ledger::{Body, Fact, RecordChanged, SealedEntry};
use uuid::Uuid;

/// The edits of some records that a device has written.
pub(in crate::journal) async fn edits(
    tx: &mut Tx,
    company: CompanyId,
    device: DeviceId,
    records: &[RecordId],
) -> Result<Vec<(RecordId, u64)>, DbError> {
    let records: Vec<Uuid> = records.iter().map(|record| record.uuid()).collect();
    let rows: Vec<(Uuid, i64)> = tx
        .fetch_in(
            "SELECT record, number FROM record_change WHERE company = $1 AND device = $2 AND record IN",
            &[company.uuid(), device.uuid()],
            &records,
        )
        .await?;
    Ok(rows.into_iter().map(|(record, place)| (RecordId::from_uuid(record), number(place))).collect())
}

/// Which of some devices have a certificate.
pub(in crate::journal) async fn certified(tx: &mut Tx, company: CompanyId, devices: &[DeviceId]) -> Result<Vec<DeviceId>, DbError> {
    let devices: Vec<Uuid> = devices.iter().map(|device| device.uuid()).collect();
    let rows: Vec<(Uuid,)> = tx.fetch_in("SELECT device FROM device WHERE company = $1 AND device IN", &[company.uuid()], &devices).await?;
    Ok(rows.into_iter().map(|(device,)| DeviceId::from_uuid(device)).collect())
}

/// A page of the records that have edits which count.
pub async fn records_after_in_tx(tx: &mut Tx, company: CompanyId, after: RecordId, limit: i64) -> Result<Vec<RecordId>, DbError> {
    let rows: Vec<(Uuid,)> = tx
        .query("SELECT DISTINCT record FROM record_change WHERE company = $1 AND record > $2 ORDER BY record LIMIT $3")
        .bind(company.uuid())
        .bind(after.uuid())
        .bind(limit)
        .fetch_all()
        .await?;
    Ok(rows.into_iter().map(|(record,)| RecordId::from_uuid(record)).collect())
}

/// All edits of some records that count, in their order: by logical time, then by device and place (I8).
pub async fn record_changes_in_tx(tx: &mut Tx, company: CompanyId, records: &[RecordId]) -> Result<Vec<RecordChanged>, JournalError> {
    let records: Vec<Uuid> = records.iter().map(|record| record.uuid()).collect();
    let mut rows: Vec<(i64, Uuid, i64, Vec<u8>)> = tx
        .fetch_in(
            "SELECT record_change.lamport, record_change.device, record_change.seq, entry.bytes FROM record_change \
             JOIN log ON log.company = record_change.company AND log.device = record_change.device AND log.scope = record_change.company \
             JOIN entry ON entry.company = log.company AND entry.log = log.log AND entry.seq = record_change.seq \
             WHERE record_change.company = $1 AND record_change.record IN",
            &[company.uuid()],
            &records,
        )
        .await?;
    rows.sort_unstable();
    let read = |(_, _, _, bytes)| {
        let sealed = SealedEntry::open(bytes).map_err(|fault| JournalError::Damaged(fault.to_string()))?;
        match sealed.body() {
            Ok(Body::Known(Fact::RecordChanged(changed))) => Ok(changed),
            _ => Err(JournalError::Damaged(format!("the entry at {} of {} is no edit", sealed.entry().seq, sealed.entry().log))),
        }
    };
    rows.into_iter().map(read).collect()
}
