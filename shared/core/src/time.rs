//! Time as a label: order never comes from here (I8).

use jiff::civil::DateTime;

/// Microseconds since 1970-01-01 UTC, as some device's clock showed them.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, minicbor::Encode, minicbor::Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct Timestamp(#[n(0)] i64);

impl Timestamp {
    /// 1970-01-01 00:00 UTC.
    pub const EPOCH: Self = Self(0);

    /// From microseconds since 1970 UTC.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970 UTC.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since 1970 UTC; 0 before.
    pub fn unix_millis(self) -> u64 {
        u64::try_from(self.0.div_euclid(1_000)).unwrap_or(0)
    }

    /// This many microseconds later (stays at the end of time rather than wrapping).
    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Reads `2010-12-01 08:26:00` (or with a `T`) as UTC.
    pub fn parse_utc(text: &str) -> Option<Self> {
        let civil: DateTime = text.trim().parse().ok()?;
        let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Self(zoned.timestamp().as_microsecond()))
    }
}

/// A moment with the offset of the place where it was taken, for people to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LocalTime {
    /// The moment, µs UTC.
    pub at: Timestamp,
    /// Minutes east of UTC.
    pub offset_minutes: i16,
}

impl LocalTime {
    fn civil(self) -> Option<DateTime> {
        let local = self.at.plus_micros(i64::from(self.offset_minutes).saturating_mul(60_000_000));
        let at = jiff::Timestamp::from_microsecond(local.micros()).ok()?;
        Some(at.to_zoned(jiff::tz::TimeZone::UTC).datetime())
    }

    /// `2010-12-01`.
    pub fn date(self) -> String {
        self.civil().map_or_else(|| "????-??-??".to_owned(), |c| c.date().to_string())
    }

    /// `08:26`.
    pub fn time(self) -> String {
        self.civil().map_or_else(|| "??:??".to_owned(), |c| format!("{:02}:{:02}", c.hour(), c.minute()))
    }

    /// `2010-12-01 08:26`.
    pub fn date_time(self) -> String {
        format!("{} {}", self.date(), self.time())
    }
}

/// Tells the time. The only place a program may ask it.
pub trait Clock: Send + Sync {
    /// Now, with the offset of this place.
    fn now(&self) -> LocalTime;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invoice_date_is_read_and_shown_as_it_was_written() {
        let at = Timestamp::parse_utc("2010-12-01 08:26:00").unwrap();
        assert_eq!(at.micros(), 1_291_191_960_000_000);
        assert_eq!(LocalTime { at, offset_minutes: 0 }.date_time(), "2010-12-01 08:26");
        assert_eq!(LocalTime { at, offset_minutes: 180 }.time(), "11:26");
        assert_eq!(LocalTime { at, offset_minutes: -540 }.date(), "2010-11-30");
        assert_eq!(Timestamp::parse_utc("yesterday"), None);
    }

    #[test]
    fn a_clock_set_to_nonsense_still_prints() {
        let at = Timestamp::from_micros(i64::MAX);
        assert_eq!(LocalTime { at, offset_minutes: 0 }.date_time(), "????-??-?? ??:??");
        assert_eq!(Timestamp::from_micros(-5).unix_millis(), 0);
    }
}
