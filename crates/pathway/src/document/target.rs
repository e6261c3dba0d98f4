//! Who something goes to: `pool:dach`, `member:maya`, `account-owner`, `referrer-owner`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A recipient. In TOML and JSON one string.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Target {
    /// A pool of the workspace; assignment picks a member.
    Pool(Arc<str>),
    /// One member.
    Member(Arc<str>),
    /// The member who owns the account (fact `account_owner`).
    AccountOwner,
    /// The member who looks after the referrer (fact `referrer_owner`).
    ReferrerOwner,
}

/// Why a recipient does not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write pool:NAME, member:NAME, account-owner or referrer-owner")]
pub struct TargetError;

impl Target {
    /// True when it may turn out to be nobody: the fact that names the member can be unknown.
    #[must_use]
    pub fn may_be_nobody(&self) -> bool {
        matches!(self, Self::AccountOwner | Self::ReferrerOwner)
    }

    /// The fact that names the member, for owners found by a fact.
    #[must_use]
    pub fn fact(&self) -> Option<&'static str> {
        match self {
            Self::AccountOwner => Some("account_owner"),
            Self::ReferrerOwner => Some("referrer_owner"),
            _ => None,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(id) => write!(out, "pool:{id}"),
            Self::Member(id) => write!(out, "member:{id}"),
            Self::AccountOwner => out.write_str("account-owner"),
            Self::ReferrerOwner => out.write_str("referrer-owner"),
        }
    }
}

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        match text.split_once(':') {
            Some(("pool", id)) if !id.is_empty() => Ok(Self::Pool(id.into())),
            Some(("member", id)) if !id.is_empty() => Ok(Self::Member(id.into())),
            None if text == "account-owner" => Ok(Self::AccountOwner),
            None if text == "referrer-owner" => Ok(Self::ReferrerOwner),
            _ => Err(TargetError),
        }
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.to_string()
    }
}

impl TryFrom<String> for Target {
    type Error = TargetError;

    fn try_from(text: String) -> Result<Self, TargetError> {
        text.parse()
    }
}
