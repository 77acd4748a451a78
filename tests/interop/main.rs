//! Arrays of other crates: `cargo test --features ndarray,arrow --test interop`.

mod arrow_arrays;
mod ndarray_arrays;
mod nulls;
