//! The arguments over which functions are measured.

use std::fmt;

use numjit::testing::Random;

use super::peers::Number;

/// How an argument is drawn.
#[derive(Clone, Copy)]
pub(crate) enum Draw {
    /// Evenly between two numbers.
    Even(f64, f64),
    /// With evenly drawn exponents: the numbers are the decimal ones.
    Exponents(f64, f64),
}

/// The arguments of a row.
pub(crate) struct Range {
    pub(crate) x: Draw,
    /// Of functions of two numbers.
    pub(crate) y: Option<Draw>,
}

/// Returns the ranges of a function; `narrow` if the results have to be `f32`.
pub(crate) fn of(name: &str, narrow: bool) -> Vec<Range> {
    let either = |wide: f64, other: f64| if narrow { other } else { wide };
    let even = |ranges: &[(f64, f64)]| -> Vec<Range> {
        ranges.iter().map(|&(low, high)| Range { x: Draw::Even(low, high), y: None }).collect()
    };
    let symmetric =
        |ends: &[f64]| even(&ends.iter().map(|&end| (-end, end)).collect::<Vec<(f64, f64)>>());
    let two = |x: (f64, f64), y: (f64, f64)| {
        vec![Range { x: Draw::Even(x.0, x.1), y: Some(Draw::Even(y.0, y.1)) }]
    };
    match name.trim_end_matches("fast") {
        "exp" | "expm1" | "sinh" | "cosh" => symmetric(&[either(700.0, 80.0), 1.0]),
        "exp2" => symmetric(&[either(1000.0, 120.0), 1.0]),
        "exp10" => symmetric(&[either(300.0, 37.0), 1.0]),
        "log" | "log2" | "log10" => even(&[(0.0, 1e3), (0.5, 2.0)]),
        "log1p" => even(&[(0.0, 1e3), (-0.5, 0.5)]),
        "sin" | "cos" | "tan" => {
            let mut ranges = symmetric(&[30.0, 1.0, 1e4]);
            ranges.push(Range { x: Draw::Exponents(10.0, either(300.0, 37.0)), y: None });
            ranges
        }
        "sinpi" | "cospi" => symmetric(&[30.0, 1.0]),
        "arcsin" | "arccos" => symmetric(&[1.0, 0.5]),
        "arctanh" => symmetric(&[1.0]),
        "arctan" => symmetric(&[30.0, 1.0]),
        "tanh" => symmetric(&[20.0, 1.0]),
        "arcsinh" => symmetric(&[1e3, 1.0]),
        "arccosh" => even(&[(1.0, 1e3), (1.0, 2.0)]),
        "erf" => symmetric(&[4.0, 1.0]),
        "erfc" => even(&[(-5.0, either(26.0, 9.0)), (-1.0, 1.0)]),
        "gamma" => even(&[(0.0, either(170.0, 34.0)), (-20.0, 0.0)]),
        "lgamma" => even(&[(0.0, 1e3), (-20.0, 0.0)]),
        "power" => two((0.0, 20.0), (-3.0, 3.0)),
        "arctan2" | "arctan2high" | "arctan2low" => two((-1.0, 1.0), (-1.0, 1.0)),
        "fmod" | "rem" | "floordiv" | "floordivf32" => two((-1e3, 1e3), (-10.0, 10.0)),
        "logaddexp" => two((-30.0, 30.0), (-30.0, 30.0)),
        "hypot" => two((-1e3, 1e3), (-1e3, 1e3)),
        "loghypot" | "loghypotlow" | "log2hypot" | "log10hypot" | "log1phypot" | "productlow" => {
            two((-3.0, 3.0), (-3.0, 3.0))
        }
        _ => symmetric(&[1e3]), // tidy: names
    }
}

impl Draw {
    /// Returns so many numbers.
    pub(crate) fn numbers<T: Number>(self, count: usize, random: &mut Random) -> Vec<T> {
        let mut draw = |low: f64, high: f64| {
            const STEPS: usize = 1 << 48;
            low + (high - low) * (random.below(STEPS) as f64 / STEPS as f64)
        };
        let mut number = || match self {
            Draw::Even(low, high) => draw(low, high),
            Draw::Exponents(low, high) => 10_f64.powf(draw(low, high)),
        };
        (0..count).map(|_| T::of(number())).collect()
    }
}

impl fmt::Display for Draw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Draw::Even(low, high) => write!(f, "[{low}, {high}]"),
            Draw::Exponents(low, high) => write!(f, "[1e{low}, 1e{high}]"),
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.x.fmt(f)?;
        self.y.map_or(Ok(()), |y| write!(f, " × {y}"))
    }
}
