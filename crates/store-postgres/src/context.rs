//! The setting that row security reads: which workspace, or the worker.

use std::fmt::Write as _;

use warmpath_store::{Scope, Statement};

/// Sets the context of the statements that follow, for this transaction alone.
pub(crate) fn set_local(statement: &Statement) -> String {
    settings(statement, "SET LOCAL")
}

/// Sets the context of the statements that follow on this connection.
pub(crate) fn set(statement: &Statement) -> String {
    settings(statement, "SET SESSION")
}

fn settings(statement: &Statement, set: &str) -> String {
    let scope = match statement.scope {
        Scope::Workspace => "",
        Scope::Worker => "worker",
    };
    let mut sql = format!("{set} warmpath.workspace = '");
    for byte in statement.workspace().unwrap_or_default() {
        // Writing to a text cannot fail.
        let _ = write!(sql, "{byte:02x}");
    }
    // Neither is a text that could end the quotes.
    let _ = write!(sql, "'; {set} warmpath.scope = '{scope}';");
    sql
}

#[cfg(test)]
mod tests {
    use warmpath_store::Value;

    use super::*;

    #[test]
    fn the_first_value_is_the_workspace() {
        let values = vec![Value::Bytes((0..16).collect()), Value::Int(1)];
        assert_eq!(
            set_local(&Statement::new("", values.clone())),
            "SET LOCAL warmpath.workspace = '000102030405060708090a0b0c0d0e0f'; \
             SET LOCAL warmpath.scope = '';"
        );
        assert_eq!(
            set_local(&Statement::new("", values).across_workspaces()),
            "SET LOCAL warmpath.workspace = ''; SET LOCAL warmpath.scope = 'worker';"
        );
    }

    #[test]
    fn anything_else_in_front_opens_nothing() {
        for first in [Value::Text("x".into()), Value::Bytes(vec![1; 32]), Value::Null] {
            let sql = set_local(&Statement::new("", vec![first]));
            assert_eq!(sql, "SET LOCAL warmpath.workspace = ''; SET LOCAL warmpath.scope = '';");
        }
    }
}
