//! The formulas of the project at three sizes, on one and two threads, beside plain loops and an
//! evaluator.
//!
//! Criterion measures one competitor after the other, so a slow spell of the machine lands on one of
//! them: for ratios run the benchmark `ratios`, for the history of one number this one.

#![expect(missing_docs, reason = "the functions that criterion generates")]

mod common;

use std::hint::black_box;
use std::time::Duration;

use common::{Data, Formula, Workers, formulas, has_avx2};
use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main,
};

const SIZES: [usize; 3] = [1_000, 100_000, 10_000_000];

/// An evaluator takes a second for more.
const EVALUATOR_UP_TO: usize = 100_000;

/// Results from this size on are also measured in fresh memory, where the page faults are.
const FRESH_FROM: usize = 10_000_000;

fn kernels(criterion: &mut Criterion) {
    let data = Data::new(SIZES[SIZES.len() - 1]);
    for formula in formulas() {
        for n in SIZES {
            let mut group = criterion.benchmark_group(format!("{}/{n}", formula.name));
            group.throughput(Throughput::Elements(n as u64));
            group.warm_up_time(Duration::from_millis(300));
            group.measurement_time(Duration::from_millis(1500));
            group.sample_size(20);
            for threads in [1, 2] {
                compare(&mut group, &formula, &data.columns(&formula, n), threads);
            }
            if n <= EVALUATOR_UP_TO {
                evaluator(&mut group, &formula, &data.columns(&formula, n));
            }
        }
    }
}

fn compare(
    group: &mut BenchmarkGroup<'_, WallTime>,
    formula: &Formula,
    columns: &[&[f64]],
    threads: usize,
) {
    let n = columns[0].len();
    let kernel = formula.kernel(threads);
    let vars = formula.vars(columns);
    let workers = Workers::new(threads);
    let mut out = vec![0.0; n];
    group.bench_function(BenchmarkId::new("numjit", threads), |bencher| {
        bencher.iter(|| kernel.run_into(black_box(&vars), &mut out).expect("the inputs fit"));
    });
    group.bench_function(BenchmarkId::new("plain", threads), |bencher| {
        bencher.iter(|| workers.run(formula.plain, black_box(columns), &mut out));
    });
    if has_avx2() {
        group.bench_function(BenchmarkId::new("plain-avx2", threads), |bencher| {
            bencher.iter(|| workers.run(formula.avx2, black_box(columns), &mut out));
        });
    }
    if n >= FRESH_FROM {
        group.bench_function(BenchmarkId::new("numjit-fresh", threads), |bencher| {
            bencher.iter(|| kernel.run(black_box(&vars)).expect("the inputs fit"));
        });
        group.bench_function(BenchmarkId::new("plain-fresh", threads), |bencher| {
            bencher.iter(|| {
                let mut out = vec![0.0; n];
                workers.run(formula.plain, black_box(columns), &mut out);
                out
            });
        });
    }
}

fn evaluator(group: &mut BenchmarkGroup<'_, WallTime>, formula: &Formula, columns: &[&[f64]]) {
    let expression = exmex::parse::<f64>(formula.exmex).expect("exmex knows the formula");
    let mut out = vec![0.0; columns[0].len()];
    group.bench_function("exmex", |bencher| {
        bencher.iter(|| common::evaluate_each(&expression, black_box(columns), &mut out));
    });
}

criterion_group!(benches, kernels);
criterion_main!(benches);
