//! Events told in free words: a thing and what happens to it, near each other and in either order.
//! "Almacén nuevo", "Personal abgebaut", "contracts that expire soon".

use std::sync::OnceLock;

use super::mentions::{Mention, Reading};
use crate::lexicon::Term;
use crate::text::{Kind, Token};

const TABLE: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/own/trigger_pairs.psv"));

/// Most words between the thing and what happens to it.
const GAP_MAX: usize = 4;

struct Pair {
    trigger: &'static str,
    things: Vec<&'static str>,
    happens: Vec<&'static str>,
}

fn table() -> &'static Vec<Pair> {
    static PAIRS: OnceLock<Vec<Pair>> = OnceLock::new();
    PAIRS.get_or_init(|| {
        TABLE
            .lines()
            .skip(1)
            .filter_map(|line| {
                let mut cells = line.split('|');
                let (trigger, things, happens) = (cells.next()?, cells.next()?, cells.next()?);
                let list = |cell: &'static str| cell.split(';').collect();
                Some(Pair { trigger, things: list(things), happens: list(happens) })
            })
            .collect()
    })
}

/// Whether a folded word is in the list; an entry that ends in a star is a beginning.
fn in_list(list: &[&str], word: &str) -> bool {
    list.iter().any(|entry| match entry.strip_suffix('*') {
        Some(start) => word.starts_with(start),
        None => *entry == word,
    })
}

/// Adds the events that no phrase of the lexicon names.
pub(super) fn read(tokens: &[Token], masked: &[bool], reading: &mut Reading) {
    for pair in table() {
        let named = reading.mentions.iter().any(|m| m.is(|t| *t == Term::Trigger(pair.trigger)));
        if named {
            continue;
        }
        let thing = (0..tokens.len()).filter(|i| {
            tokens[*i].is_word() && !masked[*i] && in_list(&pair.things, &tokens[*i].folded)
        });
        for i in thing {
            let Some(j) = happening(tokens, reading, pair, i) else { continue };
            let (from, to) = (i.min(j), i.max(j) + 1);
            if !may_take(reading, pair.trigger, i) {
                continue;
            }
            reading.mentions.retain(|m| !(m.from >= from && m.to <= to));
            reading.covered[i] = true;
            reading.covered[j] = true;
            let terms = vec![Term::Trigger(pair.trigger)];
            reading.mentions.push(Mention { from, to, terms, excluded: false });
            reading.mentions.sort_by_key(|mention| mention.from);
            break;
        }
    }
}

/// The word near the thing that says what happens to it.
fn happening(tokens: &[Token], reading: &Reading, pair: &Pair, i: usize) -> Option<usize> {
    let is_break =
        |k: &usize| matches!(tokens[*k].kind, Kind::Mark('.' | ';' | ',' | '!' | '?' | ':'));
    let free = |k: &usize| {
        tokens[*k].is_word() && !reading.covered[*k] && in_list(&pair.happens, &tokens[*k].folded)
    };
    let after = (i + 1..tokens.len().min(i + 2 + GAP_MAX)).take_while(|k| !is_break(k)).find(free);
    let before =
        || (i.saturating_sub(1 + GAP_MAX)..i).rev().take_while(|k| !is_break(k)).find(free);
    after.or_else(before)
}

/// What another phrase covers is left to it, unless that phrase is the thing alone and no office:
/// the "warehouse" of a new warehouse is no industry, the "owner" of a change of owner no role.
fn may_take(reading: &Reading, trigger: &str, i: usize) -> bool {
    reading.mentions.iter().filter(|m| m.from <= i && i < m.to).all(|m| {
        m.to == m.from + 1 && (!m.is(|t| matches!(t, Term::Role(_))) || trigger == "acquisition")
    })
}
