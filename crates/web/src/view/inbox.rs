//! The inbox: what waits for me, most urgent first, and a peek at one of them.

use super::part::{
    Action, Avatar, Chain, Clock, EmptyState, EvidenceChip, HumanWords, MayContact, Note,
    OpeningText, Pill, Segment, Tier,
};
use super::{Shell, filters};
use askama::Template;

/// Page of the inbox.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "inbox.html")]
pub struct InboxPage {
    /// The frame.
    pub shell: Shell,
    /// "Good morning, Maya".
    pub greeting: String,
    /// "Two people are waiting for a first word from you."
    pub summary: String,
    /// Mine, Team, Held.
    pub segment: Segment,
    /// A note above the list; none usually.
    pub note: Option<Note>,
    /// Act now, Next, Waiting for somebody else; groups without rows are left out.
    pub groups: Vec<InboxGroup>,
    /// In place of groups when there are none.
    pub empty: Option<EmptyState>,
    /// The next page of rows; empty for none.
    pub next_href: String,
    /// The referral shown beside the list.
    pub peek: Option<Peek>,
}

/// Rows of the same urgency.
#[derive(Clone, Debug, Default)]
pub struct InboxGroup {
    /// "Act now".
    pub title: String,
    /// How many there are in all, in words.
    pub count: String,
    /// The rows.
    pub rows: Vec<InboxRow>,
}

/// One referral that waits.
#[derive(Clone, Debug, Default)]
pub struct InboxRow {
    /// Id of the referral.
    pub id: String,
    /// The record's page.
    pub href: String,
    /// The inbox with this row's peek: `/inbox?peek=…`.
    pub peek_href: String,
    /// Its peek is shown.
    pub current: bool,
    /// Its most urgent clock.
    pub clock: Clock,
    /// Initials.
    pub avatar: Avatar,
    /// Name of the prospect.
    pub name: String,
    /// Role and company.
    pub role: String,
    /// Who introduced them.
    pub introduced_by: String,
    /// The tie between the two.
    pub tier: Tier,
    /// What the referrer is: "Halden Logistics, customer".
    pub referrer: String,
    /// "83", or empty when not scored.
    pub score: String,
    /// The next action; none when somebody else has to act.
    pub action: Option<Action>,
    /// The state, where there is no action.
    pub state: Option<Pill>,
}

/// The panel beside the list.
#[derive(Clone, Debug, Default)]
pub struct Peek {
    /// Initials.
    pub avatar: Avatar,
    /// Name.
    pub name: String,
    /// Role, company, place.
    pub role: String,
    /// The record's page.
    pub href: String,
    /// May I, as a band.
    pub contact: MayContact,
    /// How they came, as one line.
    pub chain: Chain,
    /// "In Tomasz’s words".
    pub words_title: String,
    /// The words.
    pub words: Option<HumanWords>,
    /// What to write.
    pub opening: Option<OpeningText>,
    /// Evidence.
    pub chips: Vec<EvidenceChip>,
    /// What may be done now; the first is primary.
    pub actions: Vec<Action>,
    /// The most urgent clock.
    pub clock: Option<Clock>,
}
