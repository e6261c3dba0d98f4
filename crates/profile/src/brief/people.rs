//! Titles inside running text: ranks and fields put together, alone or in lists.
//!
//! "Heads of HR or finance", "clinic or practice managers", "Einkaufsleiter", "vp fin": a rank and a
//! field next to each other name a role even where no table lists the phrase.

use super::classes::is;
use crate::lexicon::{Level, Lexicon, Term};
use crate::text::{Kind, Token};

/// Roles found at a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RolePhrase {
    /// First token after the phrase.
    pub(crate) end: usize,
    pub(crate) roles: Vec<&'static str>,
    /// True where the table lists the phrase; false where rank and field were put together.
    pub(crate) listed: bool,
}

fn word(tokens: &[Token], i: usize) -> Option<&str> {
    tokens.get(i).filter(|t| t.is_word()).map(|t| t.folded.as_str())
}

/// The longest field phrase at a token.
fn family_at(tokens: &[Token], i: usize) -> Option<(usize, usize)> {
    Lexicon::shared().trie.at(tokens, i).into_iter().rev().find_map(|found| {
        found.terms.iter().find_map(|term| match term {
            Term::Family(index) => Some((*index, found.end)),
            _ => None,
        })
    })
}

/// The longest rank phrase at a token. "Leader" and "executive" are people in general, not ranks.
fn level_at(tokens: &[Token], i: usize, in_title: bool) -> Option<(Level, usize)> {
    let general = word(tokens, i).is_some_and(|w| {
        matches!(
            w,
            "leader"
                | "leaders"
                | "lider"
                | "lideres"
                | "executive"
                | "executives"
                | "officer"
                | "officers"
        )
    });
    let found = Lexicon::shared().trie.at(tokens, i).into_iter().rev().find_map(|found| {
        let levels: Vec<Level> = found
            .terms
            .iter()
            .filter_map(|term| match term {
                Term::Level(level) => Some(*level),
                _ => None,
            })
            .collect();
        let romance = word(tokens, i).is_some_and(|w| {
            matches!(
                w,
                "directeur"
                    | "directrice"
                    | "directeurs"
                    | "directrices"
                    | "direttore"
                    | "direttrice"
                    | "direttori"
                    | "directora"
                    | "directoras"
                    | "direktor"
                    | "direktorer"
                    | "direction"
                    | "direccion"
                    | "direzione"
            )
        }) || (word(tokens, i).is_some_and(|w| w.starts_with("director"))
            && word(tokens, i + 1).is_some_and(|w| matches!(w, "de" | "del")));
        let level = if romance {
            Some(Level::DirectorRomance)
        } else {
            levels.into_iter().min_by_key(|level| (*level == Level::DirectorRomance, *level))
        };
        level.map(|level| (level, found.end))
    });
    match found {
        Some((Level::Staff, _)) if !in_title => None,
        Some(_) if general && !in_title => None,
        found => found,
    }
}

/// A compound of a field and a rank in one word: "Produktionsleiter", "marknadschef".
fn compound_at(tokens: &[Token], i: usize) -> Option<(&'static str, usize)> {
    let lexicon = Lexicon::shared();
    let token = tokens.get(i).filter(|t| t.is_word())?;
    let ranks: [(&str, Level); 16] = [
        ("leiterinnen", Level::Head),
        ("leiterin", Level::Head),
        ("leitern", Level::Head),
        ("leiter", Level::Head),
        ("leitung", Level::Head),
        ("verantwortliche", Level::Head),
        ("verantwortlicher", Level::Head),
        ("cheferna", Level::Head),
        ("chefer", Level::Head),
        ("chefen", Level::Head),
        ("chefin", Level::Head),
        ("chef", Level::Head),
        ("vorstand", Level::CSuite),
        ("ansvariga", Level::Head),
        ("ansvarig", Level::Head),
        ("direktor", Level::DirectorRomance),
    ];
    for (rank, level) in ranks {
        let Some(field) = token.folded.strip_suffix(rank) else { continue };
        if field.len() < 2 {
            continue;
        }
        for field in [
            field,
            field.strip_suffix('s').unwrap_or(field),
            field.strip_suffix("en").unwrap_or(field),
        ] {
            let stems = [crate::text::stem(field)];
            let family = lexicon.trie.exact(&stems).iter().find_map(|term| match term {
                Term::Family(index) => Some(*index),
                _ => None,
            });
            if let Some(role) = family.and_then(|index| lexicon.families[index].role(level)) {
                return Some((role, i + 1));
            }
        }
    }
    None
}

fn skip_links(tokens: &[Token], mut i: usize, in_title: bool) -> usize {
    let from = i;
    while i < from + 3 {
        let link = word(tokens, i).is_some_and(|w| is("title_link", w));
        let mark = in_title
            && tokens
                .get(i)
                .is_some_and(|t| matches!(t.kind, Kind::Mark(',' | '-' | '.' | ':' | '|')));
        if !(link || mark) {
            break;
        }
        i += 1;
    }
    i
}

fn conjunction(tokens: &[Token], i: usize) -> Option<usize> {
    let token = tokens.get(i)?;
    let joins = token.is_mark('/')
        || word(tokens, i).is_some_and(|w| {
            matches!(
                w,
                "or" | "and"
                    | "oder"
                    | "und"
                    | "ou"
                    | "et"
                    | "o"
                    | "y"
                    | "e"
                    | "eller"
                    | "och"
                    | "u"
            )
        });
    joins.then_some(i + 1)
}

fn is_rank(tokens: &[Token], i: usize) -> bool {
    level_at(tokens, i, true).is_some()
}

/// The field after a rank, past linking words; in a title also past one or two unknown words
/// ("VP Enterprise Applications IT").
fn field_after(tokens: &[Token], after: usize, in_title: bool) -> Option<(usize, usize)> {
    let linked = skip_links(tokens, after, in_title);
    let far = if in_title { linked + 2 } else { linked };
    (after..=far)
        .take_while(|k| {
            let passed = k.checked_sub(1).and_then(|k| tokens.get(k));
            *k <= linked
                || passed
                    .is_some_and(|t| t.is_word() && t.folded != "and" && !is_rank(tokens, k - 1))
        })
        .filter(|k| tokens.get(*k).is_some_and(Token::is_word))
        .find_map(|k| family_at(tokens, k))
}

/// Rank first: "VP Data", "heads of HR or finance", "Leiter Einkauf".
fn rank_then_fields(tokens: &[Token], i: usize, in_title: bool) -> Option<RolePhrase> {
    let families = &Lexicon::shared().families;
    let (level, after) = level_at(tokens, i, in_title)?;
    let (family, mut end) = field_after(tokens, after, in_title)?;
    let mut roles = vec![families[family].role(level)?];
    if level == Level::CSuite && word(tokens, end).is_some_and(|w| w.starts_with("officer")) {
        end += 1;
    }
    while let Some(next) = conjunction(tokens, end) {
        let more = skip_links(tokens, next, false);
        let starts_anew = level_at(tokens, more, in_title).is_some();
        let Some((family, after)) = family_at(tokens, more).filter(|_| !starts_anew) else { break };
        if level_at(tokens, after, in_title).is_some() {
            break;
        }
        let Some(role) = families[family].role(level) else { break };
        roles.push(role);
        end = after;
        if level == Level::CSuite && word(tokens, end).is_some_and(|w| w.starts_with("officer")) {
            end += 1;
        }
    }
    Some(RolePhrase { end, roles, listed: false })
}

/// Field first: "procurement directors", "clinic or practice managers".
fn fields_then_rank(tokens: &[Token], i: usize, in_title: bool) -> Option<RolePhrase> {
    let lexicon = Lexicon::shared();
    let (family, mut at) = family_at(tokens, i)?;
    let mut fields = vec![family];
    while let Some(next) = conjunction(tokens, at) {
        let Some((family, after)) = family_at(tokens, next) else { break };
        fields.push(family);
        at = after;
    }
    if in_title {
        at = skip_marks(tokens, at);
    }
    let (level, end) = level_at(tokens, at, in_title)?;
    let mut roles: Vec<&'static str> =
        fields.iter().filter_map(|family| lexicon.families[*family].role(level)).collect();
    roles.dedup();
    (!roles.is_empty()).then_some(RolePhrase { end, roles, listed: false })
}

fn skip_marks(tokens: &[Token], i: usize) -> usize {
    let skip = tokens.get(i).is_some_and(|t| matches!(t.kind, Kind::Mark(',' | '-' | '.' | '(')));
    if skip { i + 1 } else { i }
}

/// The roles named at a token: the longest reading, and the listed one where lengths are equal.
pub(crate) fn roles_at(tokens: &[Token], i: usize, in_title: bool) -> Option<RolePhrase> {
    let trie = &Lexicon::shared().trie;
    let listed = trie.at(tokens, i).into_iter().rev().find_map(|found| {
        // "Superintendents of school districts": the last word opens the industry.
        let cuts = !in_title
            && found.end > i + 1
            && trie.at(tokens, found.end - 1).iter().any(|next| {
                next.end > found.end && next.terms.iter().any(|t| matches!(t, Term::Industry(_)))
            });
        if cuts {
            return None;
        }
        let roles: Vec<&'static str> = found
            .terms
            .iter()
            .filter_map(|term| match term {
                Term::Role(key) => Some(*key),
                _ => None,
            })
            .take(1)
            .collect();
        (!roles.is_empty()).then_some(RolePhrase { end: found.end, roles, listed: true })
    });
    let composed = [
        rank_then_fields(tokens, i, in_title),
        fields_then_rank(tokens, i, in_title),
        compound_at(tokens, i).map(|(role, end)| RolePhrase {
            end,
            roles: vec![role],
            listed: false,
        }),
    ];
    composed.into_iter().flatten().fold(listed, |best, candidate| match best {
        Some(best) if best.end >= candidate.end => Some(best),
        // "Group CFO / head of finance": a list must not swallow a listed title it starts with.
        Some(best) if best.listed && candidate.roles.len() == 1 && candidate.end > best.end => {
            Some(candidate)
        }
        _ => Some(candidate),
    })
}

/// A field named with people in general.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FunctionPhrase {
    pub(crate) function: &'static str,
    /// The ranks that "leaders" and "executives" stand for.
    pub(crate) seniority: &'static [&'static str],
    /// True where the people are named as deciding.
    pub(crate) decides: bool,
    /// First token after the phrase.
    pub(crate) end: usize,
}

/// "HR leaders", "people in finance", "IT decision makers".
pub(crate) fn function_at(tokens: &[Token], i: usize) -> Option<FunctionPhrase> {
    let lexicon = Lexicon::shared();
    let named = lexicon.trie.at(tokens, i).into_iter().rev().find_map(|found| {
        found.terms.iter().find_map(|term| match term {
            Term::Function(function) => {
                Some(FunctionPhrase { function, seniority: &[], decides: false, end: found.end })
            }
            _ => None,
        })
    });
    if named.is_some() {
        return named;
    }
    if let Some((family, after)) = family_at(tokens, i)
        && let Some(person) = person_at(tokens, after)
    {
        let function = lexicon.families[family].function;
        let seniority = implied(person.kind);
        return Some(FunctionPhrase {
            function,
            seniority,
            decides: person.decides,
            end: person.end,
        });
    }
    let person = person_at(tokens, i)?;
    let mut at = person.end;
    while word(tokens, at).is_some_and(|w| is("people_inside", w)) && at < person.end + 4 {
        at += 1;
    }
    let (family, end) = family_at(tokens, at).filter(|_| at > person.end)?;
    let is_industry = lexicon.trie.at(tokens, at).iter().any(|found| {
        found.end >= end && found.terms.iter().any(|term| matches!(term, Term::Industry(_)))
    });
    (!is_industry).then(|| FunctionPhrase {
        function: lexicon.families[family].function,
        seniority: implied(person.kind),
        decides: person.decides,
        end,
    })
}

/// A field standing alone, for "no marketing" or "not sales".
pub(crate) fn bare_function_at(tokens: &[Token], i: usize) -> Option<(&'static str, usize)> {
    family_at(tokens, i).map(|(family, end)| (Lexicon::shared().families[family].function, end))
}

/// A word for people in general.
struct PersonPhrase {
    kind: &'static str,
    decides: bool,
    end: usize,
}

fn person_at(tokens: &[Token], i: usize) -> Option<PersonPhrase> {
    Lexicon::shared().trie.at(tokens, i).into_iter().rev().find_map(|found| {
        found.terms.iter().find_map(|term| match term {
            Term::PersonWord(kind) => Some(PersonPhrase {
                kind,
                decides: found.terms.contains(&Term::Authority("decision_maker")),
                end: found.end,
            }),
            _ => None,
        })
    })
}

fn implied(kind: &str) -> &'static [&'static str] {
    match kind {
        "leader" => &["c_suite", "director", "head", "vp"],
        "executive" => &["c_suite", "vp"],
        _ => &[],
    }
}

/// As [`roles_at`] inside a title, with ambiguous acronyms settled by the title's own words.
pub(crate) fn title_roles_at(tokens: &[Token], i: usize) -> Option<RolePhrase> {
    roles_at(tokens, i, true)
        .map(|phrase| super::acronyms::resolve(tokens, i, phrase))
        .or_else(|| super::acronyms::alone(tokens, i))
}
