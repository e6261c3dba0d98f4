//! People who stand near an office without holding it.

use crate::brief::classes::is;
use crate::text::Token;

/// True where the title only mentions an office.
pub(crate) fn only_near(tokens: &[Token]) -> bool {
    let words: Vec<&str> =
        tokens.iter().filter(|t| t.is_word()).map(|t| t.folded.as_str()).collect();
    if words.iter().any(|w| is("trap_anywhere", w)) {
        return !is_office_of_its_own(&words);
    }
    // "I help CFOs", "talent partner hiring CTOs": many offices, none of them held.
    if words.len() > 1 && tokens.iter().any(|t| t.plural_acronym) {
        return true;
    }
    // Who searches for officers, or trains them, holds no office.
    let searches = words.windows(2).any(|pair| {
        pair[0] == "executive" && pair[1] == "search"
            || pair[0] == "search" && pair[1] == "consultant"
    });
    if searches {
        return true;
    }
    let serves = words.windows(2).any(|pair| {
        is("trap_serving", pair[0])
            && is("trap_to", pair[1])
            && !(pair[0] == "deputy"
                || pair[0] == "support"
                || pair[0] == "office" && pair[1] != "of")
    });
    serves && !is_office_of_its_own(&words)
}

/// Offices whose name has such a word: "company secretary" beside "general counsel", "chief of
/// staff", "executive assistant to the CFO", "data analyst".
fn is_office_of_its_own(words: &[&str]) -> bool {
    let pair = |a: &str, b: &str| words.windows(2).any(|w| w[0] == a && w[1] == b);
    let hard = words.iter().any(|w| {
        matches!(
            *w,
            "former"
                | "formerly"
                | "retired"
                | "aspiring"
                | "recruiter"
                | "student"
                | "editor"
                | "moderator"
                | "ex"
                | "past"
                | "magazine"
        )
    });
    if hard {
        return false;
    }
    pair("company", "secretary")
        || pair("corporate", "secretary")
        || pair("executive", "assistant")
        || pair("personal", "assistant")
        || words.first().is_some_and(|w| matches!(*w, "ea" | "pa"))
        || pair("data", "analyst")
        || pair("bi", "analyst")
        || pair("analytics", "engineer")
        || pair("intelligence", "analyst")
        || words.first() == Some(&"chief")
}
