//! Introductions: the board of the team, and the pages of those who are asked, without account.

use super::answer::PassOn;
use super::part::{
    Action, Avatar, Choices, Clock, EmptyState, ErrorSummary, Field, Note, Pill, Segment,
};
use super::{Outsider, Shell, filters};
use askama::Template;

/// Where one side stands, with a sign besides the word.
#[derive(Clone, Debug, Default)]
pub struct Track {
    /// Icon name.
    pub icon: String,
    /// Tone class: "pos", "warn" or empty.
    pub tone: String,
    /// "asked blind".
    pub word: String,
}

/// A card of the board.
#[derive(Clone, Debug, Default)]
pub struct BoardCard {
    /// The record's page.
    pub href: String,
    /// Initials of the target; none while the name is sealed.
    pub avatar: Option<Avatar>,
    /// The target's name, or "Name sealed".
    pub name: String,
    /// Role, industry, size; or role and company.
    pub line: String,
    /// "via Henrik Dahl".
    pub via: String,
    /// The connector's track.
    pub connector: Track,
    /// The target's track.
    pub target: Track,
    /// How much time the step has.
    pub clock: Option<Clock>,
    /// A word about its state.
    pub pill: Option<Pill>,
    /// The one thing to do.
    pub action: Option<Action>,
    /// Initials of the requester.
    pub requester: Avatar,
    /// The requester's name, read aloud.
    pub requester_name: String,
}

/// A column of the board.
#[derive(Clone, Debug, Default)]
pub struct BoardColumn {
    /// "screening".
    pub id: String,
    /// "Screening".
    pub title: String,
    /// How many, in words.
    pub count: String,
    /// Its cards.
    pub cards: Vec<BoardCard>,
}

/// The board.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "introductions.html")]
pub struct BoardPage {
    /// The frame.
    pub shell: Shell,
    /// One sentence.
    pub lead: String,
    /// Board or table; mine or the team's.
    pub segments: Vec<Segment>,
    /// Actions of the page.
    pub actions: Vec<Action>,
    /// What has to be said first.
    pub note: Option<Note>,
    /// The columns.
    pub columns: Vec<BoardColumn>,
    /// Nothing under way.
    pub empty: Option<EmptyState>,
}

/// A form that carries the nonce of a page instead of a session.
#[derive(Clone, Debug, Default)]
pub struct NonceForm {
    /// Heading; empty for none.
    pub title: String,
    /// A sentence under it.
    pub sentence: String,
    /// POST path.
    pub action: String,
    /// The page's nonce.
    pub nonce: String,
    /// Hidden fields.
    pub hidden: Vec<(String, String)>,
    /// The answers; nothing is chosen by us.
    pub choices: Option<Choices>,
    /// More to fill in.
    pub fields: Vec<Field>,
    /// Buttons as (name, value, label); the first is the main one.
    pub buttons: Vec<(String, String, String)>,
    /// All buttons are quiet.
    pub quiet: bool,
}

/// A page for somebody who is asked: the connector, or the target.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "introduction_outside.html")]
pub struct IntroductionOutsidePage {
    /// The frame.
    pub outsider: Outsider,
    /// The question, or what is true now.
    pub title: String,
    /// Two sentences.
    pub lead: String,
    /// What needs a look.
    pub errors: ErrorSummary,
    /// Somebody who may not be named: what may be said, line by line.
    pub sealed: Vec<String>,
    /// Somebody who may be named: initials, name, role.
    pub person: Option<(Avatar, String, String)>,
    /// What it is about, as (name, value).
    pub facts: Vec<(String, String)>,
    /// A text to take along.
    pub pass_on: Option<PassOn>,
    /// Forms, one question each.
    pub forms: Vec<NonceForm>,
    /// Heading of the last table; empty for none.
    pub gets_title: String,
    /// Who gets what.
    pub gets: Vec<(String, String)>,
    /// What else to know.
    pub closing: Vec<String>,
}
