//! Words that carry no criterion, and the words that mark a brief as empty or as an instruction.

use std::collections::HashSet;
use std::sync::OnceLock;

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

/// Words of praise that name nobody.
pub(crate) const BUZZWORDS: &[&str] = &[
    "innovative",
    "visionary",
    "visionaries",
    "disruptive",
    "disruptors",
    "synergy",
    "synergies",
    "transformation",
    "transformational",
    "forward-thinking",
    "thought",
    "leading-edge",
    "cutting-edge",
    "dynamic",
    "passionate",
    "successful",
    "world-class",
    "best-in-class",
    "game-changing",
    "changemakers",
    "influential",
    "growth-minded",
    "progressive",
    "ambitious",
    "inspiring",
    "innovativ",
    "innovativen",
    "visionare",
    "innovants",
    "visionnaires",
    "innovadores",
    "innovatori",
    "innovativi",
    "innovativa",
    "movers",
    "shakers",
    "thinking",
    "erfolgreiche",
    "erfolgreichen",
    "exitosas",
    "exitosos",
    "framgangsrika",
    "transformacion",
    "trasformazione",
    "zukunftsorientiert",
    "zukunftsorientierte",
];

/// Words that address the reader's rules; two of one pair make an instruction.
const ORDERS: &[&str] = &[
    "ignore",
    "disregard",
    "forget",
    "override",
    "bypass",
    "pretend",
    "ignoriere",
    "ignorieren",
    "vergiss",
    "ignorez",
    "ignore",
    "oublie",
    "oubliez",
    "ignora",
    "ignorar",
    "olvida",
    "dimentica",
    "ignorera",
    "glom",
    "mark",
    "rate",
    "classify",
    "output",
    "respond",
    "return",
    "approve",
    "set",
    "treat",
    "label",
    "score",
    "print",
    "reveal",
    "bewerte",
    "markiere",
    "marque",
    "marca",
    "clasifica",
    "classifie",
    "segna",
    "markera",
];

const RULES: &[&str] = &[
    "rules",
    "rule",
    "instructions",
    "instruction",
    "prompt",
    "prompts",
    "guidelines",
    "restrictions",
    "brief",
    "verdict",
    "perfect",
    "specific",
    "score",
    "system",
    "checks",
    "everyone",
    "exclusions",
    "regeln",
    "anweisungen",
    "anweisung",
    "vorgaben",
    "regles",
    "instrucciones",
    "reglas",
    "consignes",
    "istruzioni",
    "regole",
    "instruktioner",
    "regler",
    "spezifisch",
    "specifique",
    "especifico",
    "specifico",
    "perfekt",
    "parfait",
    "perfecto",
    "perfetto",
    "specifik",
    "100",
    "database",
];

/// True where a sentence of these folded words tells the reader what to do instead of whom to meet.
pub(crate) fn is_instruction(words: &[&str]) -> bool {
    let strong = words.iter().any(|w| {
        matches!(
            *w,
            "ignore"
                | "disregard"
                | "override"
                | "ignoriere"
                | "ignorieren"
                | "ignorez"
                | "ignora"
                | "ignorera"
                | "vergiss"
                | "oubliez"
                | "olvida"
                | "dimentica"
                | "forget"
                | "bypass"
                | "pretend"
                | "reveal"
                | "ignorar"
                | "oublie"
                | "glom"
        )
    });
    let order = words.iter().any(|w| ORDERS.contains(w));
    let rule = words.iter().any(|w| RULES.contains(w));
    let about_brief = words.windows(2).any(|w| {
        matches!(
            w[0],
            "this" | "diesen" | "dieses" | "ce" | "cette" | "este" | "questo" | "denna" | "the"
        ) && matches!(
            w[1],
            "brief" | "profile" | "profil" | "perfil" | "profilo" | "verdict" | "as"
        )
    });
    (strong && rule) || (order && rule && about_brief) || (order && about_brief)
}
