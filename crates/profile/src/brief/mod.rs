//! From a brief in plain words to criteria, each with the words it came from.
//!
//! tokens → masks (instructions, talk about oneself) → numbers → one pass over the phrases →
//! exclusions → criteria → verdict. A brief is text from outside: whatever it orders, it is only
//! read for whom it describes.

mod acronyms;
mod assemble;
mod clashes;
pub(crate) mod classes;
mod companies;
pub(crate) mod filler;
mod mask;
mod mend;
mod mentions;
mod numbers;
mod pairs;
pub(crate) mod people;
mod refine;
mod scope;
mod set_aside;
mod stages;
mod words;

use serde::Serialize;

use self::classes::is;
use crate::criteria::Criteria;
use crate::verdict::{Judgement, judge_read};

/// Longest brief that is read, in bytes.
pub const BRIEF_BYTES_MAX: usize = 10_240;

/// Why a text is no brief.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BriefError {
    /// The text is longer than [`BRIEF_BYTES_MAX`].
    #[error("the brief has {bytes} bytes; at most {BRIEF_BYTES_MAX} are read")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

/// One criterion and the words of the brief it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Field of [`Criteria`], such as `roles`; the same field under `exclude.` where unwanted.
    pub criterion: String,
    /// The value, as it stands in the criteria.
    pub value: String,
    /// The words, as the brief has them.
    pub words: String,
    /// First byte of the words in the brief.
    pub start: usize,
    /// Byte after the last of the words.
    pub end: usize,
}

/// What was read out of a brief.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ParsedBrief {
    /// The criteria in the vocabulary of the lexicons.
    pub criteria: Criteria,
    /// Where each came from, in the order of the brief.
    pub evidence: Vec<Evidence>,
    /// Words that were not understood, for the user to confirm, in the order of the brief.
    pub not_understood: Vec<String>,
    /// Language of the function words: en, de, fr, es, it or sv; `None` where none was recognised.
    pub language: Option<&'static str>,
    /// Whether the brief is fit to work with, and what it lacks.
    pub judgement: Judgement,
}

/// Things about a brief that are no criteria but bear on the verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Remarks {
    pub(crate) instruction: bool,
    pub(crate) buzzwords: bool,
    pub(crate) unknown_language: bool,
    pub(crate) empty: bool,
    /// The brief names a company only in general ("companies", "a firm").
    pub(crate) speaks_of_companies: bool,
    /// "C-level only", and yet interns.
    pub(crate) seniority_clash: bool,
    /// A place, industry or role asked for and wholly excluded again.
    pub(crate) place_clash: bool,
    pub(crate) role_clash: bool,
    /// "Startups with 10,000 employees".
    pub(crate) size_clash: bool,
    /// A number too large to be one.
    pub(crate) absurd_number: bool,
}

/// Share of the words that neither a lexicon nor the function words of a language explain.
fn foreign_share(tokens: &[crate::text::Token], covered: &[bool]) -> f64 {
    let words: Vec<usize> = (0..tokens.len()).filter(|i| tokens[*i].is_word()).collect();
    let foreign =
        words.iter().filter(|i| !covered[**i] && !filler::is_filler(&tokens[**i].folded)).count();
    #[expect(clippy::cast_precision_loss, reason = "a brief has at most some thousand words")]
    let share = foreign as f64 / words.len().max(1) as f64;
    share
}

/// Reads a brief.
///
/// # Errors
///
/// [`BriefError::TooLong`] for a text of more than [`BRIEF_BYTES_MAX`] bytes. Every other text is
/// read as far as it can be; the judgement says what is missing.
pub fn parse_brief(text: &str) -> Result<ParsedBrief, BriefError> {
    if text.len() > BRIEF_BYTES_MAX {
        return Err(BriefError::TooLong { bytes: text.len() });
    }
    let tokens = mend::tokens(text);
    let masks = mask::masks(&tokens);
    let quantities = numbers::quantities(&tokens);
    let mut reading = mentions::read(&tokens, &quantities, &masks.tokens);
    if masks.about_self && !reading.mentions.iter().any(|m| m.is(assemble::names_people)) {
        // The talk about oneself was all there is: read it after all.
        reading = mentions::read(&tokens, &quantities, &masks.instructions);
    }
    pairs::read(&tokens, &masks.tokens, &mut reading);
    refine::refine(&tokens, &mut reading);
    let companies = companies::named(text, &tokens, &mut reading);
    let (criteria, evidence) = assemble::criteria(text, &tokens, &reading, companies);
    let words = || tokens.iter().filter(|t| t.is_word()).map(|t| t.folded.as_str());
    let language = filler::language_of(words());
    let not_understood = assemble::not_understood(text, &tokens, &reading, &masks.tokens);
    let understood = reading.mentions.len() + reading.quantities.len();
    let remarks = Remarks {
        instruction: masks.instruction,
        buzzwords: words().any(|w| is("buzzword", w)),
        unknown_language: language.is_none()
            && words().count() >= 3
            && (understood == 0 || foreign_share(&tokens, &reading.covered) > 0.5),
        empty: tokens.is_empty(),
        speaks_of_companies: words().any(|w| is("company_word", w)),
        absurd_number: tokens.iter().any(|t| t.number().is_some_and(|v| v > 1e14)),
        ..clashes::clashes(&reading)
    };
    let judgement = judge_read(&criteria, remarks);
    Ok(ParsedBrief { criteria, evidence, not_understood, language, judgement })
}

/// True where part of the span lies in an order to the reader or in talk about the writer.
pub(crate) fn is_masked(text: &str, span: (usize, usize)) -> bool {
    let tokens = mend::tokens(text);
    let masks = mask::masks(&tokens);
    (0..tokens.len()).any(|i| masks.tokens[i] && tokens[i].start < span.1 && span.0 < tokens[i].end)
}

/// True where part of the span lies in the reach of an exclusion.
pub(crate) fn in_exclusion(text: &str, span: (usize, usize)) -> bool {
    let tokens = mend::tokens(text);
    let none = vec![false; tokens.len()];
    scope::cues(&tokens, &none).into_iter().any(|cue| {
        let (from, to) = if cue.after {
            (scope::reach_back(&tokens, cue), cue.to)
        } else {
            (cue.from, scope::reach(&tokens, cue))
        };
        (from..to).any(|i| tokens[i].start < span.1 && span.0 < tokens[i].end)
    })
}

/// The places of the words that were not understood, in bytes.
pub(crate) fn open_words(text: &str) -> Vec<(usize, usize)> {
    let tokens = mend::tokens(text);
    let masks = mask::masks(&tokens);
    let quantities = numbers::quantities(&tokens);
    let mut reading = mentions::read(&tokens, &quantities, &masks.tokens);
    pairs::read(&tokens, &masks.tokens, &mut reading);
    refine::refine(&tokens, &mut reading);
    companies::named(text, &tokens, &mut reading);
    (0..tokens.len())
        .filter(|i| {
            let token = &tokens[*i];
            token.is_word()
                && !reading.covered[*i]
                && !masks.tokens[*i]
                && !filler::is_filler(&token.folded)
        })
        .map(|i| (tokens[i].start, tokens[i].end))
        .collect()
}
