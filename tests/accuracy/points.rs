//! Arguments that are hard.

use numjit::testing::{Function, Random};

/// Numbers at which some function changes its ways, or is known to be hard.
const SPECIAL: [f64; 30] = [
    0.0,
    5e-324,
    1e-310,
    f64::MIN_POSITIVE,
    1e-20,
    0.1,
    0.5,
    std::f64::consts::LN_2,
    std::f64::consts::FRAC_PI_4,
    1.0,
    std::f64::consts::FRAC_PI_2,
    2.0,
    std::f64::consts::E,
    std::f64::consts::PI,
    10.0,
    22.0,
    26.543,
    36.7,
    170.624_376_956_302_7,
    171.6,
    709.782_712_893_384,
    710.475_860_073_943_9,
    745.133_219_101_941_2,
    1e5,
    1e15,
    1e22,
    4_503_599_627_370_496.5,
    1e308,
    f64::MAX,
    f64::INFINITY,
];

/// Where the argument of a cosine is nearest to a multiple of π/2 (Kahan; Muller, Elementary Functions).
const HARD_ANGLES: [f64; 4] =
    [5.319_372_648_326_541e255, 1.608_129_055_896_639_6e16, 6.223_372_241_112_847e15, 1.571e12];

/// Ranges in which functions are ordinary.
const RANGES: [(f64, f64); 11] = [
    (-1.0, 1.0),
    (-0.1, 0.1),
    (0.5, 2.0),
    (0.9, 1.1),
    (-3.0, 3.0),
    (-10.0, 10.0),
    (-30.0, 30.0),
    (-6.0, 30.0),
    (0.0, 200.0),
    (-750.0, 750.0),
    (-1e5, 1e5),
];

/// Returns the first and second arguments of a function.
pub(crate) fn of(function: Function, n: usize, seed: u64) -> (Vec<f64>, Vec<f64>) {
    let mut random = Random::new(seed);
    let one = single(n, &mut random);
    match function {
        Function::One(_) => {
            let none = vec![0.0; one.len()];
            (one, none)
        }
        Function::Two(_) => {
            let (mut x, mut y) = pairs(n, &one, &mut random);
            if function.is_part() {
                around_circle(n / 4, &mut random, &mut x, &mut y);
            }
            (x, y)
        }
    }
}

/// Points near the unit circle around 0, and around -1.
fn around_circle(n: usize, random: &mut Random, x: &mut Vec<f64>, y: &mut Vec<f64>) {
    for at in 0..n {
        // The tangent of half the angle.
        let t = between(random, -1.0, 1.0);
        let t = [t, 1.0 / t, t * t * t * t, t * 1e-6][at % 4];
        let size = 1.0 + 2_f64.powi(-((random.bits() % 60) as i32)) * between(random, -1.0, 1.0);
        let (re, im) = ((1.0 - t * t) / (1.0 + t * t) * size, (t + t) / (1.0 + t * t) * size);
        let less = if at % 8 < 4 { 0.0 } else { 1.0 };
        x.push(re - less);
        y.push(im);
    }
}

/// Returns the numbers as `f32`; each exponent of those has its share, since points of `f64` are few there.
pub(crate) fn narrow(x: &[f64]) -> Vec<f32> {
    let any = |x: &f64| f32::from_bits((x.to_bits() >> 32) as u32);
    x.iter().map(|&x| x as f32).chain(x.iter().map(any)).collect()
}

fn between(random: &mut Random, low: f64, high: f64) -> f64 {
    low + (high - low) * random.unit()
}

fn single(n: usize, random: &mut Random) -> Vec<f64> {
    let mut x = vec![f64::NAN, -f64::NAN, f64::from_bits(0x7ff0_0000_0000_0001)];
    for special in SPECIAL.into_iter().chain(HARD_ANGLES) {
        for step in -3_i64..=3 {
            let near = f64::from_bits(special.to_bits().wrapping_add_signed(step));
            x.extend([near, -near]);
        }
    }
    // 6381956970095103·2^797, the hardest angle of all.
    x.push(6_381_956_970_095_103.0 * 2_f64.powi(797));
    for exponent in 0..2047_u64 {
        for _ in 0..(n / 8192).max(1) {
            let bits = random.bits();
            x.push(f64::from_bits(exponent << 52 | bits >> 12 | bits << 63));
        }
    }
    for k in -400..=400_i32 {
        let k = f64::from(k);
        x.extend([k, k / 2.0, k * std::f64::consts::FRAC_PI_4, 1.0 + k * 2_f64.powi(-50)]);
    }
    for (low, high) in RANGES {
        x.extend((0..n / 11).map(|_| between(random, low, high)));
    }
    x
}

fn pairs(n: usize, one: &[f64], random: &mut Random) -> (Vec<f64>, Vec<f64>) {
    (0..n)
        .map(|_| match random.bits() % 7 {
            0 => {
                let mut any = || one[(random.bits() % one.len() as u64) as usize];
                (any(), any())
            }
            1 => (between(random, 0.0, 10.0), between(random, -300.0, 300.0)),
            2 => (between(random, 0.9, 1.1), between(random, -1e4, 1e4)),
            3 => (between(random, -1.0, 1.0), between(random, -1.0, 1.0)),
            4 => (f64::from_bits(random.bits()), (random.bits() % 64) as f64 - 32.0),
            5 => {
                // A power near the ends of the range.
                let x = f64::from_bits(random.bits() >> 1);
                let y = between(random, -1100.0, 1100.0) / x.log2();
                (x, y)
            }
            _ => {
                let scale = between(random, -40.0, 40.0).exp2();
                (scale * random.unit(), scale * random.unit())
            }
        })
        .unzip()
}

/// How many numbers on one is from the other.
pub(crate) fn distance(x: f64, y: f64) -> u64 {
    let ordered = |x: f64| {
        let bits = x.to_bits().cast_signed();
        if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits }
    };
    ordered(x).abs_diff(ordered(y))
}
