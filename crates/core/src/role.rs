//! Who somebody is in a workspace, and what each role is there for.

use serde::{Deserialize, Serialize};

/// Defines an enum that has one fixed text form per variant: the word used in the API, in the
/// database and in the ledger.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant,)* }

        impl $name {
            /// Every value, in the order of definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The fixed word for this value.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::role::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err($crate::role::UnknownWord),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(d)?;
                text.parse().map_err(|_| {
                    serde::de::Error::unknown_variant(&text, &[$($text,)*])
                })
            }
        }
    };
}

/// A word that is not in the list of an enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown word")]
pub struct UnknownWord;

text_enum! {
    /// The role of a member in a workspace.
    pub enum Role {
        /// Sets up the workspace, its members and its keys.
        Admin = "admin",
        /// Revenue operations: pathways, imports, holds, figures.
        Revops = "revops",
        /// Leads a team of sellers: sees its load, reassigns.
        Manager = "manager",
        /// Works the leads they own.
        Seller = "seller",
        /// Customer success: hands people over, drafts thanks.
        Csm = "csm",
        /// A person of an outside organisation with portal access.
        Partner = "partner",
        /// Reads everything that proves, changes nothing.
        Auditor = "auditor",
    }
}

/// An actor as written into the ledger: who did it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A signed-in member.
    Member(crate::id::MemberId),
    /// A program holding an API key.
    ApiKey(crate::id::ApiKeyId),
    /// The referred person, through their one-time link.
    Prospect(crate::id::PersonId),
    /// A referrer without an account, through their personal link.
    Referrer(crate::id::PersonId),
    /// A connector, through their one-time link.
    Connector(crate::id::PersonId),
    /// The target of an introduction, through their one-time link.
    Target(crate::id::PersonId),
    /// Warmpath itself, by a rule or a clock.
    System,
}
