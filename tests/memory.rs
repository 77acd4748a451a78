//! What evaluation allocates, counted by the allocator; and that machine code is freed.
//!
//! One test at a time: they share the counters.
#![expect(unsafe_code, reason = "an allocator that counts")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use numjit::{DType, Engine, Error, Kernel, Threads, vars};

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
            assert!(bytes >= 8 * N, "the counter does not count");
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
    // At most a chunk of 65 536 rows of both columns, in vectors that double.
    assert!(bytes <= 2 * 2 * 8 * 65_536 + SMALL, "{bytes} bytes");
    assert!(!stream.next_pass()?);
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
