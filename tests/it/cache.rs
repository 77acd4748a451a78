//! An engine keeps its kernels: bounded, by meaning rather than spelling, each compiled once.

use std::sync::Barrier;

use numjit::{ArrayRef, DType, Engine, Error, ErrorKind, Kernel, testing::same_kernel, vars};

const AB: &[(&str, DType)] = &[("a", DType::F64), ("b", DType::F64)];

#[test]
fn spellings_of_one_expression_share_a_kernel() -> Result<(), Error> {
    let engine = Engine::builder().build()?;
    let first = engine.compile("a + 2*b", AB)?;
    for text in ["a+2*b", "( a ) + (2 * b)", "a +  2*b # twice", "a + 0x2*b", "(a +\n2*b)"] {
        assert!(same_kernel(&first, &engine.compile(text, AB)?), "{text}");
    }
    // Not algebra: this rounds in another order in general.
    assert!(!same_kernel(&first, &engine.compile("2*b + a", AB)?));
    Ok(())
}

#[test]
fn dtypes_names_and_engines_make_kernels_of_their_own() -> Result<(), Error> {
    let engine = Engine::builder().build()?;
    let kernel = engine.compile("a + b", AB)?;
    let other_dtype = engine.compile("a + b", &[("a", DType::F64), ("b", DType::F32)])?;
    assert!(!same_kernel(&kernel, &other_dtype));
    let other_engine = Engine::builder().build()?.compile("a + b", AB)?;
    assert!(!same_kernel(&kernel, &other_engine));
    assert!(same_kernel(&kernel, &engine.clone().compile("a + b", AB)?));
    Ok(())
}

#[test]
fn the_number_of_kernels_is_bounded() -> Result<(), Error> {
    let engine = Engine::builder().cache_capacity(16).build()?;
    for n in 0..200 {
        let kernel = engine.compile(&format!("a * {n} + b"), AB)?;
        let result = kernel.run(vars! { a: 2.0, b: 1.0 })?;
        assert_eq!(result.to_scalar().map(|x| x.to_f64()), Some(2.0 * f64::from(n) + 1.0));
        assert!(engine.cached_kernels() <= 16, "{} kernels", engine.cached_kernels());
    }
    assert!(engine.cached_kernels() > 0);
    Ok(())
}

#[test]
fn a_cache_of_no_kernels_keeps_none() -> Result<(), Error> {
    let engine = Engine::builder().cache_capacity(0).build()?;
    let kernel = engine.compile("a + b", AB)?;
    assert!(!same_kernel(&kernel, &engine.compile("a + b", AB)?));
    assert_eq!(engine.cached_kernels(), 0);
    Ok(())
}

#[test]
fn failures_are_not_kept() -> Result<(), Error> {
    let engine = Engine::builder().build()?;
    for _ in 0..3 {
        assert_eq!(engine.compile("a + (b", AB).unwrap_err().kind(), ErrorKind::Syntax);
        assert_eq!(engine.compile("a + c", AB).unwrap_err().kind(), ErrorKind::UnknownName);
    }
    assert_eq!(engine.cached_kernels(), 0);
    Ok(())
}

#[test]
fn an_error_shows_the_spelling_of_its_caller() -> Result<(), Error> {
    let engine = Engine::builder().build()?;
    for text in ["sqr( a )+b", "sqr(a)   + b"] {
        let error = engine.compile(text, AB).unwrap_err();
        assert!(error.render().contains(text), "{error}");
    }
    Ok(())
}

#[test]
fn threads_that_want_the_same_kernel_get_one() -> Result<(), Error> {
    const THREADS: usize = 16;
    let engine = Engine::builder().build()?;
    for round in 0..10 {
        // Long enough that compiling takes longer than starting, and spelled in two ways.
        let sum = |plus: &str| vec![format!("a*{round} - b"); 60].join(plus);
        let texts = [sum("*b + "), sum(" * b+")];
        let barrier = Barrier::new(THREADS);
        let compile = &|text: &str| {
            barrier.wait();
            engine.compile(text, AB)
        };
        let kernels: Vec<Kernel> = std::thread::scope(|scope| {
            let start = |t: usize| {
                let text = &texts[t % 2];
                scope.spawn(move || compile(text))
            };
            let threads: Vec<_> = (0..THREADS).map(start).collect();
            threads
                .into_iter()
                .map(|t| t.join().expect("no thread panics"))
                .collect::<Result<_, _>>()
        })?;
        assert!(kernels.iter().all(|kernel| same_kernel(kernel, &kernels[0])), "round {round}");
    }
    Ok(())
}

#[test]
fn evaluate_finds_what_it_has_compiled() -> Result<(), Error> {
    let engine = Engine::builder().build()?;
    let (a, b) = ([1.0, 2.0], [3.0, 4.0]);
    engine.evaluate("a + b", vars! { a, b })?;
    let kept = engine.cached_kernels();
    for _ in 0..5 {
        let sum = engine.evaluate("a + b", vars! { a, b })?;
        assert_eq!(sum.as_slice::<f64>(), Some(&[4.0, 6.0][..]));
    }
    assert_eq!(engine.cached_kernels(), kept);
    let scalar: [(&str, ArrayRef<'_>); 2] = vars! { a, b: 1.0 };
    engine.evaluate("a + b", scalar)?;
    assert!(engine.cached_kernels() > kept, "single numbers make another kernel");
    Ok(())
}
