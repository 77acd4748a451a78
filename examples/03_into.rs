//! Results in memory of your own: nothing is allocated for them.

use numjit::{DType, Engine, evaluate_into, vars};

pub(crate) fn main() -> Result<(), numjit::Error> {
    // An Euler step writes into the same two vectors over and over.
    let dt = 0.001;
    let step = [("x", DType::F64), ("v", DType::F64), ("dt", DType::F64)];
    let engine = Engine::default();
    let move_x = engine.compile("x + v*dt", &step)?;
    let move_v = engine.compile("v - x*dt", &step)?;

    let (mut x, mut v) = (vec![1.0; 1000], vec![0.0; 1000]);
    let (mut next_x, mut next_v) = (x.clone(), v.clone());
    for _ in 0..1000 {
        move_x.run_into(vars! { x, v, dt }, &mut next_x)?;
        move_v.run_into(vars! { x, v, dt }, &mut next_v)?;
        std::mem::swap(&mut x, &mut next_x);
        std::mem::swap(&mut v, &mut next_v);
    }
    println!("after one second x = {:.4}, v = {:.4}", x[0], v[0]);
    assert!((x[0] - 1.0_f64.cos()).abs() < 1e-3);

    // A part of a larger array is as good a place as a whole one.
    let mut table = [0.0; 6];
    evaluate_into("sqrt(a)", vars! { a: &[1.0, 4.0, 9.0] }, &mut table[3..])?;
    assert_eq!(table, [0.0, 0.0, 0.0, 1.0, 2.0, 3.0]);

    // An input may be the output: the result is as if it had been copied first.
    let mut shifted = [1.0, 2.0, 3.0];
    let copy = shifted;
    evaluate_into("x - mean(x)", vars! { x: &copy }, &mut shifted)?;
    assert_eq!(shifted, [-1.0, 0.0, 1.0]);

    // The output may have a wider dtype of the same kind, or a narrower one; `Casting` says which.
    let mut single = [0.0_f32; 2];
    evaluate_into("i + 0.5", vars! { i: &[1, 2] }, &mut single)?;
    assert_eq!(single, [1.5, 2.5]);

    // Fractions are not cut in silence.
    let error =
        evaluate_into("i / 2", vars! { i: &[1, 2] }, &mut [0_i32; 2]).expect_err("f64 result");
    println!("{error}");
    Ok(())
}
