//! The table `enrolment`.

use super::Member;
use crate::platform::{self, Cell, StoreError};
use duka_api::http::EnrolAnswer;
use duka_core::DeviceId;
use duka_ledger::{DeviceCertified, DeviceRole, PublicKey};
use duka_sync::Acknowledged;
use rusqlite::{Connection, OptionalExtension, params, types::Value};

const COLUMNS: [&str; 9] = ["only_one", "device", "public_key", "name", "server", "answer", "home", "acknowledged", "succeeds"];

/// The row: a device that asked to join, and what came of it.
pub(crate) struct Row {
    pub(crate) device: DeviceId,
    public_key: [u8; 32],
    server: Option<String>,
    answer: Option<EnrolAnswer>,
    /// Whose journal this database holds.
    pub(crate) home: Option<EnrolAnswer>,
    succeeds: Option<DeviceId>,
}

impl Row {
    /// As it is once the server has answered.
    pub(super) fn answered(self, server: &str, answer: &EnrolAnswer) -> Self {
        Self { server: Some(server.to_owned()), answer: Some(answer.clone()), succeeds: answer.succeeds, ..self }
    }

    /// The same journal, held by a device that has yet to join.
    pub(super) fn newcomer(self, device: DeviceId, public_key: &PublicKey) -> Self {
        Self { device, public_key: *public_key.as_bytes(), server: None, answer: None, succeeds: None, ..self }
    }

    /// The device's key.
    pub(crate) fn public_key(&self) -> Result<PublicKey, StoreError> {
        PublicKey::try_from_bytes(self.public_key).map_err(|_| StoreError::Fault("this till's key cannot be read".to_owned()))
    }

    /// The member, once the server has answered.
    pub(crate) fn member(&self) -> Result<Option<Member>, StoreError> {
        let (Some(server), Some(answer)) = (&self.server, &self.answer) else { return Ok(None) };
        let certificate = DeviceCertified {
            device: self.device,
            key: self.public_key()?,
            role: DeviceRole::Till,
            shop: Some(answer.shop),
            register: Some(answer.register),
            name: answer.register_name.clone(),
            series: answer.series.clone(),
            currency: answer.currency,
            succeeds: self.succeeds,
        };
        let server_key = public_key(&answer.server_key).ok_or_else(|| StoreError::Fault("the server's key cannot be read".to_owned()))?;
        let (server_device, server, answer) = (answer.server_device, server.clone(), answer.clone());
        Ok(Some(Member { certificate, server_device, server_key, server, answer }))
    }
}

/// 64 hexadecimal digits as a key.
pub(super) fn public_key(text: &str) -> Option<PublicKey> {
    let digits: Vec<u8> =
        text.trim().bytes().map(|digit| char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair.iter().fold(0_u8, |byte, digit| byte << 4 | digit)).collect();
    if digits.len() != 64 {
        return None;
    }
    PublicKey::try_from_bytes(bytes.try_into().ok()?).ok()
}

pub(crate) fn load(db: &Connection) -> Result<Option<Row>, StoreError> {
    let row = db
        .prepare_cached("select device, public_key, server, answer, home, succeeds from enrolment")?
        .query_row([], |row| {
            let answer: Option<String> = row.get(3)?;
            let home: Option<String> = row.get(4)?;
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, answer, home, row.get::<_, Option<[u8; 16]>>(5)?))
        })
        .optional()?;
    let Some((device, public_key, server, answer, home, succeeds)) = row else { return Ok(None) };
    let succeeds = succeeds.map(DeviceId::from_bytes);
    let parse = |text: Option<String>| text.map(|text| serde_json::from_str(&text)).transpose();
    let (answer, home) = (parse(answer), parse(home));
    match (answer, home) {
        (Ok(answer), Ok(home)) => Ok(Some(Row { device: DeviceId::from_bytes(device), public_key, server, answer, home, succeeds })),
        (Err(fault), _) | (_, Err(fault)) => Err(StoreError::Fault(format!("the enrolment cannot be read: {fault}"))),
    }
}

impl Row {
    /// As a row of this table says it that was read without SQLite; none when it is no such row.
    pub(crate) fn salvaged(row: &platform::Row) -> Option<Self> {
        let cells = row.named(&COLUMNS)?;
        let text = |cell: &Cell| match cell {
            Cell::Null => Some(None),
            Cell::Text(text) => Some(Some(text.clone())),
            _ => None,
        };
        let parsed = |cell: &Cell| match text(cell)? {
            Some(text) => serde_json::from_str(&text).ok().map(Some),
            None => Some(None),
        };
        if row.number != 1 || text(cells.get("name"))?.is_none() {
            return None;
        }
        let succeeds = match cells.get("succeeds") {
            Cell::Null => None,
            cell => Some(DeviceId::from_bytes(cell.id()?)),
        };
        Some(Self {
            device: DeviceId::from_bytes(cells.get("device").id()?),
            public_key: cells.get("public_key").id()?,
            server: text(cells.get("server"))?,
            answer: parsed(cells.get("answer"))?,
            home: parsed(cells.get("home"))?,
            succeeds,
        })
    }

    /// The member whose journal this database holds, also while it has no device of its own.
    pub(crate) fn at_home(self) -> Result<Option<Member>, StoreError> {
        let server = self.server.clone().unwrap_or_default();
        match self.answer.clone().or_else(|| self.home.clone()) {
            Some(answer) => self.answered(&server, &answer).member(),
            None => Ok(None),
        }
    }
}

/// Keeps a row of this table that was read without SQLite, as it is.
pub(crate) fn keep_salvaged_in_tx(tx: &Connection, row: &platform::Row) -> Result<(), StoreError> {
    // What its table has got since has its default.
    let columns = COLUMNS.get(..row.cells.len()).unwrap_or(&COLUMNS);
    let places = vec!["?"; columns.len()].join(", ");
    let mut insert = tx.prepare(&format!("insert into enrolment ({}) values ({places})", columns.join(", ")))?;
    let cells = row.cells.iter().zip(columns).map(|(cell, column)| match cell {
        // Its cell is empty: it is the number of the row.
        _ if *column == "only_one" => Value::Integer(row.number),
        Cell::Text(text) => Value::Text(text.clone()),
        Cell::Blob(bytes) => Value::Blob(bytes.clone()),
        Cell::Integer(number) => Value::Integer(*number),
        Cell::Null | Cell::Other => Value::Null,
    });
    insert.execute(rusqlite::params_from_iter(cells))?;
    Ok(())
}

/// Begins anew under a new device; whose journal this is stays (I12).
pub(crate) fn begin_in_tx(tx: &Connection, device: DeviceId, public_key: &PublicKey, name: &str) -> Result<(), StoreError> {
    tx.prepare_cached(
        "insert into enrolment (only_one, device, public_key, name) values (1, ?1, ?2, ?3)
         on conflict (only_one) do update set device = excluded.device, public_key = excluded.public_key, name = excluded.name, server = null, answer = null, acknowledged = null, succeeds = null",
    )?
    .execute(params![device.as_bytes(), public_key.as_bytes(), name])?;
    Ok(())
}

pub(crate) fn complete_in_tx(tx: &Connection, server: &str, answer: &EnrolAnswer) -> Result<(), StoreError> {
    let said = serde_json::to_string(answer).map_err(|fault| StoreError::Fault(fault.to_string()))?;
    let succeeds = answer.succeeds.map(|device| *device.as_bytes());
    let changed = tx
        .prepare_cached("update enrolment set server = ?1, answer = ?2, home = coalesce(home, ?2), succeeds = ?3")?
        .execute(params![server, said, succeeds])?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Fault("no enrolment was begun".into())) }
}

/// Goes on as the device that the server has certified in the place of the one before.
pub(crate) fn succeed_in_tx(tx: &Connection, certificate: &DeviceCertified, answer: &EnrolAnswer) -> Result<(), StoreError> {
    let answer = serde_json::to_string(answer).map_err(|fault| StoreError::Fault(fault.to_string()))?;
    let succeeds = certificate.succeeds.map(|device| *device.as_bytes());
    let changed = tx
        .prepare_cached("update enrolment set device = ?1, public_key = ?2, answer = ?3, succeeds = ?4, acknowledged = null")?
        .execute(params![certificate.device.as_bytes(), certificate.key.as_bytes(), answer, succeeds])?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Fault("this till belongs to nobody".into())) }
}

/// The newest that the server signed that it holds of this device.
pub(crate) fn acknowledged(db: &Connection) -> Result<Option<Acknowledged>, StoreError> {
    let bytes =
        db.prepare_cached("select acknowledged from enrolment")?.query_row([], |row| row.get::<_, Option<Vec<u8>>>(0)).optional()?;
    // One that another version kept, or that is damaged, is learnt anew with the next answer.
    Ok(bytes.flatten().and_then(|bytes| minicbor::decode(&bytes).ok()))
}

pub(crate) fn keep_acknowledged_in_tx(tx: &Connection, acknowledged: &Acknowledged) -> Result<(), StoreError> {
    let bytes = minicbor::to_vec(acknowledged).map_err(|fault| StoreError::Fault(fault.to_string()))?;
    tx.prepare_cached("update enrolment set acknowledged = ?1")?.execute([bytes])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::platform::fresh_for_tests;

    #[test]
    fn the_columns_that_a_damaged_enrolment_is_known_by_are_those_of_the_table() {
        let db = fresh_for_tests();
        let mut statement = db.prepare("select name from pragma_table_info('enrolment') order by cid").unwrap();
        let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(names, super::COLUMNS);
    }
}
