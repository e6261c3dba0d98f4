//! One pass over the tokens: which phrases of the lexicons the brief mentions, and which of them
//! it does not want.

use super::classes::is;
use super::numbers::{Meaning, Quantity};
use super::people::{self, RolePhrase};
use super::{acronyms, scope};
use crate::criteria::Range;
use crate::lexicon::{Lexicon, Term, Trie};
use crate::text::{Kind, Token};

/// A phrase that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// What it can stand for; the roles of one title phrase stand together.
    pub(crate) terms: Vec<Term>,
    pub(crate) excluded: bool,
}

impl Mention {
    pub(crate) fn is(&self, test: impl Fn(&Term) -> bool) -> bool {
        self.terms.iter().any(test)
    }

    /// A coarse kind, to tell whether a list goes on with the same sort of thing.
    fn sort(&self) -> u8 {
        match self.terms.first() {
            Some(Term::Industry(_) | Term::CompanyType(_)) => 1,
            Some(Term::Place(_)) => 2,
            Some(Term::Role(_) | Term::Seniority(_) | Term::Function(_)) => 3,
            Some(Term::Ownership(_) | Term::Stage(_) | Term::Size(_)) => 4,
            _ => 5,
        }
    }
}

/// What the topic of an authority or a tender covers: "for financial software".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Topic {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) of_authority: bool,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) mentions: Vec<Mention>,
    pub(crate) quantities: Vec<Quantity>,
    pub(crate) topics: Vec<Topic>,
    /// Tokens that belong to something understood.
    pub(crate) covered: Vec<bool>,
}

fn stands(tokens: &[Token], i: usize, end: usize) -> bool {
    let token = &tokens[i];
    // "Any industry" names none, though "Industrie" does in other languages.
    if end == i + 1 && is("no_sector", token.folded.as_str()) {
        return false;
    }
    if end != i + 1 || !is("capitals_only", token.folded.as_str()) || token.capitals {
        return true;
    }
    if token.capitalised
        && !matches!(
            token.folded.as_str(),
            "it" | "us" | "essen" | "mark" | "hat" | "zug" | "fire" | "bars"
        )
    {
        return true;
    }
    token.folded == "us"
        && i.checked_sub(1).and_then(|k| tokens.get(k)).is_some_and(|before| {
            matches!(before.folded.as_str(), "the" | "in" | "across" | "within" | "at")
                || before.is_mark('/')
        })
}

/// Reads the tokens. `masked` tokens are not read at all.
pub(crate) fn read(tokens: &[Token], quantities: &[Quantity], masked: &[bool]) -> Reading {
    let mut reading = Reading { covered: vec![false; tokens.len()], ..Reading::default() };
    let mut i = 0;
    while i < tokens.len() {
        if masked[i] || matches!(tokens[i].kind, Kind::Mark('(' | ')' | ',' | '.' | ';')) {
            i += 1;
            continue;
        }
        let quantity = quantities.iter().find(|quantity| quantity.from == i);
        let mention = mention_at(tokens, i).filter(|mention| {
            quantity.is_none_or(|q| mention.to - i > q.to - i || q.meaning == Meaning::Other)
        });
        i = match (mention, quantity) {
            (Some(mention), _) => accept(tokens, mention, &mut reading),
            (None, Some(quantity)) => {
                reading.covered[quantity.from..quantity.to].fill(true);
                quantity.to
            }
            (None, None) => i + 1,
        };
    }
    keep_quantities(quantities, masked, &mut reading);
    mark_excluded(tokens, &mut reading);
    reading
}

/// A quantity counts unless a longer phrase swallowed it ("ISO 27001") or it is masked.
fn keep_quantities(quantities: &[Quantity], masked: &[bool], reading: &mut Reading) {
    for quantity in quantities {
        let swallowed =
            reading.mentions.iter().any(|m| m.from <= quantity.from && quantity.from < m.to)
                && !matches!(quantity.meaning, Meaning::WithinDays(_));
        if !swallowed && !masked[quantity.from] {
            reading.covered[quantity.from..quantity.to].fill(true);
            reading.quantities.push(*quantity);
        }
    }
}

fn accept(tokens: &[Token], mention: Mention, reading: &mut Reading) -> usize {
    let (from, mut to) = (mention.from, mention.to);
    // "Just closed series C": the series belongs to the stage that follows.
    let funding = mention.is(|term| matches!(term, Term::Trigger("funding")));
    if funding && to > from + 1 && tokens[to - 1].folded.starts_with("serie") {
        to -= 1;
    }
    let of_authority = mention.is(|term| matches!(term, Term::Authority(_)));
    let of_tender = mention.is(|term| matches!(term, Term::Trigger("contract_renewal")));
    if (of_authority || of_tender)
        && let Some(topic) = topic_after(tokens, &mention, of_authority)
    {
        reading.topics.push(topic);
        to = topic.to;
    }
    reading.covered[from..to].fill(true);
    let stage = if funding { stage_inside(tokens, from, to) } else { None };
    reading.mentions.push(mention);
    reading.mentions.extend(stage);
    to
}

/// "Series-A-Runde", "raised a series B round": the event names the stage as well.
fn stage_inside(tokens: &[Token], from: usize, to: usize) -> Option<Mention> {
    let trie = &Lexicon::shared().trie;
    (from..to).find_map(|i| {
        trie.at(tokens, i).into_iter().rev().filter(|found| found.end <= to).find_map(|found| {
            let stages: Vec<Term> =
                found.terms.iter().copied().filter(|t| matches!(t, Term::Stage(_))).collect();
            (!stages.is_empty()).then_some(Mention {
                from: i,
                to: found.end,
                terms: stages,
                excluded: false,
            })
        })
    })
}

/// The best phrase at a token: the longest; a listed title before anything of the same length.
fn mention_at(tokens: &[Token], i: usize) -> Option<Mention> {
    let lexicon = Lexicon::shared();
    let longest = |trie: &Trie| {
        trie.at(tokens, i).into_iter().rev().find_map(|found| {
            let terms: Vec<Term> = found.terms.iter().copied().filter(standing).collect();
            (!terms.is_empty() && stands(tokens, i, found.end)).then_some((terms, found.end))
        })
    };
    let (phrase, place) = (longest(&lexicon.trie), longest(&lexicon.place_trie));
    let roles = people::roles_at(tokens, i, false)
        .filter(|phrase| stands(tokens, i, phrase.end))
        .map(|phrase| acronyms::resolve(tokens, i, phrase))
        .or_else(|| acronyms::alone(tokens, i));
    let function = people::function_at(tokens, i);
    let mut best: Option<(Vec<Term>, usize)> = None;
    let mut consider = |terms: Vec<Term>, end: usize| {
        if best.as_ref().is_none_or(|(_, longest)| end > *longest) {
            best = Some((terms, end));
        }
    };
    if let Some(RolePhrase { end, roles, listed: true }) = &roles
        && !is_rank_only(roles)
    {
        consider(roles.iter().map(|role| Term::Role(role)).collect(), *end);
    }
    for (terms, end) in [place, phrase].into_iter().flatten() {
        consider(terms, end);
    }
    if let Some(RolePhrase { end, roles, listed: false }) = roles {
        consider(roles.into_iter().map(Term::Role).collect(), end);
    }
    if let Some(found) = function {
        let mut terms = vec![Term::Function(found.function)];
        terms.extend(found.seniority.iter().map(|level| Term::Seniority(level)));
        terms.extend(found.decides.then_some(Term::Authority("decision_maker")));
        consider(terms, found.end);
    }
    let (terms, to) = best?;
    Some(Mention { from: i, to, terms, excluded: false })
}

/// Interns and consultants are ranks and trades in a brief, not roles to meet.
fn is_rank_only(roles: &[&str]) -> bool {
    roles.iter().all(|role| matches!(*role, "intern" | "consultant"))
}

fn standing(term: &Term) -> bool {
    !matches!(
        term,
        Term::Role(_) | Term::Level(_) | Term::Family(_) | Term::PersonWord(_) | Term::Function(_)
    )
}

/// The noun phrase an authority is about: after "for" and its like, or right after a verb.
fn topic_after(tokens: &[Token], mention: &Mention, of_authority: bool) -> Option<Topic> {
    let last = tokens.get(mention.to.checked_sub(1)?)?;
    let direct = of_authority
        && (mention.to == mention.from + 1 || matches!(last.folded.as_str(), "on" | "off"))
        && !is("topic_never_direct", &last.folded);
    let word = |i: usize| tokens.get(i).filter(|t| t.is_word()).map(|t| t.folded.as_str());
    // "Le budget logistique": in Romance languages the field follows without a link.
    let article = mention.to.checked_sub(2).and_then(|k| tokens.get(k)).is_some_and(|t| {
        matches!(t.folded.as_str(), "le" | "el" | "il" | "leur" | "su" | "un" | "loro")
    });
    let of_budget =
        of_authority && article && matches!(last.folded.as_str(), "budget" | "presupuesto");
    let mut from = mention.to;
    let preposition = word(from).is_some_and(|w| is("topic_preposition", w));
    let of = of_budget
        && word(from).is_some_and(|w| matches!(w, "de" | "d" | "di" | "des" | "du" | "del"));
    if preposition || of {
        from += 1;
    } else if !(direct || of_budget) {
        return None;
    }
    while word(from).is_some_and(|w| is("topic_article", w)) {
        from += 1;
    }
    let mut to = from;
    while to < from + 4
        && word(to).is_some_and(|w| !is("topic_stop", w))
        && !is_place_or_size(tokens, to)
    {
        to += 1;
    }
    (to > from).then_some(Topic { from, to, of_authority })
}

fn is_place_or_size(tokens: &[Token], i: usize) -> bool {
    let lexicon = Lexicon::shared();
    let place = stands(tokens, i, i + 1) && !lexicon.place_trie.at(tokens, i).is_empty();
    let other = |term: &Term| matches!(term, Term::Size(_) | Term::Role(_));
    place || lexicon.trie.at(tokens, i).iter().any(|found| found.terms.iter().any(other))
}

fn mark_excluded(tokens: &[Token], reading: &mut Reading) {
    for cue in scope::cues(tokens, &reading.covered) {
        let (from, to) = if cue.after {
            (scope::reach_back(tokens, cue), cue.from)
        } else {
            (cue.to, scope::reach(tokens, cue))
        };
        let inside: Vec<usize> = (0..reading.mentions.len())
            .filter(|k| reading.mentions[*k].from >= from && reading.mentions[*k].to <= to)
            .collect();
        reading.covered[cue.from..cue.to].fill(true);
        if !cue.after && flip_quantity(tokens, cue, to, reading) {
            continue;
        }
        // "No one in sales, software companies": what stands beyond the comma is another matter.
        let apart = inside
            .first()
            .is_none_or(|k| (cue.to..reading.mentions[*k].from).any(|i| tokens[i].is_mark(',')));
        if apart && bare_function(tokens, cue, to, reading) || inside.is_empty() {
            continue;
        }
        if cue.after {
            exclude_back(reading, &inside);
        } else {
            exclude_on(tokens, reading, &inside, cue.to);
        }
    }
    reading.mentions.sort_by_key(|mention| mention.from);
}

/// "No companies under 50 employees" asks for 50 and more: the first quantity after the cue, with
/// nothing but plain words before it, is turned round.
fn flip_quantity(tokens: &[Token], cue: scope::Cue, to: usize, reading: &mut Reading) -> bool {
    let Some(quantity) = reading.quantities.iter_mut().find(|q| q.from >= cue.to && q.to <= to)
    else {
        return false;
    };
    let plain = (cue.to..quantity.from)
        .all(|i| tokens[i].is_word() && super::filler::is_filler(&tokens[i].folded));
    if !plain {
        return false;
    }
    let turned = |range: Range| match (range.min, range.max) {
        (Some(min), None) => Some(Range { min: None, max: Some(min) }),
        (None, Some(max)) => Some(Range { min: Some(max), max: None }),
        _ => None,
    };
    quantity.meaning = match quantity.meaning {
        Meaning::Employees(range) => turned(range).map_or(Meaning::Other, Meaning::Employees),
        Meaning::RevenueUsd(range) => turned(range).map_or(Meaning::Other, Meaning::RevenueUsd),
        _ => return false,
    };
    true
}

/// "not marketing", "nobody from procurement": a field alone, where nothing else was meant.
fn bare_function(tokens: &[Token], cue: scope::Cue, to: usize, reading: &mut Reading) -> bool {
    let range = if cue.after {
        scope::reach_back(tokens, cue)..cue.from
    } else {
        let at = (cue.to..to).find(|i| !is("bare_link", &tokens[*i].folded)).unwrap_or(to);
        at..(at + 1).min(to)
    };
    for i in range {
        if let Some((function, end)) = people::bare_function_at(tokens, i)
            && !function.is_empty()
            && !reading.covered[i]
            && (cue.after || stands_alone(tokens, end))
        {
            reading.covered[i..end].fill(true);
            reading.mentions.push(Mention {
                from: i,
                to: end,
                terms: vec![Term::Function(function)],
                excluded: true,
            });
            return true;
        }
    }
    false
}

/// Nothing but people in general or a break follows: "not sales", "nobody from IT people".
fn stands_alone(tokens: &[Token], end: usize) -> bool {
    tokens.get(end).is_none_or(|t| !t.is_word() || is("bare_after", &t.folded))
}

fn exclude_back(reading: &mut Reading, inside: &[usize]) {
    // Triggers and authority stay: what is turned away is a kind of person, company or place.
    for k in inside {
        if reading.mentions[*k].sort() < 5 {
            reading.mentions[*k].excluded = true;
        }
    }
}

/// Excludes the first thing after the cue and the list that goes on with things of its sort.
fn exclude_on(tokens: &[Token], reading: &mut Reading, inside: &[usize], start: usize) {
    let first = inside[0];
    let sort = reading.mentions[first].sort();
    let mut end = start;
    for k in inside {
        let mention = &reading.mentions[*k];
        let comma = (end..mention.from).any(|i| tokens[i].is_mark(','));
        let same = mention.sort() == sort || (!comma && mention.sort() < 5);
        if comma {
            let segment_end = (mention.from..tokens.len())
                .find(|i| matches!(tokens[*i].kind, Kind::Mark(',' | ';' | '.' | '!' | '?')))
                .unwrap_or(tokens.len());
            if !same || !scope::only_listing(tokens, end, segment_end, &reading.covered) {
                break;
            }
        } else if !same {
            if mention.sort() == 5 {
                break;
            }
            continue;
        }
        end = mention.to;
        reading.mentions[*k].excluded = true;
    }
}
