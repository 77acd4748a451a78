//! What a person wants to know about a column: its ends, its extremes, its mean. One pass, part by part.

use std::collections::VecDeque;
use std::io::{self, Write};

use numjit::{Array, DType, Scalar};

use crate::cell::Cells;
use crate::grid;
use crate::moment;
use crate::number;
use crate::style::{HEADING, LABEL, paint};

/// How many values are shown at either end.
const SHOWN: usize = 3;

/// Facts about the parts that were added so far.
pub(crate) struct Summary {
    dtype: DType,
    len: u64,
    first: Vec<String>,
    last: VecDeque<String>,
    /// The shape and the elements as lines, of an array that is not a column.
    grid: Option<(Vec<usize>, Vec<String>)>,
    floats: Floats,
    integers: Integers,
    true_count: u64,
    not_a_time_count: u64,
}

/// Facts about floating-point values, NaN left out.
struct Floats {
    min: f64,
    max: f64,
    sum: Sum,
    nan_count: u64,
    /// The smallest and largest that are not infinite.
    finite: (f64, f64),
}

struct Integers {
    min: i128,
    max: i128,
    /// Exact: 2⁶⁴ values of 64 bits fit.
    sum: i128,
}

/// A sum that keeps what each addition rounds away (Neumaier 1974), so that the mean of 10⁹ values has
/// the digits that are printed.
#[derive(Default)]
struct Sum {
    total: f64,
    lost: f64,
}

impl Summary {
    pub(crate) fn new(dtype: DType) -> Summary {
        let (low, high) = (f64::NEG_INFINITY, f64::INFINITY);
        Summary {
            dtype,
            len: 0,
            first: Vec::new(),
            last: VecDeque::new(),
            floats: Floats {
                min: high,
                max: low,
                sum: Sum::default(),
                nan_count: 0,
                finite: (high, low),
            },
            grid: None,
            integers: Integers { min: i128::MAX, max: i128::MIN, sum: 0 },
            true_count: 0,
            not_a_time_count: 0,
        }
    }

    pub(crate) fn add(&mut self, part: &Array) {
        let n = part.len();
        self.len += n as u64;
        let missing = SHOWN - self.first.len();
        let cells = Cells::new(part);
        self.first.extend((0..n.min(missing)).map(|at| cells.short(at)));
        self.last.extend((n.saturating_sub(SHOWN)..n).map(|at| cells.short(at)));
        self.last.drain(..self.last.len().saturating_sub(SHOWN));
        if part.ndim() > 1 {
            self.grid = Some((part.shape().to_vec(), grid::lines(part)));
        }
        if let Some(values) = part.as_slice::<f64>() {
            values.iter().for_each(|&x| self.floats.add(x));
        } else if let Some(values) = part.as_slice::<f32>() {
            values.iter().for_each(|&x| self.floats.add(x.into()));
        } else if let Some(values) = part.as_slice::<bool>() {
            self.true_count += values.iter().filter(|&&x| x).count() as u64;
        } else if let (Some(values), false) = (part.as_slice::<i64>(), self.dtype.is_time()) {
            values.iter().for_each(|&x| self.integers.add(x.into()));
        } else if let Some(values) = part.as_slice::<i32>() {
            values.iter().for_each(|&x| self.integers.add(x.into()));
        } else if !self.dtype.is_string() && !self.dtype.is_complex() {
            (0..n).filter_map(|at| part.get(at)).for_each(|value| self.add_value(value));
        }
    }

    fn add_value(&mut self, value: Scalar) {
        let integer: i128 = match value {
            Scalar::I64(i64::MIN) if self.dtype.is_time() => {
                self.not_a_time_count += 1;
                return;
            }
            Scalar::Bool(x) => {
                self.true_count += u64::from(x);
                return;
            }
            Scalar::F32(_) | Scalar::F64(_) => return self.floats.add(value.to_f64()),
            Scalar::I8(x) => x.into(),
            Scalar::I16(x) => x.into(),
            Scalar::I32(x) => x.into(),
            Scalar::I64(x) => x.into(),
            Scalar::U8(x) => x.into(),
            Scalar::U16(x) => x.into(),
            Scalar::U32(x) => x.into(),
            Scalar::U64(x) => x.into(),
            _ => return,
        };
        self.integers.add(integer);
    }

    /// Returns the smallest and the largest finite value.
    pub(crate) fn finite_range(&self) -> Option<(f64, f64)> {
        let (lo, hi) = match self.dtype {
            DType::F32 | DType::F64 => self.floats.finite,
            DType::Bool => (0.0, 1.0),
            _ => (self.integers.min as f64, self.integers.max as f64),
        };
        (self.len > 0 && lo <= hi).then_some((lo, hi))
    }

    /// Prints the facts under the name of the result.
    pub(crate) fn print(&self, name: &str, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{}", paint(HEADING, name))?;
        let mut line = |label: &str, value: String| {
            writeln!(out, "  {} {value}", paint(LABEL, format_args!("{label:<7}")))
        };
        line("dtype", self.dtype.to_string())?;
        match &self.grid {
            None => line("length", number::count(self.len))?,
            Some((shape, _)) => {
                let lengths: Vec<String> = shape.iter().map(usize::to_string).collect();
                line("shape", format!("({})", lengths.join(", ")))?;
            }
        }
        if self.len == 0 {
            return Ok(());
        }
        match &self.grid {
            None => line("values", self.values())?,
            Some((_, lines)) => {
                for (at, text) in lines.iter().enumerate() {
                    line(if at == 0 { "values" } else { "" }, text.clone())?;
                }
            }
        }
        match self.dtype {
            DType::Bool => {
                let percent = 100.0 * self.true_count as f64 / self.len as f64;
                line(
                    "true",
                    format!("{} ({}%)", number::count(self.true_count), number::short(percent, 4)),
                )?;
            }
            DType::F32 | DType::F64 => {
                let numbers = self.len - self.floats.nan_count;
                if numbers > 0 {
                    line("min", number::short(self.floats.min, 7))?;
                    line("max", number::short(self.floats.max, 7))?;
                    line("mean", number::short(self.floats.sum.value() / numbers as f64, 7))?;
                }
                if self.floats.nan_count > 0 {
                    let note = if numbers > 0 { ", left out of min, max and mean" } else { "" };
                    line("nan", format!("{}{note}", number::count(self.floats.nan_count)))?;
                }
            }
            DType::Datetime(_) | DType::Timedelta(_) => {
                if self.len > self.not_a_time_count {
                    line("min", self.time(self.integers.min))?;
                    line("max", self.time(self.integers.max))?;
                }
                if self.not_a_time_count > 0 {
                    line("NaT", number::count(self.not_a_time_count))?;
                }
            }
            _ if self.dtype.is_string() || self.dtype.is_complex() => {}
            _ => {
                line("min", self.integers.min.to_string())?;
                line("max", self.integers.max.to_string())?;
                line("mean", number::short(self.integers.sum as f64 / self.len as f64, 7))?;
            }
        }
        Ok(())
    }

    fn time(&self, count: i128) -> String {
        let count = i64::try_from(count).expect("times are counts of 64 bits");
        match self.dtype {
            DType::Datetime(unit) => moment::datetime(count, unit),
            DType::Timedelta(unit) => moment::timedelta(count, unit),
            _ => count.to_string(),
        }
    }

    fn values(&self) -> String {
        let overlap = (2 * SHOWN as u64).saturating_sub(self.len).min(SHOWN as u64);
        let last = self.last.iter().skip(usize::try_from(overlap).unwrap_or(SHOWN));
        let mut values: Vec<&str> = self.first.iter().map(String::as_str).collect();
        if self.len > 2 * SHOWN as u64 {
            values.push("…");
        }
        values.extend(last.map(String::as_str));
        values.join("  ")
    }
}

impl Floats {
    fn add(&mut self, x: f64) {
        if x.is_nan() {
            self.nan_count += 1;
            return;
        }
        self.min = self.min.min(x);
        self.max = self.max.max(x);
        self.sum.add(x);
        if x.is_finite() {
            self.finite = (self.finite.0.min(x), self.finite.1.max(x));
        }
    }
}

impl Integers {
    fn add(&mut self, x: i128) {
        self.min = self.min.min(x);
        self.max = self.max.max(x);
        self.sum += x;
    }
}

impl Sum {
    fn add(&mut self, x: f64) {
        let total = self.total + x;
        let (large, small) =
            if self.total.abs() >= x.abs() { (self.total, x) } else { (x, self.total) };
        self.lost += (large - total) + small;
        self.total = total;
    }

    fn value(&self) -> f64 {
        // With an infinity in the sum, what was "lost" is NaN.
        if self.total.is_finite() { self.total + self.lost } else { self.total }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_keeps_small_terms() {
        let mut sum = Sum::default();
        [1.0, 1e100, 1.0, -1e100].into_iter().for_each(|x| sum.add(x));
        assert_eq!(sum.value(), 2.0);
        let mut sum = Sum::default();
        [1.0, f64::INFINITY].into_iter().for_each(|x| sum.add(x));
        assert_eq!(sum.value(), f64::INFINITY);
    }
}
