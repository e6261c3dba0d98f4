//! What is held of somebody, shown to them.

use super::part::{Choices, Facts};
use super::{Outsider, filters};
use askama::Template;

/// All that is held, and what may become of it. GET only shows it.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "glass.html")]
pub struct GlassView {
    /// The frame.
    pub outsider: Outsider,
    /// "What is held of you".
    pub title: String,
    /// Why anything is held, in two sentences.
    pub lead: String,
    /// All of it.
    pub facts: Facts,
    /// POST path.
    pub action: String,
    /// The page's nonce.
    pub nonce: String,
    /// Correct, limit, leave; none once they left.
    pub choices: Choices,
}
