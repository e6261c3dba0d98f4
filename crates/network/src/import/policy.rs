//! What may be stored of what a member's tools hold. Applied to every find, before storing.

use std::collections::{BTreeMap, BTreeSet};

use super::address::{domain, is_automatic};
use super::{Contact, Observation};
use crate::events::EARLIEST;

/// What a member lets the workspace hold of their own traffic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Privacy {
    /// All that the product reads of a message: who, when, to how many.
    ShareAll,
    /// As above, with a promise that no subject is ever read. Importers read none anyway, so this
    /// is the level everybody starts with.
    #[default]
    SubjectsNever,
    /// Nothing that involves this person.
    Hide,
}

/// A future date further off than this is a wrong clock, not a time zone.
const CLOCK_SKEW_SECONDS: i64 = 86_400;

/// The rules of one import.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Normalised address of the member whose data it is.
    pub owner: String,
    /// The moment of the import, in seconds since 1970.
    pub as_of: i64,
    /// Nothing before this moment is stored.
    pub earliest: i64,
    /// Domains of the organisation; mail within it is left out.
    pub own_domains: BTreeSet<String>,
    /// Addresses and domains the owner never shares.
    pub blocked: BTreeSet<String>,
    /// Addresses and domains nobody's import may hold: executives, groups, people who left.
    pub excluded: BTreeSet<String>,
    /// Levels of the members who chose one.
    pub privacy: BTreeMap<String, Privacy>,
}

impl Policy {
    /// Whether an observation may be stored.
    ///
    /// # Errors
    /// With the reason why not.
    pub fn admit(&self, seen: &Observation) -> Result<(), &'static str> {
        if seen.at < EARLIEST {
            return Err("dated before 1990");
        }
        if seen.at < self.earliest {
            return Err("older than the window");
        }
        if seen.at > self.as_of + CLOCK_SKEW_SECONDS {
            return Err("dated in the future");
        }
        if seen.from == seen.to {
            return Err("to oneself");
        }
        for who in [&seen.from, &seen.to] {
            if !who.contains('@') {
                continue;
            }
            self.admit_person(who)?;
        }
        let inside = |who: &str| self.own_domains.contains(domain(who));
        if inside(&seen.from) && inside(&seen.to) {
            return Err("within the organisation");
        }
        Ok(())
    }

    /// Whether a contact may be stored.
    ///
    /// # Errors
    /// With the reason why not.
    pub fn admit_contact(&self, contact: &Contact) -> Result<(), &'static str> {
        if contact.email.is_empty() {
            return if contact.url.is_empty() && contact.name.is_empty() {
                Err("neither name nor address")
            } else {
                Ok(())
            };
        }
        if contact.email == self.owner {
            return Err("the owner's own card");
        }
        self.admit_person(&contact.email)?;
        if self.own_domains.contains(domain(&contact.email)) {
            return Err("within the organisation");
        }
        Ok(())
    }

    fn admit_person(&self, who: &str) -> Result<(), &'static str> {
        let listed = |list: &BTreeSet<String>| list.contains(who) || list.contains(domain(who));
        if self.privacy.get(who) == Some(&Privacy::Hide) {
            Err("hidden by the person")
        } else if listed(&self.excluded) {
            Err("excluded")
        } else if listed(&self.blocked) {
            Err("blocked by the owner")
        } else if is_automatic(who) {
            Err("automatic sender or list")
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::policy;
    use super::*;
    use crate::events::{Kind, Provenance};

    fn seen(from: &str, to: &str, at: i64) -> Observation {
        let (from, to) = (from.to_owned(), to.to_owned());
        let (kind, provenance) = (Kind::Message, Provenance::Observed);
        Observation { at, from, to, message: 1, recipients: 1, kind, provenance }
    }

    #[test]
    fn what_must_not_be_stored_is_not() {
        let mut policy = policy();
        policy.earliest = 1_700_000_000;
        policy.own_domains.insert("acme.example".to_owned());
        policy.blocked.insert("clinic.example".to_owned());
        policy.excluded.insert("chair@board.example".to_owned());
        policy.privacy.insert("shy@acme.example".to_owned(), Privacy::Hide);
        policy.privacy.insert("me@acme.example".to_owned(), Privacy::ShareAll);
        let now = 1_790_000_000;
        for (from, to, at, verdict) in [
            ("me@acme.example", "pat@x.example", now, Ok(())),
            ("pat@x.example", "me@acme.example", now, Ok(())),
            ("me@acme.example", "you@acme.example", now, Err("within the organisation")),
            ("shy@acme.example", "pat@x.example", now, Err("hidden by the person")),
            ("me@acme.example", "dr@clinic.example", now, Err("blocked by the owner")),
            ("chair@board.example", "me@acme.example", now, Err("excluded")),
            ("no-reply@x.example", "me@acme.example", now, Err("automatic sender or list")),
            ("me@acme.example", "pat@x.example", 300_000_000, Err("dated before 1990")),
            ("me@acme.example", "pat@x.example", 1_600_000_000, Err("older than the window")),
            ("me@acme.example", "pat@x.example", 1_900_000_000, Err("dated in the future")),
            ("pat@x.example", "pat@x.example", now, Err("to oneself")),
        ] {
            assert_eq!(policy.admit(&seen(from, to, at)), verdict, "{from} to {to}");
        }
    }
}
