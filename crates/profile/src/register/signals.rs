//! Signals that come in by hand or by API: what happened at a company, bound to a trigger.

use super::{Columns, RegisterError, Skipped, cell, date_of};
use crate::lexicon::{Lexicon, Term};
use crate::matching::Event;
use crate::text::tokenize;

/// A signal and the company it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalRow {
    /// Id of the company in one's own data.
    pub company_id: String,
    /// The event.
    pub event: Event,
}

/// The trigger a headline speaks of, by the trigger lexicon; the longest phrase decides.
///
/// ```
/// use warmpath_profile::register::signal_kind;
/// assert_eq!(signal_kind("Acme closed a round of 20 million"), Some("funding"));
/// assert_eq!(signal_kind("Acme paints its office"), None);
/// ```
#[must_use]
pub fn signal_kind(headline: &str) -> Option<&'static str> {
    let tokens = tokenize(headline);
    let trie = &Lexicon::shared().trie;
    let mut best: Option<(usize, &'static str)> = None;
    for i in 0..tokens.len() {
        for found in trie.at(&tokens, i) {
            let kind = found.terms.iter().find_map(|term| match term {
                Term::Trigger(kind) => Some(*kind),
                _ => None,
            });
            let words = found.end - i;
            if let Some(kind) = kind
                && best.is_none_or(|(longest, _)| words > longest)
            {
                best = Some((words, kind));
            }
        }
    }
    best.map(|(_, kind)| kind)
}

/// What was read out of a file of signals.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Signals {
    /// Signals, in the order of the file.
    pub rows: Vec<SignalRow>,
    /// Rows that could not be read or bound: their position from 1, and why.
    pub skipped: Vec<(usize, Skipped)>,
}

/// Reads signals from CSV with the columns `company_id`, `date`, `text` and optionally `type`.
/// Without a type the text decides; rows that bind to no trigger are told as skipped.
///
/// # Errors
///
/// [`RegisterError`] where the text is no CSV or lacks a column.
pub fn read_signals_csv(text: &str) -> Result<Signals, RegisterError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let columns = Columns::new(reader.headers()?);
    let company = columns.required("company_id")?;
    let date = columns.required("date")?;
    let words = columns.required("text")?;
    let kind = columns.optional("type");
    let (mut rows, mut skipped) = (Vec::new(), Vec::new());
    for (number, record) in reader.records().enumerate() {
        let at = number + 1;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                skipped.push((at, Skipped::Malformed(error.to_string())));
                continue;
            }
        };
        let Some(company_id) = cell(&record, Some(company)) else {
            skipped.push((at, Skipped::NoId));
            continue;
        };
        let Some(date) = cell(&record, Some(date)).and_then(date_of) else {
            skipped.push((at, Skipped::Malformed("no date".to_owned())));
            continue;
        };
        let headline = cell(&record, Some(words)).unwrap_or("");
        let given = cell(&record, kind).and_then(trigger_of);
        let Some(kind) = given.or_else(|| signal_kind(headline)).map(str::to_owned) else {
            skipped.push((at, Skipped::Malformed("binds to no trigger".to_owned())));
            continue;
        };
        let event = Event { kind, date, text: headline.to_owned() };
        rows.push(SignalRow { company_id: company_id.to_owned(), event });
    }
    Ok(Signals { rows, skipped })
}

/// The trigger that a word names: a key of the trigger lexicon, or `job_change`, which is a change
/// of leadership; `None` for any other word.
#[must_use]
pub fn trigger_of(word: &str) -> Option<&'static str> {
    let word = if word == "job_change" { "leadership_change" } else { word };
    Lexicon::shared().trie.find(&|term| match term {
        Term::Trigger(key) if *key == word => Some(*key),
        _ => None,
    })
}
