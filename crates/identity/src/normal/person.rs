//! Names of people: which part is the given name, which the family name.

use super::fold::{fold, plain_umlauts};
use super::is_placeholder;

/// A person's name in comparable parts, folded; empty text where a part is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonName {
    /// First given name, or its initial.
    pub given: String,
    /// Further given names and initials, separated by spaces.
    pub middle: String,
    /// Family name with its particles.
    pub family: String,
    /// `jr`, `sr`, `ii`, `iii` or `iv`.
    pub generation: String,
}

const HONORIFICS: [&str; 34] = [
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "sir",
    "dame",
    "lord",
    "lady",
    "rev",
    "reverend",
    "hon",
    "herr",
    "frau",
    "monsieur",
    "madame",
    "mme",
    "mlle",
    "senor",
    "senora",
    "sra",
    "ing",
    "dipl",
    "captain",
    "capt",
    "major",
    "colonel",
    "col",
    "general",
    "president",
    "prasident",
];
const DEGREES: [&str; 12] =
    ["phd", "md", "mba", "esq", "cpa", "msc", "bsc", "ma", "ba", "obe", "kbe", "dds"];
const PARTICLES: [&str; 28] = [
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "ten",
    "ter", "zu", "zum", "zur", "bin", "ibn", "al", "el", "st", "san", "santa", "mac", "mc", "af",
];

/// Splits what stands in the given, family and full name columns of one record.
///
/// The full name is read only where the other two are empty. A family column that holds the whole
/// name (`Doe, Jane` or `Jane Doe` without a given name) is split as well.
pub fn parse(given: &str, family: &str, full: &str) -> PersonName {
    let (given, family, full) = (given.trim(), family.trim(), full.trim());
    if given.is_empty() && family.is_empty() {
        return parse_full(full);
    }
    if given.is_empty() && family.contains([',', ' ']) {
        let name = parse_full(family);
        if !name.given.is_empty() {
            return name;
        }
    }
    let (given_words, mut generation) = words(given);
    let (family_words, second) = words(family);
    if generation.is_empty() {
        generation = second;
    }
    let (given, middle) = split_given(&given_words);
    PersonName { given, middle, family: family_words.join(" "), generation }
}

/// Splits a whole name in Western or comma order.
pub fn parse_full(full: &str) -> PersonName {
    if let Some((before, after)) = full.split_once(',') {
        let (family, generation) = words(before);
        let (given_words, second) = words(after);
        if !given_words.is_empty() && !family.is_empty() {
            let (given, middle) = split_given(&given_words);
            let generation = if generation.is_empty() { second } else { generation };
            return PersonName { given, middle, family: family.join(" "), generation };
        }
    }
    let (mut all, generation) = words(full);
    if all.len() < 2 {
        return PersonName { family: all.join(" "), generation, ..PersonName::default() };
    }
    if written_in_han(full) {
        // Chinese names put the family first, and nearly all families are one syllable.
        let given = all.split_off(1).concat();
        return PersonName { given, family: all.concat(), generation, ..PersonName::default() };
    }
    let mut start = all.len() - 1;
    while start > 1 && PARTICLES.contains(&all[start - 1].as_str()) {
        start -= 1;
    }
    let family = all.split_off(start).join(" ");
    let (given, middle) = split_given(&all);
    PersonName { given, middle, family, generation }
}

/// Folded words without honorifics and degrees, and the generation if one is named.
fn words(text: &str) -> (Vec<String>, String) {
    // A hyphen ties two given or family names into one.
    let tied: String = text.chars().filter(|c| !matches!(c, '-' | '‐' | '‑')).collect();
    let folded = fold(if text.contains(' ') { &tied } else { text });
    if is_placeholder(&folded) {
        return (Vec::new(), String::new());
    }
    let mut generation = String::new();
    let mut kept: Vec<String> = Vec::new();
    for (i, word) in folded.split(' ').enumerate() {
        let last = i + 1 == folded.split(' ').count();
        match generation_of(word) {
            Some(found) if i > 0 && (found != "i" || last) => generation = found.to_owned(),
            _ if DEGREES.contains(&word) && i > 0 => {}
            _ => kept.push(plain_umlauts(word)),
        }
    }
    while kept.len() > 1 && HONORIFICS.contains(&kept[0].as_str()) {
        kept.remove(0);
    }
    if !text.contains(' ') && kept.len() > 1 && text.contains('-') {
        kept = vec![kept.concat()];
    }
    (kept, generation)
}

fn written_in_han(text: &str) -> bool {
    let han = |c: char| matches!(c as u32, 0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff);
    text.chars().any(han) && !text.chars().any(|c| c.is_alphabetic() && !han(c))
}

fn generation_of(word: &str) -> Option<&'static str> {
    match word {
        "jr" | "jnr" | "junior" => Some("jr"),
        "sr" | "snr" | "senior" => Some("sr"),
        "i" | "1st" => Some("i"),
        "ii" | "2nd" => Some("ii"),
        "iii" | "3rd" => Some("iii"),
        "iv" | "4th" => Some("iv"),
        _ => None,
    }
}

fn split_given(words: &[String]) -> (String, String) {
    // "J Robert" goes by Robert, but "J" is what others write: the first word stays first.
    let mut words = words.iter().cloned();
    let given = words.next().unwrap_or_default();
    (given, words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: &str, family: &str, full: &str, expected: [&str; 4]) {
        let name = parse(given, family, full);
        let parts = [&name.given, &name.middle, &name.family, &name.generation];
        assert_eq!(parts.map(String::as_str), expected, "{given:?} {family:?} {full:?}");
    }

    #[test]
    fn parts_are_found_in_any_order() {
        // Umlaut digraphs are undone everywhere, so Doe and Dö are one form.
        check("Rocío Z.", "Martínez", "", ["rocio", "z", "martinez", ""]);
        check("", "Doe, Jane", "", ["jane", "", "do", ""]);
        check("", "Jane Doe", "", ["jane", "", "do", ""]);
        check("", "", "Dr. Jan van den Berg", ["jan", "", "van den berg", ""]);
        check("David", "Dobbins Senior", "", ["david", "", "dobbins", "sr"]);
        check("Jean-Pierre", "Dupont", "", ["jeanpierre", "", "dupont", ""]);
        check("N/A", "Jürgen", "", ["", "", "jurgen", ""]);
        check("Morris I", "Klein", "", ["morris", "", "klein", "i"]);
        check("", "", "张秀英", ["xiuying", "", "zhang", ""]);
    }
}
