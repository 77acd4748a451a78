//! `cargo xtask accuracy`: every function of one `f32` over all 2³² bit patterns, and those of two over many pairs,
//! against correctly rounded results. With `--every 1009` only every 1009th of them.

use std::time::Instant;

use numjit::testing::{Function, Processor, Random};
use rayon::prelude::*;

use crate::oracle;

/// Bit patterns that are computed at once: small enough for the first cache, large enough that handing them
/// out costs nothing.
const CHUNK: u64 = 2048;

/// Pairs for functions of two numbers: all 2⁶⁴ would take a thousand years.
const PAIRS: u64 = 1 << 28;

/// Of functions of one number the second is 0.
type Arguments = (f32, f32);

/// What was found out about a function.
#[derive(Clone, Copy, Default)]
struct Found {
    count: u64,
    /// Results that are not the nearest number, in value or in the sign of a zero.
    misrounded: u64,
    /// Those of them where only one is NaN, infinite or a zero, or where the signs differ.
    wrong: u64,
    /// The largest error of a misrounded result in units in the last place, and its argument.
    worst: f64,
    at: Arguments,
    /// The argument of one that is wrong.
    wrong_at: Option<Arguments>,
}

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let (mut only, mut every, mut level) = (Vec::new(), 1, None);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{argument}` needs a value"))?;
        match argument.as_str() {
            "--only" => only = value.split(',').map(str::to_owned).collect(),
            "--every" => {
                every = value.parse().ok().filter(|&every| every > 0).ok_or("--every NUMBER")?;
            }
            "--level" => level = Some(value),
            _ => return Err(format!("`{argument}`?\n{}", crate::USAGE)), // tidy: arguments
        }
    }
    let kinds = Processor::kinds();
    let kind = match level {
        Some(level) => kinds.iter().rfind(|kind| kind.name() == *level),
        None => kinds.last(),
    };
    let kind = *kind.ok_or("this processor is not of that kind")?;
    let known = |name: &str| Function::all().iter().any(|function| function.to_string() == name);
    if let Some(unknown) = only.iter().find(|name| !known(name)) {
        return Err(format!("there is no function `{unknown}`"));
    }

    println!("f32, every {every}. bit pattern, {} against CORE-MATH\n", kind.name());
    println!("| function | arguments | misrounded | wrong | worst ULP | at | seconds |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for function in Function::all() {
        let name = function.to_string();
        if !only.is_empty() && !only.contains(&name) {
            continue;
        }
        let Some(oracle) = Oracle::of(function) else { continue };
        let start = Instant::now();
        let found = check(function, kind, oracle, every);
        let seconds = start.elapsed().as_secs_f64();
        let show = |(x, y): Arguments| match function {
            Function::One(_) => format!("{x:e}"),
            Function::Two(_) => format!("{x:e}, {y:e}"),
        };
        let (worst, at) = if found.worst > 0.0 {
            (format!("{:.9}", found.worst), show(found.at))
        } else {
            ("≤ 0.5".to_owned(), String::new())
        };
        let wrong = found.wrong_at.map_or(String::new(), |at| format!(", one at {}", show(at)));
        println!(
            "| {name} | {} | {} | {}{wrong} | {worst} | {at} | {seconds:.1} |",
            found.count, found.misrounded, found.wrong
        );
    }
    Ok(())
}

/// A correctly rounded function.
#[derive(Clone, Copy)]
enum Oracle {
    One(oracle::One),
    Two(oracle::Two),
}

impl Oracle {
    fn of(function: Function) -> Option<Oracle> {
        let name = function.to_string();
        oracle::one(&name).map(Oracle::One).or_else(|| oracle::two(&name).map(Oracle::Two))
    }

    fn narrow(self, (x, y): Arguments) -> f32 {
        match self {
            Oracle::One(one) => (one.narrow)(x),
            Oracle::Two(two) => (two.narrow)(x, y),
        }
    }

    /// To 53 bits.
    fn wide(self, (x, y): Arguments) -> f64 {
        match self {
            Oracle::One(one) => (one.wide)(x.into()),
            Oracle::Two(two) => (two.wide)(x.into(), y.into()),
        }
    }
}

/// Checks the arguments whose numbers are multiples of `every`: bit patterns, or random pairs.
fn check(function: Function, kind: Processor, oracle: Oracle, every: u64) -> Found {
    let all = match function {
        Function::One(_) => 1 << 32,
        Function::Two(_) => PAIRS,
    };
    let count = u64::div_ceil(all, every);
    (0..count.div_ceil(CHUNK))
        .into_par_iter()
        .map_init(
            || (Vec::new(), Vec::new(), Vec::new()),
            |(x, y, out): &mut (Vec<f32>, Vec<f32>, Vec<f32>), chunk| {
                let numbers = chunk * CHUNK..count.min((chunk + 1) * CHUNK);
                let arguments = numbers.map(|n| match function {
                    Function::One(_) => {
                        let bits = u32::try_from(n * every).expect("it is below 2³²");
                        (f32::from_bits(bits), 0.0)
                    }
                    Function::Two(_) => pair(n * every),
                });
                (*x, *y) = arguments.unzip();
                out.resize(x.len(), 0.0);
                match function {
                    Function::One(one) => one.map(kind, x, out),
                    Function::Two(two) => two.map(kind, x, y, out),
                }
                let mut found = Found { count: x.len() as u64, ..Found::default() };
                for ((&x, &y), &got) in x.iter().zip(y.iter()).zip(out.iter()) {
                    let want = oracle.narrow((x, y));
                    if got.to_bits() != want.to_bits() && !(got.is_nan() && want.is_nan()) {
                        found.add((x, y), got, want, oracle);
                    }
                }
                found
            },
        )
        .reduce(Found::default, Found::and)
}

/// A pair of numbers: any two, two of like magnitude, or a positive and a small one.
#[expect(clippy::cast_possible_truncation, reason = "bits of a random number")]
fn pair(number: u64) -> Arguments {
    let mut random = Random::new(number);
    let bits = random.bits();
    let (x, y) = (f32::from_bits(bits as u32), f32::from_bits((bits >> 32) as u32));
    let unit = |bits: u32| bits as f32 * 2_f32.powi(-32);
    match number % 3 {
        0 => (x, y),
        1 => (x, x * (4.0 * unit(y.to_bits()) - 2.0)),
        _ => (4.0 * unit(x.to_bits()), 200.0 * unit(y.to_bits()) - 100.0),
    }
}

impl Found {
    /// Adds a result that is not the nearest number.
    #[cold]
    fn add(&mut self, at: Arguments, got: f32, want: f32, oracle: Oracle) {
        self.misrounded += 1;
        let kind = |x: f32| (x.is_nan(), x.is_infinite(), x == 0.0, x.is_sign_negative());
        if kind(got) != kind(want) {
            self.wrong += 1;
            self.wrong_at = Some(at);
            return;
        }
        // To 53 bits the value is as good as exact.
        let error = (f64::from(got) - oracle.wide(at)).abs() / unit(want);
        if error > self.worst {
            (self.worst, self.at) = (error, at);
        }
    }

    fn and(self, other: Found) -> Found {
        let worse = if other.worst > self.worst { other } else { self };
        Found {
            count: self.count + other.count,
            misrounded: self.misrounded + other.misrounded,
            wrong: self.wrong + other.wrong,
            worst: worse.worst,
            at: worse.at,
            wrong_at: self.wrong_at.or(other.wrong_at),
        }
    }
}

/// The distance from a finite number to the next one of larger magnitude, or what it would be beyond the largest.
fn unit(x: f32) -> f64 {
    let exponent = (x.to_bits() >> 23 & 0xff).max(1).cast_signed();
    f64::from(exponent - 127 - 23).exp2()
}
