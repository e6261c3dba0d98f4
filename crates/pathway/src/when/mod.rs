//! The condition language of rules: one line such as
//! `fit >= 70 and region in [DACH, Nordics] and not customer`.
//!
//! `parse` makes a tree that knows no facts; `check` compares it with the catalogue; `compile`
//! turns it into tests over the facts of one referral. Display writes a tree back so that parsing
//! it again gives the same tree. Logic is three-valued after Kleene: what is unknown is unknown.

mod check;
mod compile;
mod domain;
mod lexer;
mod parse;
mod print;
mod tree;
mod truth;

pub(crate) use check::{Problem, ProblemKind, check};
pub(crate) use compile::{Compiled, Derived};
pub use compile::{ConditionText, Seen};
pub(crate) use domain::{
    Boxes, Cell, Domain, Region, Variable, intersect, region_false, region_true, subtract,
};
pub use parse::{WhenError, parse_when};
pub use tree::{Comparison, Condition, Expression, Literal, Span, Test, Written};
pub use truth::Truth;
