//! The formulas that are measured, as text and as a plain loop, and their inputs.

#![expect(dead_code, reason = "each benchmark uses some of it")]

pub(crate) mod stats;

use exmex::{Express, FlatEx};
use numjit::{ArrayRef, DType, Engine, Kernel, Threads};

/// A formula in all the forms that are compared. All columns are `f64`.
pub(crate) struct Formula {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    /// As `exmex` spells it.
    pub(crate) exmex: &'static str,
    pub(crate) inputs: &'static [&'static str],
    /// The loop as users compile it: for any machine of the architecture.
    pub(crate) plain: fn(&[&[f64]], &mut [f64]),
    /// The same loop compiled for 256-bit vectors; only called where [`has_avx2`].
    pub(crate) avx2: fn(&[&[f64]], &mut [f64]),
}

macro_rules! formula {
    ($name:ident($($input:ident),*), $text:literal, $exmex:literal, $body:expr) => {{
        #[inline(always)]
        fn body(columns: &[&[f64]], out: &mut [f64]) {
            let n = out.len();
            let mut columns = columns.iter();
            // Slices of one length let the compiler drop the checks of the indices.
            $(let $input = &columns.next().expect("a column for each input")[..n];)*
            for (index, out) in out.iter_mut().enumerate() {
                $(let $input = $input[index];)*
                *out = $body;
            }
        }

        #[inline(never)]
        fn plain(columns: &[&[f64]], out: &mut [f64]) {
            body(columns, out);
        }

        #[cfg(target_arch = "x86_64")]
        #[inline(never)]
        #[target_feature(enable = "avx2,fma")]
        fn wide(columns: &[&[f64]], out: &mut [f64]) {
            body(columns, out);
        }

        fn avx2(columns: &[&[f64]], out: &mut [f64]) {
            assert!(has_avx2());
            #[cfg(target_arch = "x86_64")]
            #[expect(unsafe_code, reason = "features of the machine are checked at run time")]
            // SAFETY: `has_avx2` has looked for both features.
            unsafe {
                wide(columns, out);
            }
            #[cfg(not(target_arch = "x86_64"))]
            plain(columns, out);
        }

        Formula {
            name: stringify!($name),
            text: $text,
            exmex: $exmex,
            inputs: &[$(stringify!($input)),*],
            plain,
            avx2,
        }
    }};
}

/// Returns whether the loops for 256-bit vectors can run.
pub(crate) fn has_avx2() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// The quadratic formula, which the other benchmarks use as well.
pub(crate) const QUADRATIC: &str = "(-b + sqrt(b**2 - 4*a*c)) / (2*a)";

/// Returns all formulas.
pub(crate) fn formulas() -> Vec<Formula> {
    vec![
        formula!(linear(a, b), "2*a + 3*b", "2*a + 3*b", 2.0 * a + 3.0 * b),
        formula!(
            quadratic(a, b, c),
            "(-b + sqrt(b**2 - 4*a*c)) / (2*a)",
            "(-b + sqrt(b^2 - 4*a*c)) / (2*a)",
            (-b + (b * b - 4.0 * a * c).sqrt()) / (2.0 * a)
        ),
        formula!(
            asymmetry(a, b),
            "abs(a-b)/(abs(a)+abs(b))",
            "abs(a-b)/(abs(a)+abs(b))",
            (a - b).abs() / (a.abs() + b.abs())
        ),
        formula!(radius(x, y), "sqrt(x**2 + y**2)", "sqrt(x^2 + y^2)", (x * x + y * y).sqrt()),
        formula!(
            horner(x),
            "((((((((((x*0.1 + 0.2)*x - 0.3)*x + 0.4)*x - 0.5)*x + 0.6)*x - 0.7)*x + 0.8)*x - 0.9)*x + 1.0)*x - 1.1)",
            "((((((((((x*0.1 + 0.2)*x - 0.3)*x + 0.4)*x - 0.5)*x + 0.6)*x - 0.7)*x + 0.8)*x - 0.9)*x + 1.0)*x - 1.1)",
            (((((((((x * 0.1 + 0.2) * x - 0.3) * x + 0.4) * x - 0.5) * x + 0.6) * x - 0.7) * x
                + 0.8)
                * x
                - 0.9)
                * x
                + 1.0)
                * x
                - 1.1
        ),
        formula!(
            powers(x),
            "0.1*x**10 + 0.2*x**9 - 0.3*x**8 + 0.4*x**7 - 0.5*x**6 + 0.6*x**5 - 0.7*x**4 + 0.8*x**3 - 0.9*x**2 + x - 1.1",
            "0.1*x^10 + 0.2*x^9 - 0.3*x^8 + 0.4*x^7 - 0.5*x^6 + 0.6*x^5 - 0.7*x^4 + 0.8*x^3 - 0.9*x^2 + x - 1.1",
            0.1 * x.powi(10) + 0.2 * x.powi(9) - 0.3 * x.powi(8) + 0.4 * x.powi(7)
                - 0.5 * x.powi(6)
                + 0.6 * x.powi(5)
                - 0.7 * x.powi(4)
                + 0.8 * x.powi(3)
                - 0.9 * x.powi(2)
                + x
                - 1.1
        ),
        formula!(
            polynomial_log(a),
            "2*a**3 - 4*a**5 + 6*log(a)",
            "2*a^3 - 4*a^5 + 6*ln(a)",
            2.0 * a.powi(3) - 4.0 * a.powi(5) + 6.0 * a.ln()
        ),
        formula!(
            dimuon_mass(eta1, eta2, phi1, phi2, pt1, pt2),
            "sqrt(2*pt1*pt2*(cosh(eta1-eta2) - cos(phi1-phi2)))",
            "sqrt(2*pt1*pt2*(cosh(eta1-eta2) - cos(phi1-phi2)))",
            (2.0 * pt1 * pt2 * ((eta1 - eta2).cosh() - (phi1 - phi2).cos())).sqrt()
        ),
    ]
}

impl Formula {
    /// Returns the formula compiled for a number of threads.
    pub(crate) fn kernel(&self, threads: usize) -> Kernel {
        let engine = Engine::builder().threads(Threads::Fixed(threads)).build();
        let inputs: Vec<(&str, DType)> = self.inputs.iter().map(|&n| (n, DType::F64)).collect();
        (engine.and_then(|engine| engine.compile(self.text, &inputs)))
            .unwrap_or_else(|error| panic!("{error}"))
    }

    /// Returns the columns by name, as `numjit` takes them.
    pub(crate) fn vars<'a>(&self, columns: &[&'a [f64]]) -> Vec<(&'static str, ArrayRef<'a>)> {
        self.inputs.iter().zip(columns).map(|(&name, &column)| (name, column.into())).collect()
    }
}

/// The inputs of all formulas: as many columns as the widest needs, each `n` long.
pub(crate) struct Data(Vec<Vec<f64>>);

impl Data {
    /// Makes columns of values in [1, 2), the second in [6, 7), so that the quadratic has real roots.
    pub(crate) fn new(n: usize) -> Data {
        // Multiples of an irrational number modulo 1 fill the interval evenly and look random enough.
        let column = |c: usize| {
            let (start, step) = (if c == 1 { 6.0 } else { 1.0 }, (c as f64 + 1.7).sqrt());
            (0..n).map(|row| start + (row as f64 * step).fract()).collect()
        };
        Data((0..6).map(column).collect())
    }

    /// Returns the first `n` rows of the columns of a formula.
    pub(crate) fn columns(&self, formula: &Formula, n: usize) -> Vec<&[f64]> {
        self.0[..formula.inputs.len()].iter().map(|column| &column[..n]).collect()
    }
}

/// The plain loop on as many threads as `numjit` gets.
pub(crate) struct Workers(Option<rayon::ThreadPool>);

/// Below this the plain loop is not split: waking a thread costs more than the loop.
const SPLIT_FROM: usize = 20_000;

impl Workers {
    pub(crate) fn new(threads: usize) -> Workers {
        let pool = || rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        Workers((threads > 1).then(|| pool().expect("threads can be started")))
    }

    pub(crate) fn run(&self, f: fn(&[&[f64]], &mut [f64]), columns: &[&[f64]], out: &mut [f64]) {
        let n = out.len();
        match &self.0 {
            Some(pool) if n >= SPLIT_FROM => {
                // Four pieces for each thread, so that one that is held up does not hold up all.
                let piece = n.div_ceil(4 * pool.current_num_threads());
                pool.scope(|scope| {
                    for (at, out) in out.chunks_mut(piece).enumerate() {
                        scope.spawn(move |_| {
                            let rows = at * piece..at * piece + out.len();
                            let part: Vec<&[f64]> =
                                columns.iter().map(|column| &column[rows.clone()]).collect();
                            f(&part, out);
                        });
                    }
                });
            }
            Some(_) | None => f(columns, out),
        }
    }
}

/// Evaluates an expression for each row. `columns` are in the alphabetical order of the variables, which
/// is also that of [`Formula::inputs`].
pub(crate) fn evaluate_each(expression: &FlatEx<f64>, columns: &[&[f64]], out: &mut [f64]) {
    let mut row = vec![0.0; columns.len()];
    for (index, out) in out.iter_mut().enumerate() {
        for (value, column) in row.iter_mut().zip(columns) {
            *value = column[index];
        }
        *out = expression.eval(&row).expect("a value for each variable");
    }
}

/// An expression of this many operands and operators, over `a`, `b` and `c`.
pub(crate) fn generated(nodes: usize) -> String {
    let mut text = String::from(if nodes.is_multiple_of(2) { "-a" } else { "a" });
    for step in 0..(nodes - 1) / 2 {
        let operator = [" + ", "*", " - ", "/"][step % 4];
        let operand = ["b", "c", "1.5", "a", "0.25"][step % 5];
        text += operator;
        text += operand;
    }
    text
}
