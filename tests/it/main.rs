//! What users of the library may rely on, one file for each part.

#[path = "../common/mod.rs"]
mod common;

mod api;
mod cache;
mod docs;
mod interrupt;
mod limits;
mod sessions;
mod stream;
mod threads;
mod weak;
