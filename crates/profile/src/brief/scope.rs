//! What is not wanted: which words exclude, and how far they reach.

use super::classes::{self, is};
use crate::text::{Kind, Token};

/// A cue and what it can reach.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cue {
    /// First token of the cue.
    pub(crate) from: usize,
    /// First token after the cue.
    pub(crate) to: usize,
    /// True where the cue stands after what it excludes.
    pub(crate) after: bool,
}

fn word(tokens: &[Token], i: usize) -> Option<&str> {
    tokens.get(i).filter(|t| t.is_word()).map(|t| t.folded.as_str())
}

/// All cues, in order. `covered` says which tokens belong to a phrase that was read whole.
pub(crate) fn cues(tokens: &[Token], covered: &[bool]) -> Vec<Cue> {
    let mut found = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        if covered.get(i).copied().unwrap_or(false) {
            i += 1;
            continue;
        }
        let after = classes::longest("cue_after", tokens, i);
        let before = classes::longest("cue", tokens, i);
        let both = after.is_some() && before.is_some();
        // "ausgenommen Banken" and "Banken ausgenommen": what follows decides.
        let is_after = match (after, both) {
            (Some(to), true) => ends_here(tokens, to),
            (Some(_), false) => true,
            (None, _) => false,
        };
        if is_after {
            let to = after.unwrap_or(i + 1);
            found.push(Cue { from: i, to, after: true });
            i = to;
        } else if let Some(to) = before {
            if is_cue(tokens, to) {
                found.push(Cue { from: i, to, after: false });
            }
            i = to;
        } else {
            i += 1;
        }
    }
    found
}

fn ends_here(tokens: &[Token], i: usize) -> bool {
    tokens.get(i).is_none_or(|t| matches!(t.kind, Kind::Mark(_)))
        || word(tokens, i).is_some_and(|w| {
            is("wanted_again", w)
                || matches!(w, "in" | "im" | "with" | "mit" | "for" | "from" | "and" | "und")
        })
}

fn is_cue(tokens: &[Token], to: usize) -> bool {
    match tokens.get(to) {
        None => false,
        Some(next) if matches!(next.kind, Kind::Mark('-' | ',' | '.' | ';' | '!' | ')')) => false,
        Some(next) => !is("no_cue_before", next.folded.as_str()),
    }
}

/// First token that a cue before its object no longer reaches, commas aside.
pub(crate) fn reach(tokens: &[Token], cue: Cue) -> usize {
    let mut depth = 0_i32;
    for i in cue.to..tokens.len() {
        match tokens[i].kind {
            Kind::Mark('(') => depth += 1,
            Kind::Mark(')') => {
                depth -= 1;
                if depth < 0 {
                    return i;
                }
            }
            Kind::Mark('.' | ';' | '!' | '?' | ':') => return i,
            Kind::Mark('-') if i > cue.to && spaced(tokens, i) => return i,
            Kind::Word if i > cue.to && is("wanted_again", tokens[i].folded.as_str()) => {
                return i;
            }
            _ => {}
        }
    }
    tokens.len()
}

/// A dash with room on both sides is a break in the sentence.
pub(crate) fn spaced(tokens: &[Token], i: usize) -> bool {
    let before =
        i.checked_sub(1).and_then(|k| tokens.get(k)).is_none_or(|t| t.end < tokens[i].start);
    let after = tokens.get(i + 1).is_none_or(|t| t.start > tokens[i].end);
    before && after
}

/// First token of the stretch that a cue after its object reaches back over.
pub(crate) fn reach_back(tokens: &[Token], cue: Cue) -> usize {
    (0..cue.from)
        .rev()
        .find(|i| {
            matches!(tokens[*i].kind, Kind::Mark('.' | ';' | ',' | '!' | '?' | ':' | '('))
                || (tokens[*i].is_mark('-') && spaced(tokens, *i))
                || word(tokens, *i)
                    .is_some_and(|w| matches!(w, "but" | "aber" | "mais" | "pero" | "ma" | "men"))
        })
        .map_or(0, |i| i + 1)
}

/// True where the words between two commas can go on with a list of exclusions: nothing but
/// mentions and linking words.
pub(crate) fn only_listing(tokens: &[Token], from: usize, to: usize, covered: &[bool]) -> bool {
    (from..to).all(|i| {
        covered.get(i).copied().unwrap_or(false)
            || matches!(tokens[i].kind, Kind::Mark(','))
            || word(tokens, i).is_some_and(|w| is("only_listing", w))
    })
}
