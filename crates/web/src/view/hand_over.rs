//! Handing over a person: by members, by partners and by anybody with a personal link.

use super::part::{Choices, EmptyState, ErrorSummary, Field, Note, Pill, Seal, TableView};
use super::{Outsider, Shell, filters};
use askama::Template;

/// The questions, the same for everybody who hands over a person.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/hand_over_form.html")]
pub struct HandOverForm {
    /// POST path.
    pub action: String,
    /// Token of the session, or the page's nonce.
    pub csrf: String,
    /// Makes a second press of the button do nothing new.
    pub idempotency_key: String,
    /// What needs a look.
    pub errors: ErrorSummary,
    /// Name of the person.
    pub name: Field,
    /// Company or website.
    pub company: Field,
    /// Role, if known.
    pub role: Field,
    /// Work e-mail or phone, if known and where a rule allows keeping it; usually none.
    pub contact: Option<Field>,
    /// Who referred, where a member hands over for somebody else; none otherwise.
    pub referrer: Option<Field>,
    /// How they know each other.
    pub relation: Choices,
    /// Why they should talk, in the referrer's words.
    pub words: Field,
    /// Direct, implied, tangible, community; none where the door fixes it.
    pub kind: Option<Choices>,
    /// Evidence of the kind: where mentioned, which asset, which group.
    pub evidence: Option<Field>,
    /// Whether the person knows.
    pub knows: Choices,
    /// Budget, authority, need, timing, who referred *them*; behind one link, all optional.
    pub more: Vec<Field>,
    /// The fields behind the link hold something, so it stands open.
    pub more_open: bool,
    /// "Hand over Priya", or "Hand over" while there is no name.
    pub button: String,
}

/// Page on which a member hands over a person.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "hand_over.html")]
pub struct HandOverPage {
    /// The frame.
    pub shell: Shell,
    /// The questions.
    pub form: HandOverForm,
    /// What happens next, as (title, sentence).
    pub next: Vec<(String, String)>,
    /// Path of the page that looks before one asks; empty for none.
    pub check_href: String,
}

/// The same for people without an account (personal link) and for partners.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "hand_over_outside.html")]
pub struct HandOverOutsidePage {
    /// The frame.
    pub outsider: Outsider,
    /// "Whom should Corvane meet?"
    pub title: String,
    /// One sentence below.
    pub lead: String,
    /// The questions.
    pub form: HandOverForm,
    /// What happens next, as (title, sentence).
    pub next: Vec<(String, String)>,
    /// Links of a partner's portal as (label, href, current).
    pub tabs: Vec<(String, String, bool)>,
}

/// The step in which a mailbox is proved by a one-time code.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "mailbox_code.html")]
pub struct MailboxCodePage {
    /// The frame.
    pub outsider: Outsider,
    /// POST path of this step.
    pub action: String,
    /// The page's nonce.
    pub nonce: String,
    /// Asks for the address while there is none yet; the code otherwise.
    pub email: Option<Field>,
    /// The code.
    pub code: Option<Field>,
    /// Where the code went: "t…@halden.example".
    pub sent_to: String,
    /// POST path that sends another code; empty while that is not possible.
    pub again_action: String,
    /// What needs a look.
    pub errors: ErrorSummary,
}

/// A partner's own referrals.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "partner_referrals.html")]
pub struct PartnerReferralsPage {
    /// The frame.
    pub outsider: Outsider,
    /// Links of the portal as (label, href, current).
    pub tabs: Vec<(String, String, bool)>,
    /// One sentence: "14 this year, 9 answered, 3 met."
    pub summary: String,
    /// The referrals, with what each person lets us share.
    pub table: TableView,
    /// In place of the table when there are none.
    pub empty: Option<EmptyState>,
}

/// Look before you ask: what we know about a person or company, for members only.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "check.html")]
pub struct CheckPage {
    /// The frame.
    pub shell: Shell,
    /// Name, e-mail or company.
    pub query: Field,
    /// The answer; none before the first question.
    pub answer: Option<CheckAnswer>,
}

/// What a look found.
#[derive(Clone, Debug, Default)]
pub struct CheckAnswer {
    /// "Northmere Foods has an owner", "Nobody works on Adria Ceramics".
    pub headline: String,
    /// What to do about it.
    pub note: Note,
    /// Owner, open opportunities, open asks, last contact.
    pub table: TableView,
    /// Marks beside the headline.
    pub pills: Vec<Pill>,
    /// The look itself is recorded.
    pub seal: Option<Seal>,
    /// Path to hand the person over; empty when that is not possible.
    pub hand_over_href: String,
}

super::part::renders_itself!(HandOverForm);
