//! Small measures of running text: sentences, words, superlatives, links, numbers, names.

use crate::brief::classes::is;
use crate::text::{Kind, fold, tokenize};

/// Number of sentences. A point inside a number, an abbreviation or an address ends none.
pub(crate) fn sentences(text: &str) -> usize {
    let chars: Vec<char> = text.trim().chars().collect();
    let mut count = 0;
    let mut open = false;
    for (i, c) in chars.iter().enumerate() {
        if matches!(c, '.' | '!' | '?' | '…') {
            let last_word: String =
                chars[..i].iter().rev().take_while(|c| c.is_alphanumeric()).collect();
            let ends = chars.get(i + 1).is_none_or(|next| {
                next.is_whitespace() || matches!(next, '"' | '”' | '»' | ')' | '’')
            });
            let abbreviation =
                *c == '.' && last_word.chars().count() == 1 && chars.get(i + 1).is_some();
            if open && ends && !abbreviation {
                count += 1;
                open = false;
            }
        } else if c.is_alphanumeric() {
            open = true;
        }
    }
    count + usize::from(open)
}

/// The words, as written.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Words of praise that claim more than can be shown.
pub(crate) fn superlatives(text: &str) -> Vec<String> {
    words(text).into_iter().filter(|word| is("superlative", &fold(word))).collect()
}

/// Links and mail addresses.
pub(crate) fn links(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|word| {
            word.trim_matches(|c: char| matches!(c, '.' | ',' | ')' | '(' | ';' | '>' | '<'))
        })
        .filter(|word| {
            let lower = word.to_lowercase();
            lower.starts_with("http:")
                || lower.starts_with("https:")
                || lower.starts_with("www.")
                || (word.contains('@') && word.contains('.'))
        })
        .map(str::to_owned)
        .collect()
}

/// Slots such as `{name}`, `[company]` or `<city>` that nobody filled.
pub(crate) fn open_slots(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (open, close) in [('{', '}'), ('[', ']'), ('<', '>')] {
        let mut rest = text;
        while let Some(start) = rest.find(open) {
            let Some(end) = rest[start..].find(close) else { break };
            found.push(rest[start..=start + end].to_owned());
            rest = &rest[start + end + 1..];
        }
    }
    found
}

/// "We", "our" and their like.
pub(crate) fn speaks_of_us(word: &str) -> bool {
    matches!(
        fold(word).as_str(),
        "we" | "our"
            | "us"
            | "i"
            | "my"
            | "wir"
            | "unser"
            | "unsere"
            | "ich"
            | "nous"
            | "notre"
            | "nos"
            | "nosotros"
            | "nuestro"
            | "nuestra"
            | "noi"
            | "nostro"
            | "nostra"
            | "vi"
            | "var"
            | "vart"
            | "vara"
    )
}

/// The numbers of a text, by value, in order.
pub(crate) fn numbers(text: &str) -> Vec<f64> {
    tokenize(text).iter().filter_map(crate::text::Token::number).collect()
}

/// Runs of capitalised words that open no sentence: names of people, companies and places.
pub(crate) fn names(text: &str) -> Vec<String> {
    let tokens = tokenize(text);
    let mut found: Vec<String> = Vec::new();
    let mut run: Option<(usize, usize)> = None;
    for (i, token) in tokens.iter().enumerate() {
        let opens = i == 0 || matches!(tokens[i - 1].kind, Kind::Mark('.' | '!' | '?' | ':'));
        let pronoun = matches!(token.folded.as_str(), "i" | "m" | "d" | "ll" | "ve");
        let name = token.is_word() && token.capitalised && !pronoun && (!opens || run.is_some());
        let known_opening =
            opens && token.is_word() && crate::brief::filler::is_filler(&token.folded);
        let name =
            name || (token.is_word() && token.capitalised && opens && !known_opening && !pronoun);
        match (&mut run, name) {
            (Some((_, end)), true) => *end = token.end,
            (None, true) => run = Some((token.start, token.end)),
            (Some((start, end)), false) => {
                found.push(text[*start..*end].to_owned());
                run = None;
            }
            (None, false) => {}
        }
    }
    found.extend(run.map(|(start, end)| text[start..end].to_owned()));
    found
}
