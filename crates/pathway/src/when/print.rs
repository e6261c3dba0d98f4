//! Writes a tree back as a line that parses to the same tree.

use std::fmt::{self, Display, Formatter, Write as _};

use super::tree::{Condition, Expression, Literal, Test, Written};

impl Display for Expression {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Always => out.write_str("always"),
            Self::Condition(condition) => condition.fmt(out),
            Self::Not(inner) => {
                out.write_str("not ")?;
                grouped(inner, out)
            }
            Self::All(parts) => {
                joined(parts, " and ", out, |part| matches!(part, Self::All(_) | Self::Any(_)))
            }
            Self::Any(parts) => joined(parts, " or ", out, |part| matches!(part, Self::Any(_))),
        }
    }
}

/// Inside `not`, anything joined needs parentheses.
fn grouped(inner: &Expression, out: &mut Formatter<'_>) -> fmt::Result {
    if matches!(inner, Expression::All(_) | Expression::Any(_)) {
        write!(out, "({inner})")
    } else {
        inner.fmt(out)
    }
}

fn joined(
    parts: &[Expression],
    join: &str,
    out: &mut Formatter<'_>,
    needs_parentheses: fn(&Expression) -> bool,
) -> fmt::Result {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            out.write_str(join)?;
        }
        if needs_parentheses(part) {
            write!(out, "({part})")?;
        } else {
            part.fmt(out)?;
        }
    }
    Ok(())
}

impl Display for Condition {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(&self.fact)?;
        match &self.test {
            Test::Holds => Ok(()),
            Test::Known => out.write_str(" is known"),
            Test::Unknown => out.write_str(" is unknown"),
            Test::Compare(comparison, value) => write!(out, " {} {value}", comparison.sign()),
            Test::Between(low, high) => write!(out, " between {low} and {high}"),
            Test::In(values) => list(" in ", values, out),
            Test::NotIn(values) => list(" not in ", values, out),
            Test::Contains(value) => write!(out, " contains {value}"),
            Test::StartsWith(value) => write!(out, " starts with {value}"),
            Test::EndsWith(value) => write!(out, " ends with {value}"),
            Test::Has(value) => write!(out, " has {value}"),
            Test::HasAny(values) => list(" has any ", values, out),
        }
    }
}

fn list(word: &str, values: &[Literal], out: &mut Formatter<'_>) -> fmt::Result {
    write!(out, "{word}[")?;
    for (place, value) in values.iter().enumerate() {
        if place > 0 {
            out.write_str(", ")?;
        }
        value.fmt(out)?;
    }
    out.write_char(']')
}

impl Display for Literal {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match &self.written {
            Written::Number(number) => number.fmt(out),
            Written::Word(word) => out.write_str(word),
            Written::Quoted(text) => {
                // Single quotes read best inside a TOML string.
                let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
                out.write_char(quote)?;
                for character in text.chars() {
                    if character == quote || character == '\\' {
                        out.write_char('\\')?;
                    }
                    out.write_char(character)?;
                }
                out.write_char(quote)
            }
        }
    }
}
