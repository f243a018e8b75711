//! The taxes of a receipt: net and tax per rate, the sums of its lines.

use super::{ReceiptLine, TaxTotal};
use duka_core::TaxRate;
use std::collections::BTreeMap;

impl TaxTotal {
    /// Those of a receipt's lines, by rising rate; none when a sum is more than can be held.
    pub fn of_lines(lines: &[ReceiptLine]) -> Option<Vec<Self>> {
        let mut sums = BTreeMap::<TaxRate, (i64, i64)>::new();
        for line in lines {
            let (net, tax) = sums.entry(line.rate).or_default();
            (*net, *tax) = (net.checked_add(line.gross.checked_sub(line.tax)?)?, tax.checked_add(line.tax)?);
        }
        Some(sums.into_iter().map(|(rate, (net, tax))| Self { rate, net, tax }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_core::{ProductId, Quantity};

    fn line(ppm: u32, gross: i64, tax: i64) -> ReceiptLine {
        ReceiptLine {
            line: 1,
            product: ProductId::from_bytes([1; 16]),
            code: String::new(),
            name: "Tea".into(),
            quantity: Quantity::ONE,
            unit_price: gross,
            discount: 0,
            gross,
            tax,
            rate: TaxRate::try_from_ppm(ppm).unwrap(),
            note: None,
            refunds: None,
        }
    }

    #[test]
    fn the_taxes_of_a_receipt_are_the_sums_of_its_lines_by_rising_rate() {
        let totals = TaxTotal::of_lines(&[line(200_000, 120, 20), line(0, 50, 0), line(200_000, 60, 10)]).unwrap();
        let told: Vec<_> = totals.iter().map(|total| (total.rate.ppm(), total.net, total.tax)).collect();
        assert_eq!(told, [(0, 50, 0), (200_000, 150, 30)]);
    }

    #[test]
    fn a_sum_that_cannot_be_held_is_none_and_not_the_largest_that_can() {
        assert_eq!(TaxTotal::of_lines(&[line(0, i64::MAX, 0), line(0, 1, 0)]), None);
        assert_eq!(TaxTotal::of_lines(&[line(0, i64::MIN, 1)]), None);
    }
}
