//! Comparing two names, without any data around them.
//!
//! The words of both names are aligned; what remains unaligned on both sides speaks against a match
//! much more than a word that only one side has. Scripts meet by transliteration and by a coarse
//! sound form. [`match_probability`] is calibrated so that 0.5 is the line between same and not.

use crate::normal::company;
use crate::normal::fold::{fold, squash};
use crate::normal::nickname::{Nicknames, share_class};
use crate::similarity::edit_distance;

/// What the two names name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// A person.
    Person,
    /// An organisation, or anything else that is not a person.
    Organisation,
}

impl NameKind {
    /// Reads the kind from a word such as `Person` or `Company`.
    pub fn from_schema(schema: &str) -> Self {
        if schema.trim().eq_ignore_ascii_case("person") { Self::Person } else { Self::Organisation }
    }
}

/// P(both names name the same person or organisation), 0..=1.
pub fn match_probability(kind: NameKind, left: &str, right: &str) -> f64 {
    let (score, line) = match kind {
        NameKind::Person => (person_score(left, right), PERSON_LINE),
        NameKind::Organisation => (organisation_score(left, right), ORGANISATION_LINE),
    };
    1.0 / (1.0 + (-STEEPNESS * (score - line)).exp())
}

/// Score at which a match is as likely as not.
const PERSON_LINE: f64 = 0.825;
/// Score at which a match is as likely as not.
const ORGANISATION_LINE: f64 = 0.80;
/// How fast the probability moves around the line.
const STEEPNESS: f64 = 14.0;

/// How unaligned words count, in shares of their letters.
struct Penalties {
    /// Words that only the longer name has.
    one_side: f64,
    /// Words that both names have and that do not align.
    both_sides: f64,
}

fn person_score(left: &str, right: &str) -> f64 {
    let (one, two) = (person_words(left), person_words(right));
    if one.is_empty() || two.is_empty() {
        return 0.0;
    }
    let joined = joined_score(&one, &two);
    if one.len().min(two.len()) == 1 && one.len() != two.len() {
        // One name alone fits too many people, unless it is all of them written together.
        return joined.max(0.5 * align(&one, &two, person_likeness, &PERSON));
    }
    let coarse = |words: &[String]| words.iter().map(|w| sound(w)).collect::<Vec<_>>();
    let by_letter = align(&one, &two, person_likeness, &PERSON);
    let by_sound = align(&coarse(&one), &coarse(&two), person_likeness, &PERSON) - 0.04;
    let unvowelled = if writes_no_vowels(left) || writes_no_vowels(right) {
        let bones = |words: &[String]| words.iter().map(|w| consonants(w)).collect::<Vec<_>>();
        align(&bones(&one), &bones(&two), plain_likeness, &PERSON) - 0.08
    } else {
        0.0
    };
    by_letter.max(by_sound).max(joined).max(unvowelled)
}

const PERSON: Penalties = Penalties { one_side: 0.22, both_sides: 1.0 };
const ORGANISATION: Penalties = Penalties { one_side: 0.75, both_sides: 1.0 };

fn person_words(text: &str) -> Vec<String> {
    const DROPPED: [&str; 30] = [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sir",
        "monsieur",
        "madame",
        "president",
        "prasident",
        "sheikh",
        "shaikh",
        "haji",
        "al",
        "el",
        "bin",
        "ibn",
        "ben",
        "de",
        "van",
        "von",
        "der",
        "den",
        "da",
        "na",
        "llc",
        "sa",
        "mullah",
        "qari",
        "sayyid",
    ];
    let folded = digits_to_letters(&fold(text));
    let all: Vec<&str> = folded.split(' ').filter(|w| !w.is_empty()).collect();
    let mut words: Vec<String> = Vec::new();
    for word in &all {
        if !DROPPED.contains(word) && !words.iter().any(|known| known == word) {
            words.push((*word).to_owned());
        }
    }
    if words.is_empty() { all.into_iter().map(str::to_owned).collect() } else { words }
}

/// `I9or Sech1n`: digits inside words of letters stand for letters.
fn digits_to_letters(folded: &str) -> String {
    let word = |word: &str| -> String {
        if !word.bytes().any(|b| b.is_ascii_alphabetic()) {
            return word.to_owned();
        }
        let letter = |c| match c {
            '0' => 'o',
            '1' => 'i',
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            '9' => 'g',
            other => other,
        };
        word.chars().map(letter).collect()
    };
    folded.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Aligns words, best pairs first; 1 when all agree, less for every letter that does not.
fn align(
    one: &[String],
    two: &[String],
    likeness: fn(&str, &str) -> f64,
    penalties: &Penalties,
) -> f64 {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (i, a) in one.iter().enumerate() {
        for (j, b) in two.iter().enumerate() {
            let like = likeness(a, b);
            if like >= 0.5 {
                pairs.push((like, i, j));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.abs_diff(a.2).cmp(&b.1.abs_diff(b.2))));
    let (mut left_free, mut right_free) = (vec![true; one.len()], vec![true; two.len()]);
    let (mut letters, mut lost) = (0.0, 0.0);
    for (like, i, j) in pairs {
        if left_free[i] && right_free[j] {
            (left_free[i], right_free[j]) = (false, false);
            let size = (one[i].len() + two[j].len()) as f64 / 2.0 + 1.0;
            letters += size;
            // A slip weighs more in a word than its share of the letters: words are known whole.
            lost += size * (1.0 - like);
        }
    }
    let rest = |words: &[String], free: &[bool]| -> f64 {
        words.iter().zip(free).filter(|(_, free)| **free).map(|(w, _)| w.len() as f64 + 1.0).sum()
    };
    let (left, right) = (rest(one, &left_free), rest(two, &right_free));
    let (both, single) = (left.min(right), left.max(right) - left.min(right));
    letters += both + single * penalties.one_side;
    lost += both * penalties.both_sides * 1.5 + single * penalties.one_side;
    1.0 - lost / letters.max(1.0)
}

fn person_likeness(one: &str, two: &str) -> f64 {
    if one == two {
        return 1.0;
    }
    if one.len() == 1 || two.len() == 1 {
        return if one.as_bytes().first() == two.as_bytes().first() { 0.8 } else { 0.0 };
    }
    let table = Nicknames::shipped();
    if share_class(table.classes(one), table.classes(two)) {
        return 0.88;
    }
    plain_likeness(one, two)
}

/// Share of the letters that survive, a little less for short words.
fn plain_likeness(one: &str, two: &str) -> f64 {
    let longest = one.len().max(two.len()).max(1) as f64;
    let edits = edit_distance(one, two) as f64;
    (1.0 - edits / longest).max(0.0)
}

/// All words written together: `AlisherUsmanov`, `van der bilt`.
fn joined_score(one: &[String], two: &[String]) -> f64 {
    let (one, two) = (one.concat(), two.concat());
    if one.len().min(two.len()) < 5 {
        return if one == two { 1.0 } else { 0.0 };
    }
    let edits = edit_distance(&one, &two) as f64;
    1.0 - 1.6 * edits / one.len().max(two.len()) as f64
}

/// Coarse sound of a word, to bridge ways of transliterating.
fn sound(word: &str) -> String {
    const PAIRS: [(&str, &str); 26] = [
        ("sch", "sh"),
        ("tch", "ch"),
        ("dzh", "j"),
        ("zh", "j"),
        ("tz", "z"),
        ("ts", "z"),
        ("ph", "f"),
        ("kh", "k"),
        ("gh", "g"),
        ("dh", "d"),
        ("th", "t"),
        ("ck", "k"),
        ("x", "ks"),
        ("q", "k"),
        ("w", "v"),
        ("ou", "u"),
        ("oo", "u"),
        ("ee", "i"),
        ("ei", "i"),
        ("ie", "i"),
        ("y", "i"),
        ("iy", "i"),
        ("ii", "i"),
        ("c", "k"),
        ("e", "i"),
        ("o", "u"),
    ];
    let mut form = word.to_owned();
    for (from, to) in PAIRS {
        form = form.replace(from, to);
    }
    let mut out = String::with_capacity(form.len());
    for c in form.chars() {
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

fn consonants(word: &str) -> String {
    let form: String = sound(word).chars().filter(|c| !"aeiou".contains(*c)).collect();
    if form.is_empty() { word.to_owned() } else { form }
}

/// Arabic and Hebrew letters: short vowels are not written.
fn writes_no_vowels(text: &str) -> bool {
    text.chars().any(|c| matches!(c as u32, 0x590..=0x6ff | 0xfb1d..=0xfdff))
}

fn organisation_score(left: &str, right: &str) -> f64 {
    let (one, two) = (company::parse(left), company::parse(right));
    let (words_one, words_two) = (organisation_words(&one.core), organisation_words(&two.core));
    if words_one.is_empty() || words_two.is_empty() {
        return 0.0;
    }
    let score = align(&words_one, &words_two, organisation_likeness, &ORGANISATION)
        .max(joined_score(&words_one, &words_two))
        .max(acronym_score(&words_one, &words_two));
    let clash = !one.forms.is_empty()
        && !two.forms.is_empty()
        && !one.forms.iter().any(|form| two.forms.contains(form));
    // Two legal forms are two legal persons, even under one name.
    if clash { score - 0.08 } else { score }
}

fn organisation_words(core: &str) -> Vec<String> {
    let number = |word: &str| -> Option<&'static str> {
        Some(match word {
            "first" | "1st" => "1",
            "second" | "2nd" => "2",
            "third" | "3rd" => "3",
            "three" => "3",
            "forty" | "fourty" => "4",
            "four" => "4",
            "intl" | "int" => "international",
            _ => return None,
        })
    };
    core.split(' ')
        .filter(|word| !word.is_empty() && *word != "company" && *word != "corporation")
        .map(|word| number(word).unwrap_or(word).to_owned())
        .collect()
}

fn organisation_likeness(one: &str, two: &str) -> f64 {
    if one == two {
        return 1.0;
    }
    let digits = |w: &str| w.bytes().all(|b| b.is_ascii_digit());
    if digits(one) || digits(two) {
        return 0.0;
    }
    let shorter = one.len().min(two.len());
    if shorter <= 3 {
        return 0.0;
    }
    plain_likeness(one, two).max(plain_likeness(&sound(one), &sound(two)) - 0.05)
}

/// `PLA` for `People's Liberation Army`.
fn acronym_score(one: &[String], two: &[String]) -> f64 {
    let (short, long) = if one.len() < two.len() { (one, two) } else { (two, one) };
    let initials: String = long.iter().filter_map(|word| word.chars().next()).collect();
    if long.len() >= 3 && squash(&short.join(" ")) == initials { 0.85 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_meet_across_scripts_orders_and_spellings() {
        use NameKind::{Organisation, Person};
        for (kind, left, right, same) in [
            (Person, "Putin, Vladimir", "Vladimir Putin", true),
            (Person, "Владимир Путин", "Vladimir Putin", true),
            (Person, "J. Doe", "Jane Doe", true),
            (Person, "Sergey Ivanov", "Sergey Viktorovich Lavrov", false),
            (Person, "Ihab Makhlouf", "Rami Makhlouf", false),
            (Organisation, "Siemens Aktiengesellschaft", "Siemens AG", true),
            (Organisation, "Volkswagen AG", "Siemens AG", false),
            (Organisation, "van der bilt corp", "vanderbilt corp", true),
            (Organisation, "BAE Systems, Inc.", "BAE Industries, Inc.", false),
        ] {
            let p = match_probability(kind, left, right);
            assert_eq!(p >= 0.5, same, "{left} / {right}: {p:.3}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_comparison_has_no_direction(left in "\\PC{0,24}", right in "\\PC{0,24}") {
            for kind in [NameKind::Person, NameKind::Organisation] {
                let there = match_probability(kind, &left, &right);
                proptest::prop_assert!((there - match_probability(kind, &right, &left)).abs() < 1e-9);
            }
        }
    }
}
