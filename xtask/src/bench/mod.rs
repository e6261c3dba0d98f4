//! Benchmarks: one file per engine.

pub(crate) mod identity;
