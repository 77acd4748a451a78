//! Reductions inside formulas: statistics without temporaries.

use numjit::{Array, Scalar, evaluate, vars};

pub(crate) fn main() -> Result<(), numjit::Error> {
    let x: Vec<f64> = (0..1000).map(f64::from).collect();
    let noise = evaluate("sin(x * 12.9898) * 40", vars! { x })?;
    let y = evaluate("3*x + 5 + noise", vars! { x, noise: &noise })?;

    // A formula that ends in a reduction gives a single value.
    let mean = evaluate("mean(y)", vars! { y })?;
    assert_eq!(mean.to_scalar().map(Scalar::dtype), Some(numjit::DType::F64));
    println!("mean of y: {:?}", mean);

    // The slope and the offset of the straight line through the points, by least squares. A result
    // is an input of the next formula.
    let covariance = "sum((x - mean(x)) * (y - mean(y)))";
    let slope = evaluate(&format!("{covariance} / sum((x - mean(x))**2)"), vars! { x, y })?;
    let offset = evaluate("mean(y) - slope*mean(x)", vars! { x, y, slope })?;
    println!("y = {:.3} x + {:.3}", number(&slope), number(&offset));
    assert!((number(&slope) - 3.0).abs() < 0.01);

    let correlation = evaluate(
        &format!("{covariance} / sqrt(sum((x - mean(x))**2) * sum((y - mean(y))**2))"),
        vars! { x, y },
    )?;
    println!("correlation {:.6}", number(&correlation));
    assert!(number(&correlation) > 0.99);

    // And one that broadcasts a reduction: every element in units of the spread.
    let normalized = evaluate("(y - mean(y)) / sqrt(mean((y - mean(y))**2))", vars! { y })?;
    let moments = "mean(z)**2 + (mean(z**2) - 1)**2";
    assert!(number(&evaluate(moments, vars! { z: &normalized })?) < 1e-24);

    // Counting is summing a condition.
    let outside = evaluate("sum(abs(z) > 1)", vars! { z: &normalized })?;
    println!("{outside:?} of {} lie outside one sigma", x.len());
    Ok(())
}

fn number(array: &Array) -> f64 {
    array.to_scalar().expect("a reduction gives a single value").to_f64()
}
