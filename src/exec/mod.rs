//! Memory in, memory out.

pub(crate) mod view;
