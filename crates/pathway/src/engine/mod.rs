//! The engine: a document made ready ([`compile`]), then run over the facts of one referral
//! ([`evaluate`]). Pure: the same pathway, facts and time give the same decision, byte for byte.

mod decision;
mod evaluate;
mod gates;
mod rule_trace;
mod score;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use decision::{Clocks, Decision, GateTrace, Outcome, OwnerDecision, StageTrace};
pub use evaluate::{evaluate, what_if};
pub use rule_trace::{ConditionTrace, RuleText, RuleTrace};
pub use score::{FactorTrace, FitTrace, ScoreSheet, depth_of_rating, timing_after_days};

use crate::document::{
    Acknowledgement, Action, Attribution, Contact, Document, Enrichment, Exponents, Nurture,
    Period, Playbook, Retention, Rule, Stage, Target, WhenUnknown,
};
use crate::when::Compiled;

/// A pathway ready to decide. Made from a document by [`compile`].
#[derive(Clone, Debug)]
pub struct Pathway {
    id: Arc<str>,
    version: u32,
    sources: Vec<Arc<str>>,
    types: Vec<Arc<str>>,
    /// Trust level by door.
    doors: BTreeMap<String, u8>,
    min_level: u8,
    arbiter: Target,
    review_in: Period,
    basis: Vec<Arc<str>>,
    exponents: Exponents,
    fit: Vec<FitProbe>,
    /// Rules by stage, in [`Stage::ALL`] order.
    stages: Vec<(Stage, Vec<ReadyRule>)>,
    returns_when: Option<Compiled>,
    /// What is only looked up, not run.
    settings: Arc<Settings>,
}

/// The parts of a document that other rooms read: texts, days, vendors.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name for people.
    pub name: String,
    /// `[contact]`
    pub contact: Contact,
    /// `[enrichment]`
    pub enrichment: Enrichment,
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

#[derive(Clone, Debug)]
struct FitProbe {
    name: Arc<str>,
    weight: u32,
    when: Compiled,
}

#[derive(Clone, Debug)]
struct ReadyRule {
    text: Arc<RuleText>,
    when: Compiled,
    when_unknown: WhenUnknown,
    then: Ready,
}

/// An action without its places in the text.
#[derive(Clone, Debug)]
enum Ready {
    Pass,
    Hold { code: Arc<str>, arbiter: Target, review_in: Period },
    Decline { code: Arc<str> },
    Priority(crate::document::Priority),
    Owner { owner: Target, fallback: Option<Target> },
    Clocks(Clocks),
    Playbook(Arc<str>),
}

impl Pathway {
    /// The document's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The document's version.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// What other rooms read.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The trust level of a door; none when it is closed.
    #[must_use]
    pub fn door_trust(&self, door: &str) -> Option<u8> {
        self.doors.get(door).copied()
    }

    /// Whether a referral in the nurture lane should come back now. Without a `returns_when` it
    /// only comes back by its clock, so the answer is no.
    #[must_use]
    pub fn returns_from_nurture(&self, facts: &crate::fact::Facts) -> crate::when::Truth {
        let (_, derived) = score::sheet_of(self, facts);
        match &self.returns_when {
            Some(when) => when.decide(facts, &derived),
            None => crate::when::Truth::False,
        }
    }
}

/// Makes a document ready to run. It should have linted clean: what the linter refuses is run as
/// safely as it can be (a hold without a clock gets the clock of the built-in gates, an owner
/// that comes to nobody is held), never silently dropped.
#[must_use]
pub fn compile(document: &Document) -> Pathway {
    let header = &document.header;
    let review_in = document.verification.review_in;
    let arcs = |texts: &[crate::document::Spanned<String>]| {
        texts.iter().map(|text| Arc::from(text.value.as_str())).collect()
    };
    let stage = |stage: Stage| {
        let rules = document.rules.iter().filter(|rule| rule.stage == stage);
        (stage, rules.map(|rule| ready_rule(rule, review_in)).collect())
    };
    Pathway {
        id: header.id.value.as_str().into(),
        version: header.version,
        sources: arcs(&header.sources),
        types: arcs(&header.types),
        doors: document.doors.iter().map(|door| (door.name.value.clone(), door.trust)).collect(),
        min_level: document.verification.min_level.value,
        arbiter: document.verification.arbiter.value.clone(),
        review_in,
        basis: arcs(&document.contact.basis),
        exponents: document.score.exponents,
        fit: document.score.fit.iter().map(fit_probe).collect(),
        stages: Stage::ALL.into_iter().map(stage).collect(),
        returns_when: document.nurture.returns_when.as_ref().map(|when| Compiled::new(&when.value)),
        settings: Arc::new(Settings {
            name: header.name.clone(),
            contact: document.contact.clone(),
            enrichment: document.enrichment.clone(),
            playbooks: document.playbooks.clone(),
            acknowledgement: document.acknowledgement.clone(),
            nurture: document.nurture.clone(),
            retention: document.retention,
            attribution: document.attribution.clone(),
        }),
    }
}

fn ready_rule(rule: &Rule, default_review: Period) -> ReadyRule {
    let mut when = Compiled::new(&rule.when.value);
    let text = RuleText {
        id: rule.id.value.as_str().into(),
        name: rule.name.as_str().into(),
        when: Arc::clone(&when.text),
        conditions: std::mem::take(&mut when.conditions),
    };
    ReadyRule {
        text: Arc::new(text),
        when,
        when_unknown: rule.when_unknown,
        then: ready(&rule.then.value, default_review),
    }
}

fn fit_probe(row: &crate::document::FitRow) -> FitProbe {
    FitProbe {
        name: row.name.value.as_str().into(),
        weight: row.weight,
        when: Compiled::new(&row.when.value),
    }
}

fn ready(action: &Action, default_review: Period) -> Ready {
    match action {
        Action::Pass => Ready::Pass,
        Action::Hold { code, arbiter, review_in } => Ready::Hold {
            code: code.as_str().into(),
            arbiter: arbiter.value.clone(),
            review_in: review_in.unwrap_or(default_review),
        },
        Action::Decline { code } => Ready::Decline { code: code.as_str().into() },
        Action::Priority(priority) => Ready::Priority(*priority),
        Action::Owner { owner, fallback } => Ready::Owner {
            owner: owner.value.clone(),
            fallback: fallback.as_ref().map(|fallback| fallback.value.clone()),
        },
        Action::Clocks { accept_in, contact_in, acknowledge_in, on_breach, escalate_to } => {
            Ready::Clocks(Clocks {
                accept_in: accept_in.unwrap_or(default_review),
                contact_in: contact_in.unwrap_or(default_review),
                acknowledge_in: acknowledge_in.unwrap_or(default_review),
                on_breach: on_breach.clone(),
                escalate_to: escalate_to.as_ref().map(|target| target.value.clone()),
            })
        }
        Action::Playbook(id) => Ready::Playbook(id.value.as_str().into()),
    }
}
