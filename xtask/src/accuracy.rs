//! `cargo xtask accuracy`: every function of one `f32` over all 2³² bit patterns, against correctly rounded
//! results. With `--every 1009` only every 1009th pattern.

use std::time::Instant;

use numjit::testing::{Function, One, Processor};
use rayon::prelude::*;

use crate::oracle::{self, Oracle};

/// Bit patterns that are computed at once: small enough for the first cache, large enough that handing them
/// out costs nothing.
const CHUNK: u64 = 2048;

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
    argument: f32,
    /// The argument of one that is wrong.
    wrong_at: Option<f32>,
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
        let (name, Function::One(one)) = (function.to_string(), function) else { continue };
        if !only.is_empty() && !only.contains(&name) {
            continue;
        }
        // Fast functions are held to their own function's.
        let oracle = oracle::of(name.trim_end_matches("fast"));
        let oracle = oracle.ok_or_else(|| format!("no oracle of `{name}`"))?;
        let start = Instant::now();
        let found = check(one, kind, oracle, every);
        let seconds = start.elapsed().as_secs_f64();
        let (worst, at) = if found.worst > 0.0 {
            (format!("{:.9}", found.worst), format!("{:e}", found.argument))
        } else {
            ("≤ 0.5".to_owned(), String::new())
        };
        let wrong = found.wrong_at.map_or(String::new(), |x| format!(", one at {x:e}"));
        println!(
            "| {name} | {} | {} | {}{wrong} | {worst} | {at} | {seconds:.1} |",
            found.count, found.misrounded, found.wrong
        );
    }
    Ok(())
}

/// Checks the bit patterns that are multiples of `every`.
fn check(function: One, kind: Processor, oracle: Oracle, every: u64) -> Found {
    let count = (1_u64 << 32).div_ceil(every);
    (0..count.div_ceil(CHUNK))
        .into_par_iter()
        .map_init(
            || (Vec::new(), Vec::new()),
            |(x, out): &mut (Vec<f32>, Vec<f32>), chunk| {
                let numbers = chunk * CHUNK..count.min((chunk + 1) * CHUNK);
                x.clear();
                x.extend(
                    numbers.map(|n| {
                        f32::from_bits(u32::try_from(n * every).expect("it is below 2³²"))
                    }),
                );
                out.resize(x.len(), 0.0);
                function.map(kind, x, out);
                let mut found = Found { count: x.len() as u64, ..Found::default() };
                for (&x, &got) in x.iter().zip(out.iter()) {
                    let want = (oracle.narrow)(x);
                    if got.to_bits() != want.to_bits() && !(got.is_nan() && want.is_nan()) {
                        found.add(x, got, want, oracle);
                    }
                }
                found
            },
        )
        .reduce(Found::default, Found::and)
}

impl Found {
    /// Adds a result that is not the nearest number.
    #[cold]
    fn add(&mut self, x: f32, got: f32, want: f32, oracle: Oracle) {
        self.misrounded += 1;
        let kind = |x: f32| (x.is_nan(), x.is_infinite(), x == 0.0, x.is_sign_negative());
        if kind(got) != kind(want) {
            self.wrong += 1;
            self.wrong_at = Some(x);
            return;
        }
        // To 53 bits the value is as good as exact.
        let error = (f64::from(got) - (oracle.wide)(f64::from(x))).abs() / unit(want);
        if error > self.worst {
            (self.worst, self.argument) = (error, x);
        }
    }

    fn and(self, other: Found) -> Found {
        let worse = if other.worst > self.worst { other } else { self };
        Found {
            count: self.count + other.count,
            misrounded: self.misrounded + other.misrounded,
            wrong: self.wrong + other.wrong,
            worst: worse.worst,
            argument: worse.argument,
            wrong_at: self.wrong_at.or(other.wrong_at),
        }
    }
}

/// The distance from a finite number to the next one of larger magnitude, or what it would be beyond the largest.
fn unit(x: f32) -> f64 {
    let exponent = (x.to_bits() >> 23 & 0xff).max(1).cast_signed();
    f64::from(exponent - 127 - 23).exp2()
}
