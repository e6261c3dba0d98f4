//! One referral: who, how they came, may I contact, why I got it, what happened.

use super::part::{
    Action, Avatar, Chain, Clock, Comment, EvidenceChip, Fact, Facts, FormView, HumanWords,
    MayContact, Menu, Note, OpeningText, Pill, Progress, RightsLine, RouteTrace, StepTable,
    Timeline,
};
use super::{Shell, filters};
use askama::Template;

/// Page of a referral.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "referral.html")]
pub struct ReferralPage {
    /// The frame.
    pub shell: Shell,
    /// Initials.
    pub avatar: Avatar,
    /// Name of the prospect.
    pub name: String,
    /// Role and company.
    pub role: String,
    /// The state.
    pub state: Pill,
    /// Clocks, most urgent first.
    pub clocks: Vec<Clock>,
    /// What may be done now, the primary one last.
    pub actions: Vec<Action>,
    /// What else may be done now.
    pub more: Menu,
    /// Nine steps.
    pub progress: Progress,
    /// What has to be said first: held for whom, refused and why.
    pub note: Option<Note>,
    /// How they came.
    pub chain: Chain,
    /// "1 referrer, 1 earlier hop".
    pub chain_summary: String,
    /// Evidence of the chain.
    pub chips: Vec<EvidenceChip>,
    /// The referrers' words; several when several referred the same person.
    pub words: Vec<HumanWords>,
    /// Budget, authority, need, timing.
    pub need: Facts,
    /// Why this owner.
    pub trace: Option<RouteTrace>,
    /// What happened.
    pub timeline: Timeline,
    /// May I contact, and why.
    pub contact: MayContact,
    /// What can happen now, and by whom.
    pub rights: Vec<RightsLine>,
    /// The score.
    pub score: Option<StepTable>,
    /// Text to open with.
    pub opening: Option<OpeningText>,
    /// What is known about the person and company, each with source, time and verification.
    pub known: Vec<Fact>,
    /// Comments between colleagues.
    pub comments: Vec<Comment>,
    /// Adds a comment; none where the role may not.
    pub comment_form: Option<FormView>,
    /// The thank-you: when it was sent, or the clock that runs, in one sentence.
    pub thanks: String,
    /// Page of the thank-you; empty for none.
    pub thanks_href: String,
}
