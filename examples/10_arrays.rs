//! Arrays of several axes: broadcasting, new axes, reductions along axes.

use numjit::{ArrayRef, evaluate, vars};

pub(crate) fn main() -> Result<(), numjit::Error> {
    // Three measurements of two quantities, the last axis innermost.
    let x = ArrayRef::from_shape(&[1.0, 10.0, 2.0, 20.0, 6.0, 60.0], &[3, 2])?;

    // Along the first axis: one value for each quantity.
    let mean = evaluate("mean(x, axis=0)", vars! { x: &x })?;
    assert_eq!(mean.as_slice::<f64>(), Some(&[3.0, 30.0][..]));

    // Axes align at the end, so the means go with the columns.
    let scaled =
        evaluate("(x - min(x, axis=0)) / (max(x, axis=0) - min(x, axis=0))", vars! { x: &x })?;
    assert_eq!(scaled.shape(), [3, 2]);
    assert_eq!(scaled.as_slice::<f64>(), Some(&[0.0, 0.0, 0.2, 0.2, 1.0, 1.0][..]));

    // `None` inserts an axis. What has fewer axes than the result is computed once: `exp` three times.
    let (rows, columns) = ([0.0, 1.0, 2.0], [1.0, 2.0]);
    let product = evaluate("exp(rows)[:, None] * columns", vars! { rows, columns })?;
    assert_eq!(product.shape(), [3, 2]);

    // A reduction over an outer product never stores it: this one would have 10⁸ elements.
    let large: Vec<f64> = (0..100_000).map(f64::from).collect();
    let few = &large[..1000];
    let total = evaluate("sum(large[:, None] * few)", vars! { large, few })?;
    println!("the sum of all products is {:?}", total.to_scalar());
    Ok(())
}
