//! Bounded text, folded keys and the wrapper that keeps personal data out of logs.
//!
//! [`Line`] and [`Paragraphs`] keep what was written, byte for byte, or refuse it with a reason:
//! nothing is stripped in silence, because a value that comes back changed looks like a bug to
//! the person who wrote it.

mod fold;
mod pii;

pub use fold::{fold, fold_key};
pub use pii::Pii;

use serde::{Deserialize, Deserializer, Serialize};

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextRefusal {
    /// Nothing but white space.
    #[error("the text is empty")]
    Empty,
    /// More Unicode characters than the field takes.
    #[error("the text has more than {max} characters")]
    TooLong {
        /// Greatest number of Unicode scalar values.
        max: usize,
    },
    /// NUL, an escape or another control character.
    #[error("the text holds a control character at byte {at}")]
    Control {
        /// Byte offset of the character.
        at: usize,
    },
    /// A line break where one line is expected.
    #[error("the text holds a line break at byte {at}")]
    LineBreak {
        /// Byte offset of the break.
        at: usize,
    },
    /// A direction override or isolate that is not closed on its line: it would turn the text
    /// that a page shows after it.
    #[error("the text changes the reading direction and does not change it back")]
    LoneDirectionChange,
}

/// One line of text of at most `MAX` Unicode characters, kept as written.
///
/// ```
/// use warmpath_core::text::{Line, TextRefusal};
/// let name = Line::<40>::parse("Sinéad O'Brien")?;
/// assert_eq!(name.as_str(), "Sinéad O'Brien");
/// assert_eq!(Line::<40>::parse("two\nlines"), Err(TextRefusal::LineBreak { at: 3 }));
/// # Ok::<(), TextRefusal>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Line<const MAX: usize>(String);

/// Text of several paragraphs, at most `MAX` Unicode characters, kept as written. Line feeds,
/// carriage return + line feed, and tabs are allowed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Paragraphs<const MAX: usize>(String);

/// Writes the parts that both text types share; they differ in one flag.
macro_rules! text_type {
    ($name:ident, $several_lines:expr) => {
        impl<const MAX: usize> $name<MAX> {
            /// Greatest number of Unicode scalar values.
            pub const MAX_CHARACTERS: usize = MAX;

            /// Takes the text as it stands.
            ///
            /// # Errors
            /// A [`TextRefusal`] that names the first offence.
            pub fn parse(text: &str) -> Result<Self, TextRefusal> {
                check(text, MAX, $several_lines)?;
                Ok(Self(text.to_owned()))
            }

            /// The text as written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text as written, without a copy.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl<const MAX: usize> std::fmt::Debug for $name<MAX> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                // People write names and secrets into free text, so a log gets the length only.
                write!(f, "{}({} characters)", stringify!($name), self.0.chars().count())
            }
        }

        impl<'de, const MAX: usize> Deserialize<'de> for $name<MAX> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                check(&text, MAX, $several_lines).map_err(serde::de::Error::custom)?;
                Ok(Self(text))
            }
        }
    };
}

text_type!(Line, false);
text_type!(Paragraphs, true);

fn check(text: &str, max: usize, several_lines: bool) -> Result<(), TextRefusal> {
    if text.trim().is_empty() {
        return Err(TextRefusal::Empty);
    }
    // A character is at least one byte, so a short byte length needs no count.
    if text.len() > max && text.chars().count() > max {
        return Err(TextRefusal::TooLong { max });
    }
    check_characters(text, several_lines)?;
    check_directions(text)
}

fn check_characters(text: &str, several_lines: bool) -> Result<(), TextRefusal> {
    let mut following = text.chars().skip(1);
    for (at, character) in text.char_indices() {
        let next = following.next();
        match character {
            '\t' if several_lines => {}
            '\n' if several_lines => {}
            '\r' if several_lines && next == Some('\n') => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                return Err(TextRefusal::LineBreak { at });
            }
            other if other.is_control() => return Err(TextRefusal::Control { at }),
            _ => {}
        }
    }
    Ok(())
}

/// Embeddings and overrides (closed by U+202C) and isolates (closed by U+2069) must nest and end
/// on the line they began on, as UAX 9 closes them at the paragraph's end only.
fn check_directions(text: &str) -> Result<(), TextRefusal> {
    for line in text.split('\n') {
        let mut open = Vec::new();
        for character in line.chars() {
            match character {
                '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' => open.push('\u{202C}'),
                '\u{2066}' | '\u{2067}' | '\u{2068}' => open.push('\u{2069}'),
                '\u{202C}' | '\u{2069}' if open.pop() != Some(character) => {
                    return Err(TextRefusal::LoneDirectionChange);
                }
                _ => {}
            }
        }
        if !open.is_empty() {
            return Err(TextRefusal::LoneDirectionChange);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Result<Line<20>, TextRefusal> {
        Line::parse(text)
    }

    #[test]
    fn honest_text_comes_back_unchanged() {
        for text in ["O", "李 小龙", "نور حداد", "Pat 🚀 Lee", " padded ", "a\u{200F}b"]
        {
            assert_eq!(line(text).unwrap().as_str(), text);
        }
        let several = "Line one\n\nLine three\twith tab\r\nlast";
        assert_eq!(Paragraphs::<60>::parse(several).unwrap().as_str(), several);
    }

    #[test]
    fn each_offence_has_its_own_refusal() {
        assert_eq!(line(" \u{a0}"), Err(TextRefusal::Empty));
        assert_eq!(line(&"ä".repeat(20)).map(|_| ()), Ok(()));
        assert_eq!(line(&"ä".repeat(21)), Err(TextRefusal::TooLong { max: 20 }));
        assert_eq!(line("a\0b"), Err(TextRefusal::Control { at: 1 }));
        assert_eq!(line("a\u{1b}[2J"), Err(TextRefusal::Control { at: 1 }));
        assert_eq!(line("a\tb"), Err(TextRefusal::Control { at: 1 }));
        for line_break in ["a\r\nBcc: x", "a\nb", "a\u{2028}b", "a\u{85}b"] {
            assert_eq!(line(line_break), Err(TextRefusal::LineBreak { at: 1 }));
        }
        assert_eq!(Paragraphs::<20>::parse("a\rb"), Err(TextRefusal::LineBreak { at: 1 }));
    }

    #[test]
    fn direction_changes_must_close_on_their_line() {
        assert!(line("a\u{2067}b\u{2069}c").is_ok());
        assert!(line("a\u{202E}b\u{202C}c").is_ok());
        for lone in ["a\u{202E}b", "a\u{202C}b", "\u{2067}\u{202E}x\u{2069}\u{202C}"] {
            assert_eq!(line(lone), Err(TextRefusal::LoneDirectionChange));
        }
        let across = "a\u{202E}b\nc\u{202C}";
        assert_eq!(Paragraphs::<20>::parse(across), Err(TextRefusal::LoneDirectionChange));
    }

    #[test]
    fn reading_json_applies_the_same_bounds() {
        assert!(serde_json::from_str::<Line<3>>("\"abc\"").is_ok());
        assert!(serde_json::from_str::<Line<3>>("\"abcd\"").is_err());
        assert!(serde_json::from_str::<Line<3>>("\"a\\u0000\"").is_err());
    }

    #[test]
    fn a_log_line_shows_no_text() {
        let shown = format!("{:?}", line("secret").unwrap());
        assert_eq!(shown, "Line(6 characters)");
    }
}
