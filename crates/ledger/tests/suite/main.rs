//! What an auditor, an attacker and a sequencer would try. Start with `tamper.rs`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "builders of a test may fail loudly")]

mod build;
mod documents;
mod kept;
mod merkle;
mod tamper;
