//! The storage port: change sets, queries, all SQL, conformance suite.
