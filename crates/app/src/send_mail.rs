//! Queues a mail. Only the worker sends; a use case never does.

use warmpath_core::id::{MailId, MemberId, PersonId, ReferralId};
use warmpath_store::table::mail::MailRow;

use crate::context::App;
use crate::unit::Unit;

/// A mail to be.
#[derive(Debug, Clone)]
pub struct Letter {
    /// What it is: `sign_in`, `assigned`, `thanks`, …
    pub kind: &'static str,
    /// To.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// Text.
    pub body: String,
    /// The person, when it goes to somebody who is not a member.
    pub person: Option<PersonId>,
    /// The referral it is about.
    pub referral: Option<ReferralId>,
    /// The named person who sends it; service messages have none.
    pub sent_by: Option<MemberId>,
    /// Where an answer goes, if not to us.
    pub reply_to: String,
    /// One-click withdrawal address.
    pub unsubscribe: String,
}

impl Letter {
    /// A service message somebody asked for.
    pub fn service(kind: &'static str, to: impl Into<String>, subject: impl Into<String>) -> Self {
        Self {
            kind,
            to: to.into(),
            subject: subject.into(),
            body: String::new(),
            person: None,
            referral: None,
            sent_by: None,
            reply_to: String::new(),
            unsubscribe: String::new(),
        }
    }

    /// With this text.
    #[must_use]
    pub fn saying(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }

    /// About this referral.
    #[must_use]
    pub fn about(mut self, referral: ReferralId) -> Self {
        self.referral = Some(referral);
        self
    }

    /// To this person, who is not a member.
    #[must_use]
    pub fn to_person(mut self, person: PersonId) -> Self {
        self.person = Some(person);
        self
    }
}

/// Puts the mail into the outbox with the job that sends it.
pub fn queue(app: &App, unit: &mut Unit<'_>, letter: Letter) -> MailId {
    let id = store(app, unit, letter, "queued");
    queue_stored(unit, id);
    id
}

/// Puts the job that sends a stored mail into the queue.
pub fn queue_stored(unit: &mut Unit<'_>, id: MailId) {
    let at = unit.at;
    unit.job("mail.send", id, format!("mail.send/{id}"), at, &serde_json::json!({}));
}

/// Stores a draft that a person will finish and send.
pub fn draft(app: &App, unit: &mut Unit<'_>, letter: Letter) -> MailId {
    store(app, unit, letter, "draft")
}

fn store(app: &App, unit: &mut Unit<'_>, letter: Letter, state: &str) -> MailId {
    let id: MailId = app.id();
    let row = MailRow {
        workspace: unit.workspace,
        id,
        kind: letter.kind.to_owned(),
        to_address: letter.to,
        reply_to: letter.reply_to,
        subject: letter.subject,
        body: letter.body,
        unsubscribe: letter.unsubscribe,
        person: letter.person,
        referral: letter.referral,
        sent_by: letter.sent_by,
        state: state.to_owned(),
        created_at: unit.at,
        sent_at: None,
        error: String::new(),
        version: 1,
    };
    unit.push(row.insert());
    id
}
