//! The parts of a document as types.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::period::Period;
use super::target::Target;
use crate::fact::Decimal;
use crate::when::Expression;

/// A value and the bytes it was written in.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Bytes of the document.
    pub range: Range<usize>,
}

/// One pathway document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The text it was read from.
    pub text: String,
    /// `[pathway]`
    pub header: Header,
    /// `[doors]`
    pub doors: Vec<Door>,
    /// `[verification]`
    pub verification: Verification,
    /// `[contact]`
    pub contact: Contact,
    /// `[enrichment]`
    pub enrichment: Enrichment,
    /// `[score]`
    pub score: ScorePlan,
    /// `[[rule]]`, in the order written.
    pub rules: Vec<Rule>,
    /// `[[playbook]]`
    pub playbooks: Vec<Playbook>,
    /// `[acknowledgement]`
    pub acknowledgement: Acknowledgement,
    /// `[nurture]`
    pub nurture: Nurture,
    /// `[retention]`
    pub retention: Retention,
    /// `[attribution]`
    pub attribution: Attribution,
}

/// `[pathway]`: what it is called and what it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Stable id, lower-case words joined by `-`.
    pub id: Spanned<String>,
    /// Name for people.
    pub name: String,
    /// Version, from 1.
    pub version: u32,
    /// The version this one was made from.
    pub based_on: Option<Spanned<u32>>,
    /// Source types taken.
    pub sources: Vec<Spanned<String>>,
    /// Referral types taken.
    pub types: Vec<Spanned<String>>,
    /// The table's own place.
    pub range: Range<usize>,
}

/// A channel and how far it is trusted.
#[derive(Clone, Debug, PartialEq)]
pub struct Door {
    /// Channel name, a choice of the fact `door`.
    pub name: Spanned<String>,
    /// Trust level, 0..=4.
    pub trust: u8,
}

/// `[verification]`: the built-in gates.
#[derive(Clone, Debug, PartialEq)]
pub struct Verification {
    /// Least level, 0..=4, of the lower of referrer and door.
    pub min_level: Spanned<u8>,
    /// Who decides about referrals that the built-in gates hold.
    pub arbiter: Spanned<Target>,
    /// Clock of that decision.
    pub review_in: Period,
}

/// `[contact]`: on what basis a person may be contacted.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// Bases accepted: `opt-in`, `jurisdiction-rule`.
    pub basis: Vec<Spanned<String>>,
    /// Life of the one-time link, days 1..=90.
    pub link_days: u32,
}

/// `[enrichment]`: the waterfall.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrichment {
    /// Vendors in the order asked.
    pub vendors: Vec<Spanned<String>>,
    /// Most that one referral may cost, in cents of the workspace's currency.
    pub budget_cents_max: u32,
}

/// `[score]`: the product formula.
#[derive(Clone, Debug, PartialEq)]
pub struct ScorePlan {
    /// Exponents of the factors.
    pub exponents: Exponents,
    /// Where the exponents stand.
    pub range: Range<usize>,
    /// The fit table.
    pub fit: Vec<FitRow>,
}

/// Exponents of the five factors; each 0..=1, together 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exponents {
    /// Depth of the tie between referrer and person.
    pub depth: Decimal,
    /// Fit by the table.
    pub fit: Decimal,
    /// How often the referrer's asks were accepted.
    pub acceptance: Decimal,
    /// Timing: a recent trigger.
    pub timing: Decimal,
    /// Share of verified contact fields.
    pub quality: Decimal,
}

impl Default for Exponents {
    fn default() -> Self {
        let hundredths = |number: i64| Decimal::from_units(number * Decimal::SCALE / 100);
        Self {
            depth: hundredths(35),
            fit: hundredths(30),
            acceptance: hundredths(15),
            timing: hundredths(10),
            quality: hundredths(10),
        }
    }
}

/// A row of the fit table.
#[derive(Clone, Debug, PartialEq)]
pub struct FitRow {
    /// Name for people.
    pub name: Spanned<String>,
    /// What a good company or person looks like.
    pub when: Spanned<Expression>,
    /// Weight, 1..=100.
    pub weight: u32,
}

/// The fixed stages, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// May this be worked at all?
    Compliance,
    /// Is it for us?
    Eligibility,
    /// How urgent?
    Priority,
    /// Whose is it?
    Owner,
    /// By when?
    Sla,
    /// With which opening?
    Playbook,
}

impl Stage {
    /// All stages in order.
    pub const ALL: [Self; 6] = [
        Self::Compliance,
        Self::Eligibility,
        Self::Priority,
        Self::Owner,
        Self::Sla,
        Self::Playbook,
    ];

    /// The name in a document.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Compliance => "compliance",
            Self::Eligibility => "eligibility",
            Self::Priority => "priority",
            Self::Owner => "owner",
            Self::Sla => "sla",
            Self::Playbook => "playbook",
        }
    }

    /// The stage of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Stable id.
    pub id: Spanned<String>,
    /// Name for people.
    pub name: String,
    /// Where it applies.
    pub stage: Stage,
    /// The condition.
    pub when: Spanned<Expression>,
    /// What happens when the condition cannot be decided.
    pub when_unknown: WhenUnknown,
    /// What happens when it holds.
    pub then: Spanned<Action>,
    /// The rule's heading.
    pub range: Range<usize>,
}

/// What a rule does when a fact it needs is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenUnknown {
    /// The rule does not match.
    Skip,
    /// The referral is held for the arbiter; the default for rules of the compliance stage that
    /// hold or decline.
    Hold,
}

/// What a rule decides.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Compliance, eligibility: go on.
    Pass,
    /// Compliance, eligibility: somebody decides.
    Hold {
        /// Coded reason.
        code: String,
        /// Who decides.
        arbiter: Spanned<Target>,
        /// Clock of that decision.
        review_in: Option<Period>,
    },
    /// Compliance, eligibility: not worked.
    Decline {
        /// Coded reason.
        code: String,
    },
    /// Priority.
    Priority(Priority),
    /// Owner.
    Owner {
        /// Who gets it.
        owner: Spanned<Target>,
        /// Who gets it when that comes to nobody.
        fallback: Option<Spanned<Target>>,
    },
    /// SLA.
    Clocks {
        /// From routed to accepted.
        accept_in: Option<Period>,
        /// From accepted to first contact.
        contact_in: Option<Period>,
        /// From received to the thank-you.
        acknowledge_in: Option<Period>,
        /// What a breach sets off, in order.
        on_breach: Vec<BreachStep>,
        /// Who is told by `escalate`.
        escalate_to: Option<Spanned<Target>>,
    },
    /// Playbook id.
    Playbook(Spanned<String>),
}

/// How urgent a referral is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// First.
    High,
    /// In turn.
    Normal,
    /// When there is time.
    Low,
}

/// What a breached clock sets off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BreachStep {
    /// The owner is reminded.
    Remind,
    /// The next in the pool gets it.
    Reassign,
    /// `escalate_to` is told.
    Escalate,
}

/// An opening text.
#[derive(Clone, Debug, PartialEq)]
pub struct Playbook {
    /// Stable id.
    pub id: Spanned<String>,
    /// Name for people.
    pub name: String,
    /// Language code.
    pub language: String,
    /// Text with placeholders and the personal slot.
    pub opening: Spanned<String>,
    /// The heading.
    pub range: Range<usize>,
}

/// `[acknowledgement]`: the thank-you to the referrer.
#[derive(Clone, Debug, PartialEq)]
pub struct Acknowledgement {
    /// Whose name it goes out under.
    pub from: Spanned<Target>,
    /// Draft with placeholders and the personal slot.
    pub text: Spanned<String>,
}

/// `[nurture]`: the lane for later.
#[derive(Clone, Debug, PartialEq)]
pub struct Nurture {
    /// Who keeps an eye on it.
    pub owner: Spanned<Target>,
    /// Clock of the next look.
    pub revisit_in: Period,
    /// What brings it back sooner.
    pub returns_when: Option<Spanned<Expression>>,
}

/// `[retention]`: how long personal data stays, in days 1..=3650.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// A link that was never answered.
    pub unanswered_days: u32,
    /// Declined, failed or lost.
    pub declined_days: u32,
    /// Won.
    pub won_days: u32,
}

/// `[attribution]`: how credit is shared along the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// `first-hop`, `last-hop`, `even` or `position`.
    pub rule: String,
    /// Version of that rule.
    pub version: u32,
    /// Days between referral and opportunity that still count.
    pub window_days: u32,
}

impl BreachStep {
    /// The word in a document.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Remind => "remind",
            Self::Reassign => "reassign",
            Self::Escalate => "escalate",
        }
    }
}
