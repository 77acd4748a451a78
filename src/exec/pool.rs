//! The threads of an engine.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// How many threads an engine uses.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Threads {
    /// As many as the process may use, in a pool that all such engines share.
    #[default]
    Auto,
    /// This many, in a pool of the engine's own; with one everything runs on the calling thread.
    Fixed(usize),
}

/// Elements of a chunk at most: 2 MiB of `f64`, so that two threads seldom touch the same huge page of
/// a fresh result; and at least, so that a chunk is worth taking. Speed is flat between.
const CHUNK: std::ops::RangeInclusive<usize> = 16 << 10..=256 << 10;

/// Where the chunks of a loop run.
#[derive(Clone)]
pub(crate) enum Pool {
    /// On the calling thread.
    Serial,
    /// In rayon's global pool.
    Shared,
    Own(Arc<rayon::ThreadPool>),
}

impl Pool {
    pub(crate) fn new(threads: Threads) -> Result<Pool, rayon::ThreadPoolBuildError> {
        match threads {
            Threads::Auto => {
                let available = std::thread::available_parallelism().map_or(1, NonZero::get);
                Ok(if available == 1 { Pool::Serial } else { Pool::Shared })
            }
            Threads::Fixed(0 | 1) => Ok(Pool::Serial),
            Threads::Fixed(n) => {
                let builder = rayon::ThreadPoolBuilder::new().num_threads(n);
                let named = builder.thread_name(|index| format!("numjit-{index}"));
                Ok(Pool::Own(Arc::new(named.build()?)))
            }
        }
    }

    /// Returns how many chunks can run at once.
    pub(crate) fn threads(&self) -> usize {
        match self {
            Pool::Serial => 1,
            Pool::Shared => rayon::current_num_threads(),
            Pool::Own(pool) => pool.current_num_threads(),
        }
    }

    /// Returns the threads for a run that nobody interrupts.
    pub(crate) fn workers(&self) -> Workers<'_> {
        Workers { pool: self, interrupt: None }
    }
}

/// Whether a run shall stop; see [`RunOptions::interrupt`](crate::RunOptions::interrupt).
pub(crate) type Interrupt<'a> = &'a (dyn Fn() -> bool + Sync);

/// A run was told to stop.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the run was interrupted")]
pub(crate) struct Interrupted;

/// The threads of a run, and who may interrupt it.
#[derive(Clone, Copy)]
pub(crate) struct Workers<'a> {
    pool: &'a Pool,
    interrupt: Option<Interrupt<'a>>,
}

impl<'a> Workers<'a> {
    /// Returns the same threads for a run that may be interrupted.
    pub(crate) fn interrupted_by(self, interrupt: Option<Interrupt<'a>>) -> Workers<'a> {
        Workers { interrupt, ..self }
    }

    /// Returns the calling thread alone, if `is_serial`.
    pub(crate) fn serial_if(self, is_serial: bool) -> Workers<'a> {
        if is_serial { Workers { pool: &Pool::Serial, ..self } } else { self }
    }

    pub(crate) fn threads(self) -> usize {
        self.pool.threads()
    }

    /// Returns the length of the chunks that `n` elements are cut into: a multiple of `unit`.
    pub(crate) fn chunk(self, n: usize, unit: usize) -> usize {
        let even = n.div_ceil(4 * self.threads());
        even.clamp(*CHUNK.start(), *CHUNK.end()).next_multiple_of(unit)
    }

    /// Returns `f` of each index below `count`, in order, each called with a state that `init` has
    /// made for its thread. The calling thread takes part, so the others may come late or not at all; it
    /// also asks whether to stop before each index it takes.
    ///
    /// # Errors
    /// When the run was interrupted. Nothing runs any more then.
    pub(crate) fn map<S, R: Send>(
        self,
        count: usize,
        init: impl Fn() -> S + Sync,
        f: impl Fn(&mut S, usize) -> R + Sync,
    ) -> Result<Vec<R>, Interrupted> {
        let next = AtomicUsize::new(0);
        let results = Mutex::new(Vec::with_capacity(count));
        let work = |interrupt: Option<Interrupt<'_>>| {
            let mut state = None;
            let mut mine = Vec::new();
            loop {
                if interrupt.is_some_and(|interrupt| interrupt()) {
                    next.store(count, Ordering::Relaxed);
                    return Err(Interrupted);
                }
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= count {
                    break;
                }
                mine.push((index, f(state.get_or_insert_with(&init), index)));
            }
            results.lock().expect("extending a vector does not panic").extend(mine);
            Ok(())
        };
        let mine = || work(self.interrupt);
        let others = || {
            let _ = work(None);
        };
        let helpers = (self.threads() - 1).min(count.saturating_sub(1));
        match self.pool {
            Pool::Serial => mine(),
            Pool::Shared => rayon::in_place_scope(|scope| share(scope, helpers, &others, mine)),
            Pool::Own(pool) => pool.in_place_scope(|scope| share(scope, helpers, &others, mine)),
        }?;
        let mut results = results.into_inner().expect("extending a vector does not panic");
        results.sort_unstable_by_key(|&(index, _)| index);
        Ok(results.into_iter().map(|(_, result)| result).collect())
    }
}

/// Runs `mine` on the calling thread and `others` on up to `helpers` others.
fn share<'s, T>(
    scope: &rayon::Scope<'s>,
    helpers: usize,
    others: &'s (impl Fn() + Sync),
    mine: impl FnOnce() -> T,
) -> T {
    for _ in 0..helpers {
        scope.spawn(move |_| others());
    }
    mine()
}
