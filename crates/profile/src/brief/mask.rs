//! Sentences that are not read: orders to the reader, and talk about one's own product.

use super::filler;
use crate::text::{Kind, Token};

#[derive(Debug, Default)]
pub(crate) struct Masks {
    /// Tokens that are not read.
    pub(crate) tokens: Vec<bool>,
    /// Of these, the ones that belong to orders.
    pub(crate) instructions: Vec<bool>,
    pub(crate) instruction: bool,
    pub(crate) about_self: bool,
}

/// First words of a sentence about the writer.
const SELF: &[&str] = &[
    "we",
    "our",
    "i",
    "my",
    "wir",
    "unser",
    "unsere",
    "unserem",
    "unseren",
    "nous",
    "notre",
    "nos",
    "nuestro",
    "nuestra",
    "nuestros",
    "nosotros",
    "vendemos",
    "ofrecemos",
    "somos",
    "vendiamo",
    "offriamo",
    "siamo",
    "nostro",
    "nostra",
    "vi",
    "var",
    "vart",
    "vara",
];

/// Second words that make such a sentence a wish after all.
const WISH: &[&str] = &[
    "want",
    "need",
    "seek",
    "look",
    "looking",
    "would",
    "d",
    "are",
    "re",
    "m",
    "am",
    "like",
    "target",
    "hope",
    "try",
    "search",
    "wish",
    "love",
    "ideal",
    "icp",
    "perfect",
    "dream",
    "prospects",
    "prospect",
    "buyer",
    "buyers",
    "audience",
    "sell",
    "hunt",
    "ve",
    "target",
    "suchen",
    "mochten",
    "brauchen",
    "wollen",
    "wunschen",
    "wurden",
    "zielgruppe",
    "idealer",
    "ideale",
    "idealen",
    "wunschkunde",
    "wunschkunden",
    "zielkunden",
    "cherchons",
    "voudrions",
    "souhaitons",
    "recherchons",
    "aimerions",
    "voulons",
    "cible",
    "ciblons",
    "visons",
    "client",
    "interlocuteur",
    "buscamos",
    "queremos",
    "necesitamos",
    "quisieramos",
    "objetivo",
    "gustaria",
    "interesan",
    "cliente",
    "perfil",
    "cerchiamo",
    "vogliamo",
    "vorremmo",
    "desideriamo",
    "puntiamo",
    "obiettivo",
    "target",
    "soker",
    "vill",
    "behover",
    "onskar",
    "letar",
    "riktar",
    "malgrupp",
    "skulle",
    "have",
    "can",
    "could",
    "should",
    "do",
    "don",
];

/// Words after which the wish begins inside the same sentence.
const TURN: &[&str] = &[
    "so",
    "therefore",
    "hence",
    "please",
    "find",
    "introduce",
    "seeking",
    "looking",
    "want",
    "need",
    "daher",
    "deshalb",
    "darum",
    "bitte",
    "suchen",
    "donc",
    "cherchons",
    "recherchons",
    "asi",
    "entonces",
    "buscamos",
    "queremos",
    "quindi",
    "percio",
    "cerchiamo",
    "sa",
    "darfor",
    "soker",
    "wanted",
    "gesucht",
    "and",
];

/// What is not read.
pub(crate) fn masks(tokens: &[Token]) -> Masks {
    let mut masks = Masks {
        tokens: vec![false; tokens.len()],
        instructions: vec![false; tokens.len()],
        ..Masks::default()
    };
    let mut from = 0;
    while from < tokens.len() {
        let to = (from..tokens.len())
            .find(|i| matches!(tokens[*i].kind, Kind::Mark('.' | '!' | '?' | ';')))
            .map_or(tokens.len(), |i| i + 1);
        sentence(tokens, from, to, &mut masks);
        from = to;
    }
    masks
}

fn sentence(tokens: &[Token], from: usize, to: usize, masks: &mut Masks) {
    let words: Vec<&str> = tokens[from..to]
        .iter()
        .filter(|t| t.is_word() || t.number().is_some())
        .map(|t| t.folded.as_str())
        .collect();
    if filler::is_instruction(&words) {
        masks.instruction = true;
        masks.tokens[from..to].fill(true);
        masks.instructions[from..to].fill(true);
        return;
    }
    let mut words = words.iter().filter(|w| {
        !matches!(**w, "hi" | "hello" | "hallo" | "at" | "as" | "and" | "la" | "il" | "le")
    });
    let (Some(first), Some(second)) = (words.next(), words.next()) else { return };
    let wish = WISH.contains(second) || (*second == "sell" && words.clone().next() == Some(&"to"));
    let sells_to_all = *second == "sell"
        && words
            .clone()
            .nth(1)
            .is_some_and(|w| matches!(*w, "everyone" | "everybody" | "anyone" | "all"));
    if !SELF.contains(first) || (wish && !sells_to_all) || matches!(*first, "i" | "my") && wish {
        return;
    }
    let turn = (from + 2..to)
        .find(|i| {
            let token = &tokens[*i];
            (token.is_word() && TURN.contains(&token.folded.as_str()) && token.folded != "and")
                || token.is_mark(':')
        })
        .unwrap_or(to);
    masks.about_self = true;
    masks.tokens[from..turn].fill(true);
}
