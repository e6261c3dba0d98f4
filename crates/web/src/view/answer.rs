//! The pages of a person who was handed over: answering, what follows, changing one's mind.

use super::part::{Avatar, Choices, ErrorSummary, Field, HumanWords, Note, Qr, Seal};
use super::{Outsider, filters};
use askama::Template;

/// Who gets what after a yes.
#[derive(Clone, Debug, Default)]
pub struct WhoGets {
    /// Name: "Maya Okafor".
    pub who: String,
    /// What they are: "Corvane, your contact".
    pub what_they_are: String,
    /// What they get.
    pub gets: String,
}

/// The question, with answers of equal size and weight. GET only shows it.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "answer.html")]
pub struct AnswerPage {
    /// The frame.
    pub outsider: Outsider,
    /// "Tomasz Wolny thinks you and Corvane should talk".
    pub title: String,
    /// One purpose, in two sentences.
    pub lead: String,
    /// The referrer's words; none when they wrote nothing to be shown.
    pub words: Option<HumanWords>,
    /// POST path.
    pub action: String,
    /// The page's nonce.
    pub nonce: String,
    /// What needs a look.
    pub errors: ErrorSummary,
    /// Yes, later, no, not me. Nothing is chosen or ticked by us.
    pub answers: Choices,
    /// How to be reached, asked beside a yes where we do not know it; optional.
    pub reach: Vec<Field>,
    /// Whether the referrer may learn that a meeting took place: (name, label), never ticked.
    pub sharing: Option<(String, String)>,
    /// Who gets what after a yes.
    pub who_gets: Vec<WhoGets>,
}

/// After the answer.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "answered.html")]
pub struct AnsweredPage {
    /// The frame.
    pub outsider: Outsider,
    /// "Thank you. Maya writes to you by Friday."
    pub title: String,
    /// What happens next, or that nothing does.
    pub lead: String,
    /// Who gets in touch; none after a no.
    pub contact: Option<(Avatar, String, String)>,
    /// Page of the receipt; empty for none.
    pub receipt_href: String,
    /// Page to change one's mind; empty for none.
    pub withdraw_href: String,
    /// What else to know.
    pub note: Option<Note>,
    /// Its ledger entry.
    pub seal: Option<Seal>,
}

/// Withdrawing. One press, no reason asked.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "withdraw.html")]
pub struct WithdrawPage {
    /// The frame.
    pub outsider: Outsider,
    /// "Stop everything?"
    pub title: String,
    /// What is stopped and deleted.
    pub lead: String,
    /// Each consequence in a line.
    pub consequences: Vec<String>,
    /// POST path.
    pub action: String,
    /// The page's nonce.
    pub nonce: String,
    /// "Stop and delete".
    pub button: String,
    /// Where to go instead; empty for nowhere.
    pub keep_href: String,
}

/// A link that was used, ended or never was; also any plain message for outsiders.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "outside_message.html")]
pub struct OutsideMessagePage {
    /// The frame.
    pub outsider: Outsider,
    /// "This link has been used".
    pub title: String,
    /// What is true now.
    pub lead: String,
    /// What can be done, as (label, href).
    pub links: Vec<(String, String)>,
}

/// A link to pass on, right after handing over and on the status page.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/pass_on.html")]
pub struct PassOn {
    /// "Pass this on to Priya".
    pub title: String,
    /// How long it lives: "It works once, until 1 June."
    pub sentence: String,
    /// The text to copy, with the link, in the referrer's language.
    pub text: String,
    /// Opens the mail program; empty for none.
    pub mailto: String,
    /// The link as a code; none when it is too long.
    pub qr: Option<Qr>,
    /// POST path that makes a new link when this one has ended; empty while it lives.
    pub renew_action: String,
    /// Nonce of that form.
    pub nonce: String,
}

super::part::renders_itself!(PassOn);
