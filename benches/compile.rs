//! From text to kernel.

#![expect(missing_docs, reason = "the functions that criterion generates")]

mod common;

use std::hint::black_box;

use common::{QUADRATIC, formulas, generated};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use numjit::{DType, Engine, Threads, vars};

/// An engine that compiles every time it is asked.
fn forgetful() -> Engine {
    let builder = Engine::builder().threads(Threads::Fixed(1)).cache_capacity(0);
    builder.build().expect("the options are possible")
}

/// Text to tree, and the variables in it.
fn parse(criterion: &mut Criterion) {
    let engine = forgetful();
    let mut group = criterion.benchmark_group("parse");
    for formula in formulas() {
        group.bench_function(formula.name, |bencher| {
            bencher.iter(|| engine.variables(black_box(formula.text)));
        });
    }
    for nodes in [3, 30, 300] {
        let text = generated(nodes);
        group.bench_function(BenchmarkId::new("nodes", nodes), |bencher| {
            bencher.iter(|| engine.variables(black_box(&text)));
        });
    }
}

/// Text to kernel.
fn compile(criterion: &mut Criterion) {
    let engine = forgetful();
    let mut group = criterion.benchmark_group("compile");
    for formula in formulas() {
        let inputs: Vec<(&str, DType)> = formula.inputs.iter().map(|&n| (n, DType::F64)).collect();
        group.bench_function(formula.name, |bencher| {
            bencher.iter(|| engine.compile(black_box(formula.text), &inputs));
        });
    }
    for nodes in [3, 30, 300] {
        let text = generated(nodes);
        let columns = ["a", "b", "c"].map(|name| (name, DType::F64));
        group.bench_function(BenchmarkId::new("nodes", nodes), |bencher| {
            bencher.iter(|| engine.compile_with_schema(black_box(&text), &columns));
        });
    }
}

/// Text to the first result, in an engine that has seen nothing.
fn first_result(criterion: &mut Criterion) {
    let (a, b, c) = ([1.5; 10], [6.5; 10], [1.25; 10]);
    criterion.bench_function("first_result/quadratic/10", |bencher| {
        bencher.iter(|| {
            let engine = Engine::builder().build()?;
            engine.evaluate(black_box(QUADRATIC), vars! { a, b, c })
        });
    });
}

criterion_group!(benches, parse, compile, first_result);
criterion_main!(benches);
