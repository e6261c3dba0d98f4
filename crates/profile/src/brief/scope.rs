//! What is not wanted: which words exclude, and how far they reach.

use crate::text::{Kind, Token};

/// Cues before the thing excluded, as folded words.
const CUES: &[&str] = &[
    "not",
    "no",
    "excluding",
    "exclude",
    "excludes",
    "excl",
    "except",
    "avoid",
    "avoiding",
    "other than",
    "rather than",
    "skip",
    "skipping",
    "don t want",
    "do not send",
    "do not want",
    "don t send",
    "never",
    "without",
    "leave out",
    "leaving out",
    "not interested in",
    "nobody",
    "none of",
    "neither",
    "nor",
    "don t",
    "do not",
    "aren t",
    "isn t",
    "apart from",
    "aside from",
    "instead of",
    "stay away from",
    "keep away from",
    "minus",
    "omit",
    "ignore",
    "barring",
    "outside of",
    "outside",
    "but for",
    "save for",
    "with the exception of",
    "please no",
    "must not be",
    "anything but",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "keiner",
    "keinem",
    "ausgenommen",
    "ausser",
    "ohne",
    "exklusive",
    "weder",
    "noch",
    "abgesehen von",
    "mit ausnahme von",
    "mit ausnahme der",
    "ausschliesslich nicht",
    "niemand",
    "niemanden",
    "nichts",
    "ausserhalb",
    "bloss keine",
    "ausschliessen",
    "pas de",
    "pas d",
    "pas",
    "sauf",
    "hors",
    "a l exclusion de",
    "a l exclusion des",
    "excepte",
    "sans",
    "ni",
    "exclure",
    "excluant",
    "a l exception de",
    "a l exception des",
    "en dehors de",
    "en dehors des",
    "aucun",
    "aucune",
    "jamais",
    "eviter",
    "excluez",
    "a part",
    "hormis",
    "personne de",
    "excepto",
    "excluyendo",
    "sin",
    "salvo",
    "menos",
    "excluir",
    "nunca",
    "nada de",
    "ningun",
    "ninguna",
    "evitar",
    "a excepcion de",
    "fuera de",
    "excluye",
    "ni",
    "con excepcion de",
    "quitando",
    "nadie de",
    "descartar",
    "exceptuando",
    "non",
    "escluso",
    "esclusi",
    "esclusa",
    "escluse",
    "tranne",
    "senza",
    "eccetto",
    "a parte",
    "fuorche",
    "ne",
    "niente",
    "evitare",
    "ad eccezione di",
    "ad eccezione dei",
    "ad eccezione delle",
    "ad esclusione di",
    "ad esclusione dei",
    "escludere",
    "escludendo",
    "nessun",
    "nessuna",
    "nessuno",
    "esclusione",
    "al di fuori di",
    "inte",
    "ej",
    "utom",
    "forutom",
    "utan",
    "inga",
    "ingen",
    "inget",
    "exklusive",
    "med undantag for",
    "undvik",
    "undantaget",
    "undantag",
    "bortsett fran",
    "exkludera",
    "slippa",
    "varken",
    "aldrig",
    "hoppa over",
];

/// Words after a cue that take its force away: "not only", "no more than".
const NOT_A_CUE_BEFORE: &[&str] = &[
    "only",
    "just",
    "fewer",
    "less",
    "more",
    "earlier",
    "later",
    "under",
    "over",
    "smaller",
    "larger",
    "bigger",
    "necessarily",
    "matter",
    "specific",
    "preference",
    "idea",
    "sure",
    "problem",
    "limit",
    "limited",
    "least",
    "yet",
    "mind",
    "care",
    "later",
    "older",
    "longer",
    "particular",
    "hurry",
    "reason",
    "doubt",
    "further",
    "outside",
    "know",
    "have",
    "need",
    "wait",
    "sorry",
    "actually",
    "thanks",
    "nur",
    "weniger",
    "mehr",
    "spater",
    "fruher",
    "kleiner",
    "grosser",
    "zwingend",
    "unbedingt",
    "unter",
    "lediglich",
    "allein",
    "seulement",
    "uniquement",
    "moins",
    "plus",
    "forcement",
    "necessairement",
    "que",
    "solo",
    "solamente",
    "menos",
    "mas",
    "necesariamente",
    "unicamente",
    "soltanto",
    "solo",
    "meno",
    "piu",
    "necessariamente",
    "solamente",
    "bara",
    "endast",
    "mindre",
    "mer",
    "fler",
    "farre",
    "nodvandigtvis",
    "enbart",
];

/// Cues after the thing excluded: "OTAs excluded", "security people need not apply".
const AFTER: &[&str] = &[
    "excluded",
    "exempted",
    "need not apply",
    "needn t apply",
    "should not apply",
    "never work out",
    "never works out",
    "never worked out",
    "never work",
    "don t work",
    "do not work out",
    "don t work out",
    "do not work",
    "not wanted",
    "not welcome",
    "not relevant",
    "not needed",
    "not interesting",
    "not of interest",
    "are out",
    "is out",
    "are not a fit",
    "not a fit",
    "don t fit",
    "do not fit",
    "are no use",
    "no thanks",
    "are not for us",
    "not for us",
    "off limits",
    "off the table",
    "out of scope",
    "not applicable",
    "not allowed",
    "to be avoided",
    "not eligible",
    "do not count",
    "don t count",
    "waste our time",
    "have never worked",
    "never fit",
    "ausgeschlossen",
    "ausgenommen",
    "nicht gewunscht",
    "unerwunscht",
    "nicht relevant",
    "nicht interessant",
    "kommen nicht in frage",
    "passen nicht",
    "kommen nicht infrage",
    "scheiden aus",
    "bitte nicht",
    "sind raus",
    "nicht gesucht",
    "interessieren uns nicht",
    "brauchen wir nicht",
    "uninteressant",
    "exclus",
    "exclues",
    "exclu",
    "exclue",
    "a exclure",
    "non concernes",
    "non concernees",
    "s abstenir",
    "ne nous interessent pas",
    "ne conviennent pas",
    "excluidos",
    "excluidas",
    "excluido",
    "excluida",
    "no interesan",
    "no nos interesan",
    "abstenerse",
    "descartados",
    "descartadas",
    "quedan fuera",
    "no encajan",
    "no nos sirven",
    "esclusi",
    "escluse",
    "esclusa",
    "escluso",
    "non interessano",
    "non ci interessano",
    "da escludere",
    "non vanno bene",
    "non sono adatti",
    "undantagna",
    "exkluderade",
    "undantaget",
    "ar inte aktuella",
    "inte aktuella",
    "ointressanta",
    "ar inte intressanta",
    "inte intressanta",
    "borträknade",
    "passar inte",
    "gar bort",
    "ej aktuella",
];

/// Words that end the reach of a cue: from here on something is wanted again.
const WANTED_AGAIN: &[&str] = &[
    "but",
    "however",
    "instead",
    "sondern",
    "aber",
    "mais",
    "sino",
    "pero",
    "ma",
    "bensi",
    "men",
    "only",
    "nur",
    "seulement",
    "uniquement",
    "bara",
    "endast",
    "solo",
    "plutot",
    "yet",
    "though",
    "although",
    "vielmehr",
    "stattdessen",
    "ideally",
    "preferably",
    "idealerweise",
    "idealement",
    "idealmente",
    "helst",
    "gerne",
    "after",
    "nach",
    "apres",
    "tras",
    "dopo",
    "efter",
    "where",
    "please",
    "so",
];

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

fn phrase_at(tokens: &[Token], i: usize, phrase: &str) -> Option<usize> {
    let mut next = i;
    for word in phrase.split(' ') {
        if !tokens.get(next).is_some_and(|t| t.is_word() && t.folded == word) {
            return None;
        }
        next += 1;
    }
    Some(next)
}

fn longest_of(tokens: &[Token], i: usize, phrases: &[&str]) -> Option<usize> {
    phrases.iter().filter_map(|phrase| phrase_at(tokens, i, phrase)).max()
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
        let after = longest_of(tokens, i, AFTER);
        let before = longest_of(tokens, i, CUES);
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
            WANTED_AGAIN.contains(&w)
                || matches!(w, "in" | "im" | "with" | "mit" | "for" | "from" | "and" | "und")
        })
}

fn is_cue(tokens: &[Token], to: usize) -> bool {
    match tokens.get(to) {
        None => false,
        Some(next) if matches!(next.kind, Kind::Mark('-' | ',' | '.' | ';' | '!' | ')')) => false,
        Some(next) => !NOT_A_CUE_BEFORE.contains(&next.folded.as_str()),
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
            Kind::Word if i > cue.to && WANTED_AGAIN.contains(&tokens[i].folded.as_str()) => {
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
            || word(tokens, i).is_some_and(|w| {
                matches!(
                    w,
                    "or" | "and"
                        | "nor"
                        | "oder"
                        | "und"
                        | "ou"
                        | "et"
                        | "ni"
                        | "o"
                        | "y"
                        | "e"
                        | "ne"
                        | "eller"
                        | "och"
                        | "the"
                        | "any"
                        | "les"
                        | "des"
                        | "los"
                        | "las"
                        | "gli"
                        | "le"
                        | "i"
                        | "companies"
                        | "firms"
                        | "pls"
                        | "please"
                        | "de"
                        | "di"
                        | "noch"
                        | "bitte"
                        | "unternehmen"
                        | "themselves"
                        | "ej"
                        | "inte"
                        | "not"
                        | "no"
                        | "kein"
                        | "keine"
                        | "pas"
                )
            })
    })
}
