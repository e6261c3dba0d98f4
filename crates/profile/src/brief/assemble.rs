//! From mentions to criteria: what stands together, what is implied, and what clashes.

use std::collections::BTreeSet;

use super::companies::Named;
use super::filler::is_filler;
use super::mentions::{Mention, Reading};
use super::numbers::Meaning;
use super::{Evidence, Remarks, set_aside};
use crate::criteria::{Criteria, Range};
use crate::lexicon::{Lexicon, Term};
use crate::text::{Kind, Token};

/// True for a term that says which people are meant.
pub(crate) fn names_people(term: &Term) -> bool {
    matches!(term, Term::Role(_) | Term::Function(_) | Term::Seniority(_))
}

/// Words for companies in general.
pub(crate) fn is_company_word(word: &str) -> bool {
    matches!(
        word,
        "company"
            | "companies"
            | "firm"
            | "firms"
            | "business"
            | "businesses"
            | "organization"
            | "organisation"
            | "organizations"
            | "enterprise"
            | "enterprises"
            | "unternehmen"
            | "firma"
            | "firmen"
            | "betrieb"
            | "betriebe"
            | "entreprise"
            | "entreprises"
            | "societe"
            | "societes"
            | "empresa"
            | "empresas"
            | "azienda"
            | "aziende"
            | "foretag"
            | "bolag"
    )
}

/// Settles what single mentions cannot: new office holders, generic sectors, ranks beside roles.
pub(crate) fn refine(tokens: &[Token], reading: &mut Reading) {
    corrections(tokens, reading);
    new_leaders(tokens, reading);
    choose_between_types(reading);
    drop_generic_sectors(tokens, reading);
    drop_redundant_places(tokens, reading);
    narrow_by_bracket(tokens, reading);
    set_aside::countries_of_regions(tokens, reading);
    set_aside::narrower_industries(tokens, reading);
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

fn word(tokens: &[Token], i: usize) -> Option<&str> {
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
        let before = reading.mentions.iter().rposition(|m| m.to <= i && m.to + 4 > i);
        let after = reading.mentions.iter().position(|m| m.from > i + 1);
        if let (Some(before), Some(after)) = (before, after) {
            reading.mentions[after].excluded = false;
            let sort = |m: &Mention| std::mem::discriminant(&m.terms[0]);
            if sort(&reading.mentions[before]) == sort(&reading.mentions[after]) {
                taken_back.push(before);
            }
        }
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

const NEW: &[&str] = &[
    "new",
    "newly",
    "neue",
    "neuer",
    "neuen",
    "neuem",
    "nouveau",
    "nouvel",
    "nouvelle",
    "nouveaux",
    "nuevo",
    "nueva",
    "nuevos",
    "nuovo",
    "nuova",
    "nuovi",
    "ny",
    "nya",
    "nytt",
    "incoming",
    "first",
    "changed",
    "bytt",
    "byter",
    "replaced",
    "appointed",
    "hired",
    "named",
    "replacing",
    "gewechselt",
    "change",
    "cambiado",
    "cambiato",
    "recruited",
    "ersten",
];

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
            .find(|i| word(tokens, *i).is_some_and(|w| NEW.contains(&w)) && !reading.covered[*i]);
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
        let others = roles.len() > 1;
        let mention = &mut reading.mentions[k];
        if opens || (!others && at + 1 == from && opens) {
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

fn place_codes(reading: &Reading, excluded: bool) -> BTreeSet<&'static str> {
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

/// What the brief asks for and takes away again.
pub(crate) fn clashes(tokens: &[Token], reading: &Reading) -> Remarks {
    let places = &Lexicon::shared().places;
    let excluded = place_codes(reading, true);
    let gone = |code: &str| {
        excluded.contains(code) || excluded.contains(code.split('-').next().unwrap_or(""))
    };
    let place_clash =
        reading.mentions.iter().filter(|m| !m.excluded).flat_map(|m| &m.terms).any(
            |t| matches!(t, Term::Place(place) if places[*place].iter().all(|code| gone(code))),
        );
    let roles = |excluded: bool| -> BTreeSet<Term> {
        reading
            .mentions
            .iter()
            .filter(|m| m.excluded == excluded)
            .flat_map(|m| m.terms.iter().copied())
            .filter(|t| matches!(t, Term::Role(_)))
            .collect()
    };
    let role_clash = roles(false).intersection(&roles(true)).next().is_some();
    let level = |wanted: &[&str]| {
        reading.mentions.iter().any(|m| {
            !m.excluded && m.is(|t| matches!(t, Term::Seniority(level) if wanted.contains(level)))
        })
    };
    let entry_role = reading.mentions.iter().filter(|m| !m.excluded).flat_map(|m| &m.terms).any(|t| {
        matches!(t, Term::Role(key) if Lexicon::shared().role(key).is_some_and(|r| matches!(r.seniority, "entry" | "intern")))
    });
    let high = level(&["c_suite", "vp"]) && !tokens.is_empty();
    let seniority_clash = high && (level(&["intern", "entry"]) || entry_role);
    let size_clash = size_clash(reading);
    Remarks { place_clash, role_clash, seniority_clash, size_clash, ..Remarks::default() }
}

/// "Startups with 10,000 employees": the number lies four times outside the soft band of the word.
fn size_clash(reading: &Reading) -> bool {
    let sizes = &Lexicon::shared().sizes;
    let ranges: Vec<Range> = reading
        .quantities
        .iter()
        .filter_map(|q| match q.meaning {
            Meaning::Employees(range) => Some(range),
            _ => None,
        })
        .collect();
    reading.mentions.iter().filter(|m| !m.excluded).flat_map(|m| &m.terms).any(|term| {
        let Term::Size(word) = term else { return false };
        let Some(band) = sizes.get(word) else { return false };
        ranges.iter().any(|range| {
            let above =
                matches!((range.min, band.employees.1), (Some(min), Some(max)) if min > 4.0 * max);
            let below =
                matches!((range.max, band.employees.0), (Some(max), Some(min)) if max * 4.0 < min);
            above || below
        })
    })
}

/// Collects criteria together with their evidence.
struct Collector<'a> {
    text: &'a str,
    tokens: &'a [Token],
    evidence: Vec<Evidence>,
}

impl Collector<'_> {
    fn note(&mut self, criterion: &str, value: impl Into<String>, from: usize, to: usize) {
        let (start, end) = (self.tokens[from].start, self.tokens[to - 1].end);
        self.evidence.push(Evidence {
            criterion: criterion.to_owned(),
            value: value.into(),
            words: self.text[start..end].to_owned(),
            start,
            end,
        });
    }
}

/// The criteria and their evidence.
pub(crate) fn criteria(
    text: &str,
    tokens: &[Token],
    reading: &Reading,
    companies: Vec<Named>,
) -> (Criteria, Vec<Evidence>) {
    let mut out = Criteria::default();
    let mut collector = Collector { text, tokens, evidence: Vec::new() };
    for mention in &reading.mentions {
        for term in &mention.terms {
            put(&mut out, &mut collector, mention, *term);
        }
    }
    for company in companies {
        let (list, criterion) = if company.excluded {
            (&mut out.exclude.companies, "exclude.companies")
        } else {
            (&mut out.companies, "companies")
        };
        list.push(company.name.clone());
        collector.note(criterion, company.name, company.from, company.to);
    }
    quantities(reading, &mut out, &mut collector);
    topic(reading, &mut out, &mut collector);
    stages(tokens, reading, &mut out);
    people(tokens, reading, &mut out, &mut collector);
    tidy(&mut out);
    collector.evidence.sort_by(|a, b| (a.start, &a.criterion).cmp(&(b.start, &b.criterion)));
    (out, collector.evidence)
}

fn put(out: &mut Criteria, collector: &mut Collector<'_>, mention: &Mention, term: Term) {
    let exclude = &mut out.exclude;
    let unwanted = mention.excluded;
    let (list, criterion, value) = match term {
        Term::Industry(key) if unwanted => {
            (&mut exclude.industry_keys, "exclude.industry_keys", key)
        }
        Term::Industry(key) => (&mut out.industry_keys, "industry_keys", key),
        Term::CompanyType(key) if unwanted => {
            (&mut exclude.company_types, "exclude.company_types", key)
        }
        Term::Place(place) => {
            let codes = &Lexicon::shared().places[place];
            let (list, criterion) = if unwanted {
                (&mut exclude.geos, "exclude.geos")
            } else {
                (&mut out.geos, "geos")
            };
            list.extend(codes.iter().map(|code| (*code).to_owned()));
            collector.note(criterion, codes.join(","), mention.from, mention.to);
            return;
        }
        Term::Role(key) if unwanted => role_or_rank(exclude, key),
        Term::Role(key) => (&mut out.roles, "roles", key),
        Term::Seniority(key) if unwanted => (&mut exclude.seniority, "exclude.seniority", key),
        Term::Function(key) if unwanted => (&mut exclude.functions, "exclude.functions", key),
        Term::Trigger(key) if !unwanted => (&mut out.triggers, "triggers", key),
        Term::Authority(key) if !unwanted => (&mut out.authority, "authority", key),
        Term::Stage(key) if !unwanted => (&mut out.company_stage, "company_stage", key),
        Term::Ownership(key) if !unwanted => (&mut out.ownership, "ownership", key),
        Term::Size(key) if !unwanted => {
            if out.size_word.is_none() {
                out.size_word = Some(key.to_owned());
                collector.note("size_word", key, mention.from, mention.to);
            }
            return;
        }
        _ => return,
    };
    list.push(value.to_owned());
    collector.note(criterion, value, mention.from, mention.to);
}

/// "No founders" turns away a rank, "no VPs of sales" a role.
fn role_or_rank<'a>(
    exclude: &'a mut crate::criteria::Exclusions,
    key: &'static str,
) -> (&'a mut Vec<String>, &'static str, &'static str) {
    match key {
        "founder" | "owner" | "intern" => (&mut exclude.seniority, "exclude.seniority", key),
        "consultant" => (&mut exclude.company_types, "exclude.company_types", "consultancy"),
        _ => (&mut exclude.roles, "exclude.roles", key),
    }
}

fn quantities(reading: &Reading, out: &mut Criteria, collector: &mut Collector<'_>) {
    for quantity in &reading.quantities {
        let (slot, criterion, range) = match quantity.meaning {
            Meaning::Employees(range) => (&mut out.employees, "employees", range),
            Meaning::RevenueUsd(range) => (&mut out.revenue_usd, "revenue_usd", range),
            Meaning::WithinDays(days) => {
                if out.trigger_within_days.is_none() {
                    out.trigger_within_days = Some(days);
                    collector.note(
                        "trigger_within_days",
                        days.to_string(),
                        quantity.from,
                        quantity.to,
                    );
                }
                continue;
            }
            Meaning::Other => continue,
        };
        let merged = merge(*slot, range);
        *slot = Some(merged);
        collector.note(criterion, show(range), quantity.from, quantity.to);
    }
    if out.triggers.is_empty() {
        out.trigger_within_days = None;
    }
}

/// Two one-sided ranges complete each other; otherwise the first stands.
fn merge(first: Option<Range>, second: Range) -> Range {
    let Some(first) = first else { return second };
    Range { min: first.min.or(second.min), max: first.max.or(second.max) }
}

fn show(range: Range) -> String {
    let end = |value: Option<f64>| value.map_or_else(|| "..".to_owned(), |v| format!("{v}"));
    format!("{}..{}", end(range.min).replace("..", ""), end(range.max).replace("..", ""))
}

fn topic(reading: &Reading, out: &mut Criteria, collector: &mut Collector<'_>) {
    if out.authority.is_empty() {
        return;
    }
    let topic = reading.topics.iter().find(|t| t.of_authority).or(reading.topics.first());
    if let Some(topic) = topic {
        let tokens = &collector.tokens[topic.from..topic.to];
        let words: Vec<String> =
            tokens.iter().map(|t| collector.text[t.start..t.end].to_lowercase()).collect();
        let words = words.join(" ");
        collector.note("authority_topic", words.clone(), topic.from, topic.to);
        out.authority_topic = Some(words);
    }
}

const STAGES: [&str; 5] = ["seed", "series_a", "series_b", "series_c", "series_d"];

/// "Series B-C", "Series C or later", "no earlier than Series B": the stages in between.
fn stages(tokens: &[Token], reading: &Reading, out: &mut Criteria) {
    let index = |m: &Mention| {
        m.terms.iter().find_map(|t| match t {
            Term::Stage(key) => STAGES.iter().position(|stage| stage == key),
            _ => None,
        })
    };
    let mut found: BTreeSet<usize> = BTreeSet::new();
    let (mut low, mut high) = (None, None);
    for mention in reading.mentions.iter().filter(|m| !m.excluded) {
        let Some(stage) = index(mention) else { continue };
        found.insert(stage);
        let before: Vec<&str> = (mention.from.saturating_sub(3)..mention.from)
            .filter_map(|i| word(tokens, i))
            .collect();
        let after: Vec<&str> =
            (mention.to..mention.to + 3).filter_map(|i| word(tokens, i)).collect();
        let has = |list: &[&str], words: &[&str]| words.iter().any(|w| list.contains(w));
        let joined = before.last().copied();
        if let Some(end) = letter_range(tokens, mention.to) {
            found.extend(stage..=end);
        }
        if has(
            &[
                "earlier",
                "least",
                "fruher",
                "mindestens",
                "minst",
                "moins",
                "menos",
                "almeno",
                "tidigare",
                "from",
                "ab",
            ],
            &before,
        ) && !has(&["later", "most"], &before)
        {
            low = Some(stage);
        } else if has(
            &[
                "later",
                "most",
                "spater",
                "hochstens",
                "maximum",
                "tard",
                "tarde",
                "senare",
                "hogst",
                "beyond",
            ],
            &before,
        ) {
            high = Some(stage);
        } else if has(
            &[
                "later",
                "above",
                "beyond",
                "onwards",
                "up",
                "spater",
                "hoher",
                "plus",
                "superior",
                "posterior",
                "successiv",
                "senare",
                "uppat",
                "mas",
                "oltre",
                "successiva",
                "adelante",
            ],
            &after,
        ) && has(
            &["or", "and", "oder", "ou", "o", "eller", "onwards", "et", "och", "und", "en"],
            &after,
        ) {
            low = Some(stage);
        } else if has(&["earlier", "below", "fruher", "anterior", "tidigare"], &after) {
            high = Some(stage);
        } else if matches!(joined, Some("to" | "bis" | "a" | "till" | "through"))
            && !found.is_empty()
        {
            let from = found.iter().next().copied().unwrap_or(stage);
            found.extend(from..=stage);
        }
    }
    if low.is_some() || high.is_some() {
        found.extend(low.unwrap_or(0)..=high.unwrap_or(STAGES.len() - 1));
    }
    out.company_stage = found.into_iter().map(|stage| STAGES[stage].to_owned()).collect();
}

/// The letter after a dash or "or": "Series B-C", "Series A/B", "Series A or B".
fn letter_range(tokens: &[Token], at: usize) -> Option<usize> {
    let joins = tokens.get(at)?.is_mark('-')
        || tokens[at].is_mark('/')
        || word(tokens, at).is_some_and(|w| {
            matches!(
                w,
                "or" | "and"
                    | "to"
                    | "oder"
                    | "und"
                    | "bis"
                    | "ou"
                    | "et"
                    | "o"
                    | "y"
                    | "e"
                    | "eller"
                    | "och"
                    | "till"
                    | "a"
            )
        });
    let at = if joins { at + 1 } else { at };
    match word(tokens, at)? {
        "b" => Some(2),
        "c" => Some(3),
        "d" => Some(4),
        _ => None,
    }
}

/// Functions and seniority: those of the roles, or the ones named alone.
fn people(tokens: &[Token], reading: &Reading, out: &mut Criteria, collector: &mut Collector<'_>) {
    let lexicon = Lexicon::shared();
    if !out.roles.is_empty() {
        for role in out.roles.iter().filter_map(|key| lexicon.role(key)) {
            out.functions.push(role.function.to_owned());
            out.seniority.push(role.seniority.to_owned());
        }
        return;
    }
    for mention in reading.mentions.iter().filter(|m| !m.excluded) {
        for term in &mention.terms {
            match term {
                Term::Function(key) => {
                    out.functions.push((*key).to_owned());
                    collector.note("functions", *key, mention.from, mention.to);
                }
                Term::Seniority(key) => {
                    let up =
                        (mention.to..mention.to + 3).filter_map(|i| word(tokens, i)).any(|w| {
                            matches!(
                                w,
                                "above"
                                    | "higher"
                                    | "up"
                                    | "hoher"
                                    | "superieur"
                                    | "superior"
                                    | "superiore"
                                    | "hogre"
                                    | "uppat"
                                    | "senior"
                                    | "aufwarts"
                                    | "arriba"
                            )
                        });
                    let mut levels = vec![*key];
                    if up {
                        levels.extend(above(key));
                    }
                    for level in levels {
                        out.seniority.push(level.to_owned());
                        collector.note("seniority", level, mention.from, mention.to);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The ranks above one.
fn above(level: &str) -> &'static [&'static str] {
    match level {
        "manager" => &["director", "head", "vp", "c_suite"],
        "director" => &["head", "vp", "c_suite"],
        "head" => &["vp", "c_suite"],
        "vp" => &["c_suite"],
        _ => &[],
    }
}

fn tidy(out: &mut Criteria) {
    let lexicon = Lexicon::shared();
    // A size word gives way to a number of people or a stage that says it better.
    if out.employees.is_some()
        || (out.size_word.as_deref() == Some("startup") && !out.company_stage.is_empty())
    {
        out.size_word = None;
    }
    let exclude = &mut out.exclude;
    for list in [
        &mut out.roles,
        &mut out.functions,
        &mut out.seniority,
        &mut out.industry_keys,
        &mut out.geos,
        &mut out.authority,
        &mut out.triggers,
        &mut out.company_stage,
        &mut out.ownership,
        &mut out.companies,
        &mut exclude.industry_keys,
        &mut exclude.company_types,
        &mut exclude.geos,
        &mut exclude.roles,
        &mut exclude.functions,
        &mut exclude.seniority,
        &mut exclude.companies,
    ] {
        list.sort();
        list.dedup();
    }
    out.industries = lexicon.naics_of(out.industry_keys.iter().map(String::as_str));
    exclude.industries = lexicon.naics_of(exclude.industry_keys.iter().map(String::as_str));
}

/// Runs of words that nothing explains.
pub(crate) fn not_understood(
    text: &str,
    tokens: &[Token],
    reading: &Reading,
    masked: &[bool],
) -> Vec<String> {
    let mut out = Vec::new();
    let mut run: Option<(usize, usize)> = None;
    for (i, token) in tokens.iter().enumerate() {
        let open = token.is_word()
            && token.folded.chars().count() > 1
            && !reading.covered[i]
            && !masked[i]
            && !is_filler(&token.folded);
        let open = open || (token.number().is_some() && !reading.covered[i] && !masked[i]);
        match (&mut run, open) {
            (Some((_, end)), true) => *end = token.end,
            (None, true) => run = Some((token.start, token.end)),
            (Some((start, end)), false) => {
                out.push(text[*start..*end].to_owned());
                run = None;
            }
            (None, false) => {}
        }
    }
    out.extend(run.map(|(start, end)| text[start..end].to_owned()));
    out
}
