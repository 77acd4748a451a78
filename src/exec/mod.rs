//! Memory in, memory out: plans, tiles, threads. The only folder that uses rayon.

pub(crate) mod cost;
pub(crate) mod memory;
pub(crate) mod plan;
pub(crate) mod pool;
pub(crate) mod reduce;
pub(crate) mod run;
pub(crate) mod view;
