//! Units of time.

/// What moments and durations count.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the variants are the units")]
pub enum TimeUnit {
    Year,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
    Picosecond,
    Femtosecond,
    Attosecond,
}

impl TimeUnit {
    /// Every unit, the longest first.
    pub const ALL: [TimeUnit; 13] = [
        TimeUnit::Year,
        TimeUnit::Month,
        TimeUnit::Week,
        TimeUnit::Day,
        TimeUnit::Hour,
        TimeUnit::Minute,
        TimeUnit::Second,
        TimeUnit::Millisecond,
        TimeUnit::Microsecond,
        TimeUnit::Nanosecond,
        TimeUnit::Picosecond,
        TimeUnit::Femtosecond,
        TimeUnit::Attosecond,
    ];

    /// Returns NumPy's symbol: `Y M W D h m s ms us ns ps fs as`.
    pub fn symbol(self) -> &'static str {
        match self {
            TimeUnit::Year => "Y",
            TimeUnit::Month => "M",
            TimeUnit::Week => "W",
            TimeUnit::Day => "D",
            TimeUnit::Hour => "h",
            TimeUnit::Minute => "m",
            TimeUnit::Second => "s",
            TimeUnit::Millisecond => "ms",
            TimeUnit::Microsecond => "us",
            TimeUnit::Nanosecond => "ns",
            TimeUnit::Picosecond => "ps",
            TimeUnit::Femtosecond => "fs",
            TimeUnit::Attosecond => "as",
        }
    }

    /// Returns how many of a finer unit this one is, if that is a fixed number and an `i64`. Years and months
    /// have a fixed length only in each other.
    pub(crate) fn count_of(self, finer: TimeUnit) -> Option<i64> {
        let calendar = |unit| matches!(unit, TimeUnit::Year | TimeUnit::Month);
        if finer < self || calendar(self) != calendar(finer) {
            return None;
        }
        TimeUnit::ALL.into_iter().filter(|&unit| self <= unit && unit < finer).try_fold(
            1_i64,
            |count, unit| {
                let next = match unit {
                    TimeUnit::Year => 12,
                    TimeUnit::Month => return None,
                    TimeUnit::Week => 7,
                    TimeUnit::Day => 24,
                    TimeUnit::Hour | TimeUnit::Minute => 60,
                    TimeUnit::Second
                    | TimeUnit::Millisecond
                    | TimeUnit::Microsecond
                    | TimeUnit::Nanosecond
                    | TimeUnit::Picosecond
                    | TimeUnit::Femtosecond
                    | TimeUnit::Attosecond => 1000,
                };
                count.checked_mul(next)
            },
        )
    }

    /// Returns the unit with this symbol.
    pub fn from_symbol(symbol: &str) -> Option<TimeUnit> {
        TimeUnit::ALL.into_iter().find(|unit| unit.symbol() == symbol)
    }
}
