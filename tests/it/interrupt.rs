//! Long runs can be stopped.

use std::sync::atomic::{AtomicUsize, Ordering};

use numjit::testing::same;
use numjit::{ArrayMut, DType, Engine, Error, ErrorKind, RunOptions, Threads, vars};

const EXPRESSIONS: &[&str] = &[
    "exp(a)",              // simple
    "exp(a) + mean(a)",    // a reduction by the kernel
    "argmax(exp(a))",      // one by folders
    "exp(a)[:, None] + 1", // the general way of storing
    "exp(a), mean(exp(a))",
];

/// Enough for several chunks.
const LEN: usize = 1 << 20;

#[test]
fn a_run_ends_when_it_is_told_to() -> Result<(), Error> {
    let a: Vec<f64> = (0..LEN).map(|i| (i as f64).sin()).collect();
    for threads in [1, 3] {
        let engine = Engine::builder().threads(Threads::Fixed(threads)).build()?;
        for expr in EXPRESSIONS {
            let kernel = engine.compile(expr, &[("a", DType::F64)])?;
            let expected = kernel.run_all(vars! { a })?;
            // Beside other threads, the calling one may find that they have taken all the work.
            for stop_at in if threads == 1 { 0..3 } else { 0..1 } {
                let asked = AtomicUsize::new(0);
                let stop = || asked.fetch_add(1, Ordering::Relaxed) == stop_at;
                let options = RunOptions::new().interrupt(&stop);
                let result = kernel.run_all_with(vars! { a }, &options);
                assert!(result.is_err_and(|error| error.kind() == ErrorKind::Interrupted));
                assert_eq!(asked.into_inner(), stop_at + 1, "{expr} ran on");
            }
            let again =
                kernel.run_all_with(vars! { a }, &RunOptions::new().interrupt(&|| false))?;
            assert!(again.iter().zip(expected.iter()).all(|((_, x), (_, y))| same(x, y)), "{expr}");
        }
    }
    Ok(())
}

#[test]
fn runs_into_outputs_end_too() -> Result<(), Error> {
    let a = vec![1.0; LEN];
    let kernel = Engine::default().compile("exp(a)", &[("a", DType::F64)])?;
    let mut out = vec![0.0; LEN];
    let mut single = vec![0.0_f32; LEN];
    let options = RunOptions::new().interrupt(&|| true);
    let stopped = kernel.run_into_with(vars! { a }, &mut out, &options);
    assert!(stopped.is_err_and(|error| error.kind() == ErrorKind::Interrupted));
    let outs = [ArrayMut::from(&mut single)];
    let stopped = kernel.run_all_into(vars! { a }, outs, &options);
    assert!(stopped.is_err_and(|error| error.kind() == ErrorKind::Interrupted));
    kernel.run_into(vars! { a }, &mut out)?;
    assert_eq!(out[LEN - 1], 1.0_f64.exp());
    Ok(())
}

#[test]
fn only_the_calling_thread_is_asked() -> Result<(), Error> {
    let a = vec![1.0; LEN];
    let engine = Engine::builder().threads(Threads::Fixed(4)).build()?;
    let kernel = engine.compile("exp(sin(a))", &[("a", DType::F64)])?;
    let caller = std::thread::current().id();
    let stop = || {
        assert_eq!(std::thread::current().id(), caller);
        false
    };
    kernel.run_with(vars! { a }, &RunOptions::new().interrupt(&stop))?;
    Ok(())
}

#[test]
fn short_runs_do_not_ask() -> Result<(), Error> {
    let a = vec![1.0; 1000];
    for expr in ["a + 1", "a + 1, a * 2", "(a + 1)[:, None]"] {
        let kernel = Engine::default().compile(expr, &[("a", DType::F64)])?;
        let stop = || panic!("`{expr}` is over at once");
        kernel.run_all_with(vars! { a }, &RunOptions::new().interrupt(&stop))?;
    }
    Ok(())
}
