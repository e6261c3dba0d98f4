//! The tree of a `when`.

use crate::fact::Decimal;

/// A byte range of the `when` text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// First byte after.
    pub end: usize,
}

impl Span {
    pub(crate) fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end.max(self.start) }
    }
}

/// A condition or a combination of conditions.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// `always`: a default.
    Always,
    /// One test of one fact.
    Condition(Condition),
    /// `not …`
    Not(Box<Self>),
    /// `… and …`; two or more.
    All(Vec<Self>),
    /// `… or …`; two or more.
    Any(Vec<Self>),
}

impl Expression {
    /// The conditions from left to right.
    pub fn conditions(&self) -> Vec<&Condition> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a Condition>) {
        match self {
            Self::Always => {}
            Self::Condition(condition) => found.push(condition),
            Self::Not(inner) => inner.collect(found),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.collect(found));
            }
        }
    }

    /// The part of the text this tree stands for; none for `always`.
    #[must_use]
    pub fn span(&self) -> Option<Span> {
        let conditions = self.conditions();
        Some(conditions.first()?.span.to(conditions.last()?.span))
    }

    /// The same tree with all spans zero, to compare meanings.
    #[must_use]
    pub fn without_spans(&self) -> Self {
        match self {
            Self::Always => Self::Always,
            Self::Condition(condition) => Self::Condition(condition.without_spans()),
            Self::Not(inner) => Self::Not(Box::new(inner.without_spans())),
            Self::All(parts) => Self::All(parts.iter().map(Self::without_spans).collect()),
            Self::Any(parts) => Self::Any(parts.iter().map(Self::without_spans).collect()),
        }
    }
}

/// One test of one fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The fact as written.
    pub fact: String,
    /// Where the fact's name stands.
    pub fact_span: Span,
    /// The test.
    pub test: Test,
    /// The whole condition.
    pub span: Span,
}

impl Condition {
    fn without_spans(&self) -> Self {
        let test = match &self.test {
            Test::Compare(comparison, value) => Test::Compare(*comparison, value.bare()),
            Test::Between(low, high) => Test::Between(low.bare(), high.bare()),
            Test::In(values) => Test::In(values.iter().map(Literal::bare).collect()),
            Test::NotIn(values) => Test::NotIn(values.iter().map(Literal::bare).collect()),
            Test::Contains(value) => Test::Contains(value.bare()),
            Test::StartsWith(value) => Test::StartsWith(value.bare()),
            Test::EndsWith(value) => Test::EndsWith(value.bare()),
            Test::Has(value) => Test::Has(value.bare()),
            Test::HasAny(values) => Test::HasAny(values.iter().map(Literal::bare).collect()),
            Test::Holds => Test::Holds,
            Test::Known => Test::Known,
            Test::Unknown => Test::Unknown,
        };
        Self { fact: self.fact.clone(), fact_span: Span::default(), test, span: Span::default() }
    }
}

/// How a fact is tested.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// `customer`
    Holds,
    /// `headcount is known`
    Known,
    /// `headcount is unknown`
    Unknown,
    /// `fit >= 70`
    Compare(Comparison, Literal),
    /// `headcount between 200 and 2000`, both ends included
    Between(Literal, Literal),
    /// `type in [direct, implied]`
    In(Vec<Literal>),
    /// `type not in [direct, implied]`
    NotIn(Vec<Literal>),
    /// `title contains 'finance'`
    Contains(Literal),
    /// `title starts with 'head'`
    StartsWith(Literal),
    /// `title ends with 'officer'`
    EndsWith(Literal),
    /// `topics has 'month-end'`
    Has(Literal),
    /// `topics has any ['month-end', 'audit']`
    HasAny(Vec<Literal>),
}

/// Comparison signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Comparison {
    /// As written.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// A value in a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// The value as written.
    pub written: Written,
    /// Where.
    pub span: Span,
}

impl Literal {
    fn bare(&self) -> Self {
        Self { written: self.written.clone(), span: Span::default() }
    }

    /// The text of a word or quoted text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.written {
            Written::Word(text) | Written::Quoted(text) => Some(text),
            Written::Number(_) => None,
        }
    }

    /// The number.
    #[must_use]
    pub fn number(&self) -> Option<Decimal> {
        match self.written {
            Written::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// How a value was written.
#[derive(Clone, Debug, PartialEq)]
pub enum Written {
    /// `0.5`
    Number(Decimal),
    /// `DACH`
    Word(String),
    /// `'Food production'`
    Quoted(String),
}
