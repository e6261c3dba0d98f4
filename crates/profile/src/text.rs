//! Words with their places: tokens, folding (case and accents) and a light stem.
//!
//! The stem only has to make the forms of one word equal, in six languages at once, on both sides:
//! lexicon phrases and briefs go through the same functions. It is no linguistics.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// Letters, or letters and digits.
    Word,
    /// Digits; the value is in the token.
    Number(f64),
    /// One mark: punctuation, a dash, a currency symbol.
    Mark(char),
}

/// One token of a text, with its place in bytes.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Lower case without accents.
    pub(crate) folded: String,
    /// The form used for comparing.
    pub(crate) stem: String,
    pub(crate) kind: Kind,
    /// Written wholly in capitals.
    pub(crate) capitals: bool,
    /// Starts with a capital.
    pub(crate) capitalised: bool,
    /// Capitals and a plural s: "CFOs".
    pub(crate) plural_acronym: bool,
}

impl Token {
    pub(crate) fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    pub(crate) fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match self.kind {
            Kind::Number(value) => Some(value),
            _ => None,
        }
    }
}

/// Lower case, without accents, with ß, ø, æ and œ spelt out.
pub(crate) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)) {
        for c in c.to_lowercase() {
            match c {
                'ß' => out.push_str("ss"),
                'ø' => out.push('o'),
                'æ' => out.push_str("ae"),
                'œ' => out.push_str("oe"),
                'ł' => out.push('l'),
                '’' | '‘' | 'ʼ' => out.push('\''),
                c if is_combining_mark(c) => {}
                c => out.push(c),
            }
        }
    }
    out
}

const IRREGULAR: &[(&str, &str)] = &[
    ("directrice", "directeur"),
    ("directrices", "directeur"),
    ("direttrice", "direttor"),
    ("direttrici", "direttor"),
    ("people", "people"),
    ("clientele", "clientele"),
    ("business", "business"),
    ("this", "this"),
    ("news", "news"),
    ("chefs", "chef"),
    ("chefer", "chef"),
    ("cheferna", "chef"),
    ("chefen", "chef"),
    ("direktorer", "direktor"),
    ("direktoren", "direktor"),
];

/// The form of a folded word used for comparing.
pub(crate) fn stem(folded: &str) -> String {
    if let Some((_, stem)) = IRREGULAR.iter().find(|(word, _)| *word == folded) {
        return (*stem).to_owned();
    }
    if !folded.is_ascii() || folded.len() < 4 {
        return short_stem(folded);
    }
    let mut word = folded;
    for (ending, cut) in [("cheferna", 4), ("chefer", 2), ("chefen", 2), ("direktorer", 2)] {
        if word.ends_with(ending) {
            return word[..word.len() - cut].to_owned();
        }
    }
    for (ending, keep) in [("innen", 4), ("erin", 4), ("ischer", 4), ("ischen", 4), ("isches", 4)] {
        if word.len() >= ending.len() + keep && word.ends_with(ending) {
            let cut = match ending {
                "innen" => 5,
                _ => 2,
            };
            word = &word[..word.len() - cut];
            break;
        }
    }
    let mut cut = 0;
    if word.len() >= 4 && word.ends_with('s') && !ends_with_any(word, &["ss", "us", "is"]) {
        word = &word[..word.len() - 1];
    } else if word.len() >= 6 && word.ends_with("en") {
        word = &word[..word.len() - 2];
        cut = 1;
    } else if word.len() >= 6 && ends_with_any(word, &["ern", "eln"]) {
        word = &word[..word.len() - 1];
    }
    while cut < 2 && word.len() > 3 + cut && word.ends_with(['a', 'e', 'i', 'o', 'u', 'y']) {
        word = &word[..word.len() - 1];
        cut += 1;
    }
    word.to_owned()
}

fn short_stem(folded: &str) -> String {
    // "vps", "gcs", "mds": the plural of an acronym of two letters, typed in lower case.
    let acronym =
        folded.len() == 3 && folded.ends_with('s') && !folded.contains(['a', 'e', 'i', 'o', 'u']);
    if acronym { folded[..2].to_owned() } else { folded.to_owned() }
}

fn ends_with_any(word: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| word.ends_with(ending))
}

/// The words of a lexicon phrase, stemmed.
pub(crate) fn phrase_stems(phrase: &str) -> Vec<String> {
    tokenize(phrase)
        .into_iter()
        .filter(|token| !matches!(token.kind, Kind::Mark(_)))
        .map(|token| token.stem)
        .collect()
}

/// Cuts a text into tokens. Hyphens inside words separate and vanish, so that "mid-market" and
/// "mid market" are the same two words; every other mark stays.
pub(crate) fn tokenize(text: &str) -> Vec<Token> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut tokens = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i].1;
        let next = if c.is_ascii_digit() {
            number_or_word(text, &chars, i, &mut tokens)
        } else if c.is_alphanumeric() {
            word(text, &chars, i, &mut tokens)
        } else {
            mark(text, &chars, i, &mut tokens)
        };
        i = next;
    }
    tokens
}

fn byte_at(text: &str, chars: &[(usize, char)], i: usize) -> usize {
    chars.get(i).map_or(text.len(), |(byte, _)| *byte)
}

fn push_word(text: &str, start: usize, end: usize, tokens: &mut Vec<Token>) {
    let raw = &text[start..end];
    let letters: String = raw.chars().filter(|c| *c != '.').collect();
    let capitals =
        letters.chars().any(char::is_alphabetic) && !letters.chars().any(char::is_lowercase);
    // "CFOs", "VPs": a plural s after capitals belongs to the language, not to the acronym.
    let acronym = letters.len() >= 3
        && letters.ends_with('s')
        && letters[..letters.len() - 1]
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let body = if acronym { &letters[..letters.len() - 1] } else { letters.as_str() };
    let folded = fold(body);
    let stem = stem(&folded);
    tokens.push(Token {
        start,
        end,
        folded,
        stem,
        kind: Kind::Word,
        capitals: capitals || acronym,
        capitalised: raw.chars().next().is_some_and(char::is_uppercase),
        plural_acronym: acronym,
    });
}

fn word(text: &str, chars: &[(usize, char)], from: usize, tokens: &mut Vec<Token>) -> usize {
    let mut i = from;
    // "U.S.", "v.p.": single letters with dots are one word.
    let mut dotted = from;
    while chars.get(dotted).is_some_and(|c| c.1.is_alphabetic())
        && chars.get(dotted + 1).is_some_and(|c| c.1 == '.')
    {
        dotted += 2;
    }
    if dotted >= from + 4 && !chars.get(dotted).is_some_and(|c| c.1.is_alphanumeric()) {
        push_word(text, chars[from].0, byte_at(text, chars, dotted), tokens);
        return dotted;
    }
    while chars.get(i).is_some_and(|c| c.1.is_alphanumeric() || is_combining_mark(c.1)) {
        i += 1;
    }
    push_word(text, chars[from].0, byte_at(text, chars, i), tokens);
    i
}

const SUFFIXES: &[&str] = &[
    "k", "m", "mm", "mn", "bn", "b", "mio", "mrd", "md", "cr", "mdr", "mkr", "usd", "eur", "gbp",
    "chf", "sek", "million", "millions", "billion", "x", "h", "d", "yr", "yrs", "mo", "mos", "pc",
    "kr", "mln", "mld", "msek", "meur", "mchf", "mnok", "mdkk", "musd", "teur", "keur",
];

fn number_or_word(
    text: &str,
    chars: &[(usize, char)],
    from: usize,
    tokens: &mut Vec<Token>,
) -> usize {
    let (value, after) = number_value(chars, from);
    let mut end = after;
    while chars.get(end).is_some_and(|c| c.1.is_alphanumeric()) {
        end += 1;
    }
    if end > after {
        let suffix = fold(&text[byte_at(text, chars, after)..byte_at(text, chars, end)]);
        if !SUFFIXES.contains(&suffix.as_str()) {
            push_word(text, chars[from].0, byte_at(text, chars, end), tokens);
            return end;
        }
    }
    let (start, stop) = (chars[from].0, byte_at(text, chars, after));
    tokens.push(Token {
        start,
        end: stop,
        folded: text[start..stop].to_owned(),
        stem: text[start..stop].to_owned(),
        kind: Kind::Number(value),
        capitals: false,
        capitalised: false,
        plural_acronym: false,
    });
    after
}

/// Reads digits with thousands marks (comma, point, apostrophe, space before three digits) and at
/// most one decimal mark.
fn number_value(chars: &[(usize, char)], from: usize) -> (f64, usize) {
    let digit = |i: usize| chars.get(i).and_then(|c| c.1.to_digit(10));
    let mut whole = 0_f64;
    let mut i = from;
    let mut lead = 0;
    while let Some(d) = digit(i) {
        whole = whole * 10.0 + f64::from(d);
        i += 1;
        lead += 1;
    }
    loop {
        let separator = chars.get(i).map(|c| c.1);
        let three = (1..=3).all(|k| digit(i + k).is_some()) && digit(i + 4).is_none();
        let is_separator = matches!(
            separator,
            Some(',' | '.' | '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
        );
        if lead > 3 || !(is_separator && three) {
            break;
        }
        for k in 1..=3 {
            whole = whole * 10.0 + f64::from(digit(i + k).unwrap_or(0));
        }
        i += 4;
    }
    if matches!(chars.get(i).map(|c| c.1), Some('.' | ',')) && digit(i + 1).is_some() {
        let mut scale = 0.1;
        let mut k = i + 1;
        while let Some(d) = digit(k) {
            whole += f64::from(d) * scale;
            scale /= 10.0;
            k += 1;
        }
        i = k;
    }
    (whole, i)
}

const ABBREVIATIONS: &[&str] = &[
    "mio", "mrd", "tsd", "ca", "min", "max", "inkl", "exkl", "excl", "incl", "approx", "mln",
    "mld", "mill", "bzw", "vs", "st", "ggf", "env", "aprox", "dr", "mr", "ms", "z", "b", "dir",
    "vp", "mgr", "no", "nr", "rev", "emp", "mitarb", "beschaft", "p",
];

fn mark(text: &str, chars: &[(usize, char)], from: usize, tokens: &mut Vec<Token>) -> usize {
    let c = chars[from].1;
    let next = from + 1;
    if c.is_whitespace() || c.is_control() || is_combining_mark(c) {
        return next;
    }
    // "Mio. Euro", "ca. 500": the point belongs to the abbreviation and ends no sentence.
    let abbreviated = c == '.'
        && tokens
            .last()
            .is_some_and(|t| t.end == chars[from].0 && ABBREVIATIONS.contains(&t.folded.as_str()));
    if abbreviated {
        return next;
    }
    let before = from.checked_sub(1).and_then(|i| chars.get(i)).map(|c| c.1);
    let after = chars.get(next).map(|c| c.1);
    let inside_word =
        before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic);
    if inside_word && matches!(c, '-' | '‐' | '‑' | '\'' | '’' | '.' | '_' | '*' | ':') {
        return next;
    }
    // A hyphen that joins a word to a number ("ISO-27001") or hangs ("Maschinen- und"), but not
    // the one between two amounts ("1k-20k").
    let after_amount = matches!(tokens.as_slice(), [.., number, unit]
        if number.number().is_some() && number.end == unit.start && unit.end == chars[from].0);
    if matches!(c, '-' | '‐' | '‑')
        && !after_amount
        && before.is_some_and(char::is_alphabetic)
        && after.is_some_and(|a| a.is_whitespace() || a.is_ascii_digit())
    {
        return next;
    }
    if matches!(c, '\'' | '’' | '‘' | '"' | '“' | '”' | '„' | '«' | '»' | '¿' | '¡') {
        return next;
    }
    let start = chars[from].0;
    let end = byte_at(text, chars, next);
    let (kind, folded) = match c {
        '&' => (Kind::Word, "and".to_owned()),
        '–' | '—' | '‒' | '−' | '‐' | '‑' => (Kind::Mark('-'), "-".to_owned()),
        c => (Kind::Mark(c), c.to_string()),
    };
    tokens.push(Token {
        start,
        end,
        stem: folded.clone(),
        folded,
        kind,
        capitals: false,
        capitalised: false,
        plural_acronym: false,
    });
    next
}
