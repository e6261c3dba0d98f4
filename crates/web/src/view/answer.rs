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

/// The fixed words of the page in its language.
#[derive(Clone, Debug)]
pub struct AnswerWords {
    /// "Send my answer".
    pub send: &'static str,
    /// That one can change one's mind.
    pub change: &'static str,
    /// Title of the table of who gets what.
    pub who_gets: &'static str,
}

impl Default for AnswerWords {
    fn default() -> Self {
        Self {
            send: "Send my answer",
            change: "You can change your mind at any time with the link in every message.",
            who_gets: "If you say yes: who gets what",
        }
    }
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
    /// Whether the referrer may learn that a meeting took place: (name, label), never ticked by us.
    pub sharing: Option<(String, String)>,
    /// They ticked it themselves before something else needed a look.
    pub sharing_kept: bool,
    /// The button, the sentence below it and the title of the table in the page's language.
    pub say: AnswerWords,
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
    /// The same as a file that a mail program opens as a draft; empty for none.
    pub file: String,
    /// The link as a code; none when it is too long.
    pub qr: Option<Qr>,
    /// POST path that makes a new link when this one has ended; empty while it lives.
    pub renew_action: String,
    /// Nonce of that form.
    pub nonce: String,
}

super::part::renders_itself!(PassOn);
