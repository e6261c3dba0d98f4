//! Ideal introduction profiles: a brief in plain words becomes criteria, criteria become matches.
//!
//! ```text
//! brief ──parse──▶ criteria + evidence ──judge──▶ verdict ──match──▶ people, with reasons
//! ```
//!
//! Everything is deterministic and local: the lexicons are compiled in, there is no network, no
//! clock and no randomness. Start with [`parse_brief`], [`TitleResolver`] and [`matching::Index`].
//!
//! ```
//! let parsed = warmpath_profile::parse_brief("CFOs at German machine builders, 200-900 staff");
//! let parsed = parsed.expect("the brief is short");
//! assert_eq!(parsed.criteria.roles, ["cfo"]);
//! assert_eq!(parsed.criteria.geos, ["DE"]);
//! ```

mod brief;
mod criteria;
pub mod draft;
pub mod kit;
mod lexicon;
pub mod lifecycle;
pub mod matching;
pub mod meter;
pub mod proposal;
mod prose;
pub mod register;
pub mod synthetic;
mod text;
mod title;
mod verdict;

pub use brief::{BRIEF_BYTES_MAX, BriefError, Evidence, ParsedBrief, parse_brief};
pub use criteria::{Criteria, Exclusions, Range};
pub use lexicon::{RoleInfo, role_info};
pub use title::{HowResolved, Resolution, TitleResolver};
pub use verdict::{Judgement, Reason, Verdict, judge};

/// The examples of the README, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct ReadmeExamples;
