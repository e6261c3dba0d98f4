//! What single mentions cannot settle: corrections, new office holders, generic sectors.

use std::collections::BTreeSet;

use super::classes::is;
use super::filler::is_filler;
use super::mentions::{Mention, Reading};
use super::set_aside;
use crate::lexicon::{Lexicon, Term};
use crate::text::{Kind, Token};

/// Settles what single mentions cannot: new office holders, generic sectors, ranks beside roles.
pub(crate) fn refine(tokens: &[Token], reading: &mut Reading) {
    corrections(tokens, reading);
    new_leaders(tokens, reading);
    choose_between_types(reading);
    drop_generic_sectors(tokens, reading);
    drop_purchases(tokens, reading);
    drop_redundant_places(tokens, reading);
    narrow_by_bracket(tokens, reading);
    set_aside::countries_of_regions(tokens, reading);
    set_aside::narrower_industries(tokens, reading);
    set_aside::titles_of_one_role(tokens, reading);
    set_aside::inexpressible(reading);
}

/// "North America (US and Canada only)": the bracket says what is meant.
fn narrow_by_bracket(tokens: &[Token], reading: &mut Reading) {
    let places = &Lexicon::shared().places;
    let place = |m: &Mention| {
        m.terms.iter().find_map(|t| match t {
            Term::Place(place) => Some(&places[*place]),
            _ => None,
        })
    };
    let wider: Vec<usize> = (0..reading.mentions.len().saturating_sub(1))
        .filter(|k| {
            let (outer, inner) = (&reading.mentions[*k], &reading.mentions[k + 1]);
            let bracket =
                tokens.get(outer.to).is_some_and(|t| t.is_mark('(')) && inner.from == outer.to + 1;
            match (place(outer), place(inner)) {
                (Some(outer), Some(inner)) if bracket => {
                    inner.iter().all(|code| outer.contains(&code.split('-').next().unwrap_or(code)))
                }
                _ => false,
            }
        })
        .collect();
    remove(reading, &wider);
}

pub(super) fn word(tokens: &[Token], i: usize) -> Option<&str> {
    tokens.get(i).filter(|t| t.is_word()).map(|t| t.folded.as_str())
}

/// "VP Sales, no, make it VP Marketing"; "for law firms? no - for banks": the first is taken back.
fn corrections(tokens: &[Token], reading: &mut Reading) {
    let mut taken_back = Vec::new();
    for i in 0..tokens.len() {
        let asks_no = tokens[i].is_mark('?')
            && word(tokens, i + 1).is_some_and(|w| matches!(w, "no" | "nein" | "non" | "nej"));
        let no_rather = matches!(tokens[i].kind, Kind::Mark(',' | '-' | '.'))
            && word(tokens, i + 1).is_some_and(|w| {
                matches!(w, "no" | "nein" | "sorry" | "actually" | "wait" | "scratch")
            })
            && (i + 2..i + 6).any(|k| {
                word(tokens, k)
                    .is_some_and(|w| matches!(w, "make" | "rather" | "mean" | "lieber" | "besser"))
            });
        if !(asks_no || no_rather) {
            continue;
        }
        let start = (0..i)
            .rev()
            .find(|k| matches!(tokens[*k].kind, Kind::Mark('.' | '?' | '!' | ';')))
            .map_or(0, |k| k + 1);
        let sort = |m: &Mention| std::mem::discriminant(&m.terms[0]);
        if let Some(next) = reading.mentions.iter_mut().find(|m| m.from > i + 1) {
            next.excluded = false;
        }
        let later: Vec<_> = reading.mentions.iter().filter(|m| m.from > i + 1).map(sort).collect();
        let inside = |m: &Mention| m.from >= start && m.to <= i;
        let replaced = reading
            .mentions
            .iter()
            .enumerate()
            .filter(|(_, m)| inside(m) && later.contains(&sort(m)))
            .map(|(k, _)| k);
        taken_back.extend(replaced);
    }
    remove(reading, &taken_back);
}

pub(super) fn remove(reading: &mut Reading, indices: &[usize]) {
    let mut index = 0;
    reading.mentions.retain(|_| {
        index += 1;
        !indices.contains(&(index - 1))
    });
}

/// "new CRO joined": an event at the company, not the person asked for, unless nobody else is.
fn new_leaders(tokens: &[Token], reading: &mut Reading) {
    let roles: Vec<usize> = (0..reading.mentions.len())
        .filter(|k| {
            !reading.mentions[*k].excluded
                && reading.mentions[*k].is(|t| matches!(t, Term::Role(_)))
        })
        .collect();
    for k in roles.iter().copied() {
        let from = reading.mentions[k].from;
        let fresh = (from.saturating_sub(3)..from)
            .rev()
            .take_while(|i| tokens[*i].is_word())
            .find(|i| word(tokens, *i).is_some_and(|w| is("newly", w)) && !reading.covered[*i]);
        let told = reading.mentions[..k].last().filter(|m| {
            m.is(|t| *t == Term::Trigger("leadership_change"))
                && m.to <= from
                && (m.to..from).all(|i| word(tokens, i).is_some_and(is_filler))
        });
        let Some(at) = fresh.or(told.map(|m| m.from)) else { continue };
        let opens = !(0..at).any(|i| {
            reading.covered[i]
                || word(tokens, i).is_some_and(|w| {
                    matches!(
                        w,
                        "with"
                            | "a"
                            | "who"
                            | "that"
                            | "mit"
                            | "avec"
                            | "con"
                            | "med"
                            | "got"
                            | "just"
                            | "und"
                            | "where"
                            | "have"
                            | "has"
                            | "had"
                            | "ein"
                            | "un"
                            | "en"
                    )
                })
        });
        let mention = &mut reading.mentions[k];
        if opens {
            // "New CFOs at banks": the people asked for are the new ones.
            reading.covered[at] = true;
            mention.from = at;
            mention.terms.push(Term::Trigger("leadership_change"));
        } else {
            reading.covered[at..mention.to].fill(true);
            mention.from = at;
            mention.terms = vec![Term::Trigger("leadership_change")];
        }
    }
    // A listed "new CEO" and the like already are triggers; nothing to do for those.
}

/// A phrase that is both an industry and a kind of company: a kind where it is unwanted.
fn choose_between_types(reading: &mut Reading) {
    for mention in &mut reading.mentions {
        let is_type = mention.is(|t| matches!(t, Term::CompanyType(_)));
        if !is_type {
            continue;
        }
        let is_industry = mention.is(|t| matches!(t, Term::Industry(_)));
        if mention.excluded {
            mention.terms.retain(|t| !matches!(t, Term::Industry(_) | Term::Ownership(_)));
        } else if is_industry || mention.terms.len() > 1 {
            mention.terms.retain(|t| !matches!(t, Term::CompanyType(_)));
        }
    }
    // A kind of company that is wanted and is no industry has no place in the criteria.
    reading.mentions.retain(|m| m.excluded || !matches!(m.terms[..], [Term::CompanyType(_)]));
}

const GENERIC: &[&str] = &[
    "manufacturing",
    "software",
    "retail",
    "wholesale",
    "healthcare",
    "finance_all",
    "transportation",
    "construction",
    "consulting",
];

/// "Furniture manufacturing", "fintech software": beside a sharper word the wide one adds nothing.
fn drop_generic_sectors(tokens: &[Token], reading: &mut Reading) {
    let industry = |m: &Mention| {
        m.terms.iter().find_map(|t| match t {
            Term::Industry(key) => Some(*key),
            _ => None,
        })
    };
    let touching = |a: &Mention, b: &Mention| {
        a.to <= b.from
            && (a.to..b.from).all(|i| {
                word(tokens, i).is_some_and(|w| {
                    matches!(
                        w,
                        "de" | "di"
                            | "du"
                            | "des"
                            | "von"
                            | "av"
                            | "of"
                            | "d"
                            | "l"
                            | "del"
                            | "della"
                            | "company"
                            | "companies"
                            | "der"
                            | "den"
                            | "im"
                            | "la"
                            | "equipment"
                    )
                })
            })
    };
    let mut dropped = Vec::new();
    for (k, mention) in reading.mentions.iter().enumerate() {
        let Some(key) = industry(mention).filter(|key| GENERIC.contains(key)) else { continue };
        let sharper = reading.mentions.iter().enumerate().any(|(other, near)| {
            other != k
                && near.excluded == mention.excluded
                && industry(near).is_some_and(|near_key| {
                    near_key != key && !(GENERIC.contains(&near_key) && near_key != "healthcare")
                })
                && (touching(mention, near) || touching(near, mention))
        });
        if sharper {
            dropped.push(k);
        }
    }
    remove(reading, &dropped);
}

/// "Procurement managers for packaging at beverage producers": what a role is for is no industry
/// to look in, where another industry is named.
fn drop_purchases(tokens: &[Token], reading: &mut Reading) {
    let is_industry = |m: &Mention| !m.excluded && m.is(|t| matches!(t, Term::Industry(_)));
    let role_ends: Vec<usize> = reading
        .mentions
        .iter()
        .filter(|m| m.is(|t| matches!(t, Term::Role(_))))
        .map(|m| m.to)
        .collect();
    let dropped: Vec<usize> = (0..reading.mentions.len())
        .filter(|k| {
            let mention = &reading.mentions[*k];
            let Some(before) = mention.from.checked_sub(1) else { return false };
            let linked = word(tokens, before)
                .is_some_and(|w| matches!(w, "for" | "fur" | "pour" | "para" | "per"));
            is_industry(mention)
                && linked
                && role_ends.contains(&before)
                && reading.mentions[k + 1..].iter().any(is_industry)
        })
        .collect();
    remove(reading, &dropped);
}

/// "EMEA excluded, so Asia Pacific only": an exclusion beside an "only" that never met it.
fn drop_redundant_places(tokens: &[Token], reading: &mut Reading) {
    let only = (0..tokens.len()).any(|i| {
        word(tokens, i).is_some_and(|w| {
            matches!(
                w,
                "only"
                    | "nur"
                    | "uniquement"
                    | "seulement"
                    | "solo"
                    | "bara"
                    | "endast"
                    | "solamente"
                    | "soltanto"
            )
        })
    });
    let wanted = place_codes(reading, false);
    if !only || wanted.is_empty() {
        return;
    }
    let places = &Lexicon::shared().places;
    reading.mentions.retain(|m| {
        !m.excluded
            || !m.terms.iter().any(|t| match t {
                Term::Place(place) => places[*place].iter().all(|code| {
                    !wanted.contains(*code)
                        && !wanted.contains(code.split('-').next().unwrap_or(""))
                }),
                _ => false,
            })
    });
}

pub(super) fn place_codes(reading: &Reading, excluded: bool) -> BTreeSet<&'static str> {
    reading
        .mentions
        .iter()
        .filter(|m| m.excluded == excluded)
        .flat_map(|m| &m.terms)
        .filter_map(|t| match t {
            Term::Place(place) => Some(&Lexicon::shared().places[*place]),
            _ => None,
        })
        .flatten()
        .copied()
        .collect()
}
