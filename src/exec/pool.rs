//! The threads of an engine.

use std::num::NonZero;
use std::sync::Arc;

use rayon::prelude::*;

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

    /// Returns `f` of each index below `count`, in order, each called with a state that `init` has
    /// made for its thread.
    pub(crate) fn map<S, R: Send>(
        &self,
        count: usize,
        init: impl Fn() -> S + Sync + Send,
        f: impl Fn(&mut S, usize) -> R + Sync + Send,
    ) -> Vec<R> {
        let parallel = || (0..count).into_par_iter().map_init(&init, &f).collect();
        match self {
            Pool::Serial => {
                let mut state = init();
                (0..count).map(|index| f(&mut state, index)).collect()
            }
            Pool::Shared => parallel(),
            Pool::Own(pool) => pool.install(parallel),
        }
    }
}
