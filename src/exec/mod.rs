//! Memory in, memory out: plans, tiles, threads. The only folder that uses rayon.
//!
//! ```text
//! plan  what the stages are          view   the caller's arrays
//! nest  how a stage walks memory     bind   a stage's inputs as places in memory
//! job   any range of a stage, into tiles (pack copies what is not contiguous)
//! store, reduce (fold), simple       the drivers, on the threads of a pool
//! run   all stages of a plan (output: those that store results)
//! ```

mod bind;
mod copy;
pub(crate) mod cost;
mod fold;
mod job;
pub(crate) mod memory;
mod nest;
mod output;
pub(crate) mod overlap;
mod pack;
pub(crate) mod plan;
pub(crate) mod pool;
pub(crate) mod reduce;
pub(crate) mod run;
mod simple;
mod store;
pub(crate) mod strings;
mod transpose;
pub(crate) mod view;
