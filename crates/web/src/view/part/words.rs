//! What a person said, in their words; and a text that waits for somebody's own line.

use super::super::filters;
use super::{Avatar, Seal, renders_itself};
use askama::Template;

/// A person's words, frozen on receipt, with later edits below.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/human_words.html")]
pub struct HumanWords {
    /// Paragraphs, without quotation marks.
    pub paragraphs: Vec<String>,
    /// Who and when: "Tomasz Wolny, 18 May, 17:20. Frozen on receipt."
    pub caption: String,
    /// Initials before the caption (public pages).
    pub avatar: Option<Avatar>,
    /// The entry that froze them.
    pub seal: Option<Seal>,
    /// Later edits as (text, caption).
    pub edits: Vec<(String, String)>,
}

/// A piece of a prepared text.
#[derive(Clone, Debug)]
pub enum TextPiece {
    /// Prepared words.
    Text(String),
    /// The slot that a person has to fill: "One line of your own, about Priya".
    Slot(String),
}

/// A prepared text with a personal slot. It cannot be sent unfilled.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "part/opening_text.html")]
pub struct OpeningText {
    /// "Opening text".
    pub title: String,
    /// Which playbook: "Customer referral, month-end topic".
    pub playbook: String,
    /// The pieces in order.
    pub pieces: Vec<TextPiece>,
    /// What happens with it: "Goes out from your mailbox, after you fill the marked line."
    pub note: String,
    /// Page that fills and sends it; empty where it may not be sent now.
    pub fill_href: String,
}

renders_itself!(HumanWords, OpeningText);
