//! What kind of mailbox an address is: thrown away, private, shared or a company's.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::Email;

/// What is known of a mailbox from its address alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MailboxTraits {
    /// The domain hands out mailboxes to be thrown away.
    pub disposable: bool,
    /// The domain hands out mailboxes to everybody, so it proves no company.
    pub free: bool,
    /// The name before the at sign is a task (`info`, `sales`), perhaps read by several people.
    /// The list is broad: a hit means "maybe".
    pub role: bool,
}

/// The one word for a mailbox, strictest first: a disposable mailbox is called that whatever
/// else it is, and a role mailbox comes before a free one because it proves less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailboxClass {
    /// To be thrown away.
    Disposable,
    /// A task, perhaps several readers.
    Role,
    /// A private mailbox at a provider for everybody.
    Free,
    /// None of these: most likely one person at an organisation.
    Corporate,
}

impl MailboxTraits {
    /// Looks the address up in the compiled-in lists.
    #[must_use]
    pub fn of(email: &Email) -> Self {
        let disposable = is_disposable_domain(email.domain());
        Self {
            disposable,
            // Ten domains stand in both lists; there, disposable wins.
            free: !disposable && is_free_domain(email.domain()),
            role: ROLES.binary_search(&email.local_without_tag()).is_ok(),
        }
    }

    /// The one word for it.
    #[must_use]
    pub fn class(self) -> MailboxClass {
        match self {
            Self { disposable: true, .. } => MailboxClass::Disposable,
            Self { role: true, .. } => MailboxClass::Role,
            Self { free: true, .. } => MailboxClass::Free,
            _ => MailboxClass::Corporate,
        }
    }
}

/// Whether the domain, or one above it, hands out mailboxes to be thrown away. A-labels, lower
/// case.
#[must_use]
pub fn is_disposable_domain(domain: &str) -> bool {
    with_parents(domain).any(|name| DISPOSABLE.binary_search(&name).is_ok())
}

/// Whether the domain, or one above it, hands out mailboxes to everybody. A-labels, lower case.
#[must_use]
pub fn is_free_domain(domain: &str) -> bool {
    with_parents(domain).any(|name| {
        FREE.binary_search(&name).is_ok() || FREE_SUPPLEMENT.binary_search(&name).is_ok()
    })
}

/// `a.b.example` gives `a.b.example`, `b.example`; never a top-level domain alone.
fn with_parents(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |name| name.split_once('.').map(|(_, parent)| parent))
        .filter(|name| name.contains('.'))
}

static DISPOSABLE: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../../data/disposable_email_domains.txt").lines().collect());
static FREE: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../../data/free_email_domains.txt").lines().collect());
static FREE_SUPPLEMENT: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../../data/free_email_supplement.txt").lines().collect());
static ROLES: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../../data/role_local_parts.txt").lines().collect());

#[cfg(test)]
mod tests {
    use super::*;

    fn class(address: &str) -> MailboxClass {
        MailboxTraits::of(&Email::parse(address).unwrap()).class()
    }

    #[test]
    fn the_lists_are_sorted_so_that_a_search_finds_every_entry() {
        for (list, count) in
            [(&DISPOSABLE, 8_335), (&FREE, 4_466), (&FREE_SUPPLEMENT, 19), (&ROLES, 1_018)]
        {
            assert_eq!(list.len(), count);
            assert!(list.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(list.iter().all(|entry| *entry == entry.trim() && !entry.is_empty()));
        }
    }

    #[test]
    fn each_class_is_recognised_under_parents_and_tags_too() {
        assert_eq!(class("pat@mailinator.com"), MailboxClass::Disposable);
        assert_eq!(class("info@eu.mailinator.com"), MailboxClass::Disposable);
        assert_eq!(class("pat@gmail.com"), MailboxClass::Free);
        assert_eq!(class("pat@proton.me"), MailboxClass::Free);
        assert_eq!(class("Info+x@prospect.example"), MailboxClass::Role);
        assert_eq!(class("hr@gmail.com"), MailboxClass::Role);
        assert_eq!(class("pat.lee@prospect.example"), MailboxClass::Corporate);
        assert_eq!(class("pat@notmailinator.com.example"), MailboxClass::Corporate);
    }

    #[test]
    fn a_domain_in_both_lists_counts_as_disposable() {
        let both: Vec<_> =
            FREE.iter().filter(|domain| DISPOSABLE.binary_search(domain).is_ok()).collect();
        assert_eq!(both.len(), 10);
        for domain in both {
            let traits = MailboxTraits::of(&Email::parse(&format!("pat@{domain}")).unwrap());
            assert!(traits.disposable && !traits.free, "{domain}");
        }
    }
}
