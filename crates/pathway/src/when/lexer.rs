//! Words, numbers, quoted texts and signs of a `when`.

use super::parse::WhenError;
use super::tree::Span;
use crate::fact::Decimal;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Word(String),
    Number(Decimal),
    Quoted(String),
    Sign(&'static str),
}

/// Longest first, so that `>=` is not read as `>`.
const SIGNS: [&str; 13] = ["==", "!=", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", "<>"];

pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Span)>, WhenError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() {
            if first == '\n' || first == '\r' {
                return Err(WhenError::new(
                    Span { start: at, end: at + 1 },
                    "a condition stands on one line",
                    "Join the lines with a space.",
                ));
            }
            at += first.len_utf8();
            continue;
        }
        let (token, length) = next(rest, first, at)?;
        found.push((token, Span { start: at, end: at + length }));
        at += length;
    }
    Ok(found)
}

fn next(rest: &str, first: char, at: usize) -> Result<(Token, usize), WhenError> {
    if first == '\'' || first == '"' {
        return quoted(rest, first, at);
    }
    if first.is_ascii_digit() || first == '-' {
        return number(rest, at);
    }
    if word_start(first) {
        let length = rest.find(|c| !word_part(c)).unwrap_or(rest.len());
        return Ok((Token::Word(rest[..length].to_owned()), length));
    }
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        return Ok((Token::Sign(sign), sign.len()));
    }
    Err(WhenError::new(
        Span { start: at, end: at + first.len_utf8() },
        format!("{first:?} has no meaning here"),
        "Put text in single quotes; compare with =, !=, <, <=, >, >=.",
    ))
}

pub(super) fn word_start(character: char) -> bool {
    character.is_alphabetic() || character == '_'
}

pub(super) fn word_part(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.')
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), WhenError> {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let tail = rest[1..].find(|c| !part(c)).map_or(rest.len(), |length| length + 1);
    let written = &rest[..tail];
    match written.parse::<Decimal>() {
        Ok(number) => Ok((Token::Number(number), tail)),
        Err(error) => Err(WhenError::new(
            Span { start: at, end: at + tail },
            format!("{written} is {error}"),
            "Write digits, with a point for fractions: 2000 or 0.5.",
        )),
    }
}

/// A text in single or double quotes; the quote itself and `\` are written with a `\` before.
fn quoted(rest: &str, quote: char, at: usize) -> Result<(Token, usize), WhenError> {
    let mut text = String::new();
    let mut escaped = false;
    for (place, character) in rest.char_indices().skip(1) {
        if escaped {
            text.push(character);
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == quote {
            return Ok((Token::Quoted(text), place + quote.len_utf8()));
        } else {
            text.push(character);
        }
    }
    Err(WhenError::new(
        Span { start: at, end: at + rest.len() },
        "the quoted text has no end",
        format!("Close it with {quote}."),
    ))
}
