//! What a change must be by itself before anybody merges it.

use automerge::Change;
use duka_core::DeviceId;

/// The largest change, in bytes: far past what people type into one record.
const MAX_BYTES: usize = 64 << 10;
/// The most operations of a change.
const MAX_OPERATIONS: usize = 1_000;
/// The most changes that one builds on: as many as devices edited the record while apart.
const MAX_PARENTS: usize = 1_000;
/// Operations are counted with the document's; whoever claims more is no device of ours.
const MAX_COUNTER: u64 = 1 << 40;

/// Checks a change that came from elsewhere: it can be read, `author` wrote it as its edit `number` of the record, and its size is bounded.
///
/// The verdict rests on the change alone, so it is the same everywhere (I4).
pub fn check(change: &[u8], author: DeviceId, number: u64) -> Result<(), String> {
    let must = |holds: bool, otherwise: &str| if holds { Ok(()) } else { Err(otherwise.to_owned()) };
    must(change.len() <= MAX_BYTES, "it is larger than 64 KiB")?;
    let change = Change::from_bytes(change.to_vec()).map_err(|_| "it cannot be read".to_owned())?;
    must(change.actor_id().to_bytes() == author.as_bytes().as_slice(), "its author is not the device that sent it")?;
    must(change.seq() == number, "its number is not the one in it")?;
    must(change.len() <= MAX_OPERATIONS, "it has more than 1,000 operations")?;
    must(change.deps().len() <= MAX_PARENTS, "it builds on more than 1,000 changes")?;
    must(change.start_op().get() <= MAX_COUNTER, "its operations are numbered out of range")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Product, ProductEdit, create, edit};
    use duka_core::{Currency, Money, TaxRate, Unit};

    #[test]
    fn only_the_writers_own_next_edit_passes() {
        let (author, other) = (DeviceId::from_bytes([1; 16]), DeviceId::from_bytes([2; 16]));
        let tea = Product {
            name: "Tea".into(),
            code: String::new(),
            price: Money::try_new(295, Currency::try_new("GBP").unwrap()).unwrap(),
            rate: TaxRate::ZERO,
            unit: Unit::Each,
            active: true,
            barcodes: Default::default(),
        };
        let made = create(author, &tea).unwrap();
        let renamed = edit(&made.document, author, &ProductEdit { name: Some("Chai".into()), ..Default::default() }).unwrap().unwrap();
        assert_eq!((made.number, renamed.number), (1, 2));
        check(&made.change, author, 1).unwrap();
        check(&renamed.change, author, 2).unwrap();
        assert!(check(&made.change, other, 1).unwrap_err().contains("author"));
        assert!(check(&renamed.change, author, 1).unwrap_err().contains("number"));
        assert!(check(b"not a change", author, 1).unwrap_err().contains("read"));
        assert!(check(&vec![0; MAX_BYTES + 1], author, 1).unwrap_err().contains("64 KiB"));
    }
}
