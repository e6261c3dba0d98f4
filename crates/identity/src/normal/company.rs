//! Names of organisations: the core, the legal form, and what is only decoration.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::fold::{fold, plain_umlauts};
use super::is_placeholder;

/// A company name in comparable parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompanyName {
    /// Folded words without legal form, article and decoration; never empty unless the name is.
    pub core: String,
    /// ISO 20275 codes the legal form may stand for, sorted; empty when none is written.
    pub forms: Vec<String>,
}

/// Legal forms of the world by their folded name or abbreviation.
pub struct LegalForms {
    codes: FxHashMap<String, Vec<String>>,
    words_max: usize,
}

/// Abbreviations in use that the list of forms does not carry.
const EVERYDAY: [(&str, &str); 26] = [
    ("inc", "inc"),
    ("incorporated", "inc"),
    ("corp", "inc"),
    ("corporation", "inc"),
    ("co", "co"),
    ("company", "co"),
    ("ltd", "ltd"),
    ("limited", "ltd"),
    ("llc", "llc"),
    ("limited liability company", "llc"),
    ("llp", "llp"),
    ("lp", "lp"),
    ("plc", "plc"),
    ("public limited company", "plc"),
    ("pvt ltd", "ltd"),
    ("private limited", "ltd"),
    ("p ltd", "ltd"),
    ("pty ltd", "ltd"),
    ("jsc", "jsc"),
    ("ojsc", "jsc"),
    ("oao", "jsc"),
    ("joint stock company", "jsc"),
    ("open joint stock company", "jsc"),
    ("ooo", "llc"),
    ("na", "na"),
    ("gmbh co kg", "kg"),
];

impl LegalForms {
    /// The table shipped with the crate (`data/NOTICE.md`), read once.
    pub fn shipped() -> &'static Self {
        static TABLE: OnceLock<LegalForms> = OnceLock::new();
        TABLE.get_or_init(|| Self::parse(include_str!("../../data/legal_forms.psv")))
    }

    fn parse(text: &str) -> Self {
        let mut codes: FxHashMap<String, Vec<String>> = FxHashMap::default();
        let listed = text.lines().skip(1).filter_map(|line| line.split_once('|'));
        for (form, list) in listed.chain(EVERYDAY) {
            let folded = fold(form);
            // One- and two-letter words and everyday nouns would eat parts of names.
            if folded.len() < 2 || folded.split(' ').count() > 8 {
                continue;
            }
            let entry = codes.entry(folded).or_default();
            entry.extend(list.split(' ').map(str::to_owned));
        }
        for list in codes.values_mut() {
            list.sort_unstable();
            list.dedup();
        }
        let words_max = codes.keys().map(|form| form.split(' ').count()).max().unwrap_or(1);
        Self { codes, words_max }
    }

    /// Codes of a folded form, sorted; `None` when it is not a legal form.
    pub fn codes(&self, folded: &str) -> Option<&[String]> {
        self.codes.get(folded).map(Vec::as_slice)
    }
}

/// Words at the end that name a role in a group rather than a company.
const DECORATION: [&str; 10] =
    ["group", "holding", "holdings", "intl", "hq", "gruppe", "groupe", "grupo", "gruppo", "publ"];
const LINKS: [&str; 8] = ["and", "und", "et", "y", "e", "en", "the", "of"];

/// Reads a company name.
pub fn parse(text: &str) -> CompanyName {
    let mut forms: Vec<String> = Vec::new();
    let core = read(text, |codes| forms.extend(codes.iter().cloned()));
    forms.sort_unstable();
    forms.dedup();
    CompanyName { core, forms }
}

/// The core of a company name alone.
pub fn core(text: &str) -> String {
    read(text, |_| {})
}

/// Reads the core and tells the codes of every legal form on the way.
fn read(text: &str, found: impl FnMut(&[String])) -> String {
    let mut folded = fold(text);
    if is_placeholder(&folded) || is_no_company(&folded) {
        return String::new();
    }
    // A domain written as a name: keep what the company chose.
    if !text.trim().contains(' ') && text.contains('.') {
        let domain = super::email::domain(text);
        if psl_known(&domain) {
            folded = super::email::folded_stem(&domain);
        }
    }
    let core = without_forms(LegalForms::shipped(), &folded, found);
    let mut words: Vec<&str> = core.split(' ').filter(|word| !LINKS.contains(word)).collect();
    while words.len() > 1 && words.last().is_some_and(|word| DECORATION.contains(word)) {
        words.pop();
    }
    if words.is_empty() { plain_umlauts(core) } else { plain_umlauts(&words.join(" ")) }
}

fn psl_known(domain: &str) -> bool {
    psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// Takes legal forms off the end, then off the start, longest first, and never the whole name.
fn without_forms<'a>(
    table: &LegalForms,
    name: &'a str,
    mut found: impl FnMut(&[String]),
) -> &'a str {
    let mut rest = name;
    while let Some((start, codes)) = form_behind(table, rest) {
        found(codes);
        rest = &rest[..start - 1];
    }
    match form_before(table, rest) {
        Some((end, codes)) => {
            found(codes);
            &rest[end + 1..]
        }
        None => rest,
    }
}

/// Start of the longest form at the end of a name of more words, and its codes.
fn form_behind<'t>(table: &'t LegalForms, name: &str) -> Option<(usize, &'t [String])> {
    let starts = name.rmatch_indices(' ').map(|(at, _)| at + 1).take(table.words_max);
    let found = starts.filter_map(|start| Some((start, table.codes(&name[start..])?)));
    found.last()
}

/// End of the longest form at the start of a name of more words, and its codes.
fn form_before<'t>(table: &'t LegalForms, name: &str) -> Option<(usize, &'t [String])> {
    let ends = name.match_indices(' ').map(|(at, _)| at).take(table.words_max);
    let found = ends.filter(|end| *end >= 2);
    found.filter_map(|end| Some((end, table.codes(&name[..end])?))).last()
}

fn is_no_company(folded: &str) -> bool {
    const WORDS: [&str; 14] = [
        "self employed",
        "selfemployed",
        "freelance",
        "freelancer",
        "independent",
        "retired",
        "student",
        "unemployed",
        "private",
        "privat",
        "individual",
        "consultant",
        "personal",
        "self",
    ];
    WORDS.contains(&folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_is_what_remains() {
        for (text, expected) in [
            ("Siemens Aktiengesellschaft", "siemens"),
            ("Tackfogen Trading, S.L.", "tackfogen trading"),
            ("Stone, Inc.", "stone"),
            ("Dach GmbH & Co. KG", "dach"),
            ("The Durand & Henry Finance", "durand henry finance"),
            ("durand und henry", "durand henry"),
            ("Faberlic Europe Sp. z o.o.", "faberlic europe"),
            ("OOO Gazprom", "gazprom"),
            ("Acme Holding", "acme"),
            ("acme.com", "acme"),
            ("N/A", ""),
            ("Inc", "inc"),
        ] {
            assert_eq!(parse(text).core, expected, "{text}");
        }
        let (short, long) = (parse("BMW AG").forms, parse("BMW Aktiengesellschaft").forms);
        assert!(long.iter().any(|form| short.contains(form)), "{short:?} {long:?}");
    }
}
