//! The referrer's status page, and the page on which a member writes the thank-you.

use super::answer::PassOn;
use super::part::{
    Action, Avatar, Clock, ErrorSummary, Field, HumanWords, Note, OpeningText, Seal,
};
use super::{Outsider, Shell, filters};
use askama::Template;

/// How far a milestone is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MilestoneState {
    /// It happened.
    #[default]
    Done,
    /// It is the latest that happened.
    Latest,
    /// It has not happened; a date says when we speak.
    Future,
}

/// A step that the prospect lets us share.
#[derive(Clone, Debug, Default)]
pub struct Milestone {
    /// How far.
    pub state: MilestoneState,
    /// Icon name for the latest and the future ones.
    pub icon: String,
    /// "Priya said yes".
    pub title: String,
    /// "Within a day, on the answer page".
    pub sentence: String,
    /// Day in words; empty for the future.
    pub when: String,
    /// The day, RFC 3339.
    pub datetime: String,
}

impl Milestone {
    fn class(&self) -> &'static str {
        match self.state {
            MilestoneState::Done => "done",
            MilestoneState::Latest => "latest",
            MilestoneState::Future => "future",
        }
    }

    fn sign(&self) -> &str {
        match self.state {
            MilestoneState::Done => "check",
            _ => &self.icon,
        }
    }
}

/// What became of an introduction, for the person who made it.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "status.html")]
pub struct StatusPage {
    /// The frame.
    pub outsider: Outsider,
    /// The outcome: "Your introduction of Priya led to a meeting".
    pub title: String,
    /// "They met on 21 May. Here is what Priya lets us share with you."
    pub lead: String,
    /// The link to pass on while nobody answered.
    pub pass_on: Option<PassOn>,
    /// The thank-you: words, who, when.
    pub thanks: Option<Thanks>,
    /// The steps.
    pub milestones: Vec<Milestone>,
    /// "Add something Maya should know" as (label, href); none when closed.
    pub add: Option<(String, String)>,
    /// "Your introductions this year: 3, all answered within 24 hours."
    pub year: String,
    /// See them, stop updates, withdraw what you told us: (label, href).
    pub links: Vec<(String, String)>,
    /// The entry of the handing over.
    pub seal: Option<Seal>,
}

/// A thank-you by a named person.
#[derive(Clone, Debug, Default)]
pub struct Thanks {
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// Initials.
    pub avatar: Avatar,
    /// "Maya Okafor, Corvane".
    pub who: String,
    /// "19 May, 17 hours after your introduction".
    pub when: String,
}

/// Adds to what was handed over; the first words stay as they are.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "status_add.html")]
pub struct StatusAddPage {
    /// The frame.
    pub outsider: Outsider,
    /// "Add something Maya should know".
    pub title: String,
    /// POST path.
    pub action: String,
    /// The page's nonce.
    pub nonce: String,
    /// What they said so far.
    pub words: HumanWords,
    /// The addition.
    pub text: Field,
    /// What needs a look.
    pub errors: ErrorSummary,
}

/// The thank-you draft: it cannot be sent before the personal line is filled.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "thanks.html")]
pub struct ThanksPage {
    /// The frame.
    pub shell: Shell,
    /// "Thank Tomasz".
    pub title: String,
    /// "For introducing Priya Raman, 18 May".
    pub about: String,
    /// The 24-hour clock.
    pub clock: Clock,
    /// The draft with its slot.
    pub draft: OpeningText,
    /// POST path.
    pub action: String,
    /// Makes a second press do nothing new.
    pub idempotency_key: String,
    /// The personal line.
    pub slot: Field,
    /// The text before and after, which may be changed too.
    pub text: Field,
    /// What needs a look.
    pub errors: ErrorSummary,
    /// What the referrer said, to answer to.
    pub words: Option<HumanWords>,
    /// Who sends, from which mailbox.
    pub sender: String,
    /// What the referrer will be able to see.
    pub note: Option<Note>,
    /// Other ways: "I thanked them by phone".
    pub others: Vec<Action>,
}
