//! Folding: one spelling for texts that people read as the same.

use unicode_normalization::UnicodeNormalization;

/// Lower case, compatibility forms resolved, accents of the Latin, Greek and Cyrillic scripts
/// removed, and Latin letters that do not decompose (ß, ø, ł …) written in basic letters. Vowel
/// signs and voicing marks of other scripts carry meaning and stay.
///
/// ```
/// assert_eq!(warmpath_core::text::fold("Żółć Straße ＡＢＣ"), "zolc strasse abc");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    // Lower-casing can bring a mark back (İ → i + dot), hence the second decomposition.
    let lower: String = text.nfkd().flat_map(char::to_lowercase).collect();
    let mut folded = String::with_capacity(lower.len());
    for character in lower.nfkd().filter(|character| !is_accent(*character)) {
        match basic_letters(character) {
            Some(letters) => folded.push_str(letters),
            None => folded.push(character),
        }
    }
    folded.nfc().collect()
}

/// A sort key: the bytes of the folded text. Orders names as a reader expects without asking the
/// database for a collation. Equal keys need a second key (the id) to break the tie.
#[must_use]
pub fn fold_key(text: &str) -> Vec<u8> {
    fold(text).into_bytes()
}

/// The blocks of combining marks that are accents, in the order of the Unicode block list.
fn is_accent(character: char) -> bool {
    matches!(character,
        '\u{0300}'..='\u{036F}'
        | '\u{1AB0}'..='\u{1AFF}'
        | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}'
        | '\u{FE20}'..='\u{FE2F}')
}

fn basic_letters(character: char) -> Option<&'static str> {
    Some(match character {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        'ħ' => "h",
        'ŋ' => "n",
        'ŧ' => "t",
        'ς' => "σ",
        '’' | '‘' | 'ʼ' | '`' => "'",
        '‐' | '‑' | '–' | '—' => "-",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_fold_together() {
        for (written, folded) in [
            ("José", "jose"),
            ("Jose\u{301}", "jose"),
            ("MÜLLER", "muller"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("Øresund", "oresund"),
            ("İstanbul", "istanbul"),
            ("ΟΔΥΣΣΕΥΣ", "οδυσσευσ"),
            ("Οδυσσεύς", "οδυσσευσ"),
            ("ﬁrm", "firm"),
        ] {
            assert_eq!(fold(written), folded, "{written}");
        }
    }

    #[test]
    fn marks_that_carry_meaning_stay() {
        assert_eq!(fold("अनन्या शर्मा"), "अनन्या शर्मा");
        assert_eq!(fold("ガラス"), "ガラス");
        assert_ne!(fold("が"), fold("か"));
    }

    #[test]
    fn the_key_orders_accented_names_beside_plain_ones() {
        let mut names = ["Zoe", "Émile", "emma", "Eva", "Ångström"];
        names.sort_by_key(|name| fold_key(name));
        assert_eq!(names, ["Ångström", "Émile", "emma", "Eva", "Zoe"]);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,24}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn case_does_not_matter_for_latin_text(text in "[a-zA-ZÀ-ÖØ-öø-ÿ ]{0,24}") {
            prop_assert_eq!(fold(&text.to_lowercase()), fold(&text.to_uppercase()));
        }
    }
}
