//! What can be told of a change before it is merged.

use crate::{chunk, document::actor};
use automerge::{
    Change,
    legacy::{Key, ObjectId, Op, OpType},
};
use duka_core::DeviceId;
use std::panic::catch_unwind;

/// Operations that one record has at most: half of what the library can number, and no person makes so many.
const MAX_OPERATIONS: u64 = 1 << 31;

/// Whether a change can be read, was made by `author`, is the author's change number `number` of its record, and does nothing but set and take
/// away fields. Says why not, otherwise.
pub fn check(change: &[u8], author: DeviceId, number: u64) -> Result<(), String> {
    chunk::is_bounded(change)?;
    // Hostile bytes may make the library stop.
    catch_unwind(|| look(change, author, number)).unwrap_or_else(|_| Err("it cannot be read".to_owned()))
}

fn look(change: &[u8], author: DeviceId, number: u64) -> Result<(), String> {
    let change = Change::from_bytes(change.to_vec()).map_err(|fault| fault.to_string())?;
    if *change.actor_id() != actor(author) {
        return Err("its author is not the device that wrote it".to_owned());
    }
    if change.seq() != number {
        return Err(format!("it says it is change {}, the fact says {number}", change.seq()));
    }
    let operations = u64::try_from(change.len()).unwrap_or(u64::MAX);
    if change.start_op().get().saturating_add(operations) > MAX_OPERATIONS {
        return Err("its operations are numbered beyond what a record may have".to_owned());
    }
    // Records are flat, and a device is its only author: anything else is not of Duka's making.
    if change.author().is_some() || !change.decode().operations.iter().all(is_of_a_field) {
        return Err("it does more than set and take away fields".to_owned());
    }
    Ok(())
}

fn is_of_a_field(operation: &Op) -> bool {
    let of_field = operation.obj == ObjectId::Root && matches!(operation.key, Key::Map(_)) && !operation.insert;
    of_field && matches!(operation.action, OpType::Put(_) | OpType::Delete)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Product, ProductEdit, create, edit};
    use duka_core::{Currency, Money, TaxRate, Unit};

    #[test]
    fn a_change_is_its_writers_own_and_the_next_one() {
        let (writer, other) = (DeviceId::from_bytes([1; 16]), DeviceId::from_bytes([2; 16]));
        let price = Money::try_new(295, Currency::try_new("GBP").unwrap()).unwrap();
        let tea = Product {
            name: "Tea".into(),
            code: String::new(),
            price,
            rate: TaxRate::ZERO,
            unit: Unit::Each,
            active: true,
            barcodes: [].into(),
        };
        let made = create(writer, &tea).unwrap();
        let edited = edit(&made.document, writer, &ProductEdit { active: Some(false), ..Default::default() }).unwrap().unwrap();
        assert_eq!(check(&made.change, writer, made.number), Ok(()));
        assert_eq!(check(&edited.change, writer, edited.number), Ok(()));
        assert!(check(&made.change, other, 1).unwrap_err().contains("author"));
        assert!(check(&made.change, writer, 2).unwrap_err().contains("change 1"));
        assert!(check(b"nonsense", writer, 1).is_err());
    }
}
