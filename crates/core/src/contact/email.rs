//! Mail addresses: one mailbox, safe to put into a header, a command and a page.
//!
//! The grammar is narrower than RFC 5321 on purpose. Quoted local parts, address literals and
//! the routing characters `%` and `!` are legal and used by nobody who is introduced to somebody,
//! and each has carried an attack.

use std::fmt;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::domain;
use crate::limits::EMAIL_BYTES_MAX;
use crate::text::Pii;

/// Greatest length of the part before the at sign in octets (RFC 5321 section 4.5.3.1.1).
const LOCAL_OCTETS_MAX: usize = 64;
/// Greatest length of one label of a domain in octets (RFC 1035 section 2.3.4).
const LABEL_OCTETS_MAX: usize = 63;

/// Domains whose mailboxes ignore `+tag`, each documented by its provider.
const PLUS_TAG_DOMAINS: [&str; 27] = [
    "fastmail.com",
    "fastmail.fm",
    "gmail.com",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.fr",
    "icloud.com",
    "live.com",
    "mac.com",
    "mailbox.org",
    "me.com",
    "msn.com",
    "outlook.com",
    "outlook.de",
    "outlook.fr",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
    "runbox.com",
    "yandex.com",
    "yandex.ru",
    "zohomail.com",
];

/// Why a text is not taken as a mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailRefusal {
    /// Nothing there.
    #[error("the address is empty")]
    Empty,
    /// Longer than 254 octets.
    #[error("the address is longer than 254 octets")]
    TooLong,
    /// A line break, NUL or another control character.
    #[error("the address holds a control character")]
    Control,
    /// A percent sign or an encoded word, in which a control character can hide.
    #[error("the address holds an encoded form")]
    Encoded,
    /// A space, in any script, or a line separator.
    #[error("the address holds a space or separator")]
    Space,
    /// An invisible character: a joiner, a direction mark or the like.
    #[error("the address holds an invisible character")]
    Invisible,
    /// Comma or semicolon: a list of addresses.
    #[error("there is more than one address")]
    SeveralAddresses,
    /// Angle brackets, quotes or a comment: a name beside the address.
    #[error("write the address alone, without name, brackets or quotes")]
    DisplayName,
    /// No at sign.
    #[error("the address has no at sign")]
    NoAtSign,
    /// More than one at sign.
    #[error("the address has more than one at sign")]
    SeveralAtSigns,
    /// Nothing before the at sign.
    #[error("the part before the at sign is empty")]
    EmptyLocalPart,
    /// More than 64 octets before the at sign.
    #[error("the part before the at sign is longer than 64 octets")]
    LocalPartTooLong,
    /// A dot at the start, at the end, or two together before the at sign.
    #[error("the part before the at sign has a misplaced dot")]
    LocalPartDots,
    /// A dash or slash in front, which a program could take for an option or a path.
    #[error("the address starts with a character that a program could misread")]
    LeadingCharacter,
    /// A character that has no place before the at sign.
    #[error("the part before the at sign holds a character that is not accepted")]
    LocalPartCharacter,
    /// A numeric address instead of a domain.
    #[error("a numeric address is not accepted in place of a domain")]
    AddressLiteral,
    /// A domain of one label.
    #[error("the domain has no dot")]
    DotlessDomain,
    /// A dot at the end.
    #[error("the domain ends with a dot")]
    TrailingDot,
    /// Two dots together, or a dot in front.
    #[error("the domain has an empty label")]
    EmptyLabel,
    /// A label longer than 63 octets.
    #[error("a label of the domain is longer than 63 octets")]
    LabelTooLong,
    /// Not a host name: wrong characters, misplaced hyphens, broken punycode.
    #[error("the domain is not valid")]
    Domain,
}

/// A domain that a reader could take for another one; shown beside the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DomainWarning {
    /// The domain as DNS sees it.
    pub ascii: String,
    /// The domain as a browser would show it.
    pub unicode: String,
    /// One label mixes scripts (UTS 39 section 5.1), such as a Cyrillic o among Latin letters.
    pub mixed_scripts: bool,
    /// It was written with look-alike forms, such as full-width letters, that DNS folds away.
    pub compatibility_forms: bool,
}

/// One mail address, kept as written.
///
/// Two addresses are equal only if they were written alike; match with [`Email::normal`].
/// A local part may hold letters of any script (RFC 6531).
///
/// ```
/// use warmpath_core::contact::{Email, EmailRefusal};
/// let email = Email::parse("PAT.Lee+crm@Bücher.example")?;
/// assert_eq!(email.as_written(), "PAT.Lee+crm@Bücher.example");
/// assert_eq!(email.normal(), "pat.lee+crm@xn--bcher-kva.example");
/// assert_eq!(email.masked(), "p…m@xn--bcher-kva.example");
/// assert_eq!(Email::parse("a@b.example, c@d.example"), Err(EmailRefusal::SeveralAddresses));
/// # Ok::<(), EmailRefusal>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email {
    written: String,
    /// NFC, lower case.
    local: String,
    /// A-labels, lower case.
    domain: String,
}

impl Email {
    /// Takes one bare address. Nothing is trimmed; whoever reads a form trims first.
    ///
    /// # Errors
    /// An [`EmailRefusal`] that names the first offence.
    pub fn parse(text: &str) -> Result<Self, EmailRefusal> {
        check_whole(text)?;
        let (local, domain) = text.split_once('@').ok_or(EmailRefusal::NoAtSign)?;
        if domain.contains('@') {
            return Err(EmailRefusal::SeveralAtSigns);
        }
        let local = normal_local(local)?;
        let domain = normal_domain(domain)?;
        if local.len() + 1 + domain.len() > EMAIL_BYTES_MAX {
            return Err(EmailRefusal::TooLong);
        }
        Ok(Self { written: text.to_owned(), local, domain })
    }

    /// The address exactly as it was written.
    #[must_use]
    pub fn as_written(&self) -> &str {
        &self.written
    }

    /// The match key: local part in NFC and lower case, domain as A-labels.
    #[must_use]
    pub fn normal(&self) -> String {
        format!("{}@{}", self.local, self.domain)
    }

    /// The match key without `+tag`, where the provider is known to ignore the tag; elsewhere
    /// the same as [`Email::normal`], since a tag may be another mailbox there.
    #[must_use]
    pub fn folded(&self) -> String {
        let ignores_tag = PLUS_TAG_DOMAINS.binary_search(&self.domain.as_str()).is_ok();
        let local = if ignores_tag { self.local_without_tag() } else { &self.local };
        format!("{local}@{}", self.domain)
    }

    /// The local part in NFC and lower case.
    #[must_use]
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The local part in NFC and lower case up to the first plus sign. Right for telling what
    /// kind of mailbox it is; as a match key it is a hint only.
    #[must_use]
    pub fn local_without_tag(&self) -> &str {
        match self.local.split_once('+') {
            Some((base, _)) if !base.is_empty() => base,
            _ => &self.local,
        }
    }

    /// The domain as A-labels in lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The domain that was registered: `mail.eu.acme.co.uk` gives `acme.co.uk`. The whole domain
    /// when it is itself a public suffix.
    #[must_use]
    pub fn registrable_domain(&self) -> &str {
        domain::registrable(&self.domain)
    }

    /// The address for pages where the mailbox must be recognised but not read:
    /// `p…n@northmere.example`.
    #[must_use]
    pub fn masked(&self) -> String {
        let mut characters = self.local.chars();
        match (characters.next(), characters.next_back()) {
            (Some(first), Some(last)) if characters.next().is_some() => {
                format!("{first}…{last}@{}", self.domain)
            }
            (Some(first), Some(_)) => format!("{first}…@{}", self.domain),
            _ => format!("…@{}", self.domain),
        }
    }

    /// What a reader should know before trusting the domain, if anything.
    #[must_use]
    pub fn domain_warning(&self) -> Option<DomainWarning> {
        let unicode = domain::unicode(&self.domain);
        let mixed_scripts = domain::mixes_scripts(&unicode);
        let written = self.written.split_once('@').map_or("", |(_, domain)| domain);
        let compatibility_forms = written.nfkc().ne(written.nfc());
        (mixed_scripts || compatibility_forms).then(|| DomainWarning {
            ascii: self.domain.clone(),
            unicode,
            mixed_scripts,
            compatibility_forms,
        })
    }
}

/// Whether a character has no place anywhere in an address.
type Offends = fn(char) -> bool;

fn check_whole(text: &str) -> Result<(), EmailRefusal> {
    if text.is_empty() {
        return Err(EmailRefusal::Empty);
    }
    if text.len() > EMAIL_BYTES_MAX {
        return Err(EmailRefusal::TooLong);
    }
    // The worst offence first, so that an injection is called one even when it also has commas.
    let refusals: [(Offends, EmailRefusal); 6] = [
        (char::is_control, EmailRefusal::Control),
        (|character| character == '%', EmailRefusal::Encoded),
        (|character| matches!(character, ',' | ';'), EmailRefusal::SeveralAddresses),
        (|character| matches!(character, '<' | '>' | '"' | '(' | ')'), EmailRefusal::DisplayName),
        (char::is_whitespace, EmailRefusal::Space),
        (is_invisible, EmailRefusal::Invisible),
    ];
    for (offends, refusal) in refusals {
        if text.contains(offends) {
            return Err(refusal);
        }
    }
    if text.contains("=?") { Err(EmailRefusal::Encoded) } else { Ok(()) }
}

/// Default-ignorable and format characters.
pub(super) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

fn normal_local(local: &str) -> Result<String, EmailRefusal> {
    if local.is_empty() {
        return Err(EmailRefusal::EmptyLocalPart);
    }
    if local.len() > LOCAL_OCTETS_MAX {
        return Err(EmailRefusal::LocalPartTooLong);
    }
    if local.starts_with(['-', '/', '|']) {
        return Err(EmailRefusal::LeadingCharacter);
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(EmailRefusal::LocalPartDots);
    }
    let accepted = |character: char| {
        character.is_alphanumeric()
            || is_combining_mark(character)
            || "._-+'&#*/=?^{}~$".contains(character)
    };
    if !local.chars().all(accepted) {
        return Err(EmailRefusal::LocalPartCharacter);
    }
    let lower: String = local.nfc().flat_map(char::to_lowercase).collect();
    Ok(lower.nfc().collect())
}

fn normal_domain(domain: &str) -> Result<String, EmailRefusal> {
    if domain.starts_with('[') {
        return Err(EmailRefusal::AddressLiteral);
    }
    if !domain.contains('.') {
        return Err(EmailRefusal::DotlessDomain);
    }
    if domain.ends_with('.') {
        return Err(EmailRefusal::TrailingDot);
    }
    if domain.split('.').any(str::is_empty) {
        return Err(EmailRefusal::EmptyLabel);
    }
    if domain.is_ascii() && domain.split('.').any(|label| label.len() > LABEL_OCTETS_MAX) {
        return Err(EmailRefusal::LabelTooLong);
    }
    let ascii = Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .map_err(|_| EmailRefusal::Domain)?;
    let last = ascii.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(EmailRefusal::AddressLiteral);
    }
    // Full-width dots become dots, so the check is made again on what DNS sees.
    if ascii.contains('.') { Ok(ascii.into_owned()) } else { Err(EmailRefusal::DotlessDomain) }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email({})", Pii::new(()))
    }
}

impl Serialize for Email {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}

impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[path = "email_tests.rs"]
mod tests;
