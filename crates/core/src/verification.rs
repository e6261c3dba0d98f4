//! How far a referrer, and the channel they use, is verified: levels, not sums.
//!
//! A level is a conjunction of evidence classes, each with an expiry. A high score never lifts a
//! missing class. The idea of separate scales follows NIST SP 800-63; this is **not** a claim of
//! an assurance level of that standard.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::contact::MailboxTraits;

/// What a piece of evidence shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceClass {
    /// C: the referrer controls the address now.
    AddressControl,
    /// S: the message is authenticated by its domain, or the request is signed.
    MessageAuthenticated,
    /// D: the domain belongs to the company that is claimed.
    DomainOfCompany,
    /// F: signed in through that company, with a second factor.
    FederatedLogin,
    /// R: a relationship with the referred person is stated.
    Relationship,
    /// T: earlier introductions were confirmed and none disputed.
    TrackRecord,
    /// X: somebody independent vouches, such as a workplace badge or a partner manager.
    Attestation,
}

impl EvidenceClass {
    /// Every class, in the order of the letters C, S, D, F, R, T, X.
    pub const ALL: [Self; 7] = [
        Self::AddressControl,
        Self::MessageAuthenticated,
        Self::DomainOfCompany,
        Self::FederatedLogin,
        Self::Relationship,
        Self::TrackRecord,
        Self::Attestation,
    ];

    /// How long evidence of the class holds: 90 days for control of an address, 180 for a
    /// domain, 30 for a standing login, a year for a track record and an attestation. `None`:
    /// it holds for the one message or referral it was given for.
    #[must_use]
    pub fn lifetime(self) -> Option<SignedDuration> {
        let days = match self {
            Self::AddressControl => 90,
            Self::DomainOfCompany => 180,
            Self::FederatedLogin => 30,
            Self::TrackRecord | Self::Attestation => 365,
            Self::MessageAuthenticated | Self::Relationship => return None,
        };
        Some(SignedDuration::from_hours(24 * days))
    }

    /// What is missing without it, in words for the referrer's page.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::AddressControl => "a one-time link answered from the address",
            Self::MessageAuthenticated => "a message signed by its domain",
            Self::DomainOfCompany => "proof that the domain belongs to the company",
            Self::FederatedLogin => "a sign-in through the company with a second factor",
            Self::Relationship => "a stated relationship with the referred person",
            Self::TrackRecord => "three confirmed introductions within a year, none disputed",
            Self::Attestation => "the word of an independent party",
        }
    }
}

/// One piece of evidence. Plain data, as it is written to the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it shows.
    pub class: EvidenceClass,
    /// How it was obtained, such as `dkim_aligned` or `dns_txt`.
    pub method: String,
    /// Whether the check succeeded. A failed check is no evidence and no accusation.
    pub passed: bool,
    /// Hash of the details, in hexadecimal.
    pub detail_hash: String,
    /// When it was observed.
    pub observed_at: Timestamp,
    /// When it stops to hold, if earlier than the lifetime of its class.
    pub expires_at: Option<Timestamp>,
    /// The message or referral it was given for; required for classes without a lifetime.
    pub given_for: Option<String>,
    /// Confirmed introductions within twelve months, for a track record; else zero.
    pub confirmed: u32,
    /// Disputed introductions within twelve months, for a track record; else zero.
    pub disputed: u32,
    /// Version of the check.
    pub verifier_version: String,
    /// Where the raw evidence lies.
    pub raw_evidence_ref: Option<String>,
}

/// Confirmed introductions that make a track record.
const TRACK_RECORD_MIN: u32 = 3;

impl Evidence {
    /// When it stops to hold; `None` if it is bound to its message or referral alone.
    #[must_use]
    pub fn holds_until(&self) -> Option<Timestamp> {
        let by_class =
            self.class.lifetime().and_then(|lifetime| self.observed_at.checked_add(lifetime).ok());
        [by_class, self.expires_at].into_iter().flatten().min()
    }

    /// Whether it counts for this message or referral at this instant.
    #[must_use]
    pub fn holds(&self, subject: &Subject<'_>, at: Timestamp) -> bool {
        let in_time = self.observed_at <= at && self.holds_until().is_none_or(|end| at < end);
        let bound = match self.class {
            EvidenceClass::MessageAuthenticated => self.given_for.as_deref() == subject.message,
            EvidenceClass::Relationship => self.given_for.as_deref() == subject.referral,
            _ => true,
        };
        let bound = bound && (self.class.lifetime().is_some() || self.given_for.is_some());
        let weighty = self.class != EvidenceClass::TrackRecord
            || (self.confirmed >= TRACK_RECORD_MIN && self.disputed == 0);
        self.passed && in_time && bound && weighty
    }
}

/// What is being judged: evidence of some classes holds for one message or one referral only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Subject<'a> {
    /// The message through which the referral came.
    pub message: Option<&'a str>,
    /// The referral.
    pub referral: Option<&'a str>,
}

/// What limits a level, whatever the evidence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapFacts {
    /// The referrer's mailbox.
    pub mailbox: MailboxTraits,
    /// The domain looks like another one that is known.
    pub look_alike_domain: bool,
    /// The message failed DMARC and its domain asks to quarantine or reject it.
    pub dmarc_failed: bool,
    /// A complaint about the referrer is open.
    pub unresolved_complaint: bool,
}

/// A limit that applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cap {
    /// Disposable mailbox: level 0.
    DisposableMailbox,
    /// Look-alike domain: level 0.
    LookAlikeDomain,
    /// The message failed its domain's policy: level 0 for this message.
    DmarcFailed,
    /// Role mailbox: at most 1.
    RoleMailbox,
    /// Open complaint: at most 1.
    UnresolvedComplaint,
    /// Free mailbox: at most 2, and its domain proves no company.
    FreeMailbox,
}

impl Cap {
    /// The highest level under this limit.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::DisposableMailbox | Self::LookAlikeDomain | Self::DmarcFailed => 0,
            Self::RoleMailbox | Self::UnresolvedComplaint => 1,
            Self::FreeMailbox => 2,
        }
    }
}

impl CapFacts {
    fn caps(&self) -> Vec<Cap> {
        let all = [
            (self.mailbox.disposable, Cap::DisposableMailbox),
            (self.look_alike_domain, Cap::LookAlikeDomain),
            (self.dmarc_failed, Cap::DmarcFailed),
            (self.mailbox.role, Cap::RoleMailbox),
            (self.unresolved_complaint, Cap::UnresolvedComplaint),
            (self.mailbox.free, Cap::FreeMailbox),
        ];
        all.into_iter().filter(|(applies, _)| *applies).map(|(_, cap)| cap).collect()
    }
}

/// What must be true for the next level: one of several classes, or the end of a limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// One of these classes.
    OneOf(Vec<EvidenceClass>),
    /// The limit has to fall away.
    Lift(Cap),
}

/// A referrer verification level and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReferrerLevel {
    /// `0..=4`.
    pub level: u8,
    /// Level by the evidence alone, before limits.
    pub level_by_evidence: u8,
    /// Limits that apply, strictest first.
    pub caps: Vec<Cap>,
    /// Classes that hold, in the order of [`EvidenceClass::ALL`].
    pub held: Vec<EvidenceClass>,
    /// Everything that is missing for the next level; empty at level 4.
    pub missing: Vec<Missing>,
    /// Order within a level, `0..=100`; never used to pass a gate.
    pub sort_score: u32,
    /// When the first piece of evidence that holds now stops to hold.
    pub holds_until: Option<Timestamp>,
}

/// The classes that a level asks for: all groups, of each group one.
fn needs(level: u8) -> &'static [&'static [EvidenceClass]] {
    use EvidenceClass as E;
    const C: &[E] = &[E::AddressControl];
    const S_OR_F: &[E] = &[E::MessageAuthenticated, E::FederatedLogin];
    const D: &[E] = &[E::DomainOfCompany];
    const F: &[E] = &[E::FederatedLogin];
    const R: &[E] = &[E::Relationship];
    const T_OR_X: &[E] = &[E::TrackRecord, E::Attestation];
    match level {
        0 => &[],
        1 => &[C],
        2 => &[C, S_OR_F],
        3 => &[C, D, S_OR_F, R],
        _ => &[C, D, F, R, T_OR_X],
    }
}

/// What a level allows, in words.
#[must_use]
pub const fn allows(level: u8) -> &'static str {
    match level {
        0 => "a draft only",
        1 => "own drafts and the link to pass on",
        2 => "sending the opt-in link, no reward",
        3 => "automatic routing and small rewards",
        _ => "priority routing and rewards without a check by hand",
    }
}

/// The verification level of a referrer for one message and referral.
#[must_use]
pub fn referrer_level(
    evidence: &[Evidence],
    facts: &CapFacts,
    subject: &Subject<'_>,
    at: Timestamp,
) -> ReferrerLevel {
    let holding: Vec<&Evidence> = evidence
        .iter()
        .filter(|item| item.holds(subject, at))
        .filter(|item| !(facts.mailbox.free && item.class == EvidenceClass::DomainOfCompany))
        .collect();
    let held: BTreeSet<EvidenceClass> = holding.iter().map(|item| item.class).collect();
    let unmet = |level: u8| {
        let group_unmet =
            |group: &&&[EvidenceClass]| !group.iter().any(|class| held.contains(class));
        needs(level).iter().filter(group_unmet).map(|group| group.to_vec()).collect::<Vec<_>>()
    };
    let level_by_evidence = (0..=4).rev().find(|level| unmet(*level).is_empty()).unwrap_or(0);
    let caps = facts.caps();
    let level = caps.iter().map(|cap| cap.level()).min().unwrap_or(4).min(level_by_evidence);
    let missing = if level == 4 {
        Vec::new()
    } else {
        let lifts = caps.iter().filter(|cap| cap.level() <= level).map(|cap| Missing::Lift(*cap));
        unmet(level + 1).into_iter().map(Missing::OneOf).chain(lifts).collect()
    };
    ReferrerLevel {
        level,
        level_by_evidence,
        caps,
        sort_score: sort_score(&holding, &held),
        holds_until: holding.iter().filter_map(|item| item.holds_until()).min(),
        held: held.into_iter().collect(),
        missing,
    }
}

/// `20 S + 20 F + 15 D + 15 R + 10 X + 5 min(T, 4)`, T being the confirmed introductions.
fn sort_score(holding: &[&Evidence], held: &BTreeSet<EvidenceClass>) -> u32 {
    let weights = [
        (EvidenceClass::MessageAuthenticated, 20),
        (EvidenceClass::FederatedLogin, 20),
        (EvidenceClass::DomainOfCompany, 15),
        (EvidenceClass::Relationship, 15),
        (EvidenceClass::Attestation, 10),
    ];
    let classes: u32 =
        weights.iter().filter(|(class, _)| held.contains(class)).map(|(_, weight)| weight).sum();
    let confirmed = holding.iter().map(|item| item.confirmed).max().unwrap_or(0);
    classes + 5 * confirmed.min(4)
}

/// How a referral reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelProof {
    /// 0: an open form.
    OpenForm,
    /// 1: mail without aligned authentication.
    PlainMail,
    /// 2: mail with an aligned DMARC pass.
    AlignedMail,
    /// 2: a chat application's signature.
    ChatSignature,
    /// 3: a session from OpenID Connect.
    OidcSession,
    /// 3: a partner's request signed with a shared key.
    PartnerSignature,
    /// 4: a client certificate of a known workspace.
    ClientCertificate,
    /// 4: a passkey of a known workspace.
    Passkey,
}

impl ChannelProof {
    /// The channel verification level, `0..=4`.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::OpenForm => 0,
            Self::PlainMail => 1,
            Self::AlignedMail | Self::ChatSignature => 2,
            Self::OidcSession | Self::PartnerSignature => 3,
            Self::ClientCertificate | Self::Passkey => 4,
        }
    }
}

/// The level that a gate uses: the lower of the referrer's and the channel's.
#[must_use]
pub fn gate_level(referrer: &ReferrerLevel, channel: ChannelProof) -> u8 {
    referrer.level.min(channel.level())
}

#[cfg(test)]
#[path = "verification_tests.rs"]
mod tests;
