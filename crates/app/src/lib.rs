//! Use cases: authorise, load, decide, apply.
