//! The elementary functions: how far from the exact value, and the same bits everywhere.
//!
//! CORE-MATH, which is correctly rounded, says which results are not the nearest number; how far those are
//! from the exact value is computed with numbers of 256 bits. Arguments are fixed ones and fresh ones: the
//! seed of those is printed, and `NUMJIT_SEED` gives it again. Results of `f32` have to be the nearest numbers;
//! `cargo xtask accuracy` tries all arguments of those.

mod oracle;
mod points;
mod reference;
mod same_bits;

use std::time::{SystemTime, UNIX_EPOCH};

use numjit::testing::{Function, Processor};

use reference::Exact;

/// Units in the last place between results and exact values at most, for those with the worst error.
struct Worst {
    ulp: f64,
    at: (f64, f64),
}

/// Arguments of each function; more with `NUMJIT_POINTS`.
fn count() -> usize {
    std::env::var("NUMJIT_POINTS").ok().and_then(|n| n.parse().ok()).unwrap_or(60_000)
}

fn fresh_seed() -> u64 {
    let given = std::env::var("NUMJIT_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
        now.as_secs()
    })
}

/// Results that are further from the nearest number than this are scored at most.
const SCORED: usize = 1500;

fn check(function: Function, exact: &mut Exact, seed: u64) -> Result<Worst, String> {
    // Those that complex functions are made of have no quick reference.
    let count = if function.is_part() { count() / 12 } else { count() };
    let (x, y) = points::of(function, count, seed);
    let processor = *Processor::kinds().last().expect("there is one");
    let mut got = vec![0.0; x.len()];
    match function {
        Function::One(one) => one.map(processor, &x, &mut got),
        Function::Two(two) => two.map(processor, &x, &y, &mut got),
    }
    let name = function.to_string();
    let mut worst = Worst { ulp: 0.0, at: (0.0, 0.0) };
    let mut missed = Vec::new();
    for ((&x, &y), &got) in x.iter().zip(&y).zip(&got) {
        let want = exact.nearest(&name, x, y);
        let same = got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan();
        if same {
            continue;
        }
        let are_numbers = got.is_finite() && want.is_finite();
        if !are_numbers || (got == 0.0) && (want == 0.0) {
            return Err(format!("{name}({x:e}, {y:e}) is {got:e}, not {want:e} (seed {seed})"));
        }
        missed.push((x, y, got, want));
    }
    let step = missed.len().div_ceil(SCORED).max(1);
    for (at, &(x, y, got, want)) in missed.iter().enumerate() {
        let steps = points::distance(got, want);
        // Far ones always; of near ones some.
        if steps <= 1 && at % step != 0 {
            continue;
        }
        let ulp = exact.error(&name, (x, y), got, want).unwrap_or(steps as f64 + 0.5);
        // Where the sign of results changes, their documentation has a bound of the error itself beside.
        let ulp = ulp - absolute(&name, x) / reference::unit(want);
        if ulp > worst.ulp {
            worst = Worst { ulp, at: (x, y) };
        }
    }
    Ok(worst)
}

/// The error that does not count, beside the bound.
fn absolute(name: &str, x: f64) -> f64 {
    match name {
        "lgamma" if x < 0.0 => 3e-17,
        "logaddexp" => 2e-17,
        _ => 0.0,
    }
}

fn check_all(functions: &[Function], seed: u64) {
    let mut exact = Exact::new();
    let mut failures = Vec::new();
    for &function in functions {
        match check(function, &mut exact, seed) {
            Err(failure) => failures.push(failure),
            Ok(Worst { ulp, at }) => {
                println!("{function:10} {ulp:.3} at ({:e}, {:e})", at.0, at.1);
                if ulp > function.bound() {
                    let bound = function.bound();
                    let (x, y) = at;
                    failures.push(format!(
                        "{function}({x:e}, {y:e}) is {ulp:.3} units off; the bound is {bound} (seed {seed})"
                    ));
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Functions of `f32` are correctly rounded; the fast ones need not be.
fn check_f32(function: Function, seed: u64) -> Result<(), String> {
    let name = function.to_string();
    let (x, y) = points::of(function, count(), seed);
    let (x, y) = (points::narrow(&x), points::narrow(&y));
    let processor = *Processor::kinds().last().expect("there is one");
    let mut got = vec![0.0; x.len()];
    match function {
        Function::One(one) => one.map(processor, &x, &mut got),
        Function::Two(two) => two.map(processor, &x, &y, &mut got),
    }
    for ((&x, &y), &got) in x.iter().zip(&y).zip(&got) {
        let Some(want) = reference::nearest_f32(&name, x, y) else { return Ok(()) };
        if got.to_bits() != want.to_bits() && !(got.is_nan() && want.is_nan()) {
            return Err(format!(
                "{name}({x:e}, {y:e}) of f32 is {got:e}, not {want:e} (seed {seed})"
            ));
        }
    }
    Ok(())
}

fn measured() -> Vec<Function> {
    let only = std::env::var("NUMJIT_FUNCTION").ok();
    let is_wanted =
        |function: &Function| only.as_ref().is_none_or(|only| *only == function.to_string());
    // What results lack is held against them below.
    let has_reference = |function: &Function| !function.to_string().ends_with("low");
    Function::all().into_iter().filter(is_wanted).filter(has_reference).collect()
}

#[test]
fn errors_are_within_their_bounds() {
    check_all(&measured(), 1);
}

#[test]
fn errors_are_within_their_bounds_at_fresh_arguments() {
    let seed = fresh_seed();
    println!("seed {seed}");
    check_all(&measured(), seed);
}

#[test]
fn results_of_f32_are_the_nearest_numbers() {
    let fresh = fresh_seed();
    let are_nearest =
        |function: &Function| !function.is_part() && !function.to_string().ends_with("fast");
    let failures: Vec<String> = measured()
        .into_iter()
        .filter(are_nearest)
        .flat_map(|function| [1, fresh].map(|seed| check_f32(function, seed)))
        .filter_map(Result::err)
        .collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Results of one function for points of another.
fn computed(name: &str, x: &[f64], y: &[f64]) -> Vec<f64> {
    let function = Function::all().into_iter().find(|function| function.to_string() == name);
    let Some(Function::Two(function)) = function else { panic!("{name} is no function of two") };
    let mut out = vec![0.0; x.len()];
    function.map(*Processor::kinds().last().expect("there is one"), x, y, &mut out);
    out
}

#[test]
fn rounded_results_and_what_they_lack_are_logarithms_to_66_bits() {
    let mut exact = Exact::new();
    let function = Function::all().into_iter().find(|function| function.is_part());
    let (x, y) = points::of(function.expect("there is one"), 2000, 7);
    for (name, first, swap) in [("loghypot", "loghypot", false), ("arctan2", "arctan2high", true)] {
        let (x, y) = if swap { (&y, &x) } else { (&x, &y) };
        let hi = computed(first, x, y);
        let lo = computed(&format!("{name}low"), x, y);
        let logs = computed("loghypot", x, y);
        let (ordinate, abscissa) = if swap { (x, y) } else { (y, x) };
        let angles = computed("arctan2", ordinate, abscissa);
        for at in 0..x.len() {
            let (x, y, hi, lo) = (x[at], y[at], hi[at], lo[at]);
            let are_finite = x.is_finite() && y.is_finite() && hi.is_finite();
            if !are_finite || hi == 0.0 || y == 0.0 {
                assert!(
                    lo == 0.0 || are_finite || x.is_nan() || y.is_nan(),
                    "{name}({x:e}, {y:e}) lacks {lo:e}"
                );
                continue;
            }
            let size = logs[at].abs().max(angles[at].abs());
            let rest = exact.rest(name, (x, y), hi, lo).expect("it can be computed");
            // What is below the smallest number is lost.
            let most = size * 2_f64.powi(-66) + 5e-324;
            assert!(rest <= most, "{name}({x:e}, {y:e}) is {hi:e} and {lo:e}: {rest:e} off");
        }
    }
}

#[test]
fn products_lack_what_rounding_takes() {
    let function = Function::all().into_iter().find(|function| function.is_part());
    let (x, y) = points::of(function.expect("there is one"), 8000, 8);
    for (at, low) in computed("productlow", &x, &y).into_iter().enumerate() {
        let product = x[at] * y[at];
        let want = if product.is_finite() { x[at].mul_add(y[at], -product) } else { 0.0 };
        assert_eq!(low, want, "{:e} * {:e}", x[at], y[at]);
    }
}
