//! May I contact, and why.

use super::super::filters;
use super::{Action, Seal, renders_itself};
use askama::Template;

/// The answer in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// Yes.
    Yes,
    /// Not yet: nobody answered.
    #[default]
    NotYet,
    /// No.
    No,
}

/// One way to reach a person.
#[derive(Clone, Debug, Default)]
pub struct Channel {
    /// "E-mail", "Phone", "Text".
    pub name: String,
    /// Address, number, or why not: "Not asked, so no".
    pub value: String,
    /// Whether it may be used now.
    pub open: bool,
}

/// The answer, the channels, the reason, and what to say first.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/may_contact.html")]
pub struct MayContact {
    /// The answer.
    pub verdict: Verdict,
    /// "Yes, you may write and call".
    pub headline: String,
    /// One sentence: until when, for what purpose.
    pub sentence: String,
    /// The channels, each with its own line.
    pub channels: Vec<Channel>,
    /// The reason in plain words.
    pub why: String,
    /// Rule, version of the rule table, wording.
    pub citation: String,
    /// What the first message has to say.
    pub say: Vec<String>,
    /// The ledger entry of the answer.
    pub seal: Option<Seal>,
    /// Page of the consent receipt; empty for none.
    pub receipt_href: String,
    /// What can be done about it now.
    pub actions: Vec<Action>,
    /// Only the band, for a peek.
    pub band_only: bool,
}

impl MayContact {
    fn class(&self) -> &'static str {
        match self.verdict {
            Verdict::Yes => "yes",
            Verdict::NotYet => "not-yet",
            Verdict::No => "no",
        }
    }

    fn sign(&self) -> &'static str {
        match self.verdict {
            Verdict::Yes => "circle-check",
            Verdict::NotYet => "hourglass",
            Verdict::No => "ban",
        }
    }
}

renders_itself!(MayContact);
