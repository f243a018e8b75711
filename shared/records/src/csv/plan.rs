//! What a row of a file comes to, by the products that are there: the same at a till as at the server.

use super::{Column, ProductRow};
use crate::{Change, Product, ProductEdit, ProductFault};
use duka_core::{Barcode, ProductId, Quantity, QuantityError};
use std::collections::HashMap;

/// A product that a row may be about, and what whoever looked it up needs to edit it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate<K> {
    /// Its id.
    pub id: ProductId,
    /// As it is.
    pub product: Product,
    /// Its document, or where that is.
    pub with: K,
}

/// What is to be done for a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed<K> {
    /// A product is made.
    Make(Product),
    /// One that is there is edited.
    Edit(Candidate<K>, Box<Change>),
    /// One that is there says it already.
    Nothing(Candidate<K>),
}

/// What a row comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned<K> {
    /// What is to be done.
    pub deed: Deed<K>,
    /// What is in the shop, in the product's unit, if the row says so.
    pub stock: Option<Quantity>,
}

/// Why nothing can be done for a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowMisfit {
    /// Its barcodes lead to more than one product.
    #[error("its barcodes belong to two products, “{}” and “{}”; mend one of them first", .0[0], .0[1])]
    Barcodes([String; 2]),
    /// Its code leads to another product than its barcodes, or to more than one.
    #[error("its codes belong to two products, “{}” and “{}”; mend one of them, or give each row the codes of one product", .0[0], .0[1])]
    Codes([String; 2]),
    /// A row before is about the same product.
    #[error("this is the same product, “{name}”, as in row {first}")]
    Twin {
        /// The row before.
        first: u64,
        /// The product.
        name: String,
    },
    /// The product cannot be so.
    #[error(transparent)]
    Product(#[from] ProductFault),
    /// The stock does not fit the product's unit.
    #[error(transparent)]
    Stock(#[from] QuantityError),
    /// Many moves brought its stock so far that no single one brings it back.
    #[error("the books say more of it than one count can put right; correct its stock at the product first")]
    Uncountable,
}

impl RowMisfit {
    /// The column it concerns; none when it is the whole row.
    pub const fn column(&self) -> Option<Column> {
        match self {
            Self::Barcodes(_) => Some(Column::Barcode),
            Self::Codes(_) => Some(Column::Code),
            Self::Stock(_) | Self::Uncountable => Some(Column::Stock),
            Self::Twin { .. } | Self::Product(_) => None,
        }
    }
}

/// Rows against the products that are there.
#[derive(Clone, Debug, Default)]
pub struct Planner {
    /// Which row each product was found by.
    seen: HashMap<ProductId, u64>,
}

impl Planner {
    /// What a row comes to. It is about the product that has its code or one of its barcodes, or, where it has neither, about the one with its
    /// name and no codes; others among `candidates` mean nothing. Planning a row again gives the same.
    pub fn plan<K>(&mut self, row: &ProductRow, candidates: Vec<Candidate<K>>) -> Result<Planned<K>, RowMisfit> {
        let Some(held) = about(row, candidates)? else {
            row.product.check()?;
            return Ok(Planned { deed: Deed::Make(row.product.clone()), stock: row.stock });
        };
        let first = *self.seen.entry(held.id).or_insert(row.row);
        if first != row.row {
            return Err(RowMisfit::Twin { first, name: held.product.name });
        }
        let edit = row.edit_of(&held.product);
        // Without a unit in the file, its numbers are in the product's own.
        let unit = edit.unit.unwrap_or(held.product.unit);
        let stock = row.stock.map(|stock| Quantity::parse_plain(&stock.decimal(), unit)).transpose()?;
        if edit == ProductEdit::default() {
            return Ok(Planned { deed: Deed::Nothing(held), stock });
        }
        let change = held.product.change(&edit)?;
        Ok(Planned { deed: Deed::Edit(held, Box::new(change)), stock })
    }
}

/// The one product that a row is about, if there is one.
fn about<K>(row: &ProductRow, candidates: Vec<Candidate<K>>) -> Result<Option<Candidate<K>>, RowMisfit> {
    let Product { code, barcodes, name, .. } = &row.product;
    let has_barcode = |product: &Product| barcodes.iter().flat_map(Barcode::readings).any(|reading| product.barcodes.contains(&reading));
    let has_code = |product: &Product| !code.is_empty() && product.code == *code;
    let nameless = code.is_empty() && barcodes.is_empty();
    let has_name = |product: &Product| nameless && product.name == *name && product.code.is_empty() && product.barcodes.is_empty();
    let mut found: Vec<Candidate<K>> =
        candidates.into_iter().filter(|held| has_barcode(&held.product) || has_code(&held.product) || has_name(&held.product)).collect();
    // Everywhere in one order, whoever looked them up: those found by barcode, those that are sold, the oldest.
    found.sort_by_key(|held| (!has_barcode(&held.product), !held.product.active, held.id));
    found.dedup_by_key(|held| held.id);
    if let [first, second, ..] = found.as_slice()
        && !nameless
    {
        let names = [first.product.name.clone(), second.product.name.clone()];
        return Err(if has_barcode(&second.product) { RowMisfit::Barcodes(names) } else { RowMisfit::Codes(names) });
    }
    Ok(found.into_iter().next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use duka_core::{Currency, Entropy, Money, TaxRate, Timestamp, Unit};

    struct Fixed(u8);

    impl Entropy for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    fn product(name: &str, code: &str, barcodes: &[&str]) -> Product {
        Product {
            name: name.to_owned(),
            code: code.to_owned(),
            price: Money::try_new(100, Currency::try_new("GBP").unwrap()).unwrap(),
            rate: TaxRate::default(),
            unit: Unit::Kilogram,
            active: true,
            barcodes: barcodes.iter().map(|code| Barcode::parse(code).unwrap()).collect(),
        }
    }

    fn held(number: u8, product: Product) -> Candidate<()> {
        Candidate { id: ProductId::new(Timestamp::EPOCH, &Fixed(number)), product, with: () }
    }

    fn row(number: u64, product: Product) -> ProductRow {
        ProductRow { row: number, product, rate: None, unit: None, active: None, stock: None }
    }

    const TEA: &str = "8714100791325";
    const JAM: &str = "73513537";

    #[test]
    fn a_row_whose_codes_lead_to_two_products_is_told_whatever_order_they_were_looked_up_in() {
        let (tea, jam) = (held(1, product("Tea", "T1", &[TEA])), held(2, product("Jam", "J1", &[JAM])));
        let twin = held(3, product("Jam of the other till", "J1", &[]));
        for (row, misfit) in [
            (row(2, product("Both", "", &[TEA, JAM])), RowMisfit::Barcodes(["Tea".into(), "Jam".into()])),
            (row(3, product("Mixed", "J1", &[TEA])), RowMisfit::Codes(["Tea".into(), "Jam".into()])),
            (row(4, product("Jam", "J1", &[])), RowMisfit::Codes(["Jam".into(), "Jam of the other till".into()])),
        ] {
            let mut candidates = vec![tea.clone(), jam.clone(), twin.clone()];
            assert_eq!(Planner::default().plan(&row, candidates.clone()), Err(misfit.clone()));
            candidates.reverse();
            assert_eq!(Planner::default().plan(&row, candidates), Err(misfit));
        }
    }

    #[test]
    fn a_row_without_codes_is_about_the_product_of_its_name_that_has_none_the_sold_one_first() {
        let (old, new) = (held(1, Product { active: false, ..product("Loose", "", &[]) }), held(2, product("Loose", "", &[])));
        let coded = held(3, product("Loose", "L1", &[]));
        let planned = Planner::default().plan(&row(2, product("Loose", "", &[])), vec![coded, old, new.clone()]).unwrap();
        assert_eq!(planned.deed, Deed::Nothing(new));
    }

    #[test]
    fn two_rows_about_one_product_are_told_and_one_row_planned_twice_is_not_its_own_twin() {
        let tea = held(1, product("Tea", "T1", &[TEA]));
        let mut planner = Planner::default();
        let by_code = row(2, product("Tea", "T1", &[]));
        for _ in 0..2 {
            assert_eq!(planner.plan(&by_code, vec![tea.clone()]).unwrap().deed, Deed::Nothing(tea.clone()));
        }
        let by_barcode = row(3, product("Tea", "", &[TEA]));
        assert_eq!(planner.plan(&by_barcode, vec![tea]), Err(RowMisfit::Twin { first: 2, name: "Tea".into() }));
    }

    #[test]
    fn what_a_row_leaves_out_stays_and_its_stock_is_in_the_units_of_the_product() {
        let tea = held(1, Product { rate: TaxRate::try_from_ppm(200_000).unwrap(), ..product("Tea", "T1", &[TEA]) });
        let stock = Some(Quantity::parse_plain("3", Unit::Each).unwrap());
        let dearer =
            Product { unit: Unit::Each, price: Money::try_new(150, tea.product.price.currency()).unwrap(), ..product("Tea", "T1", &[JAM]) };
        let planned = Planner::default().plan(&ProductRow { stock, ..row(2, dearer.clone()) }, vec![tea.clone()]).unwrap();
        let after =
            Product { price: dearer.price, barcodes: [TEA, JAM].map(|code| Barcode::parse(code).unwrap()).into(), ..tea.product.clone() };
        assert!(matches!(&planned.deed, Deed::Edit(_, change) if change.after == after), "{planned:?}");
        assert_eq!(planned.stock, Some(Quantity::parse_plain("3", Unit::Kilogram).unwrap()));
    }
}
