//! Parts of a record: facts, progress, timeline, comments, who may do what.

use super::super::filters;
use super::{Avatar, Pill, Seal, Tone, renders_itself};
use askama::Template;

/// A name and its value.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    /// "Budget".
    pub name: String,
    /// "Set for this year".
    pub value: String,
    /// Source, time and verification; empty where the page says it elsewhere.
    pub source: String,
    /// Where the value leads; empty for nowhere.
    pub href: String,
    /// Whether it is proof (number, hash, code) and stands in mono.
    pub proof: bool,
}

impl Fact {
    /// A plain fact.
    #[must_use]
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), ..Self::default() }
    }
}

/// Facts below each other.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/facts.html")]
pub struct Facts {
    /// The facts.
    pub facts: Vec<Fact>,
    /// Two columns on wide screens.
    pub pair: bool,
    /// Hairlines between them.
    pub lined: bool,
}

/// How far a record has come.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/progress.html")]
pub struct Progress {
    /// The steps in order: "Received", "Verified".
    pub steps: Vec<String>,
    /// Index of the current step.
    pub current: usize,
    /// Whether it stands beside the line (held, declined, expired): the rest is dashed.
    pub side: bool,
    /// For small screens: "Step 5 of 9: Routed, next: accepted".
    pub words: String,
}

/// One thing that happened.
#[derive(Clone, Debug, Default)]
pub struct TimelineEntry {
    /// Icon name.
    pub icon: String,
    /// Tone of the disc.
    pub tone: Tone,
    /// Who did it: "Tomasz"; may be empty.
    pub actor: String,
    /// What happened: "handed over Priya through the customer form".
    pub sentence: String,
    /// Time in words: "Yesterday, 17:20".
    pub when: String,
    /// The instant, RFC 3339.
    pub datetime: String,
    /// Anything more to say; empty for nothing.
    pub detail: String,
    /// Its ledger entry.
    pub seal: Option<Seal>,
}

/// What happened, newest first. At most 20; more by page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/timeline.html")]
pub struct Timeline {
    /// "Timeline".
    pub title: String,
    /// "6 of 6 entries verified"; empty for none.
    pub verified: String,
    /// The entries.
    pub entries: Vec<TimelineEntry>,
    /// Older ones; empty for none.
    pub older_href: String,
}

/// What somebody may do now.
#[derive(Clone, Debug, Default)]
pub struct RightsLine {
    /// "You", "Lena, RevOps", "Priya".
    pub who: String,
    /// "Accept, decline, hand to a colleague".
    pub what: String,
}

/// A comment between colleagues.
#[derive(Clone, Debug, Default)]
pub struct Comment {
    /// Initials.
    pub avatar: Avatar,
    /// Name.
    pub author: String,
    /// Time in words.
    pub when: String,
    /// The instant, RFC 3339.
    pub datetime: String,
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// A mark such as "For Lena".
    pub mark: Option<Pill>,
}

renders_itself!(Facts, Progress, Timeline);
