//! Graphs of complex functions against recorded values: `tests/data/complex.txt`, whose origin
//! `tools/record_complex.py` explains.

use std::collections::BTreeMap;

use super::Pair;
use crate::dtype::{Prim, Scalar};
use crate::ir::{Graph, GraphBuilder, Inst, Value, interp};

type C = (f64, f64);
type Unary = fn(&mut GraphBuilder, Pair) -> Pair;
type Binary = fn(&mut GraphBuilder, Pair, Pair) -> Pair;

type Measure = fn(C, C) -> f64;
type Recorded = BTreeMap<&'static str, Vec<&'static str>>;

const ELEMENTARY: &[(&str, Unary, f64, Measure)] = &[
    ("exp", super::exp, 3.0, error_by_part),
    ("exp2", super::exp2, 3.0, error_by_part),
    ("log", super::log, 2.0, error_by_part),
    ("log2", super::log2, 2.0, error_by_part),
    ("log10", super::log10, 2.0, error_by_part),
    ("log1p", super::log1p, 2.0, error_by_part),
    ("sqrt", super::sqrt, 3.0, error_by_part),
    ("sin", super::sin, 3.0, error_by_part),
    ("cos", super::cos, 3.0, error_by_part),
    ("tan", super::tan, 5.0, error_by_part),
    ("sinh", super::sinh, 3.0, error_by_part),
    ("cosh", super::cosh, 3.0, error_by_part),
    ("tanh", super::tanh, 5.0, error_by_part),
    ("arcsin", super::arcsin, 4.0, error_by_part),
    ("arccos", super::arccos, 4.0, error_by_part),
    ("arctan", super::arctan, 4.0, error_by_part),
    ("arcsinh", super::arcsinh, 4.0, error_by_part),
    ("arccosh", super::arccosh, 4.0, error_by_part),
    ("arctanh", super::arctanh, 4.0, error_by_part),
    ("expm1", super::expm1, 3.0, error_by_length),
];

const UNARY: &[(&str, Unary)] = &[
    ("square", super::square),
    ("reciprocal", super::reciprocal),
    ("rint", super::rint),
    ("sign", super::sign),
];

const BINARY: &[(&str, Binary)] = &[
    ("multiply", super::mul),
    ("divide", super::div),
    ("maximum", super::maximum),
    ("minimum", super::minimum),
    ("fmax", super::fmax),
    ("fmin", super::fmin),
];

/// The sections of the recorded file.
fn recorded() -> Recorded {
    let mut sections = BTreeMap::new();
    let mut lines: &mut Vec<&str> = &mut Vec::new();
    for line in include_str!("../../../tests/data/complex.txt").lines() {
        match line.strip_prefix("# ") {
            Some(name) => lines = sections.entry(name).or_insert_with(Vec::new),
            None => lines.push(line),
        }
    }
    sections
}

fn number(line: &str) -> Option<C> {
    let part = |text: &str| match text {
        "nan" => f64::NAN,
        bits => f64::from_bits(u64::from_str_radix(bits, 16).unwrap()),
    };
    line.split_once(' ').map(|(re, im)| (part(re), part(im)))
}

/// A graph that computes these values of complex inputs.
struct Formula {
    graph: Graph,
    prim: Prim,
    results: Vec<Value>,
    slots: Vec<Scalar>,
}

impl Formula {
    fn new(
        prim: Prim,
        arity: u32,
        build: impl FnOnce(&mut GraphBuilder, &[Pair]) -> Vec<Value>,
    ) -> Formula {
        let mut b = GraphBuilder::new(&vec![prim; 2 * arity as usize]);
        let mut input = |index| b.push(Inst::Input(index));
        let pairs: Vec<Pair> =
            (0..arity).map(|i| Pair { re: input(2 * i), im: input(2 * i + 1) }).collect();
        let results = build(&mut b, &pairs);
        Formula { graph: b.finish(Vec::new()), prim, results, slots: Vec::new() }
    }

    fn unary(prim: Prim, function: Unary) -> Formula {
        Formula::new(prim, 1, |b, z| parts(function(b, z[0])))
    }

    fn run(&mut self, arguments: &[C]) -> Vec<f64> {
        let is_single = self.prim == Prim::F32;
        let scalar = |x: f64| if is_single { Scalar::F32(x as f32) } else { Scalar::F64(x) };
        let inputs: Vec<Scalar> =
            arguments.iter().flat_map(|z| [scalar(z.0), scalar(z.1)]).collect();
        interp::element(&self.graph, &inputs, &mut self.slots);
        self.results.iter().map(|value| self.slots[value.index()].to_f64()).collect()
    }
}

fn parts(z: Pair) -> Vec<Value> {
    vec![z.re, z.im]
}

fn ulps(got: f64, want: f64) -> f64 {
    if got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan() {
        return 0.0;
    }
    if got.is_nan() || want.is_nan() || got.is_sign_negative() != want.is_sign_negative() {
        return f64::INFINITY;
    }
    if got.is_infinite() || want.is_infinite() {
        let (got, want) = (got.clamp(-f64::MAX, f64::MAX), want.clamp(-f64::MAX, f64::MAX));
        return 1.0 + ulps(got, want);
    }
    // Below the top there is a number, above it infinity.
    let unit = if want.abs() == f64::MAX {
        want.abs() - want.abs().next_down()
    } else {
        want.abs().next_up() - want.abs()
    };
    ((got - want) / unit).abs()
}

/// The larger error of the parts, each in units of its last place.
fn error_by_part(got: C, want: C) -> f64 {
    let has_nan = want.0.is_nan() || want.1.is_nan();
    // C99 leaves the sign of the other part open.
    let part =
        |got: f64, want: f64| if has_nan { ulps(got.abs(), want.abs()) } else { ulps(got, want) };
    part(got.0, want.0).max(part(got.1, want.1))
}

/// The larger error of the parts in units of the last place of the larger part.
fn error_by_length(got: C, want: C) -> f64 {
    let size = want.0.abs().max(want.1.abs());
    if !(size.is_finite() && got.0.is_finite() && got.1.is_finite()) {
        return error_by_part(got, want);
    }
    let unit = size.next_up() - size;
    ((got.0 - want.0).abs() / unit).max((got.1 - want.1).abs() / unit)
}

fn points(recorded: &Recorded) -> Vec<C> {
    recorded["points"].iter().map(|line| number(line).unwrap()).collect()
}

/// What the recording calls the second argument of the function of two.
fn other(points: &[C], index: usize) -> C {
    points[(7 * index + 3) % points.len()]
}

#[test]
fn elementary_functions_are_within_their_bounds_and_special_values_are_those_of_c99() {
    let recorded = recorded();
    let points = points(&recorded);
    let mut problems = Vec::new();
    for &(name, function, bound, measure) in ELEMENTARY {
        let mut formula = Formula::unary(Prim::F64, function);
        for (&z, line) in points.iter().zip(&recorded[name]) {
            let Some(want) = number(line) else { continue };
            // See `exp2`: beyond, the angle of the result has an error of its own.
            if name == "exp2" && z.1.abs() > 1e7 {
                continue;
            }
            for (z, want) in [(z, want), ((z.0, -z.1), (want.0, -want.1))] {
                let got = formula.run(&[z]);
                let error = measure((got[0], got[1]), want);
                // The value that is wanted is itself rounded, by half a unit.
                if error > bound + 0.5 {
                    problems.push(format!("{name}{z:?} = {got:?}, want {want:?}"));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn arithmetic_has_the_bits_of_numpy() {
    let recorded = recorded();
    let points = points(&recorded);
    let mut problems = Vec::new();
    let mut check = |name: &str, arguments: &[C], got: &[f64], line: &str| {
        let want = number(line).unwrap();
        // z / |z|: NumPy's absolute value is that of the C library, which is rounded otherwise now and then.
        let most = if name == "sign" { 1.0 } else { 0.0 };
        if ulps(got[0], want.0) > most || ulps(got[1], want.1) > most {
            problems.push(format!("{name}{arguments:?} = {got:?}, want {want:?}"));
        }
    };
    for &(name, function) in UNARY {
        let mut formula = Formula::unary(Prim::F64, function);
        for (&z, line) in points.iter().zip(&recorded[name]) {
            check(name, &[z], &formula.run(&[z]), line);
        }
    }
    for &(name, function) in BINARY {
        let mut formula = Formula::new(Prim::F64, 2, |b, z| parts(function(b, z[0], z[1])));
        for (i, line) in recorded[name].iter().enumerate() {
            let arguments = [points[i], other(&points, i)];
            check(name, &arguments, &formula.run(&arguments), line);
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn comparisons_are_by_real_and_then_by_imaginary_parts() {
    let recorded = recorded();
    let points = points(&recorded);
    let mut formula = Formula::new(Prim::F64, 2, |b, z| {
        [super::lt, super::le, super::eq, super::ne].map(|f| f(b, z[0], z[1])).to_vec()
    });
    for (i, line) in recorded["compare"].iter().enumerate() {
        let (x, y) = (points[i], other(&points, i));
        let want: Vec<f64> = line.bytes().map(|digit| f64::from(digit - b'0')).collect();
        assert_eq!(formula.run(&[x, y]), want, "{x:?} against {y:?}");
    }
}

/// `|y log x|`, in which the error of a power grows, if slowly.
fn exponent_size(x: C, y: C) -> f64 {
    let log = (x.0.hypot(x.1).ln().abs()).hypot(x.1.atan2(x.0));
    let log = if log.is_finite() { log } else { 750.0 };
    log * y.0.hypot(y.1)
}

#[test]
fn powers_are_accurate_however_large_their_exponents() {
    let recorded = recorded();
    let points = points(&recorded);
    let mut formula = Formula::new(Prim::F64, 2, |b, z| parts(super::pow(b, z[0], z[1])));
    let mut seen = 0;
    for (i, line) in recorded["power"].iter().enumerate() {
        let Some(want) = number(line) else { continue };
        let (x, y) = (points[i], other(&points, i));
        let size = exponent_size(x, y);
        // Beyond, overflow is all that can be told.
        if size > 2f64.powi(40) {
            continue;
        }
        let bound = 4.0 + size * 2f64.powi(-14);
        let got = formula.run(&[x, y]);
        let error = error_by_length((got[0], got[1]), want);
        let is_top = want.0.is_infinite() || want.1.is_infinite();
        assert!(
            is_top || error <= bound,
            "{x:?}**{y:?} = {got:?}, want {want:?}: {error} > {bound}"
        );
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
}

#[test]
fn whole_powers_are_products_whether_the_exponent_is_known_or_not() {
    let recorded = recorded();
    let mut varying = Formula::new(Prim::F64, 2, |b, z| parts(super::pow(b, z[0], z[1])));
    for exponent in [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 31.0, 99.0, -1.0, -2.0, -5.0] {
        let mut known = Formula::new(Prim::F64, 1, |b, z| {
            let (re, im) = (b.constant(exponent), b.constant(0.0));
            parts(super::pow(b, z[0], Pair { re, im }))
        });
        for z in points(&recorded) {
            let (got, want) = (known.run(&[z]), varying.run(&[z, (exponent, 0.0)]));
            let is_same = got.iter().zip(&want).all(|(&got, &want)| ulps(got, want) == 0.0);
            assert!(is_same, "{z:?}**{exponent}: {got:?} and {want:?}");
        }
    }
    // NumPy's answers.
    let nan = f64::NAN;
    let cases: &[(C, C, C)] = &[
        ((0.0, 0.0), (0.0, 0.0), (1.0, 0.0)),
        ((nan, 0.0), (0.0, 0.0), (1.0, 0.0)),
        ((0.0, 0.0), (-1.0, 0.0), (nan, nan)),
        ((0.0, 0.0), (0.0, 1.0), (nan, nan)),
        ((0.0, 0.0), (2.0, 1.0), (0.0, 0.0)),
        ((0.0, 0.0), (0.5, 0.0), (0.0, 0.0)),
        ((2.0, 3.0), (3.0, 0.0), (-46.0, 9.0)),
        ((2.0, 3.0), (5.0, 0.0), (122.0, -597.0)),
        ((0.0, 1.0), (2.0, 0.0), (-1.0, 0.0)),
        ((0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)),
        ((f64::INFINITY, 0.0), (3.0, 0.0), (nan, nan)),
    ];
    for &(x, y, want) in cases {
        let got = varying.run(&[x, y]);
        assert!(
            ulps(got[0], want.0) == 0.0 && ulps(got[1], want.1) == 0.0,
            "{x:?}**{y:?}: {got:?}"
        );
    }
}

#[test]
fn single_precision_is_double_precision_rounded_once() {
    let recorded = recorded();
    for &(name, function, ..) in ELEMENTARY {
        let mut single = Formula::unary(Prim::F32, function);
        let mut double = Formula::unary(Prim::F64, function);
        for z in points(&recorded) {
            let z = (f64::from(z.0 as f32), f64::from(z.1 as f32));
            let (got, want) = (single.run(&[z]), double.run(&[z]));
            for (got, want) in got.iter().zip(want) {
                assert_eq!(ulps(*got, f64::from(want as f32)), 0.0, "{name}{z:?}");
            }
        }
    }
}

#[test]
fn lengths_and_signs_neither_overflow_nor_underflow() {
    let sizes = [(3e200, 4e200, 5e200), (3e-320, 4e-320, 5e-320), (3.0, 4.0, 5.0)];
    let mut formula = Formula::new(Prim::F64, 1, |b, z| {
        let sign = super::sign(b, z[0]);
        vec![super::abs(b, z[0]), super::angle(b, z[0]), sign.re, sign.im]
    });
    for (re, im, length) in sizes {
        let got = formula.run(&[(re, im)]);
        assert!(ulps(got[0], length) <= 1.0, "{got:?}");
        assert!((got[2] - 0.6).abs() < 1e-4 && (got[3] - 0.8).abs() < 1e-4, "{got:?}");
    }
    let top = formula.run(&[(1.5e308, -1.5e308)]);
    assert_eq!(top[1], -std::f64::consts::FRAC_PI_4);
    let diagonal = std::f64::consts::FRAC_1_SQRT_2;
    assert!(ulps(top[2], diagonal) <= 1.0 && ulps(top[3], -diagonal) <= 1.0, "{top:?}");
}

#[test]
fn questions_look_at_both_parts() {
    let mut formula = Formula::new(Prim::F64, 1, |b, z| {
        [super::is_nan, super::is_infinite, super::is_finite, super::is_true]
            .map(|f| f(b, z[0]))
            .to_vec()
    });
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    assert_eq!(formula.run(&[(inf, nan)]), [1.0, 1.0, 0.0, 1.0]);
    assert_eq!(formula.run(&[(0.0, -inf)]), [0.0, 1.0, 0.0, 1.0]);
    assert_eq!(formula.run(&[(0.0, nan)]), [1.0, 0.0, 0.0, 1.0]);
    assert_eq!(formula.run(&[(-0.0, 0.0)]), [0.0, 0.0, 1.0, 0.0]);
    assert_eq!(formula.run(&[(0.0, 1.0)]), [0.0, 0.0, 1.0, 1.0]);
}
