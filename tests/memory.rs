//! What evaluation allocates, counted by the allocator; and that machine code is freed.
//!
//! One test at a time: they share the counters.
#![expect(unsafe_code, reason = "an allocator that counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use numjit::{ArrayRef, DType, Engine, Error, Kernel, Threads, vars};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all calls are passed on to the system's allocator; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(now, Ordering::Relaxed);
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise is the same, and `alloc` is the system's.
        unsafe { System.dealloc(ptr, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns how many bytes more than before were allocated at one moment of `f`.
fn peak<T>(f: impl FnOnce() -> T) -> usize {
    let before = NOW.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let result = f();
    let peak = PEAK.load(Ordering::Relaxed) - before;
    drop(result);
    peak
}

/// What does not grow with the input: scratch tiles, lists of chunks, stacks of tasks.
const SMALL: usize = 256 << 10;

const N: usize = 1_000_000;

fn kernel(expr: &str, threads: usize) -> Result<Kernel, Error> {
    let engine = Engine::builder().threads(Threads::Fixed(threads)).build()?;
    engine.compile(expr, &[("a", DType::F64), ("b", DType::F64)])
}

#[test]
fn an_elementwise_run_allocates_its_result_and_nothing_else_that_grows() -> Result<(), Error> {
    let _alone = alone();
    let (a, b) = (vec![1.5; N], vec![0.25; N]);
    for expr in [
        "2*a + 3*b",
        "exp(a) * sin(b) + log(a)**b",
        "where(a > b, a // b, hypot(a, b))",
        "a if b else b",
    ] {
        for threads in [1, 2] {
            let kernel = kernel(expr, threads)?;
            kernel.run(vars! { a, b })?;
            let bytes = peak(|| kernel.run(vars! { a, b }));
            assert!(bytes <= 8 * N + SMALL, "{expr} on {threads} threads: {bytes} bytes");
            // Threads of kernels before it may free what they held meanwhile.
            assert!(bytes + SMALL >= 8 * N, "the counter does not count");
        }
    }
    Ok(())
}

#[test]
fn a_run_into_an_output_allocates_nothing_that_grows() -> Result<(), Error> {
    let _alone = alone();
    let (a, b) = (vec![1.5; N], vec![0.25; N]);
    let mut out = vec![0.0; N];
    for expr in ["2*a + 3*b", "exp(a) * sin(b)", "a - mean(b)"] {
        let kernel = kernel(expr, 2)?;
        kernel.run_into(vars! { a, b }, &mut out)?;
        let bytes = peak(|| kernel.run_into(vars! { a, b }, &mut out));
        assert!(bytes <= SMALL, "{expr}: {bytes} bytes");
    }
    Ok(())
}

#[test]
fn a_reduction_allocates_nothing_that_grows() -> Result<(), Error> {
    let _alone = alone();
    let (a, b) = (vec![1.5; N], vec![0.25; N]);
    for expr in ["sum(2*a + 3*b)", "max(exp(a)) - min(b)", "sum((a - mean(a)) * (b - mean(b)))"] {
        let kernel = kernel(expr, 2)?;
        kernel.run(vars! { a, b })?;
        let bytes = peak(|| kernel.run(vars! { a, b }));
        assert!(bytes <= SMALL, "{expr}: {bytes} bytes");
    }
    Ok(())
}

#[test]
fn a_stream_keeps_less_than_a_chunk() -> Result<(), Error> {
    let _alone = alone();
    let (a, b) = (vec![1.5; 10_000], vec![0.25; 10_000]);
    let mut stream = kernel("sum(a * b) / sum(b)", 1)?.stream()?;
    let bytes = peak(|| {
        for _ in 0..200 {
            stream.push(vars! { a, b }).expect("the batches fit");
        }
    });
    // At most a chunk of 65 536 rows of both columns, in vectors that double, one of them being copied.
    let column = 8 * 65_536;
    assert!(bytes <= 2 * (2 * column) + column + SMALL, "{bytes} bytes");
    assert!(!stream.next_pass()?);
    Ok(())
}

#[test]
fn outer_products_never_lie_in_memory() -> Result<(), Error> {
    const SIDE: usize = 5000;
    let _alone = alone();
    let (a, b) = (vec![0.5; SIDE], vec![0.25; SIDE]);
    let all = SIDE * SIDE;
    for (expr, result) in [
        ("sum(exp(a[:, None] * b))", 1),
        ("mean(a[:, None] - b, axis=0)", SIDE),
        ("max(a[:, None] * b, axis=1)", SIDE),
    ] {
        for threads in [1, 2] {
            let kernel = kernel(expr, threads)?;
            kernel.run(vars! { a: &a[..10], b: &b[..10] })?;
            let bytes = peak(|| kernel.run(vars! { a, b }));
            assert!(bytes <= 8 * result + 2 * SMALL, "{expr} on {threads} threads: {bytes} bytes");
            assert!(bytes < all / 16);
        }
    }
    Ok(())
}

/// What varies along one axis only is computed once, and kept: as many elements as it has.
#[test]
fn a_factor_of_an_outer_product_is_kept_and_nothing_else() -> Result<(), Error> {
    let _alone = alone();
    let (a, b) = (vec![0.5; 1000], vec![0.25; 1000]);
    let kernel = kernel("exp(a)[:, None] * b", 2)?;
    kernel.run(vars! { a, b })?;
    let bytes = peak(|| kernel.run(vars! { a, b }));
    assert!(bytes <= 8 * N + 8 * 1000 + SMALL, "{bytes} bytes");
    Ok(())
}

#[test]
fn arrays_of_any_layout_are_not_copied() -> Result<(), Error> {
    let _alone = alone();
    let (rows, columns) = (1000_usize, N / 1000);
    let (a, b) = (vec![1.5; 2 * N], vec![0.25; N]);
    let (width, height) = (columns.cast_signed(), rows.cast_signed());
    let shape = [rows, columns];
    let other = ArrayRef::from_shape(&b, &shape)?;
    let layouts = [
        ("transposed", ArrayRef::from_strides(&a, 0, &shape, &[1, height])?),
        ("every second", ArrayRef::from_strides(&a, 0, &shape, &[2 * width, 2])?),
        ("backwards", ArrayRef::from_strides(&a, N - 1, &shape, &[-width, -1])?),
        ("a row for all", ArrayRef::from_strides(&a, 0, &shape, &[0, 1])?),
        ("a column for all", ArrayRef::from_strides(&a, 0, &shape, &[1, 0])?),
    ];
    for (layout, a) in layouts {
        for (expr, result) in
            [("2*a + 3*b", N), ("a - mean(a) + b*0", N), ("sum(a, axis=0) + sum(b)", 1000)]
        {
            for threads in [1, 2] {
                let kernel = kernel(expr, threads)?;
                let run = || kernel.run(vars! { a: a.clone(), b: other.clone() });
                run()?;
                let bytes = peak(run);
                assert!(
                    bytes <= 8 * result + 4 * SMALL,
                    "{expr}, {layout}, on {threads} threads: {bytes} bytes"
                );
            }
        }
    }
    Ok(())
}

#[test]
fn runs_and_kernels_leave_nothing_behind() -> Result<(), Error> {
    let _alone = alone();
    let (a, b) = (vec![1.5; 600], vec![0.25; 600]);
    let engine = Engine::builder().threads(Threads::Fixed(2)).cache_capacity(8).build()?;
    let round = |n: usize| -> Result<(), Error> {
        let shape = [n % 5 + 1, 600 / (n % 5 + 1)];
        let len = shape[0] * shape[1];
        let (a, b) =
            (ArrayRef::from_shape(&a[..len], &shape)?, ArrayRef::from_shape(&b[..len], &shape)?);
        let text = format!("(a - mean(a, axis={}, keepdims=True)) * {n} + exp(b)", n % 2);
        engine.evaluate(&text, vars! { a: a, b: b }).map(drop)
    };
    (0..100).try_for_each(round)?;
    let before = NOW.load(Ordering::Relaxed);
    (100..400).try_for_each(round)?;
    let grown = NOW.load(Ordering::Relaxed).saturating_sub(before);
    assert!(grown <= SMALL, "{grown} bytes more after 300 programs");
    let kernel =
        engine.compile("sum(a[:, None] * b) - a", &[("a", DType::F64), ("b", DType::F64)])?;
    let run = || kernel.run(vars! { a: &a, b: &b }).map(drop);
    run()?;
    let before = NOW.load(Ordering::Relaxed);
    (0..2000).try_for_each(|_| run())?;
    let grown = NOW.load(Ordering::Relaxed).saturating_sub(before);
    // A thread that takes part for the first time keeps its scratch memory.
    assert!(grown <= SMALL, "{grown} bytes more after 2000 runs");
    Ok(())
}

#[cfg(target_os = "linux")]
#[test]
fn machine_code_is_freed() -> Result<(), Error> {
    let _alone = alone();
    let resident = || {
        let text = std::fs::read_to_string("/proc/self/statm").expect("Linux has it");
        let pages: usize = text.split(' ').nth(1).and_then(|n| n.parse().ok()).expect("a number");
        pages * 4096
    };
    let maps = || std::fs::read_to_string("/proc/self/maps").expect("Linux has it").lines().count();
    let executable = || {
        let text = std::fs::read_to_string("/proc/self/maps").expect("Linux has it");
        text.lines().filter(|line| line.contains("r-xp") && !line.contains('/')).count()
    };
    let engine = Engine::builder().threads(Threads::Fixed(1)).cache_capacity(32).build()?;
    let compile = |n: usize| -> Result<(), Error> {
        let inputs = [("a", DType::F64), ("b", DType::F64)];
        let kernel = engine.compile(&format!("(a + {n}) * b - exp(a / {n}.5)"), &inputs)?;
        kernel.run(vars! { a: &[1.0, 2.0], b: 3.0 }).map(drop)
    };
    (1..300).try_for_each(&compile)?;
    let (resident_before, maps_before, code_before) = (resident(), maps(), executable());
    (300..2000).try_for_each(&compile)?;
    let (grown, maps_grown) =
        (resident().saturating_sub(resident_before), maps().saturating_sub(maps_before));
    assert!(grown <= 8 << 20, "{grown} bytes for 1700 expressions");
    assert!(maps_grown <= 64, "{maps_grown} mappings for 1700 expressions");
    // A kernel has a loop for arrays and one for each choice of single numbers that it has met.
    assert!(code_before <= 2 * 40 + 8, "{code_before} pieces of code for 32 kernels");
    drop(engine);
    assert!(
        executable() < code_before,
        "the code of an engine outlives it: {} pieces",
        executable()
    );
    Ok(())
}
