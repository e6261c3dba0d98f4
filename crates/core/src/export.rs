//! Cells for spreadsheets: text that cannot become a formula, and its exact reverse.
//!
//! A spreadsheet runs a cell that starts with `=`, `+`, `-` or `@`, some after trimming blanks
//! and invisible characters, some per physical line. [`guard`] puts one apostrophe in front of
//! every such line; [`unguard`] takes exactly those away, so that an export that is imported
//! again gives the text that went out. Numbers have a type and need no guard: see [`Cell`].
//!
//! The reverse is exact because a line that already begins with apostrophes before a dangerous
//! character is guarded too: what is guarded does not change when it gains or loses one.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::Timestamp;

/// What stands in front of a guarded line.
const GUARD: char = '\'';

/// One value of an exported table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Text by a person, or containing some; guarded.
    Text(&'a str),
    /// A count.
    Integer(i64),
    /// A decimal of `units / 10^places`, as money is kept: `(-1250, 2)` is `-12.50`.
    Decimal {
        /// The amount in its smallest unit.
        units: i64,
        /// Digits after the point, `0..=18`.
        places: u8,
    },
    /// A measured figure; an infinite or undefined one is left empty.
    Real(f64),
    /// An instant, in UTC.
    Instant(Timestamp),
}

impl Cell<'_> {
    /// The cell as text, before the quoting of the CSV writer.
    ///
    /// ```
    /// use warmpath_core::export::Cell;
    /// assert_eq!(Cell::Decimal { units: -1250, places: 2 }.render(), "-12.50");
    /// assert_eq!(Cell::Text("-12.50").render(), "'-12.50");
    /// ```
    #[must_use]
    pub fn render(self) -> Cow<'static, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Owned(guard(text).into_owned()),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Decimal { units, places } => Cow::Owned(decimal(units, places)),
            Self::Real(figure) if figure.is_finite() => Cow::Owned(figure.to_string()),
            Self::Real(_) => Cow::Borrowed(""),
            Self::Instant(at) => Cow::Owned(at.to_string()),
        }
    }
}

fn decimal(units: i64, places: u8) -> String {
    let places = usize::from(places.min(18));
    let digits = format!("{:0width$}", units.unsigned_abs(), width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    let mut text = if units < 0 { format!("-{whole}") } else { whole.to_owned() };
    if places > 0 {
        // Writing to a String cannot fail.
        let _ = write!(text, ".{part}");
    }
    text
}

/// Makes a text safe as a spreadsheet cell.
///
/// ```
/// use warmpath_core::export::{guard, unguard};
/// assert_eq!(guard("=1+1"), "'=1+1");
/// assert_eq!(guard("safe\n =1+1"), "safe\n' =1+1");
/// assert_eq!(unguard(&guard("'=1+1")), "'=1+1");
/// ```
#[must_use]
pub fn guard(text: &str) -> Cow<'_, str> {
    if !line_starts(text).any(|start| is_live(text, start)) {
        return Cow::Borrowed(text);
    }
    let mut guarded = String::with_capacity(text.len() + 4);
    let mut copied = 0;
    for start in line_starts(text).filter(|start| is_live(text, *start)) {
        guarded.push_str(&text[copied..start]);
        guarded.push(GUARD);
        copied = start;
    }
    guarded.push_str(&text[copied..]);
    Cow::Owned(guarded)
}

/// Takes away what [`guard`] put in. Text that was never guarded loses an apostrophe only where
/// a spreadsheet program would hide it as well.
#[must_use]
pub fn unguard(text: &str) -> Cow<'_, str> {
    let is_guarded = |start: &usize| text[*start..].starts_with(GUARD) && is_live(text, *start);
    if !line_starts(text).any(|start| is_guarded(&start)) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut copied = 0;
    for start in line_starts(text).filter(is_guarded) {
        plain.push_str(&text[copied..start]);
        copied = start + GUARD.len_utf8();
    }
    plain.push_str(&text[copied..]);
    Cow::Owned(plain)
}

/// Byte offsets at which a physical line starts, by the widest notion of a line break.
fn line_starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let after_break = text.char_indices().filter(|(_, character)| is_line_break(*character));
    std::iter::once(0).chain(after_break.map(|(at, character)| at + character.len_utf8()))
}

const fn is_line_break(character: char) -> bool {
    matches!(
        character,
        '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{1C}'..='\u{1E}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

/// Whether the line at `start`, less its apostrophes, would be taken for a formula.
fn is_live(text: &str, start: usize) -> bool {
    let line = text[start..].trim_start_matches(GUARD);
    let mut characters = line.chars();
    // A cell must not start with a break: some readers drop it and look at what follows.
    if start == 0 && line.starts_with(is_line_break) {
        return true;
    }
    match characters.find(|character| !is_skipped(*character)) {
        Some(first) => starts_formula(first),
        None => false,
    }
}

/// Blanks and invisible characters, which spreadsheets drop before they look for a formula.
/// A tab and a line break are no blanks here: the first is dangerous, the second ends the line.
fn is_skipped(character: char) -> bool {
    let blank = character.is_whitespace() || character.is_control();
    let invisible = matches!(character,
        '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}');
    (blank || invisible) && character != '\t' && !is_line_break(character)
}

/// The characters that begin a formula or a macro call, with their full-width and small twins.
const fn starts_formula(character: char) -> bool {
    matches!(
        character,
        '=' | '+' | '-' | '@' | '\t' | '|' | '%' // the usual ones
            | '＝' | '＋' | '－' | '＠' | '｜' | '％' // full width
            | '﹦' | '﹢' | '﹣' | '﹫' | '﹪' | '−' // small forms and the minus sign
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rule as a reader of the file would apply it, written without the code above: no
    /// physical line may start, blanks aside, with a formula character.
    fn live_formulas(cell: &str) -> usize {
        let starts = |line: &str| {
            let line = line.trim_start_matches([' ', '\u{a0}', '\u{feff}', '\u{200b}']);
            line.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
        };
        cell.split(['\n', '\r']).filter(|line| starts(line)).count()
            + usize::from(cell.starts_with(['\r', '\n', '\t']))
    }

    fn values(json: &str) -> Vec<String> {
        let cases: Vec<serde_json::Value> = serde_json::from_str(json).unwrap();
        cases.iter().map(|case| case["value"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn hostile_cells_lie_still_and_come_back() {
        let mut cells = values(include_str!("../tests/data/hostile_cells.json"));
        cells.extend(values(include_str!("../tests/data/hostile_numbers.json")));
        assert_eq!(cells.len(), 27);
        for cell in &cells {
            let guarded = guard(cell);
            assert_eq!(live_formulas(&guarded), 0, "{cell:?} became {guarded:?}");
            assert_eq!(unguard(&guarded), *cell);
        }
    }

    #[test]
    fn harmless_text_is_left_alone() {
        for text in ["", "';=1+1", "0x=1", "\"=1+1", "Smith <3", "a-b", "O'Brien", "Line\n\nThree"]
        {
            assert_eq!(guard(text), text);
            assert_eq!(unguard(text), text);
        }
    }

    #[test]
    fn text_that_looks_guarded_already_keeps_its_apostrophes() {
        for text in ["'=1", "''=1", "''' =1", "a\r\n'=1", "\r\n=1", "'\t", "'"] {
            let guarded = guard(text);
            assert_eq!(unguard(&guarded), text);
        }
    }

    #[test]
    fn typed_numbers_stay_numbers() {
        for (cell, text) in [
            (Cell::Integer(-5), "-5"),
            (Cell::Decimal { units: -1250, places: 2 }, "-12.50"),
            (Cell::Decimal { units: -5, places: 2 }, "-0.05"),
            (Cell::Decimal { units: 7, places: 0 }, "7"),
            (Cell::Decimal { units: i64::MIN, places: 2 }, "-92233720368547758.08"),
            (Cell::Real(-0.5), "-0.5"),
            (Cell::Real(f64::NAN), ""),
            (Cell::Empty, ""),
            (Cell::Text("+49 30 123456"), "'+49 30 123456"),
            (Cell::Instant(Timestamp::UNIX_EPOCH), "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(cell.render(), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_survives_the_way_out_and_in(
            text in "['=+@\\-\\t\\r\\n \u{a0}\u{feff}\u{200b}＝a1;|]{0,12}|\\PC{0,12}",
        ) {
            let guarded = guard(&text);
            prop_assert_eq!(live_formulas(&guarded), 0, "{:?}", guarded);
            prop_assert_eq!(unguard(&guarded), text.as_str());
        }
    }
}
