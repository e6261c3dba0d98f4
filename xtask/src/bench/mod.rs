//! Benchmarks against labelled data and against clocks; one file per engine.

pub(crate) mod profile;
