//! Exact sets of fact values: what a `when` lets through, as a union of boxes.
//!
//! A box gives each variable (a fact, or one text test of a fact) a set of values, which may
//! include "unknown"; a variable that is not named may be anything. Intersection, difference and
//! emptiness are exact for numbers, choices, countries, flags and equality of texts. Text tests
//! such as `contains` are free variables of their own: what is found empty or covered with them
//! free is so in truth, so the linter never accuses wrongly. Work is bounded; over the bound
//! there is no answer.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::{Comparison, Condition, Expression, Literal, Test};
use crate::fact::{CATALOGUE, COUNTRIES, Decimal, Kind, definition, expand_place, fold, slot_of};
use crate::limits::BOXES_MAX;

/// What a set of values is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Variable {
    /// The value of the fact at that place of the catalogue.
    Fact(usize),
    /// Whether a text test of that fact holds.
    Test(usize, String),
}

/// Known values of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Domain {
    /// Sorted, disjoint, closed ranges, in steps (whole numbers, or ten-thousandths).
    Numbers(Vec<(i64, i64)>),
    /// These names.
    Names(BTreeSet<String>),
    /// All texts but these.
    Except(BTreeSet<String>),
}

/// Known values and whether "unknown" is in the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) domain: Domain,
    pub(crate) unknown: bool,
}

/// A product of cells.
pub(crate) type Region = BTreeMap<Variable, Cell>;
/// A union of boxes.
pub(crate) type Boxes = Vec<Region>;

impl Domain {
    pub(crate) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Names(names.into_iter().map(str::to_owned).collect())
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Numbers(ranges) => ranges.is_empty(),
            Self::Names(names) => names.is_empty(),
            Self::Except(_) => false,
        }
    }

    fn nothing_like(&self) -> Self {
        match self {
            Self::Numbers(_) => Self::Numbers(Vec::new()),
            _ => Self::Names(BTreeSet::new()),
        }
    }

    fn both(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Numbers(left), Self::Numbers(right)) => Self::Numbers(common(left, right)),
            (Self::Names(left), Self::Names(right)) => Self::Names(left & right),
            (Self::Names(names), Self::Except(not)) | (Self::Except(not), Self::Names(names)) => {
                Self::Names(names - not)
            }
            (Self::Except(left), Self::Except(right)) => Self::Except(left | right),
            _ => self.nothing_like(),
        }
    }

    fn minus(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Numbers(left), Self::Numbers(right)) => Self::Numbers(without(left, right)),
            (Self::Names(left), Self::Names(right)) => Self::Names(left - right),
            (Self::Names(names), Self::Except(not)) => Self::Names(names & not),
            (Self::Except(left), Self::Names(right)) => Self::Except(left | right),
            (Self::Except(left), Self::Except(right)) => Self::Names(right - left),
            _ => self.clone(),
        }
    }
}

impl Cell {
    fn is_empty(&self) -> bool {
        !self.unknown && self.domain.is_empty()
    }

    fn both(&self, other: &Self) -> Self {
        Self { domain: self.domain.both(&other.domain), unknown: self.unknown && other.unknown }
    }

    fn minus(&self, other: &Self) -> Self {
        Self { domain: self.domain.minus(&other.domain), unknown: self.unknown && !other.unknown }
    }
}

fn common(left: &[(i64, i64)], right: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| (a.0.max(b.0), a.1.min(b.1))).filter(|(low, high)| low <= high).collect()
}

fn without(left: &[(i64, i64)], right: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut rest = left.to_vec();
    for (low, high) in right {
        rest = rest
            .into_iter()
            .flat_map(|(from, to)| [(from, to.min(low - 1)), (from.max(high + 1), to)])
            .filter(|(from, to)| from <= to)
            .collect();
    }
    rest
}

/// Everything a variable may be.
pub(crate) fn universe(variable: &Variable) -> Cell {
    let Variable::Fact(slot) = variable else {
        return Cell { domain: Domain::names(["no", "yes"]), unknown: true };
    };
    let Some(row) = CATALOGUE.get(*slot) else {
        return Cell { domain: Domain::Except(BTreeSet::new()), unknown: true };
    };
    let domain = match row.kind {
        Kind::Flag => Domain::names(["no", "yes"]),
        Kind::Number { whole, min, max, .. } => Domain::Numbers(vec![(
            steps(Decimal::whole(min), whole),
            steps(Decimal::whole(max), whole),
        )]),
        Kind::Choice { values } => Domain::names(values.iter().copied()),
        Kind::Country => Domain::names(COUNTRIES.iter().copied()),
        Kind::Text | Kind::Tags => Domain::Except(BTreeSet::new()),
    };
    Cell { domain, unknown: row.may_be_missing }
}

/// A number as a count of the smallest steps of its fact.
pub(super) fn steps(number: Decimal, whole: bool) -> i64 {
    if whole { number.units().div_euclid(Decimal::SCALE) } else { number.units() }
}

/// Known values for which the test holds; none for tests that are no value sets.
pub(super) fn domain_of(condition: &Condition) -> Option<Domain> {
    let row = definition(&condition.fact)?;
    let full = universe(&Variable::Fact(slot_of(row.name)?)).domain;
    let set = |values: &[Literal]| match row.kind {
        Kind::Number { whole, .. } => {
            let mut points: Vec<_> =
                values.iter().filter_map(Literal::number).map(|n| steps(n, whole)).collect();
            points.sort_unstable();
            points.dedup();
            Domain::Numbers(points.into_iter().map(|point| (point, point)).collect())
        }
        Kind::Country => Domain::names(
            values.iter().filter_map(Literal::text).filter_map(expand_place).flatten(),
        ),
        Kind::Text => Domain::Names(
            values.iter().filter_map(Literal::text).map(|t| fold(t).to_string()).collect(),
        ),
        _ => Domain::names(values.iter().filter_map(Literal::text)),
    };
    let whole = matches!(row.kind, Kind::Number { whole: true, .. });
    let range = |low: i64, high: i64| {
        let ranges = if low <= high { vec![(low, high)] } else { Vec::new() };
        full.both(&Domain::Numbers(ranges))
    };
    Some(match &condition.test {
        Test::Holds => Domain::names(["yes"]),
        Test::Compare(Comparison::Equal, value) => set(std::slice::from_ref(value)),
        Test::Compare(Comparison::NotEqual, value) => full.minus(&set(std::slice::from_ref(value))),
        Test::Compare(comparison, value) => {
            let point = steps(value.number()?, whole);
            match comparison {
                Comparison::Less => range(i64::MIN, point - 1),
                Comparison::AtMost => range(i64::MIN, point),
                Comparison::More => range(point + 1, i64::MAX),
                _ => range(point, i64::MAX),
            }
        }
        Test::Between(low, high) => {
            range(steps(low.number()?, whole), steps(high.number()?, whole))
        }
        Test::In(values) => set(values),
        Test::NotIn(values) => full.minus(&set(values)),
        _ => return None,
    })
}

/// Where the tree is true; none over the bound.
pub(crate) fn region_true(expression: &Expression) -> Option<Boxes> {
    region(expression, true)
}

/// Where the tree is false (not unknown); none over the bound.
pub(crate) fn region_false(expression: &Expression) -> Option<Boxes> {
    region(expression, false)
}

fn region(expression: &Expression, wanted: bool) -> Option<Boxes> {
    match expression {
        Expression::Always => Some(if wanted { vec![Region::new()] } else { Vec::new() }),
        Expression::Condition(condition) => condition_region(condition, wanted),
        Expression::Not(inner) => region(inner, !wanted),
        Expression::All(parts) if wanted => product(parts, wanted),
        Expression::Any(parts) if !wanted => product(parts, wanted),
        Expression::All(parts) | Expression::Any(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(region(part, wanted)?);
            }
            (all.len() <= BOXES_MAX).then_some(all)
        }
    }
}

fn product(parts: &[Expression], wanted: bool) -> Option<Boxes> {
    let mut all = vec![Region::new()];
    for part in parts {
        all = intersect(&all, &region(part, wanted)?)?;
    }
    Some(all)
}

fn condition_region(condition: &Condition, wanted: bool) -> Option<Boxes> {
    let slot = slot_of(&condition.fact)?;
    let fact = Variable::Fact(slot);
    let full = universe(&fact);
    let known = Cell { domain: full.domain.clone(), unknown: false };
    let unknown = Cell { domain: full.domain.nothing_like(), unknown: full.unknown };
    let text_tests = match &condition.test {
        Test::Contains(value) => vec![format!("contains {value}")],
        Test::StartsWith(value) => vec![format!("starts with {value}")],
        Test::EndsWith(value) => vec![format!("ends with {value}")],
        Test::Has(value) => vec![format!("has {value}")],
        Test::HasAny(values) => values.iter().map(|value| format!("has {value}")).collect(),
        Test::Known => return Some(boxes(fact, if wanted { known } else { unknown })),
        Test::Unknown => return Some(boxes(fact, if wanted { unknown } else { known })),
        _ => {
            let holds = domain_of(condition)?;
            let domain = if wanted { holds } else { full.domain.minus(&holds) };
            return Some(boxes(fact, Cell { domain, unknown: false }));
        }
    };
    let cell = |answer: &str| Cell { domain: Domain::names([answer]), unknown: false };
    let tests = text_tests.into_iter().map(|test| Variable::Test(slot, test.to_lowercase()));
    Some(if wanted {
        tests.map(|test| Region::from([(test, cell("yes"))])).collect()
    } else {
        vec![tests.map(|test| (test, cell("no"))).collect()]
    })
}

fn boxes(variable: Variable, cell: Cell) -> Boxes {
    if cell.is_empty() { Vec::new() } else { vec![Region::from([(variable, cell)])] }
}

fn box_both(left: &Region, right: &Region) -> Option<Region> {
    let mut both = left.clone();
    for (variable, cell) in right {
        let narrowed = match both.get(variable) {
            Some(present) => present.both(cell),
            None => cell.clone(),
        };
        if narrowed.is_empty() {
            return None;
        }
        both.insert(variable.clone(), narrowed);
    }
    Some(both)
}

/// What two unions share; none over the bound.
pub(crate) fn intersect(left: &[Region], right: &[Region]) -> Option<Boxes> {
    let mut both = Vec::new();
    for a in left {
        for b in right {
            both.extend(box_both(a, b));
            if both.len() > BOXES_MAX {
                return None;
            }
        }
    }
    Some(both)
}

/// The part of `left` outside `right`; none over the bound.
pub(crate) fn subtract(left: &[Region], right: &[Region]) -> Option<Boxes> {
    let mut rest = left.to_vec();
    for taken in right {
        let mut next = Vec::new();
        for from in &rest {
            if box_both(from, taken).is_none() {
                next.push(from.clone());
            } else {
                box_minus(from, taken, &mut next);
            }
            if next.len() > BOXES_MAX {
                return None;
            }
        }
        rest = next;
    }
    Some(rest)
}

fn box_minus(from: &Region, taken: &Region, out: &mut Boxes) {
    let mut inside = from.clone();
    for (variable, cell) in taken {
        let present = inside.get(variable).cloned().unwrap_or_else(|| universe(variable));
        let outside = present.minus(cell);
        if !outside.is_empty() {
            let mut piece = inside.clone();
            piece.insert(variable.clone(), outside);
            out.push(piece);
        }
        inside.insert(variable.clone(), present.both(cell));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::when::parse_when;

    fn holds(text: &str) -> Boxes {
        region_true(&parse_when(text).unwrap()).unwrap()
    }

    #[test]
    fn what_cannot_be_is_empty() {
        for text in [
            "fit > 70 and fit < 70",
            "customer and not customer",
            "region in [DACH] and country = FR",
            "headcount > 10 and headcount is unknown",
            "industry = 'Food' and industry != 'food'",
            "title contains 'x' and not title contains 'X'",
            "headcount > 10 and headcount < 11",
        ] {
            assert!(holds(text).is_empty(), "{text}");
        }
        for text in ["fit > 70 and fit < 70.1", "customer or not customer", "topics has 'a'"] {
            assert!(!holds(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn difference_keeps_what_is_unknown() {
        let rest = subtract(&[Region::new()], &holds("customer or not customer")).unwrap();
        assert_eq!(rest.len(), 1);
        let rest = subtract(&rest, &holds("customer is unknown")).unwrap();
        assert!(rest.is_empty());
    }
}
