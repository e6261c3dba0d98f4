//! Finds names that must stay sealed and identifiers of people who are no party.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::text::fold;

/// Shortest number of digits that is taken for a telephone number.
const PHONE_DIGITS_MIN: usize = 8;
/// Longest number of digits of a telephone number (E.164).
const PHONE_DIGITS_MAX: usize = 15;

/// A word of the text: folded, with its bytes in the original.
struct Word {
    folded: String,
    span: Range<usize>,
}

/// Places where the words of `name` stand together, whatever their case, accents and the signs
/// between them, so that "Müller-Lüdenscheidt" is found in "MULLER LUDENSCHEIDT". A possessive
/// `'s` does not hide a name.
pub(crate) fn name_spans(text: &str, name: &str) -> Vec<Range<usize>> {
    let wanted: Vec<String> = words(name).into_iter().map(|word| word.folded).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let words = words(text);
    let is_name =
        |window: &&[Word]| window.iter().zip(&wanted).all(|(word, wanted)| word.folded == *wanted);
    let windows = words.windows(wanted.len()).filter(is_name);
    windows.map(|window| window[0].span.start..window[window.len() - 1].span.end).collect()
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        let belongs = character.is_alphanumeric()
            || unicode_normalization::char::is_combining_mark(character);
        match (belongs, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                start = None;
                words.push(Word { folded: fold(&text[from..at]), span: from..at });
            }
            _ => {}
        }
    }
    words
}

static MAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+").ok());
static PHONE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\+?\(?\d[\d ()./\-]{6,22}\d").ok());

/// Mail addresses and telephone numbers in the text that are not among the known ones.
pub(super) fn identifiers(text: &str, known: &[String]) -> Vec<Range<usize>> {
    let known_mail: Vec<String> = known.iter().map(|known| known.to_lowercase()).collect();
    let known_digits: Vec<String> = known.iter().map(|known| digits(known)).collect();
    let mails = MAIL.iter().flat_map(|pattern| pattern.find_iter(text));
    let unknown_mails = mails.filter(|found| !known_mail.contains(&found.as_str().to_lowercase()));
    let phones = PHONE.iter().flat_map(|pattern| pattern.find_iter(text));
    let unknown_phones = phones.filter(|found| {
        let number = digits(found.as_str());
        let plausible = (PHONE_DIGITS_MIN..=PHONE_DIGITS_MAX).contains(&number.len());
        plausible && !is_date(found.as_str()) && !known_digits.iter().any(|k| same(k, &number))
    });
    let mut spans: Vec<_> =
        unknown_mails.chain(unknown_phones).map(|found| found.range()).collect();
    spans.sort_by_key(|span| span.start);
    spans
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The same number with and without its country code or trunk zero.
fn same(known: &str, number: &str) -> bool {
    let number = number.trim_start_matches('0');
    number.len() >= PHONE_DIGITS_MIN - 1 && known.ends_with(number)
}

/// A date or a stretch of years is no number to call: four digits stand in front of a separator.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '/', '.', ' ']).collect();
    let short = parts.len() <= 3 && parts.iter().all(|part| part.len() <= 4 && !part.is_empty());
    let is_year = |part: &&str| part.starts_with("19") || part.starts_with("20");
    short && parts.iter().any(|part| part.len() == 4 && is_year(part))
}
