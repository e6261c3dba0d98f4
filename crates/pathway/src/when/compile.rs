//! From a tree to tests over the facts of one referral.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::domain::{Domain, domain_of, steps};
use super::tree::{Condition, Expression, Literal, Test};
use super::truth::Truth;
use crate::fact::{Fact, Facts, Kind, Slot, Value, definition, fold, slot_of};

/// What one condition says, the same for every referral it is asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionText {
    /// The condition as written.
    pub text: Arc<str>,
    /// The fact it reads.
    pub fact: Arc<str>,
}

/// What one condition saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Whether it held.
    pub result: Truth,
    /// The value with its source; none when unknown.
    pub fact: Option<Arc<Fact>>,
}

/// Facts that the pathway itself works out before its rules run.
#[derive(Default)]
pub(crate) struct Derived {
    slots: Vec<(usize, Slot)>,
}

impl Derived {
    pub(crate) fn set(&mut self, name: &str, fact: Fact) {
        if let Some(slot) = slot_of(name) {
            self.slots.push((slot, Slot { fact: Arc::new(fact), folded: Vec::new() }));
        }
    }

    /// What was given comes before what was worked out.
    fn find<'a>(&'a self, facts: &'a Facts, slot: usize) -> Option<&'a Slot> {
        facts.slot(slot).or_else(|| {
            self.slots.iter().find(|(place, _)| *place == slot).map(|(_, derived)| derived)
        })
    }
}

/// A `when`, ready to run.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    probes: Vec<Probe>,
    node: Node,
    pub(crate) text: Arc<str>,
    /// One for each probe, in the order written.
    pub(crate) conditions: Vec<ConditionText>,
}

#[derive(Clone, Debug)]
struct Probe {
    slot: usize,
    predicate: Predicate,
}

#[derive(Clone, Debug)]
enum Predicate {
    Holds,
    Known,
    Unknown,
    Numbers {
        ranges: Vec<(i64, i64)>,
        whole: bool,
    },
    Names {
        names: BTreeSet<String>,
        present: bool,
    },
    Contains(Arc<str>),
    StartsWith(Arc<str>),
    EndsWith(Arc<str>),
    HasAny(Vec<Arc<str>>),
    /// A fact the catalogue does not have; never decided.
    Nothing,
}

#[derive(Clone, Debug)]
enum Node {
    Always,
    Leaf(usize),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Compiled {
    pub(crate) fn new(expression: &Expression) -> Self {
        let mut probes = Vec::new();
        let node = node(expression, &mut probes);
        let said = |condition: &Condition| ConditionText {
            text: condition.to_string().into(),
            fact: condition.fact.as_str().into(),
        };
        let conditions = expression.conditions().into_iter().map(said).collect();
        Self { probes, node, text: expression.to_string().into(), conditions }
    }

    /// Decides every condition, in the order written, and the whole.
    pub(crate) fn run(&self, facts: &Facts, derived: &Derived) -> (Truth, Vec<Seen>) {
        let seen: Vec<_> = self.probes.iter().map(|probe| probe.run(facts, derived)).collect();
        (self.node.fold(&|place| seen.get(place).map(|seen| seen.result)), seen)
    }

    /// Decides the whole and keeps no trace of the conditions.
    pub(crate) fn decide(&self, facts: &Facts, derived: &Derived) -> Truth {
        self.node.fold(&|place| self.probes.get(place).map(|probe| probe.decide(facts, derived)))
    }

    /// Fewest conditions that would have to come out differently for the whole to be true; none
    /// when no change could do it.
    pub(crate) fn distance(&self, seen: &[Seen]) -> Option<usize> {
        self.node.distance(seen, true)
    }
}

fn node(expression: &Expression, probes: &mut Vec<Probe>) -> Node {
    let mut many = |parts: &[Expression]| parts.iter().map(|part| node(part, probes)).collect();
    match expression {
        Expression::Always => Node::Always,
        Expression::All(parts) => Node::All(many(parts)),
        Expression::Any(parts) => Node::Any(many(parts)),
        Expression::Not(inner) => Node::Not(Box::new(node(inner, probes))),
        Expression::Condition(condition) => {
            probes.push(Probe::new(condition));
            Node::Leaf(probes.len() - 1)
        }
    }
}

impl Node {
    fn fold(&self, result: &impl Fn(usize) -> Option<Truth>) -> Truth {
        match self {
            Self::Always => Truth::True,
            Self::Leaf(place) => result(*place).unwrap_or(Truth::Unknown),
            Self::Not(inner) => inner.fold(result).negate(),
            Self::All(parts) => {
                parts.iter().fold(Truth::True, |so_far, part| so_far.and(part.fold(result)))
            }
            Self::Any(parts) => {
                parts.iter().fold(Truth::False, |so_far, part| so_far.or(part.fold(result)))
            }
        }
    }

    fn distance(&self, seen: &[Seen], wanted: bool) -> Option<usize> {
        match self {
            Self::Always => wanted.then_some(0),
            Self::Leaf(place) => {
                let right = seen.get(*place)?.result == Truth::from(wanted);
                Some(usize::from(!right))
            }
            Self::Not(inner) => inner.distance(seen, !wanted),
            Self::All(parts) if wanted => parts.iter().map(|p| p.distance(seen, true)).sum(),
            Self::Any(parts) if !wanted => parts.iter().map(|p| p.distance(seen, false)).sum(),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().filter_map(|part| part.distance(seen, wanted)).min()
            }
        }
    }
}

impl Probe {
    fn new(condition: &Condition) -> Self {
        Self {
            slot: slot_of(&condition.fact).unwrap_or(usize::MAX),
            predicate: predicate(condition),
        }
    }

    fn run(&self, facts: &Facts, derived: &Derived) -> Seen {
        let slot = derived.find(facts, self.slot);
        let result = self.predicate.run(slot);
        Seen { result, fact: slot.map(|slot| Arc::clone(&slot.fact)) }
    }

    fn decide(&self, facts: &Facts, derived: &Derived) -> Truth {
        self.predicate.run(derived.find(facts, self.slot))
    }
}

fn predicate(condition: &Condition) -> Predicate {
    let Some(row) = definition(&condition.fact) else { return Predicate::Nothing };
    let text = |literal: &Literal| fold(literal.text().unwrap_or_default());
    match &condition.test {
        Test::Holds => Predicate::Holds,
        Test::Known => Predicate::Known,
        Test::Unknown => Predicate::Unknown,
        Test::Contains(value) => Predicate::Contains(text(value)),
        Test::StartsWith(value) => Predicate::StartsWith(text(value)),
        Test::EndsWith(value) => Predicate::EndsWith(text(value)),
        Test::Has(value) => Predicate::HasAny(vec![text(value)]),
        Test::HasAny(values) => Predicate::HasAny(values.iter().map(text).collect()),
        _ => match domain_of(condition) {
            Some(Domain::Numbers(ranges)) => {
                let whole = matches!(row.kind, Kind::Number { whole: true, .. });
                Predicate::Numbers { ranges, whole }
            }
            Some(Domain::Names(names)) => Predicate::Names { names, present: true },
            Some(Domain::Except(names)) => Predicate::Names { names, present: false },
            None => Predicate::Nothing,
        },
    }
}

impl Predicate {
    fn run(&self, slot: Option<&Slot>) -> Truth {
        match (self, slot) {
            (Self::Known, slot) => slot.is_some().into(),
            (Self::Unknown, slot) => slot.is_none().into(),
            (_, None) => Truth::Unknown,
            (test, Some(slot)) => test.known(slot),
        }
    }

    fn known(&self, slot: &Slot) -> Truth {
        let folded = || slot.folded.first().map_or("", |text| &**text);
        let holds = match (self, &slot.fact.value) {
            (Self::Holds, Value::Flag(flag)) => *flag,
            (Self::Numbers { ranges, whole }, Value::Number(number)) => {
                let point = steps(*number, *whole);
                ranges.iter().any(|(low, high)| *low <= point && point <= *high)
            }
            (Self::Names { names, present }, Value::Text(text)) => {
                let text = if slot.folded.is_empty() { &**text } else { folded() };
                names.contains(text) == *present
            }
            (Self::Contains(part), Value::Text(_)) => folded().contains(&**part),
            (Self::StartsWith(part), Value::Text(_)) => folded().starts_with(&**part),
            (Self::EndsWith(part), Value::Text(_)) => folded().ends_with(&**part),
            (Self::HasAny(words), Value::Tags(_)) => {
                words.iter().any(|word| slot.folded.contains(word))
            }
            _ => return Truth::Unknown,
        };
        holds.into()
    }
}
