//! From a line of text to the tree.

use super::lexer::{Token, tokens};
use super::tree::{Comparison, Condition, Expression, Literal, Span, Test, Written};
use crate::limits::{CONDITIONS_MAX, LIST_VALUES_MAX, WHEN_BYTES_MAX, WHEN_DEPTH_MAX};

/// Why a `when` does not read as a condition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct WhenError {
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub what_to_do: String,
}

impl WhenError {
    pub(super) fn new(
        span: Span,
        message: impl Into<String>,
        what_to_do: impl Into<String>,
    ) -> Self {
        Self { span, message: message.into(), what_to_do: what_to_do.into() }
    }
}

/// Words that join conditions; as values they need quotes.
pub(super) const RESERVED: [&str; 15] = [
    "and", "or", "not", "in", "between", "is", "known", "unknown", "always", "contains", "starts",
    "ends", "with", "has", "any",
];

/// Parses one line. An empty line is refused; a default says `always`.
///
/// # Errors
/// [`WhenError`] with the place of the first thing that does not fit.
pub fn parse_when(text: &str) -> Result<Expression, WhenError> {
    let all = Span { start: 0, end: text.len() };
    if text.len() > WHEN_BYTES_MAX {
        let message = format!("the condition is longer than {WHEN_BYTES_MAX} bytes");
        return Err(WhenError::new(all, message, "Split it into several rules."));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, end: text.len(), depth: 0, conditions: 0 };
    if tokens.is_empty() {
        let what = "Write `always` for a rule that takes everything left over.";
        return Err(WhenError::new(all, "the condition is empty", what));
    }
    if tokens.len() == 1 && parser.takes_word("always") {
        return Ok(Expression::Always);
    }
    let expression = parser.any()?;
    match parser.peek() {
        None => Ok(expression),
        Some((token, span)) => Err(WhenError::new(
            *span,
            format!("{} was not expected here", show(token)),
            "Join conditions with `and` or `or`.",
        )),
    }
}

struct Parser<'a> {
    tokens: &'a [(Token, Span)],
    at: usize,
    end: usize,
    depth: usize,
    conditions: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&(Token, Span)> {
        self.tokens.get(self.at)
    }

    fn here(&self) -> Span {
        self.peek().map_or(Span { start: self.end, end: self.end }, |(_, span)| *span)
    }

    fn previous(&self) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        last.map_or(Span::default(), |(_, span)| *span)
    }

    fn word(&self) -> Option<&str> {
        match self.peek() {
            Some((Token::Word(word), _)) => Some(word),
            _ => None,
        }
    }

    /// Takes a joining word; capital letters are fine.
    fn takes_word(&mut self, wanted: &str) -> bool {
        let found = self.word().is_some_and(|word| word.eq_ignore_ascii_case(wanted));
        self.at += usize::from(found);
        found
    }

    fn takes_sign(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek(), Some((Token::Sign(sign), _)) if *sign == wanted);
        self.at += usize::from(found);
        found
    }

    fn expected<T>(&self, what: &str, what_to_do: &str) -> Result<T, WhenError> {
        let found = self.peek().map_or("the end".to_owned(), |(token, _)| show(token));
        let message = format!("expected {what}, found {found}");
        Err(WhenError::new(self.here(), message, what_to_do))
    }

    fn any(&mut self) -> Result<Expression, WhenError> {
        let mut parts = vec![self.all()?];
        while self.takes_word("or") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Expression::Any))
    }

    fn all(&mut self) -> Result<Expression, WhenError> {
        let mut parts = vec![self.one()?];
        while self.takes_word("and") {
            parts.push(self.one()?);
        }
        Ok(one_or(parts, Expression::All))
    }

    fn one(&mut self) -> Result<Expression, WhenError> {
        self.depth += 1;
        if self.depth > WHEN_DEPTH_MAX {
            let message = format!("nested deeper than {WHEN_DEPTH_MAX}");
            return Err(WhenError::new(self.here(), message, "Split it into several rules."));
        }
        let expression = if self.takes_word("not") {
            Expression::Not(Box::new(self.one()?))
        } else if self.takes_sign("(") {
            let inner = self.any()?;
            if !self.takes_sign(")") {
                return self.expected("`)`", "Close the parenthesis.");
            }
            inner
        } else {
            Expression::Condition(self.condition()?)
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn condition(&mut self) -> Result<Condition, WhenError> {
        const FACT: &str = "Start a condition with a fact, as in `headcount >= 200`.";
        let fact_span = self.here();
        let fact = match self.word() {
            Some(word) if !reserved(word) => word.to_owned(),
            _ => return self.expected("a fact", FACT),
        };
        self.at += 1;
        self.conditions += 1;
        if self.conditions > CONDITIONS_MAX {
            let message = format!("more than {CONDITIONS_MAX} conditions");
            return Err(WhenError::new(fact_span, message, "Split it into several rules."));
        }
        let test = self.test()?;
        Ok(Condition { fact, fact_span, test, span: fact_span.to(self.previous()) })
    }

    fn test(&mut self) -> Result<Test, WhenError> {
        for (sign, comparison) in [
            ("=", Comparison::Equal),
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<>", Comparison::NotEqual),
            ("<=", Comparison::AtMost),
            ("<", Comparison::Less),
            (">=", Comparison::AtLeast),
            (">", Comparison::More),
        ] {
            if self.takes_sign(sign) {
                return Ok(Test::Compare(comparison, self.literal()?));
            }
        }
        if self.takes_word("between") {
            let low = self.literal()?;
            if !self.takes_word("and") {
                return self.expected("`and`", "Write `between 200 and 2000`.");
            }
            return Ok(Test::Between(low, self.literal()?));
        }
        if self.takes_word("in") {
            return Ok(Test::In(self.list()?));
        }
        if self.takes_word("is") {
            return self.is();
        }
        if self.takes_word("contains") {
            return Ok(Test::Contains(self.literal()?));
        }
        if self.takes_word("has") {
            let any = self.takes_word("any");
            return if any {
                Ok(Test::HasAny(self.list()?))
            } else {
                Ok(Test::Has(self.literal()?))
            };
        }
        if self.takes_word("starts") {
            return self.with().map(Test::StartsWith);
        }
        if self.takes_word("ends") {
            return self.with().map(Test::EndsWith);
        }
        if self.word().is_some_and(|word| word.eq_ignore_ascii_case("not")) {
            self.at += 1;
            if self.takes_word("in") {
                return Ok(Test::NotIn(self.list()?));
            }
            return self.expected("`in`", "Write `not in [a, b]`, or `not` before the fact.");
        }
        Ok(Test::Holds)
    }

    fn is(&mut self) -> Result<Test, WhenError> {
        if self.takes_word("known") {
            return Ok(Test::Known);
        }
        if self.takes_word("unknown") {
            return Ok(Test::Unknown);
        }
        self.expected("`known` or `unknown`", "Compare values with =, as in `type = direct`.")
    }

    fn with(&mut self) -> Result<Literal, WhenError> {
        if self.takes_word("with") {
            return self.literal();
        }
        self.expected("`with`", "Write `starts with 'head'` or `ends with 'officer'`.")
    }

    fn literal(&mut self) -> Result<Literal, WhenError> {
        let span = self.here();
        let written = match self.peek() {
            Some((Token::Number(number), _)) => Written::Number(*number),
            Some((Token::Quoted(text), _)) => Written::Quoted(text.clone()),
            Some((Token::Word(word), _)) if !reserved(word) => Written::Word(word.clone()),
            _ => return self.expected("a value", "Put a number, a word or a text in quotes."),
        };
        self.at += 1;
        Ok(Literal { written, span })
    }

    fn list(&mut self) -> Result<Vec<Literal>, WhenError> {
        const LIST: &str = "Write a list in brackets, as in [DACH, Nordics].";
        if !self.takes_sign("[") {
            return self.expected("`[`", LIST);
        }
        let mut values = Vec::new();
        while !self.takes_sign("]") {
            if values.len() >= LIST_VALUES_MAX {
                let message = format!("more than {LIST_VALUES_MAX} values");
                return Err(WhenError::new(self.here(), message, "Use a region or a range."));
            }
            values.push(self.literal()?);
            if !self.takes_sign(",") && !matches!(self.peek(), Some((Token::Sign("]"), _))) {
                return self.expected("`,` or `]`", LIST);
            }
        }
        Ok(values)
    }
}

fn one_or(mut parts: Vec<Expression>, join: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => Expression::Always,
    }
}

pub(super) fn reserved(word: &str) -> bool {
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(word))
}

fn show(token: &Token) -> String {
    match token {
        Token::Word(word) => format!("`{word}`"),
        Token::Number(number) => format!("`{number}`"),
        Token::Quoted(text) => format!("'{text}'"),
        Token::Sign(sign) => format!("`{sign}`"),
    }
}
