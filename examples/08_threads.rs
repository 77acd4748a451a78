//! Threads: a kernel that many use at once, and the same bits for any number of them.

use numjit::{DType, Engine, Threads, vars};

pub(crate) fn main() -> Result<(), numjit::Error> {
    let inputs = [("x", DType::F64), ("k", DType::F64)];
    let wave = "sum(exp(-x**2 / k) * cos(20*x))";
    let x: Vec<f64> = (0..300_000).map(|i| f64::from(i) * 1e-5).collect();

    // Kernels are cheap to clone and shared without locks: each thread runs it on its own data.
    let kernel = Engine::default().compile(wave, &inputs)?;
    let sums = std::thread::scope(|scope| {
        let workers: Vec<_> = (1..5)
            .map(|number| {
                let (kernel, x) = (kernel.clone(), &x);
                scope.spawn(move || kernel.run(vars! { x, k: f64::from(number) }))
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("kernels do not panic"))
            .collect::<Result<Vec<_>, _>>()
    })?;
    println!("{sums:?}");

    // One kernel also spreads one large array over threads, as many as the engine is told. Sums are
    // taken over a fixed grid, so they do not depend on how many that is.
    for threads in [1, 2, 3, 8] {
        let engine = Engine::builder().threads(Threads::Fixed(threads)).build()?;
        let kernel = engine.compile(wave, &inputs)?;
        for (number, sum) in (1..5).zip(&sums) {
            assert_eq!(kernel.run(vars! { x, k: f64::from(number) })?, *sum);
        }
        println!("{threads} threads: the same bits");
    }
    Ok(())
}
