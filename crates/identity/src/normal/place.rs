//! Countries, cities, streets and postcodes.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::fold::{fold, plain_umlauts, squash};
use super::is_placeholder;

/// Names and calling codes of countries.
pub struct Countries {
    codes: FxHashMap<String, String>,
    dials: FxHashMap<String, String>,
    /// Calling codes, longest first.
    prefixes: Vec<String>,
}

impl Countries {
    /// The table shipped with the crate (`data/NOTICE.md`), read once.
    pub fn shipped() -> &'static Self {
        static TABLE: OnceLock<Countries> = OnceLock::new();
        TABLE.get_or_init(|| Self::parse(include_str!("../../data/countries.psv")))
    }

    fn parse(text: &str) -> Self {
        let (mut codes, mut dials) = (FxHashMap::default(), FxHashMap::default());
        let mut prefixes = Vec::new();
        for line in text.lines().skip(1) {
            let mut parts = line.split('|');
            let (Some(code), Some(dial), Some(names)) = (parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            codes.insert(code.to_owned(), code.to_owned());
            for name in names.split(';') {
                codes.insert(fold(name), code.to_owned());
            }
            if !dial.is_empty() {
                dials.insert(code.to_owned(), dial.to_owned());
                // The numbers of the North American plan start with 1 everywhere.
                let dial = if dial.starts_with('1') { "1" } else { dial };
                prefixes.push(dial.to_owned());
            }
        }
        prefixes.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        prefixes.dedup();
        Self { codes, dials, prefixes }
    }

    /// ISO 3166-1 alpha-2 code in lower case for a name or code in any common spelling.
    pub fn code(&self, folded: &str) -> Option<&str> {
        self.codes.get(folded).map(String::as_str)
    }

    /// Calling code of a country.
    pub fn dial(&self, code: &str) -> Option<&str> {
        self.dials.get(code).map(String::as_str)
    }

    /// International digits without their calling code.
    pub fn without_calling_code<'a>(&self, digits: &'a str) -> &'a str {
        self.prefixes.iter().find_map(|code| digits.strip_prefix(code.as_str())).unwrap_or(digits)
    }
}

/// Country code where the name is known, otherwise the folded text.
pub fn country(text: &str) -> String {
    let folded = fold(text);
    if is_placeholder(&folded) {
        return String::new();
    }
    Countries::shipped().code(&folded).map_or(folded.clone(), str::to_owned)
}

fn cities() -> &'static FxHashMap<&'static str, &'static str> {
    static TABLE: OnceLock<FxHashMap<&'static str, &'static str>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut names = FxHashMap::default();
        for line in include_str!("../../data/cities.psv").lines().skip(1) {
            if let Some((name, others)) = line.split_once('|') {
                for other in others.split(';') {
                    names.insert(other, name);
                }
            }
        }
        names
    })
}

/// City under its own name where another language's name is known, folded.
pub fn city(text: &str) -> String {
    let folded = fold(text);
    if is_placeholder(&folded) {
        return String::new();
    }
    let mut name = cities().get(folded.as_str()).map_or(folded.clone(), |own| (*own).to_owned());
    if let Some(rest) = name.strip_prefix("st ") {
        name = format!("saint {rest}");
    }
    plain_umlauts(&name)
}

/// Postcode or other short code: folded, without spaces.
pub fn code(text: &str) -> String {
    let folded = fold(text);
    if is_placeholder(&folded) { String::new() } else { squash(&folded) }
}

/// Street address: folded words in their usual short forms, house number first.
pub fn street(text: &str) -> String {
    let folded = fold(text);
    if is_placeholder(&folded) {
        return String::new();
    }
    let words: Vec<&str> = folded.split(' ').map(street_word).filter(|w| !w.is_empty()).collect();
    let number = words.iter().position(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    match number {
        Some(at) if at > 0 => {
            let mut moved = vec![words[at]];
            moved.extend(words.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, w)| *w));
            moved.join(" ")
        }
        _ => words.join(" "),
    }
}

fn street_word(word: &str) -> &str {
    match word {
        "street" | "str" | "strasse" | "straat" => "st",
        "avenue" | "av" | "aven" => "ave",
        "road" => "rd",
        "boulevard" | "boul" => "blvd",
        "drive" => "dr",
        "place" | "plaza" => "pl",
        "court" => "ct",
        "lane" => "ln",
        "circuit" => "cct",
        "crescent" | "cres" => "cr",
        "square" => "sq",
        "highway" => "hwy",
        "parkway" => "pkwy",
        "terrace" => "tce",
        "north" => "n",
        "south" => "s",
        "east" => "e",
        "west" => "w",
        "suite" | "apartment" | "apt" | "unit" | "floor" | "fl" => "",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_meet_across_spellings() {
        assert_eq!(country("United States"), "us");
        assert_eq!(country("Deutschland"), country("DE"));
        assert_eq!(city("Munich"), city("München"));
        assert_eq!(city("Muenchen"), city("München"));
        assert_eq!(street("3418 W. 79th Street"), street("3418 West 79th St"));
        assert_eq!(street("Hardenbergstrasse 87"), "87 hardenbergstrasse");
        assert_eq!(code(" SW1A 1AA "), "sw1a1aa");
    }
}
