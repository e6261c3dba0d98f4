//! The suite that every engine must pass; filled by the driver crates' tests.
