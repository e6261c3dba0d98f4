//! Questions to the domain name system, behind a trait so that tests need no network.
//!
//! Invariant: *no answer* ([`DnsError::Unavailable`]) and *the answer is no* (an empty list,
//! [`MailServers::Absent`]) are never the same thing. A name is only called dead when a server
//! said so.

mod fake;
mod hickory;

use std::net::IpAddr;

pub use fake::FakeResolver;
pub use hickory::{HickoryResolver, LOOKUP_MS_MAX};

/// Most addresses, mail servers or texts that one answer may bring; further ones are dropped.
pub const ANSWERS_MAX: usize = 32;

/// One host that takes mail for a domain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MailServer {
    /// Lower is tried first.
    pub preference: u16,
    /// Host name without the root dot.
    pub host: String,
}

/// Who takes mail for a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailServers {
    /// These hosts, by preference.
    Hosts(Vec<MailServer>),
    /// A null MX: the domain says that it takes no mail (RFC 7505).
    Null,
    /// No MX record. Mail may still go to the domain's own address (RFC 5321, 5.1).
    Absent,
}

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DnsError {
    /// The name cannot be asked for.
    #[error("this is not a host name")]
    BadName,
    /// No server answered, or it failed. Nothing is known.
    #[error("the name service did not answer")]
    Unavailable,
}

/// Answers questions about names. A name that does not exist has no addresses.
#[async_trait::async_trait]
pub trait Resolver: Send + Sync {
    /// All addresses of a host, both families; empty if there are none.
    ///
    /// # Errors
    /// [`DnsError`].
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, DnsError>;

    /// Who takes mail for the domain.
    ///
    /// # Errors
    /// [`DnsError`].
    async fn mail_servers(&self, domain: &str) -> Result<MailServers, DnsError>;

    /// The text records of a name, each with its strings joined; empty if there are none.
    ///
    /// # Errors
    /// [`DnsError`].
    async fn texts(&self, name: &str) -> Result<Vec<String>, DnsError>;
}

/// Sorts MX records into the three cases; a lone record `0 .` is the null MX.
pub(crate) fn mail_servers_from(mut records: Vec<MailServer>) -> MailServers {
    records.sort();
    records.truncate(ANSWERS_MAX);
    match records.as_slice() {
        [] => MailServers::Absent,
        [only] if only.host.is_empty() => MailServers::Null,
        _ => {
            records.retain(|server| !server.host.is_empty());
            MailServers::Hosts(records)
        }
    }
}
