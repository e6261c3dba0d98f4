//! Form and text as two views of one document: the rules as structured data, one rule's fields
//! written back without touching comments or layout, and a line-by-line difference.

mod difference;
mod form;
mod write;

pub use difference::{LineChange, LineKind, diff_lines};
pub use form::{ConditionForm, Join, RuleForm, WhenForm, rule_forms};
pub use write::{EditError, insert_rule, remove_rule, replace_rule};
