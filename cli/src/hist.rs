//! A histogram of equal bins, filled part by part.
//!
//! As in NumPy a bin holds its lower edge and not its upper one, except for the last, which holds both.

use numjit::Array;

/// Counts of values in bins, and of those that are in none.
pub(crate) struct Histogram {
    lo: f64,
    hi: f64,
    counts: Vec<u64>,
    pub(crate) below: u64,
    pub(crate) above: u64,
    pub(crate) nan: u64,
}

impl Histogram {
    /// Creates an empty histogram from `lo` to `hi`, both finite, the first below the second.
    pub(crate) fn new(bins: usize, lo: f64, hi: f64) -> Histogram {
        assert!(
            bins > 0 && lo < hi && (hi - lo).is_finite(),
            "the caller checked {bins} bins {lo}..{hi}"
        );
        Histogram { lo, hi, counts: vec![0; bins], below: 0, above: 0, nan: 0 }
    }

    /// Creates one that spans the values, with some room where they are all the same.
    ///
    /// `None` when there is nothing to span or its width is not a number.
    pub(crate) fn spanning(bins: usize, range: Option<(f64, f64)>) -> Option<Histogram> {
        let (lo, hi) = range?;
        let room = if lo < hi { 0.0 } else { 0.5f64.max(lo.abs() * 1e-3) };
        let (lo, hi) = (lo - room, hi + room);
        (lo < hi && (hi - lo).is_finite()).then(|| Histogram::new(bins, lo, hi))
    }

    pub(crate) fn add(&mut self, part: &Array) {
        if let Some(values) = part.as_slice::<f64>() {
            values.iter().for_each(|&x| self.fill(x));
        } else if let Some(values) = part.as_slice::<f32>() {
            values.iter().for_each(|&x| self.fill(x.into()));
        } else {
            let values = (0..part.len()).filter_map(|index| part.get(index));
            values.for_each(|value| self.fill(value.to_f64()));
        }
    }

    fn fill(&mut self, x: f64) {
        if x < self.lo {
            self.below += 1;
        } else if x > self.hi {
            self.above += 1;
        } else if x.is_nan() {
            self.nan += 1;
        } else {
            let last = self.counts.len() - 1;
            let guess = (x - self.lo) / (self.hi - self.lo) * self.counts.len() as f64;
            let mut bin = (guess as usize).min(last);
            // The quotient may round across an edge.
            if x < self.edge(bin) {
                bin -= 1;
            } else if bin < last && x >= self.edge(bin + 1) {
                bin += 1;
            }
            self.counts[bin] += 1;
        }
    }

    pub(crate) fn counts(&self) -> &[u64] {
        &self.counts
    }

    pub(crate) fn range(&self) -> (f64, f64) {
        (self.lo, self.hi)
    }

    /// Returns the lower edge of a bin, or with the number of bins the upper end.
    pub(crate) fn edge(&self, bin: usize) -> f64 {
        if bin == self.counts.len() {
            return self.hi;
        }
        self.lo + (self.hi - self.lo) * (bin as f64 / self.counts.len() as f64)
    }

    /// Returns the number of values in bins.
    pub(crate) fn inside(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Returns the fullest bin, the first of equals.
    pub(crate) fn peak(&self) -> usize {
        let fullest = self.counts.iter().copied().max().unwrap_or(0);
        self.counts.iter().position(|&count| count == fullest).unwrap_or(0)
    }
}

#[cfg(test)]
pub(crate) fn filled(bins: usize, lo: f64, hi: f64, values: &[f64]) -> Histogram {
    let mut histogram = Histogram::new(bins, lo, hi);
    values.iter().for_each(|&x| histogram.fill(x));
    histogram
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_counted_once() {
        let values =
            [-0.1, 0.0, 0.5, 1.0, 1.9, 3.0, 3.1, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
        let histogram = filled(3, 0.0, 3.0, &values);
        assert_eq!(histogram.counts(), [2, 2, 1]);
        assert_eq!((histogram.below, histogram.above, histogram.nan), (2, 2, 1));
        assert_eq!(histogram.inside(), 5);
    }

    #[test]
    fn a_value_on_an_edge_is_in_the_bin_above() {
        for bins in [3, 7, 10, 49, 100] {
            let (lo, hi) = (-0.3, 1.1);
            let edges: Vec<f64> =
                (0..bins).map(|bin| Histogram::new(bins, lo, hi).edge(bin)).collect();
            let histogram = filled(bins, lo, hi, &edges);
            assert!(histogram.counts().iter().all(|&count| count == 1), "{bins} bins");
        }
    }

    #[test]
    fn equal_values_get_a_range() {
        let histogram = Histogram::spanning(10, Some((5.0, 5.0)));
        assert_eq!(histogram.map(|h| h.range()), Some((4.5, 5.5)));
        assert!(Histogram::spanning(10, Some((f64::MIN, f64::MAX))).is_none());
        assert!(Histogram::spanning(10, None).is_none());
    }
}
