//! PostgreSQL driver of the storage port.
