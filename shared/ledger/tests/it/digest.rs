//! Digests tell whether two holders have the same rows (I4).

use duka_core::{ProductId, Unit};
use duka_ledger::{
    StockRow,
    table::{Digest, Tabled, Value},
};
use proptest::prelude::*;

fn digest<'r>(rows: impl IntoIterator<Item = &'r Vec<Value>>) -> Digest {
    rows.into_iter().map(Vec::as_slice).collect()
}

proptest! {
    #[test]
    fn a_digest_does_not_depend_on_the_order_of_rows_but_on_every_row(stock in prop::collection::vec((any::<[u8; 16]>(), any::<i64>()), 1..20)) {
        let row = |id, thousandths| StockRow { product: ProductId::from_bytes(id), unit: Unit::Each, thousandths }.into_values();
        let rows: Vec<Vec<Value>> = stock.iter().map(|(id, thousandths)| row(*id, *thousandths)).collect();
        let whole = digest(&rows);
        prop_assert_eq!(digest(rows.iter().rev()), whole);
        let mut other = rows.clone();
        other[0] = row(stock[0].0, stock[0].1 ^ 1);
        prop_assert_ne!(digest(&other), whole);
        prop_assert_ne!(digest(&rows[1..]), whole);
        prop_assert_eq!(whole.rows(), u64::try_from(rows.len()).unwrap());
    }
}
