//! The lint of a drafted message: whoever or whatever wrote it, it may only say what is stored.

use serde::{Deserialize, Serialize};

use crate::prose;
use crate::text::fold;

/// Sentences of a message.
pub const SENTENCES: usize = 3;
/// Most words of a message.
pub const WORDS_MAX: usize = 90;

/// A stored fact that a draft may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// Id of the stored fact.
    pub id: String,
    /// The fact in words, with its names and numbers.
    pub text: String,
}

/// What keeps a draft from being approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum DraftProblem {
    /// The message has another number of sentences than [`SENTENCES`].
    SentenceCount {
        /// How many it has.
        found: usize,
    },
    /// The message has more words than [`WORDS_MAX`].
    TooLong {
        /// How many it has.
        found: usize,
    },
    /// A number that no fact has.
    UntracedNumber {
        /// The number.
        number: String,
    },
    /// A name that no fact has.
    UntracedName {
        /// The name.
        name: String,
    },
    /// A word of praise.
    Superlative {
        /// The word.
        word: String,
    },
    /// A link besides the one allowed.
    Link {
        /// The link.
        link: String,
    },
    /// A slot that nobody filled; the personal one among them.
    OpenSlot {
        /// The slot.
        slot: String,
    },
}

/// Checks a draft against the facts it may use and the one link it may carry.
#[must_use]
pub fn check_draft(text: &str, facts: &[Fact], link: Option<&str>) -> Vec<DraftProblem> {
    let mut problems = Vec::new();
    let without_links = without(text, &prose::links(text));
    let found = prose::sentences(&without_links);
    if found != SENTENCES {
        problems.push(DraftProblem::SentenceCount { found });
    }
    let found = prose::words(&without_links).len();
    if found > WORDS_MAX {
        problems.push(DraftProblem::TooLong { found });
    }
    let known: Vec<f64> = facts.iter().flat_map(|fact| prose::numbers(&fact.text)).collect();
    for number in prose::numbers(&without_links) {
        if !known.iter().any(|k| (k - number).abs() < 1e-9) {
            problems.push(DraftProblem::UntracedNumber { number: number.to_string() });
        }
    }
    let stored = fold(&facts.iter().map(|fact| fact.text.as_str()).collect::<Vec<_>>().join("\n"));
    for name in prose::names(&without_links) {
        let traced = name.split_whitespace().all(|word| contains_word(&stored, &fold(word)));
        if !traced {
            problems.push(DraftProblem::UntracedName { name });
        }
    }
    problems.extend(
        prose::superlatives(&without_links)
            .into_iter()
            .map(|word| DraftProblem::Superlative { word }),
    );
    let mut allowed = link.is_some();
    for found in prose::links(text) {
        if allowed && Some(found.as_str()) == link {
            allowed = false;
        } else {
            problems.push(DraftProblem::Link { link: found });
        }
    }
    problems
        .extend(prose::open_slots(text).into_iter().map(|slot| DraftProblem::OpenSlot { slot }));
    problems
}

fn without(text: &str, links: &[String]) -> String {
    links.iter().fold(text.to_owned(), |text, link| text.replace(link.as_str(), " "))
}

fn contains_word(text: &str, word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.is_empty()
        || text.split(|c: char| !c.is_alphanumeric()).any(|known| known == word)
        || text.contains(&format!("{word} ")) && word.contains('-')
}
