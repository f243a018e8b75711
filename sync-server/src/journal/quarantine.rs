//! What was refused is kept with its reason (I10), up to a limit (I11).

use super::{JournalError, store, take::Refused};
use crate::{company, device, device::Device, platform::db::Tx, state::AppState};
use duka_api::{http::QuarantineView, till::Page};
use duka_core::{CompanyId, DeviceId, Timestamp};
use duka_ledger::{Batch, Head, LogId};
use duka_sync::{Refusal, RefusalReason};
use uuid::Uuid;

/// Refusals kept per device; the same one again only counts up.
const MOST: i64 = 200;
/// Bytes kept of a refused batch; its device still holds the rest.
const MOST_BYTES: usize = 256 << 10;
/// Characters kept of a reason.
const MOST_TEXT: usize = 500;
const PAGE: i64 = 50;

/// Keeps a refused batch, and sets the device apart when its log forked (I3).
pub(super) async fn keep(state: &AppState, device: &Device, batch: &Batch, refused: Refused) -> Result<Refusal, JournalError> {
    let detail: String = refused.detail.chars().map(|c| if c == '\0' { '\u{fffd}' } else { c }).take(MOST_TEXT).collect();
    let refusal = Refusal { log: batch.log, seq: refused.seq, reason: refused.reason, detail };
    tracing::warn!(device = %device.device, log = %batch.log, seq = refusal.seq, reason = ?refusal.reason, detail = refusal.detail, "a batch was refused");
    if refusal.reason == RefusalReason::Gap {
        return Ok(refusal);
    }
    let bytes = minicbor::to_vec(batch).map_err(|fault| JournalError::Encoding(fault.to_string()))?;
    let now = state.clock.now().at;
    let mut tx = state.db.begin().await?;
    if refusal.reason == RefusalReason::Fork {
        keep_fork(&mut tx, device, &refusal, &bytes, now).await?;
    }
    let id: Uuid = state.new_id(DeviceId::new).uuid();
    keep_in_tx(&mut tx, device, id, &refusal, &bytes, now).await?;
    tx.commit().await?;
    Ok(refusal)
}

/// A device whose log stands at the same place as here with another hash: it forked, though it sent no entry (I3).
pub async fn diverged(state: &AppState, device: &Device, head: Head) -> Result<Refusal, JournalError> {
    let detail = format!("{} is forked at {}: the device and the server hold different entries there", head.log, head.seq);
    let refusal = Refusal { log: head.log, seq: head.seq, reason: RefusalReason::Fork, detail };
    tracing::warn!(device = %device.device, log = %head.log, seq = head.seq, "a log forked");
    let bytes = minicbor::to_vec(head).map_err(|fault| JournalError::Encoding(fault.to_string()))?;
    let now = state.clock.now().at;
    let id: Uuid = state.new_id(DeviceId::new).uuid();
    let mut tx = state.db.begin().await?;
    keep_fork(&mut tx, device, &refusal, &bytes, now).await?;
    keep_in_tx(&mut tx, device, id, &refusal, &bytes, now).await?;
    tx.commit().await?;
    Ok(refusal)
}

async fn keep_fork(tx: &mut Tx, device: &Device, refusal: &Refusal, bytes: &[u8], now: Timestamp) -> Result<(), JournalError> {
    let log = store::lock_log(tx, device.company, refusal.log).await?.log;
    store::quarantine::insert_fork(tx, device.company, log, store::stored(refusal.seq), bytes, now).await?;
    device::quarantine_in_tx(tx, device.company, device.device).await?;
    Ok(())
}

async fn keep_in_tx(tx: &mut Tx, device: &Device, id: Uuid, refusal: &Refusal, bytes: &[u8], now: Timestamp) -> Result<(), JournalError> {
    let row = store::quarantine::NewRow {
        company: device.company,
        id,
        device: device.device,
        log: refusal.log,
        seq: store::stored(refusal.seq),
        reason: &refusal.detail,
        bytes: bytes.get(..MOST_BYTES).unwrap_or(bytes),
        at: now,
    };
    if store::quarantine::count_again(tx, &row).await? {
        return Ok(());
    }
    if store::quarantine::count(tx, device.company, device.device).await? >= MOST {
        tracing::error!(device = %device.device, "the quarantine of this device is full ({MOST}); a refused batch was not kept");
        return Ok(());
    }
    store::quarantine::insert(tx, &row).await?;
    Ok(())
}

/// What was refused of a company's devices, by age.
pub(super) async fn list(state: &AppState, company: CompanyId, after: Option<Uuid>) -> Result<Page<QuarantineView>, JournalError> {
    company::exists(state, company).await.map_err(|fault| JournalError::NotFound(fault.to_string()))?;
    let rows = store::quarantine::list(&state.db, company, after.unwrap_or(Uuid::nil()), PAGE).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
    let next = rows.last().filter(|_| full).map(|row| row.id.to_string());
    let view = |row: store::quarantine::ListedRow| {
        let log: LogId = store::log_id(company, row.writer, row.scope);
        let times = if row.times > 1 { format!(" ({} times)", row.times) } else { String::new() };
        QuarantineView {
            device: DeviceId::from_uuid(row.device),
            place: format!("{log} at {}", row.seq),
            reason: format!("{}{times}", row.reason),
            at: Timestamp::from_micros(row.at),
        }
    };
    Ok(Page { rows: rows.into_iter().map(view).collect(), next })
}
