//! Words that carry no criterion, and the words that mark a brief as empty or as an instruction.

use std::collections::HashSet;
use std::sync::OnceLock;

use super::classes::is;

const FILLER: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/own/filler.txt"));

/// Lines of `data/own/filler.txt`: a language, a colon, its function words, folded.
fn languages() -> &'static Vec<(&'static str, HashSet<&'static str>)> {
    static TABLE: OnceLock<Vec<(&'static str, HashSet<&'static str>)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        FILLER
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(language, words)| (language.trim(), words.split_whitespace().collect()))
            .collect()
    })
}

/// True where the folded word says nothing about a person or a company.
pub(crate) fn is_filler(word: &str) -> bool {
    languages().iter().any(|(_, words)| words.contains(word))
}

/// The language whose function words occur most, of the six that are read; `None` where none does.
pub(crate) fn language_of<'a>(
    words: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'static str> {
    languages()
        .iter()
        .filter(|(language, _)| language.len() == 2)
        .map(|(language, table)| (*language, words.clone().filter(|w| table.contains(w)).count()))
        .filter(|(_, hits)| *hits > 0)
        .max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)))
        .map(|(language, _)| language)
}

/// True where a sentence of these folded words tells the reader what to do instead of whom to meet.
pub(crate) fn is_instruction(words: &[&str]) -> bool {
    let strong = words.iter().any(|w| is("strong_order", w));
    let order = words.iter().any(|w| is("order", w));
    let rule = words.iter().any(|w| is("rule", w));
    let about_brief = words.windows(2).any(|w| {
        matches!(
            w[0],
            "this" | "diesen" | "dieses" | "ce" | "cette" | "este" | "questo" | "denna" | "the"
        ) && matches!(
            w[1],
            "brief" | "profile" | "profil" | "perfil" | "profilo" | "verdict" | "as"
        )
    });
    (strong && rule) || (order && about_brief)
}
