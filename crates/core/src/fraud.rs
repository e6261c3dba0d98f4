//! Signs that a referral serves the referrer and not the introduction.
//!
//! A signal holds a reward for a person to look at; it is no verdict. The partner sees "in
//! review" only, so that nobody learns from our answers how to pass. All functions are pure over
//! facts that are given.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::contact::domain::{LookAlike, look_alike};
use crate::contact::{Email, Phone, is_free_domain};

/// Days within which referrals that lead back to their start are called a circle.
pub const CIRCLE_DAYS: i64 = 90;
/// Referrals of one referrer within [`BURST_MINUTES`] from which on they are called a burst.
pub const BURST_REFERRALS: usize = 20;
/// Minutes looked at for a burst.
pub const BURST_MINUTES: i64 = 10;
/// Hours for which a changed payout account holds a payout.
pub const PAYOUT_CHANGE_HOURS: i64 = 72;

/// Domains whose mailboxes ignore dots before the at sign.
const DOTS_IGNORED: [&str; 2] = ["gmail.com", "googlemail.com"];

/// A sign, with what it rests on. Holds no address and no number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "signal")]
pub enum Signal {
    /// Referrer and referred person have the same mailbox.
    SameMailbox,
    /// They have the same mailbox but for a tag or, where the provider ignores them, dots.
    SameFoldedMailbox,
    /// They have the same telephone number.
    SamePhone,
    /// Their addresses belong to one company.
    SameDomain,
    /// The referred person's domain imitates one that is known.
    LookAlikeDomain {
        /// How.
        how: LookAlike,
        /// The domain that is imitated.
        known: String,
    },
    /// The referrals lead back to where they began.
    Circle {
        /// People in the circle.
        people: usize,
    },
    /// Many referrals of one referrer in a short time.
    Burst {
        /// How many.
        referrals: usize,
    },
    /// The referrer owns the account that the referral concerns.
    OwnAccount,
    /// An opportunity with the company was open before.
    OpportunityOpenBefore,
    /// The payout account was changed shortly before the payout.
    PayoutAccountChanged,
}

impl Signal {
    /// The reason, in a sentence for the person who looks.
    #[must_use]
    pub const fn why(&self) -> &'static str {
        match self {
            Self::SameMailbox => "Referrer and referred person have the same mailbox.",
            Self::SameFoldedMailbox => "Their mailboxes differ by a tag or by dots only.",
            Self::SamePhone => "They have the same telephone number.",
            Self::SameDomain => "Their addresses belong to the same company.",
            Self::LookAlikeDomain { .. } => "The domain imitates one that is known here.",
            Self::Circle { .. } => "Within 90 days the referrals lead back to where they began.",
            Self::Burst { .. } => "Very many referrals in a few minutes.",
            Self::OwnAccount => "The referrer owns the account that the referral concerns.",
            Self::OpportunityOpenBefore => "An opportunity was open before the referral.",
            Self::PayoutAccountChanged => "The payout account was changed just before the payout.",
        }
    }
}

/// The contact forms of one side.
#[derive(Debug, Clone, Default)]
pub struct Party {
    /// Mail addresses.
    pub emails: Vec<Email>,
    /// Telephone numbers.
    pub phones: Vec<Phone>,
}

/// Signs of a self-referral: what two sides share. Sorted, each at most once. A domain at which
/// everybody can have a mailbox is no shared company.
///
/// ```
/// use warmpath_core::contact::Email;
/// use warmpath_core::fraud::{Party, Signal, self_referral};
/// let party = |address| Party { emails: vec![Email::parse(address).unwrap()], phones: vec![] };
/// let signals = self_referral(&party("kim@partner.example"), &party("Kim+1@partner.example"));
/// assert_eq!(signals, [Signal::SameFoldedMailbox, Signal::SameDomain]);
/// ```
#[must_use]
pub fn self_referral(referrer: &Party, referred: &Party) -> Vec<Signal> {
    let mut signals = BTreeSet::new();
    for own in &referrer.emails {
        for other in &referred.emails {
            if own.normal() == other.normal() {
                signals.insert(Signal::SameMailbox);
            } else if fingerprint(own) == fingerprint(other) {
                signals.insert(Signal::SameFoldedMailbox);
            }
            let domain = own.registrable_domain();
            if domain == other.registrable_domain() && !is_free_domain(domain) {
                signals.insert(Signal::SameDomain);
            }
        }
    }
    let numbers: BTreeSet<&str> = referrer.phones.iter().map(Phone::e164).collect();
    if referred.phones.iter().any(|phone| numbers.contains(phone.e164())) {
        signals.insert(Signal::SamePhone);
    }
    signals.into_iter().collect()
}

/// The mailbox without tag at any provider and without dots where they are ignored: good enough
/// to look twice, not to match people.
fn fingerprint(email: &Email) -> String {
    let (local, domain) = (email.local_without_tag(), email.domain());
    if DOTS_IGNORED.contains(&domain) {
        return format!("{}@{}", local.replace('.', ""), DOTS_IGNORED[0]);
    }
    format!("{local}@{domain}")
}

/// Known domains that the domain of an address imitates, sorted; both sides in A-labels.
#[must_use]
pub fn look_alikes(email: &Email, known_domains: &[String]) -> Vec<Signal> {
    let imitates = |known: &String| {
        let how = look_alike(email.domain(), known)?;
        // The same name under another ending is common among honest companies.
        (how != LookAlike::OtherSuffix)
            .then(|| Signal::LookAlikeDomain { how, known: known.clone() })
    };
    let signals: BTreeSet<Signal> = known_domains.iter().filter_map(imitates).collect();
    signals.into_iter().collect()
}

/// Who referred whom, and when. `P` is whatever names a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralEdge<P> {
    /// The referrer.
    pub from: P,
    /// The referred person.
    pub to: P,
    /// When.
    pub at: Timestamp,
}

/// The shortest circle that a new referral closes with referrals of the last [`CIRCLE_DAYS`],
/// as the people in it from the new referral's referrer on; `None` if it closes none. Takes time
/// in proportion to the referrals given.
#[must_use]
pub fn circle<P: Ord + Clone>(
    new: &ReferralEdge<P>,
    earlier: &[ReferralEdge<P>],
) -> Option<Vec<P>> {
    if new.from == new.to {
        return Some(vec![new.from.clone()]);
    }
    let window = SignedDuration::from_hours(24 * CIRCLE_DAYS);
    let in_window =
        |edge: &&ReferralEdge<P>| edge.at <= new.at && new.at.duration_since(edge.at) <= window;
    let mut onward: BTreeMap<&P, Vec<&P>> = BTreeMap::new();
    for edge in earlier.iter().filter(in_window) {
        onward.entry(&edge.from).or_default().push(&edge.to);
    }
    let mut reached_from: BTreeMap<&P, &P> = BTreeMap::from([(&new.to, &new.from)]);
    let mut queue = VecDeque::from([&new.to]);
    while let Some(person) = queue.pop_front() {
        if *person == new.from {
            return Some(walk_back(&reached_from, &new.from));
        }
        for next in onward.get(person).into_iter().flatten() {
            if !reached_from.contains_key(next) {
                reached_from.insert(next, person);
                queue.push_back(next);
            }
        }
    }
    None
}

fn walk_back<P: Ord + Clone>(reached_from: &BTreeMap<&P, &P>, start: &P) -> Vec<P> {
    let mut people = vec![start.clone()];
    let mut at = reached_from.get(start);
    while let Some(person) = at.filter(|person| **person != start) {
        people.push((**person).clone());
        at = reached_from.get(*person);
    }
    people[1..].reverse();
    people
}

/// A burst that ends at `now`: referrals of one referrer in the last [`BURST_MINUTES`].
#[must_use]
pub fn burst(referred_at: &[Timestamp], now: Timestamp) -> Option<Signal> {
    let window = SignedDuration::from_mins(BURST_MINUTES);
    let recent = |at: &&Timestamp| **at <= now && now.duration_since(**at) <= window;
    let referrals = referred_at.iter().filter(recent).count();
    (referrals >= BURST_REFERRALS).then_some(Signal::Burst { referrals })
}

/// Facts of the account and the payout.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountFacts {
    /// The referrer is the owner of the account.
    pub referrer_owns_account: bool,
    /// When an opportunity with the company was opened, if one is open.
    pub opportunity_opened_at: Option<Timestamp>,
    /// When the referral came.
    pub referred_at: Timestamp,
    /// When the payout account was last changed.
    pub payout_changed_at: Option<Timestamp>,
    /// When the payout is due.
    pub payout_due_at: Option<Timestamp>,
}

/// Signs from the account and the payout, sorted.
#[must_use]
pub fn account_signals(facts: &AccountFacts) -> Vec<Signal> {
    let hold = SignedDuration::from_hours(PAYOUT_CHANGE_HOURS);
    let changed = facts.payout_changed_at.zip(facts.payout_due_at);
    let signals = [
        (facts.referrer_owns_account, Signal::OwnAccount),
        (
            facts.opportunity_opened_at.is_some_and(|opened| opened < facts.referred_at),
            Signal::OpportunityOpenBefore,
        ),
        (
            changed.is_some_and(|(changed, due)| due.duration_since(changed) < hold),
            Signal::PayoutAccountChanged,
        ),
    ];
    signals.into_iter().filter(|(holds, _)| *holds).map(|(_, signal)| signal).collect()
}

#[cfg(test)]
#[path = "fraud_tests.rs"]
mod tests;
