//! What a connector needs to speak for a profile: a two-sentence script, one line of value they can
//! repeat, and the benefit for the person they introduce. All three are required, their form is
//! enforced, and every change makes a new version.

use serde::{Deserialize, Serialize};

use crate::prose;

/// Most words of a script.
pub const SCRIPT_WORDS_MAX: usize = 60;
/// Most words of a value line: what fits into one breath.
pub const VALUE_LINE_WORDS_MAX: usize = 20;
/// Most words of the benefit.
pub const BENEFIT_WORDS_MAX: usize = 40;

/// The texts of one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kit {
    /// Counts from 1; a change of any text makes the next.
    pub version: u32,
    /// Exactly two sentences a connector can say.
    pub script: String,
    /// One sentence a connector can repeat from memory.
    pub value_line: String,
    /// What the introduced person gets out of it; one or two sentences.
    pub target_benefit: String,
}

/// Something wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Field of the kit.
    pub field: &'static str,
    /// What is wrong.
    pub problem: Problem,
    /// The words it is about; empty where it is about the whole.
    pub words: String,
}

/// What can be wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// The text is empty.
    Missing,
    /// Not as many sentences as the form asks for.
    SentenceCount,
    /// More words than can be said.
    TooLong,
    /// A word of praise that claims more than can be shown.
    Superlative,
    /// A link or address: the script is said, not clicked.
    Link,
    /// A slot that nobody filled.
    OpenSlot,
    /// The benefit speaks of the sender instead of the receiver.
    AboutUs,
}

impl Kit {
    /// The next version with these texts, or the same one where nothing changed.
    #[must_use]
    pub fn revised(&self, script: &str, value_line: &str, target_benefit: &str) -> Self {
        let mut next = Self {
            version: self.version,
            script: script.trim().to_owned(),
            value_line: value_line.trim().to_owned(),
            target_benefit: target_benefit.trim().to_owned(),
        };
        if next != *self {
            next.version = self.version.saturating_add(1);
        }
        next
    }

    /// Everything that keeps the texts from being used; empty where they are fit.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut found = Vec::new();
        form(&mut found, "script", &self.script, 2..=2, SCRIPT_WORDS_MAX);
        form(&mut found, "value_line", &self.value_line, 1..=1, VALUE_LINE_WORDS_MAX);
        form(&mut found, "target_benefit", &self.target_benefit, 1..=2, BENEFIT_WORDS_MAX);
        if let Some(first) = prose::words(&self.target_benefit).first()
            && prose::speaks_of_us(first)
        {
            found.push(Finding {
                field: "target_benefit",
                problem: Problem::AboutUs,
                words: first.clone(),
            });
        }
        found
    }
}

fn form(
    found: &mut Vec<Finding>,
    field: &'static str,
    text: &str,
    sentences: std::ops::RangeInclusive<usize>,
    words_max: usize,
) {
    let mut push = |problem, words: &str| {
        found.push(Finding { field, problem, words: words.to_owned() });
    };
    if text.trim().is_empty() {
        push(Problem::Missing, "");
        return;
    }
    if !sentences.contains(&prose::sentences(text)) {
        push(Problem::SentenceCount, "");
    }
    if prose::words(text).len() > words_max {
        push(Problem::TooLong, "");
    }
    for word in prose::superlatives(text) {
        push(Problem::Superlative, &word);
    }
    for link in prose::links(text) {
        push(Problem::Link, &link);
    }
    for slot in prose::open_slots(text) {
        push(Problem::OpenSlot, &slot);
    }
}
