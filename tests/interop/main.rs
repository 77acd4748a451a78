//! Arrays of other crates: `cargo test --features ndarray,arrow --test interop`.

mod ndarray_arrays;
