//! Numbers for people: few digits, aligned to read, not to compute with.

use numjit::Scalar;

/// Returns the number with at most `digits` significant digits and no trailing zeros, as C's `%g`.
pub(crate) fn short(x: f64, digits: usize) -> String {
    if x.is_nan() {
        return "nan".to_owned();
    }
    if x == 0.0 || x.is_infinite() {
        return format!("{x}");
    }
    // Rounding to the digits may carry into the next power of ten, so it comes first.
    let scientific = format!("{x:.*e}", digits.saturating_sub(1));
    let (mantissa, exponent) = scientific.split_once('e').expect("the format has an exponent");
    let power: i32 = exponent.parse().expect("the format has a whole exponent");
    let digits = i32::try_from(digits).unwrap_or(i32::MAX);
    if power < -4 || power >= digits.max(6) {
        return format!("{}e{power}", without_zeros(mantissa));
    }
    let decimals = usize::try_from(digits - 1 - power).unwrap_or(0);
    without_zeros(&format!("{x:.decimals$}")).to_owned()
}

/// Returns an element with seven digits if it is a float, and whole otherwise.
pub(crate) fn element(value: Scalar) -> String {
    match value {
        Scalar::F32(_) | Scalar::F64(_) => short(value.to_f64(), 7),
        whole => whole.to_string(),
    }
}

/// Returns the count in groups of three digits, as a literal in a formula may be: `12_345`.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

fn without_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers_have_few_digits() {
        let cases = [
            (82.201_866_4, "82.20187"),
            (0.0, "0"),
            (-0.5, "-0.5"),
            (120.0, "120"),
            (999_999.96, "1000000"),
            (123_456_789.0, "1.234568e8"),
            (0.000_012_5, "1.25e-5"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
            (5e-324, "4.940656e-324"),
            (f64::MAX, "1.797693e308"),
        ];
        for (x, text) in cases {
            assert_eq!(short(x, 7), text);
        }
        assert_eq!(short(1500.0, 3), "1500");
    }

    #[test]
    fn counts_are_grouped_from_five_digits_on() {
        assert_eq!(count(2304), "2304");
        assert_eq!(count(12_345), "12_345");
        assert_eq!(count(1_000_000), "1_000_000");
    }
}
