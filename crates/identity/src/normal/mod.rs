//! Normal forms: from what people type to what can be compared.
//!
//! Start with [`fold`], which every other part builds on. Each part is a pure function from text to
//! a small value, so that it can be memoised per distinct raw text.

pub mod company;
pub mod date;
pub mod email;
pub mod fold;
pub mod nickname;
pub mod person;
pub mod phone;
pub mod place;
pub mod title;

/// Whether a folded text is one of the words people type when they have nothing to say.
pub fn is_placeholder(folded: &str) -> bool {
    const WORDS: [&str; 22] = [
        "",
        "n a",
        "na",
        "none",
        "null",
        "nil",
        "unknown",
        "not available",
        "not applicable",
        "test",
        "tbd",
        "tba",
        "x",
        "xx",
        "xxx",
        "anonymous",
        "no name",
        "noname",
        "undefined",
        "keine angabe",
        "k a",
        "nan",
    ];
    WORDS.contains(&folded)
}
