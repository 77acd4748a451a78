//! Medians.

/// Returns the median.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]), // tidy: a number
    }
}

/// Returns the median of the ratios of samples that were taken in the same round, which what slows
/// down the whole machine for a while leaves alone.
pub(crate) fn median_ratio(numerator: &[f64], denominator: &[f64]) -> f64 {
    let ratios: Vec<f64> = numerator.iter().zip(denominator).map(|(x, y)| x / y).collect();
    median(&ratios)
}

/// Returns the geometric mean, the mean of ratios that does not depend on which way round they are.
pub(crate) fn geometric_mean(values: &[f64]) -> f64 {
    (values.iter().map(|x| x.ln()).sum::<f64>() / values.len() as f64).exp()
}
