//! Sentences that are not read: orders to the reader, and talk about one's own product.

use super::classes::is;
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
    let wish = is("wish", second) || (*second == "sell" && words.clone().next() == Some(&"to"));
    let sells_to_all = *second == "sell"
        && words
            .clone()
            .nth(1)
            .is_some_and(|w| matches!(*w, "everyone" | "everybody" | "anyone" | "all"));
    if !is("about_self", first) || (wish && !sells_to_all) || matches!(*first, "i" | "my") && wish {
        return;
    }
    let turn = (from + 2..to)
        .find(|i| {
            let token = &tokens[*i];
            (token.is_word() && is("turn", token.folded.as_str()) && token.folded != "and")
                || token.is_mark(':')
        })
        .unwrap_or(to);
    masks.about_self = true;
    masks.tokens[from..turn].fill(true);
}
