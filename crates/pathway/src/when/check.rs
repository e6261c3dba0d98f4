//! Compares a tree with the fact catalogue: names, types, values, ranges.

use super::tree::{Comparison, Condition, Expression, Literal, Span, Test};
use crate::fact::{CATALOGUE, Decimal, FactDefinition, Kind, REGIONS, definition, expand_place};
use crate::finding::nearest;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProblemKind {
    UnknownFact,
    WrongType,
    WrongValue,
    EmptyRange,
}

/// A semantic fault of one condition.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) what_to_do: String,
    /// Replacement for the span.
    pub(crate) fix: Option<String>,
}

/// All faults, from left to right.
pub(crate) fn check(expression: &Expression) -> Vec<Problem> {
    let mut checker = Checker::default();
    for condition in expression.conditions() {
        match definition(&condition.fact) {
            Some(found) => checker.condition(condition, found),
            None => checker.unknown_fact(condition),
        }
    }
    checker.problems
}

#[derive(Default)]
struct Checker {
    problems: Vec<Problem>,
}

impl Checker {
    fn add(
        &mut self,
        kind: ProblemKind,
        span: Span,
        message: String,
        what_to_do: String,
        fix: Option<String>,
    ) {
        self.problems.push(Problem { kind, span, message, what_to_do, fix });
    }

    fn unknown_fact(&mut self, condition: &Condition) {
        let last = condition.fact.rsplit('.').next().unwrap_or_default();
        let names = || CATALOGUE.iter().map(|row| row.name);
        let near = nearest(&condition.fact, names()).or_else(|| nearest(last, names()));
        let what = match near {
            Some(near) => format!("Did you mean {near}? The rule can never apply like this."),
            None => "Choose one from the fact catalogue.".to_owned(),
        };
        let message = format!("No such fact: {}", condition.fact);
        let fix = near.map(str::to_owned);
        self.add(ProblemKind::UnknownFact, condition.fact_span, message, what, fix);
    }

    fn condition(&mut self, condition: &Condition, found: &'static FactDefinition) {
        match &condition.test {
            Test::Known | Test::Unknown => {}
            Test::Holds if found.kind == Kind::Flag => {}
            Test::Compare(comparison, value) => self.compare(condition, found, *comparison, value),
            Test::Between(low, high) if matches!(found.kind, Kind::Number { .. }) => {
                self.value(found, low);
                self.value(found, high);
                self.order(low, high);
            }
            Test::In(values) | Test::NotIn(values) => {
                if matches!(found.kind, Kind::Flag | Kind::Tags) {
                    self.wrong_test(condition, found);
                } else {
                    self.list(condition, found, values);
                }
            }
            Test::Contains(value) | Test::StartsWith(value) | Test::EndsWith(value)
                if found.kind == Kind::Text =>
            {
                self.value(found, value);
            }
            Test::Has(value) if found.kind == Kind::Tags => self.value(found, value),
            Test::HasAny(values) if found.kind == Kind::Tags => self.list(condition, found, values),
            _ => self.wrong_test(condition, found),
        }
    }

    fn compare(
        &mut self,
        condition: &Condition,
        found: &'static FactDefinition,
        comparison: Comparison,
        value: &Literal,
    ) {
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        match found.kind {
            Kind::Number { .. } => self.value(found, value),
            Kind::Choice { .. } | Kind::Country | Kind::Text if equality => {
                self.value(found, value);
            }
            Kind::Flag if equality => {
                let yes = value.text().is_some_and(|text| matches!(text, "yes" | "true"));
                let plain = yes == (comparison == Comparison::Equal);
                let name = found.name;
                let fix = if plain { name.to_owned() } else { format!("not {name}") };
                let known =
                    value.text().is_some_and(|t| matches!(t, "yes" | "true" | "no" | "false"));
                let message = format!("{name} is yes or no and takes no value");
                let what = format!("Write `{name}` or `not {name}`.");
                let fix = known.then_some(fix);
                self.add(ProblemKind::WrongType, condition.span, message, what, fix);
            }
            _ => self.wrong_test(condition, found),
        }
    }

    fn wrong_test(&mut self, condition: &Condition, found: &'static FactDefinition) {
        let name = found.name;
        let what = match found.kind {
            Kind::Flag => format!("Write `{name}` or `not {name}`."),
            Kind::Number { .. } => format!("Write `{name} >= 10` or `{name} between 10 and 20`."),
            Kind::Choice { values } => {
                format!("Write `{name} = {}` or `{name} in [{}]`.", values[0], values.join(", "))
            }
            Kind::Country => format!("Write `{name} = DE` or `{name} in [DACH, Nordics]`."),
            Kind::Text => format!("Write `{name} = 'text'` or `{name} contains 'text'`."),
            Kind::Tags => format!("Write `{name} has 'word'` or `{name} has any ['a', 'b']`."),
        };
        let message = format!("{name} cannot be tested like this; it is {}", found.kind.takes());
        self.add(ProblemKind::WrongType, condition.span, message, what, None);
    }

    fn list(&mut self, condition: &Condition, found: &'static FactDefinition, values: &[Literal]) {
        if values.is_empty() {
            let message = format!("the list for {} is empty, so nothing can be in it", found.name);
            let what = "Name at least one value.".to_owned();
            self.add(ProblemKind::EmptyRange, condition.span, message, what, None);
        }
        values.iter().for_each(|value| self.value(found, value));
    }

    fn order(&mut self, low: &Literal, high: &Literal) {
        if let (Some(first), Some(second)) = (low.number(), high.number())
            && first > second
        {
            self.add(
                ProblemKind::EmptyRange,
                low.span.to(high.span),
                format!("nothing is between {first} and {second}"),
                "Put the smaller number first.".to_owned(),
                Some(format!("{second} and {first}")),
            );
        }
    }

    fn value(&mut self, found: &'static FactDefinition, value: &Literal) {
        let (fits, near) = match found.kind {
            Kind::Flag => (false, None),
            Kind::Number { whole, min, max, .. } => {
                let fits = value.number().is_some_and(|number| {
                    number >= Decimal::whole(min)
                        && number <= Decimal::whole(max)
                        && (!whole || number.is_whole())
                });
                (fits, None)
            }
            Kind::Choice { values } => match value.text() {
                Some(text) if values.contains(&text) => (true, None),
                Some(text) => (false, nearest(text, values.iter().copied())),
                None => (false, None),
            },
            Kind::Country => match value.text() {
                Some(text) if expand_place(text).is_some() => (true, None),
                Some(text) => (false, nearest(text, REGIONS.iter().map(|region| region.name))),
                None => (false, None),
            },
            Kind::Text | Kind::Tags => (value.text().is_some(), None),
        };
        if fits {
            return;
        }
        let number = matches!(found.kind, Kind::Number { .. });
        let same_type = number == value.number().is_some();
        let kind = if same_type { ProblemKind::WrongValue } else { ProblemKind::WrongType };
        let message = format!("{} cannot be {value}", found.name);
        let takes = found.kind.takes();
        let what = match near {
            Some(near) => format!("Did you mean {near}? {} takes {takes}.", found.name),
            None => format!("{} takes {takes}.", found.name),
        };
        self.add(kind, value.span, message, what, near.map(str::to_owned));
    }
}
