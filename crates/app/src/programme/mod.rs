//! The programme around introductions: who decides ([`authority`], [`committee`]), asks to all who
//! might know somebody and offers unasked ([`bulletin`], [`offer`]), groups with one seat for each
//! trade ([`groups`]), recruiting ([`recruit`]), something useful to give ([`useful`]), messages that
//! worked ([`playbook`]), and the page on which somebody senior says whom they want to meet
//! ([`concierge`]).

pub mod authority;
pub mod bulletin;
pub mod committee;
pub mod concierge;
pub mod desk;
pub mod groups;
pub mod offer;
pub mod playbook;
pub mod recruit;
pub mod useful;

use warmpath_core::id::{PersonId, WorkspaceId};
use warmpath_core::text::{Line, Paragraphs};
use warmpath_store::table::person::{self, PersonRow};

use crate::context::App;
use crate::error::{Failure, Problem};

/// Longest short text.
pub const LINE_MAX: usize = 200;

/// Longest text of some sentences.
pub const TEXT_MAX: usize = 1_000;

/// Collects what is wrong with a form.
#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    /// A short text that has to be there.
    fn line(&mut self, field: &str, text: &str, say: &str) {
        if let Err(refusal) = Line::<LINE_MAX>::parse(text) {
            self.0.push(Problem::new(field, "text_invalid", format!("{say}: {refusal}.")));
        }
    }

    /// Some sentences that have to be there.
    fn text(&mut self, field: &str, text: &str, say: &str) {
        if let Err(refusal) = Paragraphs::<TEXT_MAX>::parse(text) {
            self.0.push(Problem::new(field, "text_invalid", format!("{say}: {refusal}.")));
        }
    }

    fn say(&mut self, field: &str, code: &str, message: impl Into<String>) {
        self.0.push(Problem::new(field, code, message));
    }

    fn done(self) -> Result<(), Failure> {
        if self.0.is_empty() { Ok(()) } else { Err(Failure::Invalid(self.0)) }
    }
}

/// A person who is there and was not erased.
async fn known(app: &App, ws: WorkspaceId, id: PersonId) -> Result<PersonRow, Failure> {
    let row = person::person(app.db(), ws, id).await?;
    row.filter(|row| row.erased_at.is_none()).ok_or(Failure::NotFound)
}

/// Words that name nobody: role, industry, size and topic are said before anybody agreed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlindWords {
    /// "CFO".
    pub role: String,
    /// "chemicals".
    pub industry: String,
    /// "500 to 1,000 people".
    pub size: String,
    /// "closing five plants in one week".
    pub topic: String,
}

impl BlindWords {
    /// "CFO, chemicals, 500 to 1,000 people".
    pub fn line(&self) -> String {
        let parts = [self.role.as_str(), &self.industry, &self.size];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// The words are there, and none of them is an address or a number to reach somebody.
    fn check(&self, problems: &mut Problems) {
        for (field, text, say) in [
            ("role", &self.role, "Say the role"),
            ("industry", &self.industry, "Say the industry"),
            ("size", &self.size, "Say the size"),
            ("topic", &self.topic, "Say the topic"),
        ] {
            problems.line(field, text, say);
            if reaches_somebody(text) {
                let message = "Take the address out: nobody is named before they agreed.";
                problems.say(field, "naming_before_consent", message);
            }
        }
    }
}

/// An address, a web page or a long number.
fn reaches_somebody(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.contains('@') || text.contains("://") || text.contains("www.") || digits > 8
}
