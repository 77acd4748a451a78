//! One call: a formula over columns.

use numjit::{evaluate, vars};

pub(crate) fn main() -> Result<(), numjit::Error> {
    let a = vec![1.0, 1.0, 1.0, 2.0];
    let b = vec![-3.0, 2.0, 5.0, -4.0];
    let c = vec![2.0, 1.0, 6.0, 2.0];
    let root = evaluate("(-b + sqrt(b**2 - 4*a*c)) / (2*a)", vars! { a, b, c })?;
    println!("{root:?}");
    assert_eq!(root.as_slice(), Some(&[2.0, -1.0, -2.0, 1.0][..]));

    // A number goes where an array goes, and reductions may stand inside.
    let k = 0.5;
    let scaled = evaluate("k * (b - mean(b)) / max(abs(b))", vars! { b, k })?;
    println!("{scaled:?}");
    assert_eq!(scaled.as_slice(), Some(&[-0.3, 0.2, 0.5, -0.4][..]));
    Ok(())
}
