//! Pathway documents: parse, lint, evaluate, explain, simulate.
