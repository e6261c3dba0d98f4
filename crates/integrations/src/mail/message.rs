//! From plain data to the bytes of one mail.

use std::{fmt, time::SystemTime};

use jiff::Timestamp;
use lettre::message::{
    Body, Mailboxes, MultiPart, MultiPartKind, SinglePart,
    header::{ContentTransferEncoding, ContentType, Headers, MIME_VERSION_1_0, To},
};
use sha2::{Digest, Sha256};

use super::{
    Address, Mailbox,
    headers::{is_forbidden_in_header, is_reordering, plain, subject},
};

/// Longest subject, in characters.
pub const SUBJECT_CHARS_MAX: usize = 200;
/// Longest plain text, in bytes.
pub const TEXT_BYTES_MAX: usize = 256 * 1024;
/// Longest HTML text, in bytes.
pub const HTML_BYTES_MAX: usize = 512 * 1024;
const MESSAGE_ID_BYTES_MAX: usize = 128;
const URL_BYTES_MAX: usize = 900;

/// The stable identity of a message, `<local@domain>`. The same message tried twice keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageId {
    local: String,
    domain: String,
}

impl MessageId {
    /// `local` is our own key for the mail: letters, digits, `-`, `_` and single dots, at most
    /// 128 bytes. `domain` is the sending domain.
    ///
    /// # Errors
    /// [`MessageError::Id`] for any other text.
    pub fn new(local: &str, domain: &str) -> Result<Self, MessageError> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let is_local = local.len() <= MESSAGE_ID_BYTES_MAX
            && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_plain));
        let is_domain = domain.len() <= 253
            && domain.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_plain));
        if !is_local || !is_domain {
            return Err(MessageError::Id);
        }
        Ok(Self { local: local.to_owned(), domain: domain.to_owned() })
    }

    /// Our own key for the mail; safe as a part of a file name.
    pub fn local(&self) -> &str {
        &self.local
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}@{}>", self.local, self.domain)
    }
}

/// A calendar part to carry along, from [`crate::invite`].
#[derive(Debug, Clone)]
pub struct Invite {
    /// `REQUEST` or `CANCEL`; becomes the `method` parameter of the part.
    pub method: crate::invite::Method,
    /// The calendar text.
    pub ics: String,
}

/// Everything a use case decides about one mail.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Identity, kept over attempts.
    pub id: MessageId,
    /// When the mail was decided; becomes `Date`.
    pub date: Timestamp,
    /// Our own mailbox.
    pub from: Mailbox,
    /// The one recipient.
    pub to: Mailbox,
    /// Who should get the answer, a verified mailbox.
    pub reply_to: Option<Mailbox>,
    /// One line, at most [`SUBJECT_CHARS_MAX`] characters.
    pub subject: String,
    /// Plain text, any line ends.
    pub text: String,
    /// The same in HTML, if there is one. Rendered by our templates, never from outside.
    pub html: Option<String>,
    /// One HTTPS address that unsubscribes by POST (RFC 8058).
    pub list_unsubscribe: Option<String>,
    /// Marks service mail as `auto-generated` (RFC 3834); false for what a person sends.
    pub auto_submitted: bool,
    /// A meeting invitation to carry along.
    pub invite: Option<Invite>,
}

/// Why a draft cannot become a mail.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The identity has a character outside the plain set.
    #[error("the message id is not plain text")]
    Id,
    /// The subject is empty, too long, or holds a control character.
    #[error("the subject must be one line of at most {SUBJECT_CHARS_MAX} characters")]
    Subject,
    /// Plain text or HTML is above its bound.
    #[error("the text is too long")]
    TooLong,
    /// The unsubscribe address is not one plain HTTPS address.
    #[error("the unsubscribe link must be one https address")]
    Unsubscribe,
    /// The library refused the parts; names what it said.
    #[error("the mail could not be put together: {0}")]
    Assembly(String),
}

/// One mail, checked and rendered.
///
/// Headers are `Message-ID, Date, From, To, Subject, MIME-Version, Content-Type` and, as asked
/// for, `Reply-To, List-Unsubscribe, List-Unsubscribe-Post, Auto-Submitted`, plus
/// `Content-Transfer-Encoding: quoted-printable` for a single part. No other header can occur.
#[derive(Clone)]
pub struct Message {
    id: MessageId,
    date: Timestamp,
    from: Address,
    to: Address,
    envelope: lettre::address::Envelope,
    bytes: Vec<u8>,
}

impl Message {
    /// Checks a draft and renders it.
    ///
    /// # Errors
    /// See [`MessageError`]; nothing is repaired silently.
    pub fn build(draft: &Draft) -> Result<Self, MessageError> {
        check(draft)?;
        let from = lettre_mailbox(&draft.from)?;
        let to = lettre_mailbox(&draft.to)?;
        let envelope =
            lettre::address::Envelope::new(Some(from.email.clone()), vec![to.email.clone()])
                .map_err(assembly)?;
        let mut builder = lettre::Message::builder()
            .message_id(Some(draft.id.to_string()))
            .date(SystemTime::from(draft.date))
            .from(from)
            .to(to)
            .raw_header(subject(&draft.subject));
        if let Some(reply_to) = &draft.reply_to {
            builder = builder.reply_to(lettre_mailbox(reply_to)?);
        }
        if let Some(url) = &draft.list_unsubscribe {
            builder = builder
                .raw_header(plain("List-Unsubscribe", &format!("<{url}>")))
                .raw_header(plain("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        if draft.auto_submitted {
            builder = builder.raw_header(plain("Auto-Submitted", "auto-generated"));
        }
        let mail = match parts(draft)? {
            Parts::One(part) => builder.singlepart(part),
            Parts::Alternatives(parts) => builder.multipart(parts),
        };
        Ok(Self {
            id: draft.id.clone(),
            date: draft.date,
            from: draft.from.address().clone(),
            to: draft.to.address().clone(),
            envelope,
            bytes: mail.map_err(assembly)?.formatted(),
        })
    }

    /// The identity.
    pub fn id(&self) -> &MessageId {
        &self.id
    }

    /// When the mail was decided.
    pub fn date(&self) -> Timestamp {
        self.date
    }

    /// Our own address.
    pub fn from(&self) -> &Address {
        &self.from
    }

    /// The one recipient.
    pub fn to(&self) -> &Address {
        &self.to
    }

    /// The mail as it goes over the wire, before dot-stuffing. ASCII, CRLF.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn envelope(&self) -> &lettre::address::Envelope {
        &self.envelope
    }
}

/// Prints the identity alone.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A mail for the sender's own program, as a file (`.eml`): no sender and no date, and marked as not
/// sent, so that it opens as a draft of theirs.
///
/// # Errors
/// [`MessageError`] as for [`Message::build`].
pub fn unsent(to: &[Mailbox], line: &str, text: &str) -> Result<Vec<u8>, MessageError> {
    check_subject(line)?;
    if text.len() > TEXT_BYTES_MAX {
        return Err(MessageError::TooLong);
    }
    let to: Mailboxes = to.iter().map(lettre_mailbox).collect::<Result<_, _>>()?;
    let mut headers = Headers::new();
    headers.set(To::from(to));
    headers.insert_raw(subject(line));
    headers.insert_raw(plain("X-Unsent", "1"));
    headers.set(MIME_VERSION_1_0);
    let head = headers.to_string();
    Ok([head.as_bytes(), &part(ContentType::TEXT_PLAIN, text)?.formatted()].concat())
}

fn check_subject(subject: &str) -> Result<(), MessageError> {
    let is_bad = |c: char| is_forbidden_in_header(c) || is_reordering(c);
    let length = subject.trim().chars().count();
    if length == 0 || length > SUBJECT_CHARS_MAX || subject.chars().any(is_bad) {
        return Err(MessageError::Subject);
    }
    Ok(())
}

fn check(draft: &Draft) -> Result<(), MessageError> {
    check_subject(&draft.subject)?;
    if draft.text.len() > TEXT_BYTES_MAX
        || draft.html.as_ref().is_some_and(|html| html.len() > HTML_BYTES_MAX)
    {
        return Err(MessageError::TooLong);
    }
    let is_plain_url = |url: &String| {
        url.len() <= URL_BYTES_MAX
            && url.bytes().all(|b| b.is_ascii_graphic() && !b"<>,\"".contains(&b))
            && reqwest::Url::parse(url).is_ok_and(|url| url.scheme() == "https")
    };
    if draft.list_unsubscribe.as_ref().is_some_and(|url| !is_plain_url(url)) {
        return Err(MessageError::Unsubscribe);
    }
    Ok(())
}

enum Parts {
    One(SinglePart),
    Alternatives(MultiPart),
}

fn parts(draft: &Draft) -> Result<Parts, MessageError> {
    let text = part(ContentType::TEXT_PLAIN, &draft.text)?;
    if draft.html.is_none() && draft.invite.is_none() {
        return Ok(Parts::One(text));
    }
    let mut all = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(boundary(draft))
        .singlepart(text);
    if let Some(html) = &draft.html {
        all = all.singlepart(part(ContentType::TEXT_HTML, html)?);
    }
    if let Some(invite) = &draft.invite {
        let kind = format!("text/calendar; charset=utf-8; method={}", invite.method);
        let kind = ContentType::parse(&kind).map_err(assembly)?;
        all = all.singlepart(part(kind, &invite.ics)?);
    }
    Ok(Parts::Alternatives(all))
}

fn part(kind: ContentType, text: &str) -> Result<SinglePart, MessageError> {
    let body = Body::new_with_encoding(with_crlf(text), ContentTransferEncoding::QuotedPrintable)
        .map_err(|_| MessageError::Assembly("quoted-printable".to_owned()))?;
    Ok(SinglePart::builder().header(kind).body(body))
}

/// Every kind of line end becomes CRLF, so that a bare CR or LF can never reach the wire.
fn with_crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n")
}

/// A separator that no text can contain on purpose: it depends on the text itself.
fn boundary(draft: &Draft) -> String {
    let mut hash = Sha256::new();
    let html = draft.html.as_deref().unwrap_or_default();
    let ics = draft.invite.as_ref().map_or("", |invite| invite.ics.as_str());
    for field in [draft.id.local(), &draft.text, html, ics] {
        hash.update((field.len() as u64).to_be_bytes());
        hash.update(field);
    }
    hash.finalize().iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}

fn lettre_mailbox(mailbox: &Mailbox) -> Result<lettre::message::Mailbox, MessageError> {
    let address = lettre::Address::new(mailbox.address().local(), mailbox.address().domain())
        .map_err(assembly)?;
    Ok(lettre::message::Mailbox::new(mailbox.name().map(str::to_owned), address))
}

fn assembly(error: impl fmt::Display) -> MessageError {
    MessageError::Assembly(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailbox(text: &str) -> Mailbox {
        Mailbox::bare(text.parse().expect("an address"))
    }

    #[test]
    fn a_draft_for_ones_own_program_has_no_sender_and_cannot_take_a_header() {
        let to = [mailbox("priya@northmere.example"), mailbox("maya@corvane.example")];
        let bytes = unsent(&to, "Priya and Søren", "Hello both,\nmeet.").expect("a mail");
        let text = String::from_utf8(bytes).expect("ASCII");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        assert!(head.contains("To: priya@northmere.example, maya@corvane.example"), "{head}");
        assert!(head.contains("Subject: =?utf-8?B?") && head.contains("X-Unsent: 1"), "{head}");
        assert!(!head.contains("From:") && !head.contains("Date:"), "{head}");
        assert_eq!(body.trim_end(), "Hello both,\r\nmeet.");
        let sneaky = unsent(&to, "Hello\r\nBcc: x@y.example", "x");
        assert_eq!(sneaky, Err(MessageError::Subject));
    }
}
