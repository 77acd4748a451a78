//! What a call costs beside the loop: ten elements, with everything compiled.

#![expect(missing_docs, reason = "the functions that criterion generates")]

mod common;

use std::hint::black_box;

use common::{Data, formulas};
use criterion::{Criterion, criterion_group, criterion_main};
use numjit::Engine;

const N: usize = 10;

fn overhead(criterion: &mut Criterion) {
    let data = Data::new(N);
    let engine = Engine::default();
    for formula in formulas().iter().filter(|f| ["linear", "quadratic"].contains(&f.name)) {
        let columns = data.columns(formula, N);
        let vars = formula.vars(&columns);
        let kernel = formula.kernel(1);
        let mut out = [0.0; N];
        let mut group = criterion.benchmark_group(format!("overhead/{}", formula.name));
        group.bench_function("plain", |bencher| {
            bencher.iter(|| (formula.plain)(black_box(&columns), &mut out));
        });
        group.bench_function("run_into", |bencher| {
            bencher.iter(|| kernel.run_into(black_box(&vars), &mut out));
        });
        group.bench_function("run", |bencher| bencher.iter(|| kernel.run(black_box(&vars))));
        group.bench_function("compile-cached", |bencher| {
            let inputs = kernel.inputs();
            bencher.iter(|| engine.compile(black_box(formula.text), inputs));
        });
        group.bench_function("evaluate", |bencher| {
            bencher.iter(|| engine.evaluate(black_box(formula.text), black_box(&vars)));
        });
        group.bench_function("evaluate_into", |bencher| {
            bencher.iter(|| engine.evaluate_into(black_box(formula.text), &vars, &mut out));
        });
    }
}

criterion_group!(benches, overhead);
criterion_main!(benches);
