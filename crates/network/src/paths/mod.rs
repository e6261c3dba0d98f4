//! Warm paths: the best ways from a team to a person over at most three ties.
//!
//! A path runs member → (first contact → (second contact →)) target. Nobody outside the ends
//! belongs to the team, everyone on it is distinct, and its value is the product of its tie
//! probabilities and of the first contact's willingness. [`Team`] holds what one team can reach;
//! [`Team::paths_to`] answers for one target, [`Team::matches`] for many at once.

mod matches;
mod search;
mod team;
mod top;
mod verdict;
mod willingness;

pub use matches::Match;
pub use search::Path;
pub use team::Team;
pub use top::PATHS_MAX;
pub use verdict::{CLAIM_FROM, CONFIDENT_FROM, Link, Verdict, verdict};
pub use willingness::Willingness;
