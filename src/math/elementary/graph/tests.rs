//! Recordings are run and held against the loops.

use super::super::kernels::{call1, call2};
use super::*;

/// Runs a recording: masks are all ones or zeros. `None` for what it does not compute.
fn run(recording: &Recording, arguments: [f64; 2]) -> Option<f64> {
    let mut values: Vec<u64> = Vec::new();
    for &step in recording.steps() {
        let bits = |node: Node| values[node.0 as usize];
        let float = |node: Node| f64::from_bits(bits(node));
        let mask = |yes: bool| if yes { u64::MAX } else { 0 };
        let value = match step {
            Step::Argument(at) => arguments[usize::from(at)].to_bits(),
            Step::Constant(bits) => bits,
            Step::Add(x, y) => (float(x) + float(y)).to_bits(),
            Step::Sub(x, y) => (float(x) - float(y)).to_bits(),
            Step::Mul(x, y) => (float(x) * float(y)).to_bits(),
            Step::Div(x, y) => (float(x) / float(y)).to_bits(),
            Step::Neg(x) => (-float(x)).to_bits(),
            Step::Sqrt(x) => float(x).sqrt().to_bits(),
            Step::MulAdd(x, y, z) => libm::fma(float(x), float(y), float(z)).to_bits(),
            Step::Rint(x) => float(x).round_ties_even().to_bits(),
            Step::Lt(x, y) => mask(float(x) < float(y)),
            Step::Le(x, y) => mask(float(x) <= float(y)),
            Step::Eq(x, y) => mask(float(x) == float(y)),
            Step::IntAdd(x, y) => bits(x).wrapping_add(bits(y)),
            Step::IntSub(x, y) => bits(x).wrapping_sub(bits(y)),
            Step::And(x, y) | Step::MaskAnd(x, y) => bits(x) & bits(y),
            Step::Or(x, y) | Step::MaskOr(x, y) => bits(x) | bits(y),
            Step::Xor(x, y) => bits(x) ^ bits(y),
            Step::Shl(x, by) => bits(x) << by,
            Step::Shr(x, by) => bits(x) >> by,
            Step::IntEq(x, y) => mask(bits(x) == bits(y)),
            Step::MaskNot(x) => !bits(x),
            Step::Select(mask, yes, no) => bits(if bits(mask) != 0 { yes } else { no }),
            Step::Lookup(index, table) => {
                table.get(bits(index)).expect("indexes are masked").to_bits()
            }
        };
        values.push(value);
    }
    let is_rare = recording.rare().iter().any(|mask| values[mask.0 as usize] != 0);
    (!is_rare).then(|| f64::from_bits(values[recording.result().0 as usize]))
}

const ARGUMENTS: [f64; 22] = [
    0.0,
    -0.0,
    5e-324,
    -1e-310,
    1e-20,
    -0.1,
    0.5,
    0.99,
    1.0,
    -1.0,
    1.5,
    2.0,
    -3.25,
    10.0,
    100.5,
    -170.3,
    710.0,
    -745.0,
    1e10,
    -1e300,
    f64::INFINITY,
    f64::NAN,
];

fn same(x: f64, y: f64) -> bool {
    x.to_bits() == y.to_bits() || x.is_nan() && y.is_nan()
}

#[test]
#[expect(clippy::cast_possible_truncation, reason = "a result of f32 is rounded")]
fn recordings_give_the_bits_of_the_kernels() {
    let mut computed = 0;
    for &function in Function1::ALL {
        let (wide, narrow) = (record1::<f64>(function), record1::<f32>(function));
        for x in ARGUMENTS {
            let want = call1(function, x);
            if let Some(got) = run(&wide, [x, 0.0]) {
                assert!(same(got, want), "{function:?}({x:e}) is {got:e}, not {want:e}");
                computed += 1;
            }
            let x = x as f32;
            let want = call1(function, x);
            if let Some(got) = run(&narrow, [x.into(), 0.0]) {
                let same = same((got as f32).into(), want.into());
                assert!(same, "{function:?}({x:e}) is {got:e}, not {want:e}");
            }
        }
    }
    for &function in Function2::ALL {
        let (wide, narrow) = (record2::<f64>(function), record2::<f32>(function));
        for (x, y) in ARGUMENTS.into_iter().flat_map(|x| ARGUMENTS.map(|y| (x, y))) {
            let want = call2(function, x, y);
            if let Some(got) = run(&wide, [x, y]) {
                assert!(same(got, want), "{function:?}({x:e}, {y:e}) is {got:e}, not {want:e}");
                computed += 1;
            }
            let (x, y) = (x as f32, y as f32);
            let want = call2(function, x, y);
            if let Some(got) = run(&narrow, [x.into(), y.into()]) {
                let same = same((got as f32).into(), want.into());
                assert!(same, "{function:?}({x:e}, {y:e}) is {got:e}, not {want:e}");
            }
        }
    }
    let all =
        Function1::ALL.len() * ARGUMENTS.len() + Function2::ALL.len() * ARGUMENTS.len().pow(2);
    assert!(2 * computed > all, "only {computed} of {all} arguments are not rare");
}
