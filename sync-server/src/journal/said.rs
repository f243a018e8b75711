//! What a log said before, as the tables tell.

use super::{JournalError, store};
use crate::platform::db::Tx;
use duka_core::{CompanyId, DeviceId};
use duka_ledger::{
    Fact,
    rule::{Once, Said},
};

/// Of what some facts say that their writer's log says only once, what it has said before.
pub async fn said_in_tx<'f>(
    tx: &mut Tx,
    company: CompanyId,
    writer: DeviceId,
    facts: impl Iterator<Item = &'f Fact>,
) -> Result<Said, JournalError> {
    let (mut records, mut devices) = (Vec::new(), Vec::new());
    for once in facts.filter_map(Fact::once) {
        match once {
            Once::Edit(record, _) => records.push(record),
            Once::Certificate(device) => devices.push(device),
        }
    }
    records.sort_unstable();
    records.dedup();
    let mut said = Vec::new();
    if !records.is_empty() {
        said.extend(
            store::record::edits(tx, company, writer, &records).await?.into_iter().map(|(record, number)| Once::Edit(record, number)),
        );
    }
    if !devices.is_empty() {
        said.extend(store::record::certified(tx, company, &devices).await?.into_iter().map(Once::Certificate));
    }
    Ok(said.into_iter().collect())
}
