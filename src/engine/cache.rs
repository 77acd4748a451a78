//! The kernels of an engine: bounded, and each compiled once however many threads ask for it.

use std::sync::Arc;

use super::Input;
use super::kernel::Kernel;
use crate::error::Result;

/// Text and inputs of a kernel.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    text: Box<str>,
    inputs: Arc<[Input]>,
}

/// Kernels by text, names, dtypes and which inputs are single numbers. The options that change a
/// kernel belong to the engine, which has a cache of its own.
pub(super) struct Cache {
    kernels: quick_cache::sync::Cache<Key, Kernel>,
    capacity: usize,
}

impl Cache {
    pub(super) fn new(capacity: usize) -> Cache {
        Cache { kernels: quick_cache::sync::Cache::new(capacity), capacity }
    }

    pub(super) fn len(&self) -> usize {
        self.kernels.len()
    }

    /// Returns the kernel of a text; on a miss `make` makes it, while other threads that want the same
    /// one wait. A failure is not kept.
    pub(super) fn get_or_insert(
        &self,
        text: &str,
        inputs: &Arc<[Input]>,
        make: impl FnOnce() -> Result<Kernel>,
    ) -> Result<Kernel> {
        if self.capacity == 0 {
            return make();
        }
        let key = Key { text: text.into(), inputs: Arc::clone(inputs) };
        self.kernels.get_or_insert_with(&key, make)
    }
}
