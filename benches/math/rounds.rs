//! Samples of calls that take turns.

use std::time::{Duration, Instant};

use numjit::testing::Random;

/// Something to measure.
pub(crate) type Call<'a> = Box<dyn FnMut() + 'a>;

/// A sample repeats its call until it takes this long: ten thousand times what reading the clock takes.
const SAMPLE: Duration = Duration::from_micros(200);

/// Returns for each call the seconds that it took in each round. The order is another one every round, and
/// each sample stands behind a call that is not timed.
pub(crate) fn measure(calls: &mut [Call<'_>], rounds: usize) -> Vec<Vec<f64>> {
    let repeats: Vec<usize> = calls.iter_mut().map(repeats).collect();
    let mut seconds = vec![Vec::with_capacity(rounds); calls.len()];
    let mut random = Random::new(1);
    for _ in 0..rounds {
        for at in random.permutation(calls.len()) {
            let call = &mut calls[at];
            call();
            let start = Instant::now();
            for _ in 0..repeats[at] {
                call();
            }
            seconds[at].push(start.elapsed().as_secs_f64() / repeats[at] as f64);
        }
    }
    seconds
}

/// Returns how many calls make a sample.
fn repeats(call: &mut Call<'_>) -> usize {
    let mut repeats = 1;
    loop {
        let start = Instant::now();
        (0..repeats).for_each(|_| call());
        if start.elapsed() >= SAMPLE {
            return repeats;
        }
        repeats *= 2;
    }
}
