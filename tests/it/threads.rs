//! Threads change when a result is there, never what it is.

use numjit::testing::same;
use numjit::{DType, Engine, Error, Threads, vars};

const SCHEMA: &[(&str, DType)] = &[("a", DType::F64), ("f", DType::F32), ("n", DType::I32)];

/// Columns long enough for several chunks.
fn columns(len: i32) -> (Vec<f64>, Vec<f32>, Vec<i32>) {
    let a = (0..len).map(|i| (f64::from(i) * 0.37).sin() * 1e3).collect();
    let f = (0..len).map(|i| (i % 1013) as f32 / 7.0).collect();
    let n = (0..len).map(|i| i.wrapping_mul(7919) % 10_007).collect();
    (a, f, n)
}

const EXPRESSIONS: &[&str] = &[
    "exp(a / 1000) + sin(f) * n",
    "where(a > 0, sqrt(a), -f) / (n + 1)",
    "sum(a * f) + sum(exp(a / 1000))",
    "a - mean(a) + max(f) - min(n)",
    "prod(1 + a * 1e-9) * mean(f)",
    "sum(n) * any(n > 10_000) + all(f >= 0)",
];

#[test]
fn any_number_of_threads_gives_the_same_bits() -> Result<(), Error> {
    let (a, f, n) = columns(600_000);
    let engine = |threads| Engine::builder().threads(Threads::Fixed(threads)).build();
    let engines = [engine(1)?, engine(2)?, engine(3)?, engine(8)?, Engine::default()];
    for expr in EXPRESSIONS {
        let results = (engines.iter())
            .map(|engine| engine.compile_with_schema(expr, SCHEMA))
            .map(|kernel| {
                let kernel = kernel?;
                let all = vars! { a, f, n };
                let used: Vec<_> = all
                    .into_iter()
                    .filter(|(name, _)| kernel.inputs().iter().any(|(n, _)| n == name))
                    .collect();
                kernel.run(&used)
            })
            .collect::<Result<Vec<_>, Error>>()?;
        for result in &results {
            assert!(same(result, &results[0]), "{expr}: {result:?} and {:?}", results[0]);
        }
    }
    Ok(())
}

#[test]
fn one_kernel_runs_in_many_threads_at_once() -> Result<(), Error> {
    let engine = Engine::builder().threads(Threads::Fixed(2)).build()?;
    let kernel =
        engine.compile("exp(a / 1000) - mean(a) + k", &[("a", DType::F64), ("k", DType::F64)])?;
    let (a, ..) = columns(100_000);
    let k = vec![0.5; a.len()];
    let expected = kernel.run(vars! { a, k })?;
    let as_scalar = kernel.run(vars! { a, k: 0.5 })?;
    assert!(same(&expected, &as_scalar));
    std::thread::scope(|scope| {
        for thread in 0..16 {
            let (kernel, expected, a, k) = (kernel.clone(), &expected, &a, &k);
            scope.spawn(move || {
                for round in 0..6 {
                    // Half of the runs want the code for a single number.
                    let result = if (thread + round) % 2 == 0 {
                        kernel.run(vars! { a, k })
                    } else {
                        kernel.run(vars! { a, k: 0.5 })
                    };
                    assert!(same(&result.expect("the inputs fit"), expected));
                }
            });
        }
    });
    Ok(())
}

#[test]
fn a_kernel_may_run_inside_the_threads_of_another() -> Result<(), Error> {
    let outer = Engine::builder().threads(Threads::Fixed(2)).build()?;
    let kernel = outer.compile("sum(exp(a / 1000))", &[("a", DType::F64)])?;
    let (a, ..) = columns(200_000);
    let expected = kernel.run(vars! { a })?;
    let results = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| kernel.run(vars! { a }))).collect();
        threads
            .into_iter()
            .map(|t| t.join().expect("no thread panics"))
            .collect::<Result<Vec<_>, _>>()
    })?;
    assert!(results.iter().all(|result| same(result, &expected)));
    Ok(())
}
