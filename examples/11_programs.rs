//! Programs: names for values, functions, and several results from one pass over the data.

use numjit::{DType, Engine, evaluate_all, vars};

pub(crate) fn main() -> Result<(), numjit::Error> {
    let (x, y) = ([3.0, 5.0, 0.0], [4.0, 12.0, 2.0]);

    // The last statement is the result; results that are variables have names.
    let polar = evaluate_all("r2 = x*x + y*y; r = sqrt(r2); r, arctan2(y, x)", vars! { x, y })?;
    let r = polar.get("r").expect("the program calls it so");
    assert_eq!(r.as_slice::<f64>(), Some(&[5.0, 13.0, 2.0][..]));
    println!("angles: {:?}", polar[1]);

    // Functions are formulas with parameters; each argument is computed once.
    let program = "
        def norm(x, y): return sqrt(x*x + y*y)
        def unit(x, y):
            return x / norm(x, y), y / norm(x, y)
        unit(x, y)
    ";
    let engine = Engine::default();
    let kernel = engine.compile(program, &[("x", DType::F64), ("y", DType::F64)])?;
    let unit = kernel.run_all(vars! { x, y })?;
    assert_eq!(unit[1].as_slice::<f64>(), Some(&[0.8, 12.0 / 13.0, 1.0][..]));

    // Results may have different shapes and dtypes.
    let facts = evaluate_all("m = mean(x); m, x - m, x > m", vars! { x })?;
    for (name, array) in facts.iter() {
        println!("{}: {array:?}", name.unwrap_or("without a name"));
    }
    Ok(())
}
