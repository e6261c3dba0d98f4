//! SQLite driver of the storage port.
