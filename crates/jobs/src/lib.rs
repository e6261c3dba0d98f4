//! Outbox, timers, retries and reconcilers over one table.
