//! In which form a file's numbers are written, and reading them in it.

use super::{Column, header::Header, text::Lines};
use crate::csv::cell;
use duka_core::{Currency, Money, MoneyError, NumberForm, Quantity, QuantityError, TaxRate, TaxRateError, Unit};

/// What is known of the form in which a file's numbers are written. All of a file is in one form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileForm {
    /// Nothing yet: the first cell that can be read in one way only says it for all; without such a cell it is the shop's own form, unless
    /// that leaves a cell in doubt.
    Shop(NumberForm),
    /// Nothing at all: a cell that could be two numbers is asked about, unless another can be read in one way only.
    Unknown,
    /// A person was asked and said so.
    Chosen(NumberForm),
}

/// A cell that could be two numbers, in a file in which no cell tells how its numbers are written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' could be {} or {}; are numbers in this file written as in 1,234.50 or as in 1.234,50?", .readings[0], .readings[1])]
pub struct NumberQuestion {
    /// Line of the file, from 1; the header is line 1.
    pub row: u64,
    /// The column's header as it stands in the file.
    pub column: String,
    /// The cell.
    pub text: String,
    /// As [`NumberForm::Point`] has it and as [`NumberForm::Comma`] has it.
    pub readings: [Reading; 2],
}

/// What a cell could mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A price.
    Amount(Money),
    /// A stock.
    Quantity(Quantity),
}

impl std::fmt::Display for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Amount(amount) => f.write_str(&amount.written(NumberForm::Point)),
            Self::Quantity(quantity) => write!(f, "{quantity}"),
        }
    }
}

const FORMS: [NumberForm; 2] = [NumberForm::Point, NumberForm::Comma];

/// Reads the cells of one file.
pub(super) struct Numbers {
    currency: Currency,
    symbol: String,
    form: NumberForm,
    /// The forms that a lone mark before three digits could be in, as far as is known: the shop's, or either.
    likely: Vec<NumberForm>,
    because: Because,
}

/// Why a file is read in its form.
enum Because {
    /// A cell can be read in no other.
    Cell {
        row: u64,
        text: String,
    },
    Said,
    /// No cell says anything else.
    Shop,
}

impl Numbers {
    /// How the numbers of a file are written: `reader` stands behind its header.
    pub(super) fn of_file(
        header: &Header,
        reader: &mut ::csv::Reader<&[u8]>,
        lines: &mut Lines<'_>,
        currency: Currency,
        form: FileForm,
    ) -> Result<Self, NumberQuestion> {
        let (likely, because) = match form {
            FileForm::Chosen(form) => (vec![form], Because::Said),
            FileForm::Shop(form) => (vec![form], Because::Shop),
            FileForm::Unknown => (FORMS.to_vec(), Because::Shop),
        };
        let form = likely.first().copied().unwrap_or_default();
        let mut numbers = Self { currency, symbol: currency.symbol(), form, likely, because };
        if let Because::Shop = numbers.because {
            numbers.look(header, reader, lines)?;
        }
        Ok(numbers)
    }

    fn look(&mut self, header: &Header, reader: &mut ::csv::Reader<&[u8]>, lines: &mut Lines<'_>) -> Result<(), NumberQuestion> {
        let mut doubt = None;
        let mut record = ::csv::StringRecord::new();
        // What breaks the file is found again, and told, when its rows are read.
        while reader.read_record(&mut record).unwrap_or(false) {
            if record.len() != header.width {
                continue;
            }
            let unit = || header.cells.iter().find(|cell| cell.0 == Column::Unit).and_then(|cell| record.get(cell.1));
            for (column, place, title) in &header.cells {
                let text = record.get(*place).unwrap_or_default().trim();
                let form = match self.forms(*column, text) {
                    [true, false] => NumberForm::Point,
                    [false, true] => NumberForm::Comma,
                    [true, true] if doubt.is_none() => {
                        let unit = unit().and_then(|text| cell::unit(text).ok()).unwrap_or_default();
                        doubt = self.doubt(*column, text, unit).map(|readings| {
                            let row = lines.of(super::start(record.position()));
                            NumberQuestion { row, column: title.clone(), text: text.to_owned(), readings }
                        });
                        continue;
                    }
                    _ => continue,
                };
                self.form = form;
                self.because = Because::Cell { row: lines.of(super::start(record.position())), text: text.to_owned() };
                return Ok(());
            }
        }
        doubt.map_or(Ok(()), Err)
    }

    /// Whether a cell is a number with a decimal point, and with a decimal comma.
    fn forms(&self, column: Column, text: &str) -> [bool; 2] {
        FORMS.map(|form| match column {
            // A price with too many decimals is one that was meant so, except where the currency has none at all.
            Column::Price => match Money::parse_strictly(self.bare(text), self.currency, form) {
                Err(MoneyError::TooManyDecimals { .. }) => self.currency.digits() > 0,
                read => read.is_ok(),
            },
            Column::Rate => TaxRate::parse_strictly(text, form).is_ok(),
            Column::Stock => Quantity::parse_strictly(text, Unit::default(), form).is_ok(),
            Column::Name | Column::Code | Column::Barcode | Column::Unit | Column::Active => false,
        })
    }

    /// The two numbers that a cell could be, if the forms that are likely do not agree on one.
    fn doubt(&self, column: Column, text: &str, unit: Unit) -> Option<[Reading; 2]> {
        let mut agreed = None;
        for form in &self.likely {
            let read = match column {
                Column::Price => match Money::parse(self.bare(text), self.currency, *form) {
                    Err(MoneyError::Ambiguous { readings, .. }) => return Some(readings.map(Reading::Amount)),
                    read => read.ok().map(Reading::Amount),
                },
                Column::Stock => match Quantity::parse(text, unit, *form) {
                    Err(QuantityError::Ambiguous { readings, .. }) => return Some(readings.map(Reading::Quantity)),
                    read => read.ok().map(Reading::Quantity),
                },
                Column::Name | Column::Rate | Column::Code | Column::Barcode | Column::Unit | Column::Active => None,
            };
            match (agreed, read) {
                (Some(first), Some(second)) if first != second => return Some([first, second]),
                (None, read) => agreed = read,
                (Some(_), _) => {}
            }
        }
        None
    }

    /// A price, with or without the currency's symbol or code.
    pub(super) fn price(&self, text: &str) -> Result<Money, String> {
        Money::parse_strictly(self.bare(text), self.currency, self.form).map_err(|fault| {
            self.told(Column::Price, text, || match fault {
                MoneyError::NotAnAmount(_) => format!("'{text}' is not an amount; write it like 12{}50", self.form.decimal_mark()),
                fault => fault.to_string(),
            })
        })
    }

    /// A tax rate in percent.
    pub(super) fn rate(&self, text: &str) -> Result<TaxRate, String> {
        TaxRate::parse_strictly(text, self.form).map_err(|fault| {
            self.told(Column::Rate, text, || match fault {
                TaxRateError::NotARate(_) => {
                    format!("'{text}' is not a tax rate; write it in percent, like 20 or 5{}5", self.form.decimal_mark())
                }
                fault @ TaxRateError::TooHigh => fault.to_string(),
            })
        })
    }

    /// A quantity of `unit`.
    pub(super) fn quantity(&self, text: &str, unit: Unit) -> Result<Quantity, String> {
        Quantity::parse_strictly(text, unit, self.form).map_err(|fault| {
            self.told(Column::Stock, text, || match fault {
                QuantityError::NotAQuantity(_) => {
                    format!("'{text}' is not a quantity; write it like 3 or 0{}486", self.form.decimal_mark())
                }
                fault => fault.to_string(),
            })
        })
    }

    /// What is wrong with a cell: that it is written in the other form, or else its `fault`.
    fn told(&self, column: Column, text: &str, fault: impl FnOnce() -> String) -> String {
        let forms = FORMS.into_iter().zip(self.forms(column, text)).filter(|(_, fits)| *fits);
        let in_other_form = forms.clone().count() == 1 && forms.clone().all(|(form, _)| form != self.form);
        let (this, other) = match self.form {
            NumberForm::Point => ("1,234.50", "1.234,50"),
            NumberForm::Comma => ("1.234,50", "1,234.50"),
        };
        match &self.because {
            Because::Cell { row, text: first } if in_other_form => {
                format!("'{text}' is written as in {other}, but '{first}' in row {row} as in {this}; write all numbers of a file alike")
            }
            Because::Said if in_other_form => format!("'{text}' is written as in {other}, not as in {this} as was said of this file"),
            Because::Cell { .. } | Because::Said | Because::Shop => fault(),
        }
    }

    /// A price without the currency and what else stands around it.
    fn bare<'t>(&self, text: &'t str) -> &'t str {
        [self.currency.code(), &self.symbol].iter().fold(text, |rest, mark| {
            let rest = rest.trim_matches(duka_core::is_around_a_number);
            let rest = rest.strip_prefix(mark).unwrap_or(rest);
            rest.strip_suffix(mark).unwrap_or(rest)
        })
    }
}

#[cfg(test)]
mod tests;
