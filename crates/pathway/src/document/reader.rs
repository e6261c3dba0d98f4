//! Reads typed values out of TOML tables and reports what does not fit, with its place.

use std::ops::Range;
use std::str::FromStr;

use toml_edit::{Item, TableLike, Value};

use super::model::Spanned;
use super::period::{Counts, Period};
use super::target::Target;
use crate::fact::Decimal;
use crate::finding::{Code, Reporter, nearest};
use crate::limits::{LIST_VALUES_MAX, NAME_CHARS_MAX, TEXT_CHARS_MAX};
use crate::when::{Expression, Problem, ProblemKind, Span, check, parse_when};

/// A table of the document with the keys it may have.
pub(super) struct Section<'doc> {
    name: String,
    table: &'doc dyn TableLike,
    pub(super) range: Range<usize>,
    text: &'doc str,
}

impl<'doc> Section<'doc> {
    /// Wraps a table and reports keys it should not have.
    pub(super) fn new(
        name: &str,
        table: &'doc dyn TableLike,
        range: Range<usize>,
        text: &'doc str,
        keys: &[&str],
        reporter: &mut Reporter<'_>,
    ) -> Self {
        for (key, item) in table.iter() {
            if keys.contains(&key) {
                continue;
            }
            let place = table.key(key).and_then(|key| key.span());
            let place = place.or_else(|| item.span()).unwrap_or_else(|| range.clone());
            let near = nearest(key, keys.iter().copied());
            let what = match near {
                Some(near) => format!("Did you mean {near}?"),
                None => format!("It knows: {}.", keys.join(", ")),
            };
            let plain = text.get(place.clone()) == Some(key);
            let message = format!("{name} has no key {key}");
            let finding = reporter.error(Code::UnknownKey, place.clone(), message, what);
            if let Some(near) = near.filter(|_| plain) {
                finding.fix = Some(crate::finding::Fix {
                    start: place.start,
                    end: place.end,
                    text: near.into(),
                });
            }
        }
        Self { name: name.to_owned(), table, range, text }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    pub(super) fn keys(&self) -> Vec<Spanned<String>> {
        let range = |key: &str| self.table.key(key).and_then(|key| key.span());
        let keys = self.table.iter().map(|(key, _)| key);
        keys.map(|key| Spanned {
            value: key.to_owned(),
            range: range(key).unwrap_or_else(|| self.range.clone()),
        })
        .collect()
    }

    fn place(&self, item: &Item) -> Range<usize> {
        item.span().unwrap_or_else(|| self.range.clone())
    }

    pub(super) fn missing(&self, key: &str, example: &str, reporter: &mut Reporter<'_>) {
        let message = format!("{} needs {key}", self.name);
        let what = format!("Add {example}.");
        reporter.error(Code::MissingKey, self.range.clone(), message, what);
    }

    fn wrong(&self, key: &str, range: Range<usize>, takes: &str, reporter: &mut Reporter<'_>) {
        let message = format!("{key} in {} takes {takes}", self.name);
        reporter.error(Code::WrongType, range, message, "Change the value.");
    }

    /// A table inside this one.
    pub(super) fn section(
        &self,
        key: &str,
        keys: &[&str],
        reporter: &mut Reporter<'_>,
    ) -> Option<Section<'doc>> {
        let item = self.table.get(key)?;
        let range = self.place(item);
        match item.as_table_like() {
            Some(table) => {
                Some(Section::new(&format!("[{key}]"), table, range, self.text, keys, reporter))
            }
            None => {
                self.wrong(key, range, "a table", reporter);
                None
            }
        }
    }

    /// An array of tables inside this one, at most `max` long.
    pub(super) fn sections(
        &self,
        key: &str,
        keys: &[&str],
        max: usize,
        reporter: &mut Reporter<'_>,
    ) -> Vec<Section<'doc>> {
        let Some(item) = self.table.get(key) else { return Vec::new() };
        let range = self.place(item);
        let tables: Vec<(&dyn TableLike, Option<Range<usize>>)> =
            if let Some(tables) = item.as_array_of_tables() {
                tables.iter().map(|table| (table as &dyn TableLike, table.span())).collect()
            } else if let Some(tables) =
                item.as_array().filter(|a| a.iter().all(Value::is_inline_table))
            {
                let inline = tables.iter().filter_map(Value::as_inline_table);
                inline.map(|table| (table as &dyn TableLike, table.span())).collect()
            } else {
                let heading = format!("headings of the form [[{key}]]");
                self.wrong(key, range, &heading, reporter);
                return Vec::new();
            };
        if tables.len() > max {
            let message = format!("more than {max} of [[{key}]]");
            reporter.error(Code::TooLong, range.clone(), message, "Split the pathway.");
        }
        let name = format!("[[{key}]]");
        let wrap = |(table, place): (&'doc dyn TableLike, Option<Range<usize>>)| {
            let place = place.unwrap_or_else(|| range.clone());
            Section::new(&name, table, place, self.text, keys, reporter)
        };
        tables.into_iter().take(max).map(wrap).collect()
    }

    /// A text of bounded length.
    pub(super) fn text(&self, key: &str, reporter: &mut Reporter<'_>) -> Option<Spanned<String>> {
        let item = self.table.get(key)?;
        let range = self.place(item);
        let Some(text) = item.as_str() else {
            self.wrong(key, range, "a text in quotes", reporter);
            return None;
        };
        if text.chars().count() > TEXT_CHARS_MAX {
            let message = format!("{key} is longer than {TEXT_CHARS_MAX} characters");
            reporter.error(Code::TooLong, range.clone(), message, "Shorten it.");
        }
        Some(Spanned { value: text.to_owned(), range })
    }

    /// A text that must be there and not be empty; empty when it is missing, after reporting it.
    pub(super) fn name(
        &self,
        key: &str,
        example: &str,
        reporter: &mut Reporter<'_>,
    ) -> Spanned<String> {
        if !self.has(key) {
            self.missing(key, example, reporter);
        }
        let found = self.text(key, reporter);
        let Some(found) = found else {
            return Spanned { value: String::new(), range: self.range.clone() };
        };
        let length = found.value.chars().count();
        if found.value.trim().is_empty() || length > NAME_CHARS_MAX {
            let message =
                format!("{key} has {length} characters; 1 to {NAME_CHARS_MAX} are allowed");
            let what = format!("Write something like {example}.");
            reporter.error(Code::WrongValue, found.range.clone(), message, what);
        }
        found
    }

    /// An id: lower-case letters, digits and `-`.
    pub(super) fn id(&self, reporter: &mut Reporter<'_>) -> Spanned<String> {
        let id = self.name("id", "id = \"some-words\"", reporter);
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !id.value.is_empty() && !id.value.bytes().all(plain) {
            let message = format!("{:?} is not an id", id.value);
            let what = "Use lower-case letters, digits and hyphens.";
            reporter.error(Code::WrongValue, id.range.clone(), message, what);
        }
        id
    }

    /// One of a list of words.
    pub(super) fn choice(
        &self,
        key: &str,
        choices: &[&str],
        reporter: &mut Reporter<'_>,
    ) -> Option<Spanned<String>> {
        let found = self.text(key, reporter)?;
        check_choice(key, &found, choices, reporter).then_some(found)
    }

    /// A whole number in a range.
    pub(super) fn whole(
        &self,
        key: &str,
        allowed: Range<u32>,
        reporter: &mut Reporter<'_>,
    ) -> Option<Spanned<u32>> {
        let item = self.table.get(key)?;
        let range = self.place(item);
        let last = allowed.end.saturating_sub(1);
        let takes = format!("a whole number from {} to {last}", allowed.start);
        let Some(number) = item.as_integer() else {
            self.wrong(key, range, &takes, reporter);
            return None;
        };
        match u32::try_from(number).ok().filter(|number| allowed.contains(number)) {
            Some(value) => Some(Spanned { value, range }),
            None => {
                let message = format!("{key} in {} is {number}; it takes {takes}", self.name);
                reporter.error(Code::WrongValue, range, message, "Change the number.");
                None
            }
        }
    }

    /// A number with up to four places.
    pub(super) fn number(&self, key: &str, reporter: &mut Reporter<'_>) -> Option<Decimal> {
        let item = self.table.get(key)?;
        let whole = item.as_integer().map(Decimal::whole);
        let number = whole.or_else(|| item.as_float().and_then(Decimal::from_f64));
        if number.is_none() {
            self.wrong(key, self.place(item), "a number", reporter);
        }
        number
    }

    /// `key = true`; anything else is reported.
    pub(super) fn must_be_true(&self, key: &str, reporter: &mut Reporter<'_>) {
        if let Some(item) = self.table.get(key)
            && item.as_bool() != Some(true)
        {
            self.wrong(key, self.place(item), "true", reporter);
        }
    }

    /// A list of texts.
    pub(super) fn texts(&self, key: &str, reporter: &mut Reporter<'_>) -> Vec<Spanned<String>> {
        let Some(item) = self.table.get(key) else { return Vec::new() };
        let range = self.place(item);
        let Some(array) = item.as_array() else {
            self.wrong(key, range, "a list of texts in brackets", reporter);
            return Vec::new();
        };
        if array.len() > LIST_VALUES_MAX {
            let message = format!("{key} has more than {LIST_VALUES_MAX} values");
            reporter.error(Code::TooLong, range, message, "Shorten the list.");
            return Vec::new();
        }
        let mut found = Vec::new();
        for value in array.iter() {
            let range = value.span().unwrap_or_else(|| range.clone());
            match value.as_str() {
                Some(text) => found.push(Spanned { value: text.to_owned(), range }),
                None => self.wrong(key, range, "texts in quotes", reporter),
            }
        }
        found
    }

    /// A list of words out of some.
    pub(super) fn choices(
        &self,
        key: &str,
        choices: &[&str],
        reporter: &mut Reporter<'_>,
    ) -> Vec<Spanned<String>> {
        let mut found = self.texts(key, reporter);
        found.retain(|word| check_choice(key, word, choices, reporter));
        found
    }

    /// A text that reads as something else.
    fn read<T: FromStr<Err: std::fmt::Display>>(
        &self,
        key: &str,
        reporter: &mut Reporter<'_>,
    ) -> Option<Spanned<T>> {
        let text = self.text(key, reporter)?;
        match text.value.parse() {
            Ok(value) => Some(Spanned { value, range: text.range }),
            Err(error) => {
                let message = format!("{key} = {:?} does not read", text.value);
                let what = capital(&error.to_string());
                reporter.error(Code::WrongValue, text.range, message, what);
                None
            }
        }
    }

    /// A recipient.
    pub(super) fn target(&self, key: &str, reporter: &mut Reporter<'_>) -> Option<Spanned<Target>> {
        self.read(key, reporter)
    }

    /// A clock.
    pub(super) fn period(
        &self,
        key: &str,
        default: Counts,
        reporter: &mut Reporter<'_>,
    ) -> Option<Period> {
        let text = self.text(key, reporter)?;
        Period::read(&text.value, default)
            .map_err(|error| {
                let message = format!("{key} = {:?} is no clock", text.value);
                let what = capital(&error.to_string());
                reporter.error(Code::WrongValue, text.range.clone(), message, what);
            })
            .ok()
    }

    /// A condition, checked against the fact catalogue.
    pub(super) fn condition(
        &self,
        key: &str,
        reporter: &mut Reporter<'_>,
    ) -> Option<Spanned<Expression>> {
        let text = self.text(key, reporter)?;
        let inside = Inside::new(self.text, &text);
        match parse_when(&text.value) {
            Ok(expression) => {
                for problem in check(&expression) {
                    inside.report(problem, reporter);
                }
                Some(Spanned { value: expression, range: text.range })
            }
            Err(error) => {
                let range = inside.range(error.span);
                reporter.error(
                    Code::BadCondition,
                    range,
                    capital(&error.message),
                    error.what_to_do,
                );
                None
            }
        }
    }
}

/// Places inside a quoted condition, as places of the document.
struct Inside<'a> {
    value: &'a Spanned<String>,
    /// Where the first character stands; none when escapes make places differ.
    start: Option<usize>,
    quote: char,
}

impl<'a> Inside<'a> {
    fn new(text: &str, value: &'a Spanned<String>) -> Self {
        let raw = text.get(value.range.clone()).unwrap_or_default();
        let quote = raw.chars().next().unwrap_or('"');
        let start = raw.find(&value.value).filter(|_| !value.value.is_empty());
        Self { value, start: start.map(|start| value.range.start + start), quote }
    }

    fn range(&self, span: Span) -> Range<usize> {
        match self.start {
            Some(start) => start + span.start..start + span.end,
            None => self.value.range.clone(),
        }
    }

    fn report(&self, problem: Problem, reporter: &mut Reporter<'_>) {
        let code = match problem.kind {
            ProblemKind::UnknownFact => Code::UnknownFact,
            ProblemKind::WrongType => Code::WrongType,
            ProblemKind::WrongValue => Code::WrongValue,
            ProblemKind::EmptyRange => Code::EmptyRange,
        };
        let range = self.range(problem.span);
        let message = capital(&problem.message);
        let finding = reporter.error(code, range.clone(), message, problem.what_to_do);
        let plain = |text: &String| !text.contains([self.quote, '\\']);
        if let (Some(_), Some(text)) = (self.start, problem.fix.filter(plain)) {
            finding.fix = Some(crate::finding::Fix { start: range.start, end: range.end, text });
        }
    }
}

fn check_choice(
    key: &str,
    found: &Spanned<String>,
    choices: &[&str],
    reporter: &mut Reporter<'_>,
) -> bool {
    if choices.contains(&found.value.as_str()) {
        return true;
    }
    let near = nearest(&found.value, choices.iter().copied());
    let what = match near {
        Some(near) => format!("Did you mean {near}?"),
        None => format!("Choose one of: {}.", choices.join(", ")),
    };
    let message = format!("{key} has no value {:?}", found.value);
    let finding = reporter.error(Code::WrongValue, found.range.clone(), message, what);
    finding.fix = near.map(|near| crate::finding::Fix {
        start: found.range.start,
        end: found.range.end,
        text: format!("\"{near}\""),
    });
    false
}

pub(crate) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
