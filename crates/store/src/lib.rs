//! The storage port: every table, every SQL text, and the one way to change anything.
//!
//! The actors: an [`Engine`] is a driver that runs statements (SQLite or PostgreSQL); a
//! [`ChangeSet`] is everything one decision changes, as plain data; a row type in [`table`] stands
//! next to the SQL that fills it; [`conformance`] is the suite that every engine must pass.
//!
//! Invariants: a change set is applied whole or not at all; a write that expects a row and does not
//! find it makes the whole change set a conflict; every statement names the workspace first. The
//! application never holds an open transaction, so there is deliberately no `begin` here.

pub mod ahead;
pub mod change;
pub mod conformance;
pub mod engine;
pub mod field;
pub mod migration;
mod row_macro;
pub mod table;

pub use ahead::Ahead;
pub use change::{Applied, ChangeSet, Expect, Write};
pub use engine::{Dialect, Engine, Row, Scope, Statement, StoreError, Value};
