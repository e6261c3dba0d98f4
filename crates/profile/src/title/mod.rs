//! From a job title to a role: exact, put together from rank and field, or after mending a slip.
//!
//! Tables come first, because a listed title is certain; then rank and field, because titles are
//! built from them in every language; then the same again with one slip of the pen per word mended.
//! Whoever only stands near a title (assistants, former holders, recruiters) has none.

mod mend;
pub(crate) use mend::one_slip;
mod traps;

use crate::brief::classes::is;
use crate::brief::people;
use crate::lexicon::{Lexicon, Term};
use crate::text::{Kind, Token, fold, stem, tokenize};

/// How a title was resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HowResolved {
    /// The whole title is listed.
    Exact,
    /// A listed title stands inside.
    Contained,
    /// Rank and field were put together.
    Composed,
    /// As one of the above, after mending a slip of the pen.
    Mended,
}

/// The role of a title.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resolution {
    /// Key of the role table.
    pub role: &'static str,
    /// How it was found.
    pub how: HowResolved,
    /// Trust in it, 0 to 1: exact 1.0, contained 0.95, composed 0.9, mended 0.8.
    pub confidence: f64,
}

/// Resolves titles against the compiled-in role table.
///
/// ```
/// let resolver = warmpath_profile::TitleResolver::new();
/// let role = |title: &str| resolver.resolve(title).map(|found| found.role);
/// assert_eq!(role("Vice Pres., Finance"), Some("vp_finance"));
/// assert_eq!(role("Former VP Sales"), None);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct TitleResolver;

/// Longest title that is looked at, in bytes.
const TITLE_BYTES_MAX: usize = 300;

impl TitleResolver {
    /// A resolver over the compiled-in tables.
    #[must_use]
    pub fn new() -> Self {
        Self
    }

    /// The role of a title, or `None` where it names nobody of the role table.
    #[must_use]
    pub fn resolve(&self, title: &str) -> Option<Resolution> {
        if title.len() > TITLE_BYTES_MAX {
            return None;
        }
        let written = tokenize(title);
        let tokens = expand(written.clone());
        if let Some(role) = exact(&written).or_else(|| exact(&tokens)) {
            return Some(Resolution { role, how: HowResolved::Exact, confidence: 1.0 });
        }
        if traps::only_near(&tokens) {
            return None;
        }
        if let Some(found) = read(&tokens) {
            return Some(found);
        }
        let mended = mend::swapped_title(&tokens).or_else(|| {
            let mended = mend::words(&tokens)?;
            if traps::only_near(&mended) {
                return None;
            }
            exact(&mended).or_else(|| read(&mended).map(|found| found.role))
        })?;
        Some(Resolution { role: mended, how: HowResolved::Mended, confidence: 0.8 })
    }
}

fn read(tokens: &[Token]) -> Option<Resolution> {
    let trimmed = trim(tokens);
    if let Some(role) = exact(&trimmed) {
        return Some(Resolution { role, how: HowResolved::Exact, confidence: 1.0 });
    }
    let unmarked: Vec<Token> = tokens.iter().filter(|t| !is_mark(t)).cloned().collect();
    let (role, listed) = best_inside(tokens).or_else(|| best_inside(&unmarked))?;
    Some(if listed {
        Resolution { role, how: HowResolved::Contained, confidence: 0.95 }
    } else {
        Resolution { role, how: HowResolved::Composed, confidence: 0.9 }
    })
}

/// Writes out the abbreviations of the table: "vice pres" and "mktg" become whole words.
fn expand(tokens: Vec<Token>) -> Vec<Token> {
    const TABLE: &str = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/data/reference/title_abbreviations.psv"
    ));
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let long = TABLE
            .lines()
            .skip(1)
            .chain(MORE)
            .filter_map(|line| line.split_once('|'))
            .find(|(short, _)| token.is_word() && *short == token.folded)
            .map(|(_, long)| long);
        // "Vice Pres.": the first word is whole already.
        let pres = token.folded == "pres" && out.last().is_some_and(|t| t.folded == "vice");
        let demand = token.folded == "gen" && out.last().is_some_and(|t| t.folded == "demand");
        // A point after an abbreviation ends no sentence.
        if token.is_mark('.') && out.last().is_some_and(|t| t.end == token.start) {
            continue;
        }
        match long {
            Some(_) if demand => out.extend(spelt(&token, "generation")),
            Some(long) => out.extend(spelt(&token, long)),
            None if pres => out.extend(spelt(&token, "president")),
            None => out.push(token),
        }
    }
    out
}

const MORE: [&str; 27] = [
    "resp|responsabile",
    "acct|accounting",
    "admin|administration",
    "ams|americas",
    "bus|business",
    "comms|communications",
    "corp|corporate",
    "cust|customer",
    "dept|department",
    "ecomm|ecommerce",
    "gen|general",
    "govt|government",
    "intl|international",
    "kaufm|kaufmannische",
    "ltr|leiter",
    "mgmt|management",
    "mgt|management",
    "mkt|marketing",
    "natl|national",
    "pres|president",
    "proc|procurement",
    "purch|purchasing",
    "reg|regional",
    "tech|technology",
    "vert|vertrieb",
    "off|officer",
    "serv|services",
];

fn spelt(token: &Token, long: &str) -> Vec<Token> {
    long.split(' ')
        .map(|word| Token {
            folded: fold(word),
            stem: stem(&fold(word)),
            kind: Kind::Word,
            ..token.clone()
        })
        .collect()
}

/// The role of a title that is listed word for word.
fn exact(tokens: &[Token]) -> Option<&'static str> {
    let stems: Vec<String> =
        tokens.iter().filter(|t| !is_mark(t)).map(|t| t.stem.clone()).collect();
    role_of(Lexicon::shared().trie.exact(&stems))
}

fn role_of(terms: &[Term]) -> Option<&'static str> {
    terms.iter().find_map(|term| match term {
        Term::Role(key) => Some(*key),
        _ => None,
    })
}

fn is_mark(token: &Token) -> bool {
    matches!(token.kind, Kind::Mark(_))
}

/// The title without brackets, trailing places and qualifying words.
fn trim(tokens: &[Token]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut depth = 0;
    for token in tokens {
        match token.kind {
            Kind::Mark('(') => depth += 1,
            Kind::Mark(')') => depth -= 1,
            _ if depth > 0 => {}
            Kind::Mark(_) => {}
            _ => out.push(token.clone()),
        }
    }
    let is_trimming = |t: &Token| is("trimming", &t.folded);
    while out.len() > 1 && out.last().is_some_and(is_trimming) {
        out.pop();
    }
    while out.len() > 1 && exact(&out).is_none() && out.first().is_some_and(is_trimming) {
        out.remove(0);
    }
    out
}

/// The best role inside a title: a chief office before others, then the first, then the longest.
fn best_inside(tokens: &[Token]) -> Option<(&'static str, bool)> {
    let lexicon = Lexicon::shared();
    let mut best: Option<(u8, usize, &'static str, bool)> = None;
    let mut i = 0;
    while i < tokens.len() {
        let Some(phrase) = people::title_roles_at(tokens, i) else {
            i += 1;
            continue;
        };
        let role = phrase.roles[0];
        let words = phrase.end - i;
        if role == "president" && i > 0 && tokens[i - 1].folded == "vice" {
            i = phrase.end;
            continue;
        }
        let chief = (matches!(role, "executive_assistant" | "chief_of_staff") && i == 0)
            || lexicon
                .role(role)
                .is_some_and(|r| matches!(r.seniority, "c_suite" | "founder" | "owner"));
        let weak = words == 1
            && matches!(
                role,
                "intern"
                    | "consultant"
                    | "president"
                    | "superintendent"
                    | "owner"
                    | "managing_partner"
            )
            || role == "ceo" && tokens[i].folded == "managing";
        let rank = match (chief, weak) {
            (_, true) => 2,
            (true, false) => 0,
            (false, false) => 1,
        };
        if best.is_none_or(|(other, ..)| rank < other) {
            best = Some((rank, i, role, phrase.listed));
        }
        i = phrase.end;
    }
    best.map(|(_, _, role, listed)| (role, listed))
}
