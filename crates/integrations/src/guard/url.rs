//! Which URLs may be asked at all. Pure text work: no name is resolved here.
//!
//! Several readers of one URL must not see several hosts. So the text is refused whenever it
//! holds anything that readers are known to take differently, before it is parsed.

use std::{collections::BTreeSet, net::IpAddr};

use reqwest::Url;

use super::address::{Forbidden, forbidden, forbidden_for_trusted};
use crate::mail::ascii_host;

/// Longest URL, in bytes.
pub const URL_BYTES_MAX: usize = 2_048;

/// A receiver in the house that the operator listed: plain HTTP and in-house addresses are
/// allowed for exactly this host and port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrustedHost {
    /// Host name or address in lower-case ASCII.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// What may be asked.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Ports allowed for hosts outside.
    pub ports: BTreeSet<u16>,
    /// The operator's own receivers.
    pub trusted: BTreeSet<TrustedHost>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { ports: BTreeSet::from([443, 8443]), trusted: BTreeSet::new() }
    }
}

/// Why a URL is refused. The text is fit for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Longer than [`URL_BYTES_MAX`].
    #[error("the address is longer than {URL_BYTES_MAX} bytes")]
    TooLong,
    /// Controls, spaces, backslashes, encoded line ends, or no `/` after the host.
    #[error("the address has a character or a form that readers take differently")]
    Ambiguous,
    /// Not a URL.
    #[error("this is not a web address")]
    Unreadable,
    /// Not https, or http for a host that is not trusted.
    #[error("the address must start with https://")]
    Scheme,
    /// User name or password inside.
    #[error("the address must not hold a user name or password")]
    UserInfo,
    /// A part after `#` is never sent.
    #[error("the address must not have a part after #")]
    Fragment,
    /// A port outside the list.
    #[error("this port is not allowed")]
    Port,
    /// No plain dotted host name, or an address in an odd notation.
    #[error("the host must be a full name or a plainly written address")]
    Host,
    /// An address that is out of bounds.
    #[error("this address is not on the public Internet")]
    Address(Forbidden),
}

/// A URL that passed, taken apart once so that nobody reads it again.
#[derive(Debug, Clone)]
pub struct Target {
    pub(super) url: Url,
    pub(super) host: String,
    pub(super) literal: Option<IpAddr>,
    pub(super) port: u16,
    pub(super) is_trusted: bool,
}

impl Target {
    /// The host in lower-case ASCII.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, stated or by scheme.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The normal form, fit to be stored.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// Why this address may not be dialled for this target.
    pub(super) fn forbids(&self, address: IpAddr) -> Option<Forbidden> {
        if self.is_trusted { forbidden_for_trusted(address) } else { forbidden(address) }
    }
}

impl Policy {
    /// Checks the text of a URL. Asks nobody.
    ///
    /// # Errors
    /// The first [`UrlError`] that applies.
    pub fn check(&self, text: &str) -> Result<Target, UrlError> {
        let written_host = unambiguous_host(text)?;
        let url = Url::parse(text).map_err(|_| UrlError::Unreadable)?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(UrlError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(UrlError::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(UrlError::Fragment);
        }
        let port = url.port_or_known_default().ok_or(UrlError::Port)?;
        let parsed = url.host_str().ok_or(UrlError::Host)?.to_owned();
        let literal = literal_address(&parsed, written_host)?;
        let host = literal.map_or(parsed, |address| address.to_string());
        let is_trusted = self.trusted.contains(&TrustedHost { host: host.clone(), port });
        // A name in the house may be a single label; outside it is a full, plain name.
        let is_full_name = ascii_host(&host).is_some_and(|plain| plain == host);
        if literal.is_none() && !is_trusted && !is_full_name {
            return Err(UrlError::Host);
        }
        if url.scheme() == "http" && !is_trusted {
            return Err(UrlError::Scheme);
        }
        if !is_trusted && !self.ports.contains(&port) {
            return Err(UrlError::Port);
        }
        let target = Target { url, host, literal, port, is_trusted };
        match literal.and_then(|address| target.forbids(address)) {
            Some(why) => Err(UrlError::Address(why)),
            None => Ok(target),
        }
    }
}

/// The host as written, if the text is one that every reader splits alike.
fn unambiguous_host(text: &str) -> Result<&str, UrlError> {
    if text.len() > URL_BYTES_MAX {
        return Err(UrlError::TooLong);
    }
    let is_odd = |c: char| c.is_control() || c.is_whitespace() || "\\<>\"`{}|^".contains(c);
    if text.chars().any(is_odd) || has_encoded_control(text) {
        return Err(UrlError::Ambiguous);
    }
    let (scheme, rest) = text.split_once("://").ok_or(UrlError::Unreadable)?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return Err(UrlError::Scheme);
    }
    let authority = match rest.find(['/', '?', '#']) {
        Some(end) if rest.as_bytes()[end] == b'/' => &rest[..end],
        Some(_) => return Err(UrlError::Ambiguous),
        None => rest,
    };
    if authority.contains('@') {
        return Err(UrlError::UserInfo);
    }
    if authority.contains('%') {
        return Err(UrlError::Host);
    }
    // A bracketed address keeps its colons.
    let port_at = match authority.rfind(']') {
        Some(bracket) => authority[bracket..].find(':').map(|at| at + bracket),
        None => authority.find(':'),
    };
    let (host, port) = match port_at {
        Some(at) => (&authority[..at], Some(&authority[at + 1..])),
        None => (authority, None),
    };
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    if host.is_empty() || port.is_some_and(|port| !is_port(port)) {
        return Err(UrlError::Ambiguous);
    }
    Ok(host)
}

/// True if a percent escape stands for a control character (`%0d%0a` splits headers elsewhere).
fn has_encoded_control(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(3).any(|w| {
        w[0] == b'%' && (matches!(w[1], b'0' | b'1') || w[1..].eq_ignore_ascii_case(b"7f"))
    })
}

/// The address if the host is one, written the one plain way. `127.1`, `0x7f000001`, full-width
/// digits and the like parse to an address too, and are refused here.
fn literal_address(parsed: &str, written: &str) -> Result<Option<IpAddr>, UrlError> {
    let inner = parsed.trim_start_matches('[').trim_end_matches(']');
    let Ok(address) = inner.parse::<IpAddr>() else { return Ok(None) };
    let is_plain = match address {
        IpAddr::V4(address) => written == address.to_string(),
        // IPv6 has many plain spellings; the brackets make it unmistakable.
        IpAddr::V6(_) => written.starts_with('[') && written.is_ascii(),
    };
    if is_plain { Ok(Some(address)) } else { Err(UrlError::Host) }
}
