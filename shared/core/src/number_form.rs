//! How numbers are written where a shop is.

/// What stands before the decimals, and with it what keeps thousands apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberForm {
    /// `1,234.50`.
    #[default]
    Point,
    /// `1.234,50`.
    Comma,
}
