//! A warm path: people joined by ties, what speaks for it, what it is worth, and what to do next.

use super::{Action, Chain, EvidenceChip, renders_itself};
use askama::Template;

/// One of several ways to a person.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/path_card.html")]
pub struct PathCard {
    /// "1".
    pub rank: String,
    /// People and ties.
    pub chain: Chain,
    /// Evidence.
    pub chips: Vec<EvidenceChip>,
    /// Why it stands at this rank, in a sentence or two.
    pub why: String,
    /// "1 in 2", "Low".
    pub chance: String,
    /// "chance 0.50"; empty where the number is somebody else's.
    pub chance_line: String,
    /// The one thing to do next.
    pub action: Action,
    /// What else can be looked at.
    pub link: Option<Action>,
}

renders_itself!(PathCard);
