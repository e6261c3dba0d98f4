//! One mailbox, typed: what may stand after `RCPT TO` and in an address header.

use std::{fmt, str::FromStr};

use super::headers::{is_forbidden_in_header, is_reordering};

/// Bytes in the part before the `@` (RFC 5321, 4.5.3.1.1).
const LOCAL_BYTES_MAX: usize = 64;
/// Bytes in a domain name (RFC 1035, 2.3.4, without the root dot).
const DOMAIN_BYTES_MAX: usize = 253;
/// Characters of a display name that are kept; longer ones are cut.
const NAME_CHARS_MAX: usize = 78;

/// A mail address we are willing to write to: dot-atom local part in ASCII, a dotted domain in
/// its ASCII (IDNA) form. Quoted local parts, address literals and non-ASCII local parts are
/// valid in the standards and refused here: they are almost always an attack or a typing error.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    local: String,
    domain: String,
}

/// Why a text is no address for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not exactly one `@` with something on both sides.
    #[error("an address is written local@domain, with one @")]
    Shape,
    /// The local part is too long or has a character outside the plain set.
    #[error("the part before the @ has a character or a length that we do not accept")]
    Local,
    /// The domain is not a dotted name with valid labels.
    #[error("the part after the @ is not a valid domain name")]
    Domain,
}

impl Address {
    /// The part before the `@`, as written.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The domain in lower case and ASCII form (`xn--…` for international names).
    pub fn domain(&self) -> &str {
        &self.domain
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (local, domain) = text.split_once('@').ok_or(AddressError::Shape)?;
        if local.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(AddressError::Shape);
        }
        if !is_plain_local(local) {
            return Err(AddressError::Local);
        }
        let domain = ascii_domain(domain).ok_or(AddressError::Domain)?;
        Ok(Self { local: local.to_owned(), domain })
    }
}

fn is_plain_local(local: &str) -> bool {
    // RFC 5322 atext without `|`, and no leading dash: both have meant commands to mail programs.
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{}~".contains(c);
    local.len() <= LOCAL_BYTES_MAX
        && !local.starts_with('-')
        && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_allowed))
}

/// The lower-case ASCII form of a dotted host name, or nothing if it is none.
pub(crate) fn ascii_domain(domain: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_strict(domain).ok()?;
    let labels: Vec<&str> = ascii.split('.').collect();
    let is_label = |label: &&str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let top_is_numeric = labels.last().is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit()));
    let is_name = ascii.len() <= DOMAIN_BYTES_MAX
        && labels.len() >= 2
        && labels.iter().all(is_label)
        && !top_is_numeric;
    is_name.then_some(ascii)
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.local, self.domain)
    }
}

/// Prints no address: logs hold none.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

/// An address with the name shown beside it.
#[derive(Clone, PartialEq, Eq)]
pub struct Mailbox {
    name: Option<String>,
    address: Address,
}

/// Why a mailbox was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    /// The name holds a line end or another control character.
    #[error("a name must be one line of printable text")]
    NameControl,
}

impl Mailbox {
    /// A mailbox without a name.
    pub fn bare(address: Address) -> Self {
        Self { name: None, address }
    }

    /// A mailbox with a display name.
    ///
    /// A name that could be read as a second address (it holds `@`, `<`, `>`), as an encoded
    /// word, or that changes reading direction is left out: the reader then sees the true
    /// address alone. Names longer than 78 characters are cut.
    ///
    /// # Errors
    /// [`MailboxError::NameControl`] if the name holds a control character or a line separator.
    pub fn named(name: &str, address: Address) -> Result<Self, MailboxError> {
        if name.chars().any(is_forbidden_in_header) {
            return Err(MailboxError::NameControl);
        }
        let misleads = name.contains(['@', '<', '>'])
            || name.contains("=?")
            || name.chars().any(is_reordering);
        let kept: String = name.trim().chars().take(NAME_CHARS_MAX).collect();
        let name = (!misleads && !kept.is_empty()).then_some(kept);
        Ok(Self { name, address })
    }

    /// The name that will be shown, if any.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address.
    pub fn address(&self) -> &Address {
        &self.address
    }
}

/// Prints neither name nor address.
impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailbox(…)")
    }
}
