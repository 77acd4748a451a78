//! Moments and durations as text, in the proleptic Gregorian calendar without time zones, as NumPy's.

use numjit::TimeUnit;

/// What stands for no time.
const NOT_A_TIME: i64 = i64::MIN;
const DAY: i128 = 86_400;

/// Returns the moment so many units after the beginning of 1970: `2026-11-22T19:18:43`.
pub(crate) fn datetime(count: i64, unit: TimeUnit) -> String {
    if count == NOT_A_TIME {
        return "NaT".to_owned();
    }
    match unit {
        TimeUnit::Year => return year_text(1970 + i128::from(count)),
        TimeUnit::Month => {
            let months = i128::from(count);
            let (year, month) = (1970 + months.div_euclid(12), months.rem_euclid(12) + 1);
            return format!("{}-{month:02}", year_text(year));
        }
        _ => {}
    }
    let (units, seconds) = per_second(unit);
    let whole = i128::from(count) * seconds;
    let (whole, fraction) = (whole.div_euclid(units), whole.rem_euclid(units));
    let (days, clock) = (whole.div_euclid(DAY), whole.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let date = format!("{}-{month:02}-{day:02}", year_text(year));
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    match unit {
        TimeUnit::Week | TimeUnit::Day => date,
        TimeUnit::Hour => format!("{date}T{hour:02}"),
        TimeUnit::Minute => format!("{date}T{hour:02}:{minute:02}"),
        TimeUnit::Second => format!("{date}T{hour:02}:{minute:02}:{second:02}"),
        _ => {
            let digits = units.ilog10() as usize;
            format!("{date}T{hour:02}:{minute:02}:{second:02}.{fraction:0digits$}")
        }
    }
}

/// Returns the number of units with their symbol: `90 s`.
pub(crate) fn timedelta(count: i64, unit: TimeUnit) -> String {
    if count == NOT_A_TIME { "NaT".to_owned() } else { format!("{count} {}", unit.symbol()) }
}

/// Reads what [`datetime`] prints, at most as fine as the unit; finer units are zero.
pub(crate) fn parse_datetime(text: &str, unit: TimeUnit) -> Option<i64> {
    if text == "NaT" {
        return Some(NOT_A_TIME);
    }
    let (date, clock) = text.split_once(['T', ' ']).map_or((text, None), |(d, c)| (d, Some(c)));
    let mut parts = date.splitn(3, '-');
    let year: i128 = number(parts.next()?)?;
    let month: i128 = parts.next().map_or(Some(1), number)?;
    let day: i128 = parts.next().map_or(Some(1), number)?;
    let days = days_since_1970(year, month, day);
    if !(1..=12).contains(&month) || civil(days) != (year, month, day) {
        return None;
    }
    let count = match unit {
        TimeUnit::Year => year - 1970,
        TimeUnit::Month => (year - 1970) * 12 + month - 1,
        _ => {
            let (clock, fraction) = clock
                .map_or(("", ""), |clock| clock.split_once('.').map_or((clock, ""), |parts| parts));
            let mut seconds = days * DAY;
            for (part, (scale, below)) in clock
                .split(':')
                .zip([(3600_i128, 24_i128), (60, 60), (1, 60)])
                .filter(|(p, _)| !p.is_empty())
            {
                let value = number(part).filter(|value| (0..below).contains(value))?;
                seconds += scale * value;
            }
            let (units, seconds_each) = per_second(unit);
            let digits = units.ilog10() as usize;
            let fraction: i128 = match fraction.len() {
                0 => 0,
                n if n <= digits => number::<i128>(&format!("{fraction:0<digits$}"))?,
                _ => return None,
            };
            (seconds * units + fraction).div_euclid(seconds_each)
        }
    };
    i64::try_from(count).ok().filter(|&count| count != NOT_A_TIME)
}

/// Returns how many units make a second and how many seconds a unit; one of them is 1.
fn per_second(unit: TimeUnit) -> (i128, i128) {
    match unit {
        TimeUnit::Week => (1, 7 * DAY),
        TimeUnit::Day => (1, DAY),
        TimeUnit::Hour => (1, 3600),
        TimeUnit::Minute => (1, 60),
        TimeUnit::Millisecond => (1000, 1),
        TimeUnit::Microsecond => (1_000_000, 1),
        TimeUnit::Nanosecond => (1_000_000_000, 1),
        TimeUnit::Picosecond => (1_000_000_000_000, 1),
        TimeUnit::Femtosecond => (1_000_000_000_000_000, 1),
        TimeUnit::Attosecond => (1_000_000_000_000_000_000, 1),
        _ => (1, 1),
    }
}

fn number<T: std::str::FromStr>(digits: &str) -> Option<T> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn year_text(year: i128) -> String {
    if year < 0 { format!("-{:04}", -year) } else { format!("{year:04}") }
}

/// Returns year, month and day. Years are counted from March, so that the leap day is the last day of a
/// year (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn civil(days: i128) -> (i128, i128, i128) {
    let days = days + 719_468; // 0000-03-01
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i128::from(month <= 2), month, day)
}

/// The inverse of [`civil`], from the same source.
fn days_since_1970(year: i128, month: i128, day: i128) -> i128 {
    let year = year - i128::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_as_numpys() {
        let cases = [
            (0, TimeUnit::Second, "1970-01-01T00:00:00"),
            (-1, TimeUnit::Millisecond, "1969-12-31T23:59:59.999"),
            (951_782_400, TimeUnit::Second, "2000-02-29T00:00:00"),
            (56, TimeUnit::Year, "2026"),
            (-1, TimeUnit::Month, "1969-12"),
            (2, TimeUnit::Week, "1970-01-15"),
            (-719_529, TimeUnit::Day, "-0001-12-31"),
            (25, TimeUnit::Hour, "1970-01-02T01"),
            (61, TimeUnit::Minute, "1970-01-01T01:01"),
            (1, TimeUnit::Attosecond, "1970-01-01T00:00:00.000000000000000001"),
            (i64::MIN, TimeUnit::Day, "NaT"),
        ];
        for (count, unit, text) in cases {
            assert_eq!(datetime(count, unit), text);
        }
        assert_eq!(timedelta(90, TimeUnit::Second), "90 s");
    }

    #[test]
    fn what_is_printed_is_read() {
        for unit in TimeUnit::ALL {
            for count in [0, 1, 59, 86_399, 1_000_003, i64::MIN] {
                let text = datetime(count, unit);
                assert_eq!(parse_datetime(&text, unit), Some(count), "{text} {}", unit.symbol());
            }
        }
        let parse = |text| parse_datetime(text, TimeUnit::Second);
        assert_eq!(parse("2000-02-29 12:30"), Some(951_827_400));
        for wrong in ["", "2001-02-29", "2000-13-01", "2000-01-01T25", "2000-01-01T00:00:00.5", "x"]
        {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
