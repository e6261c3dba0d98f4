//! Filling the gaps of a lead from several sources, in order, within a budget.
//!
//! Actors: a [`Vendor`] answers one [`Question`] with one [`Answer`]; a [`Waterfall`] asks vendors
//! in order, stops when nothing is missing any more, and keeps for every value where it came from,
//! when it was seen and how it was checked ([`Finding`]).
//!
//! Invariants:
//! - A vendor is only asked when its highest price fits what the call and the day have left; the
//!   price is reserved before the question, so that parallel calls cannot overdraw.
//! - `Suppressed` ends the whole chain: a person who asked one vendor to be left alone is left
//!   alone.
//! - A vendor's words are data: only fields it offers and we asked for, bounded, printable, under
//!   its own name. Nothing a vendor says merges or decides anything.
//! - A miss is an answer; silence, late answers and rubbish are faults, and five faults in a row
//!   close the vendor for a while.
//!
//! Deliberately absent: asking a mail server whether a mailbox exists (worthless answers, and it
//! reveals interest before consent), comparing confidence numbers of different vendors.

mod answer;
mod breaker;
mod budget;
pub mod fake;
mod free;
mod waterfall;

pub use answer::{
    Answer, AnswerItem, FINDINGS_MAX, Field, Finding, MailboxClass, PhoneKind, PhoneShape,
    Question, VALUE_CHARS_MAX, Verification,
};
pub use breaker::{Breaker, FAULTS_TO_OPEN, OPEN_SECONDS};
pub use budget::{DayBudget, Reserved};
pub use free::{MailServerCheck, MailboxClassCheck, MailboxSyntax, PhoneShapeCheck};
pub use waterfall::{ANSWER_MS_MAX, Quote, Report, Step, StepOutcome, VENDORS_MAX, Waterfall};

/// One source of facts.
#[async_trait::async_trait]
pub trait Vendor: Send + Sync {
    /// Short stable name, the `source` of everything it says.
    fn name(&self) -> &str;

    /// The highest price of one question, in ten-thousandths of the budget's currency unit.
    fn cost_e4(&self) -> u64;

    /// The fields it may fill.
    fn offers(&self) -> &[Field];

    /// True if the question holds what this vendor needs to start.
    fn can_ask(&self, question: &Question) -> bool;

    /// Answers. May take long or never return: the waterfall keeps the time.
    async fn lookup(&self, question: &Question, at: jiff::Timestamp) -> Answer;
}
