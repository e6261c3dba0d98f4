//! Ids, time, contact forms, states, decisions and compliance rules.
