//! The accounts that facts post to.

use crate::table::{self, Cell, Value};
use duka_core::{RegisterId, TaxRate};
use std::{fmt, str::FromStr};

/// Where an amount stands. Every account belongs to the shop in whose log the fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// Cash in the drawer of a register.
    Drawer(RegisterId),
    /// Cash in the shop's safe: where floats come from and counted cash goes to.
    Safe,
    /// Takings without tax.
    Sales,
    /// Tax owed at a rate.
    Tax(TaxRate),
    /// Counted cash that differs from expected cash.
    CashDifference,
    /// What customers owe.
    Receivable,
    /// Debts that are given up.
    BadDebt,
}

/// A text that names no account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an account")]
pub struct AccountError(String);

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Drawer(register) => write!(f, "drawer:{register}"),
            Self::Safe => f.write_str("safe"),
            Self::Sales => f.write_str("sales"),
            Self::Tax(rate) => write!(f, "tax:{}", rate.ppm()),
            Self::CashDifference => f.write_str("cash_difference"),
            Self::Receivable => f.write_str("receivable"),
            Self::BadDebt => f.write_str("bad_debt"),
        }
    }
}

impl FromStr for Account {
    type Err = AccountError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || AccountError(text.to_owned());
        match text.split_once(':') {
            Some(("drawer", register)) => register.parse().map(Self::Drawer).map_err(|_| wrong()),
            Some(("tax", ppm)) => ppm.parse().ok().and_then(|ppm| TaxRate::try_from_ppm(ppm).ok()).map(Self::Tax).ok_or_else(wrong),
            Some(_) => Err(wrong()),
            None => match text {
                "safe" => Ok(Self::Safe),
                "sales" => Ok(Self::Sales),
                "cash_difference" => Ok(Self::CashDifference),
                "receivable" => Ok(Self::Receivable),
                "bad_debt" => Ok(Self::BadDebt),
                _ => Err(wrong()),
            },
        }
    }
}

impl<C> minicbor::Encode<C> for Account {
    fn encode<W: minicbor::encode::Write>(&self, e: &mut minicbor::Encoder<W>, _: &mut C) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.str(&self.to_string())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Account {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let at = d.position();
        let text = d.str()?;
        text.parse().map_err(|_| match text.split_once(':') {
            Some(("drawer" | "tax", _)) => minicbor::decode::Error::message("not an account").at(at),
            // Perhaps one that a newer version knows (I10).
            _ => minicbor::decode::Error::unknown_variant(0).with_message("unknown account").at(at),
        })
    }
}

impl Cell for Account {
    const KIND: table::Kind = table::Kind::Text;

    fn into_value(self) -> Value {
        Value::Text(self.to_string())
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Text(name) => name.parse().ok(),
            _ => None,
        }
    }
}
