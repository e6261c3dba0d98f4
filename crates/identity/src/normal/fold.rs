//! Folding: any script to lower-case ASCII words.

use deunicode::deunicode_char;

/// Lower-case ASCII letters and digits, one space between words, nothing at the ends.
///
/// Other scripts are transliterated. Apostrophes vanish (`O'Brien` is `obrien`), dots between single
/// letters join them (`S.r.l.` is `srl`), every other sign separates words.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = 0usize;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
            word += 1;
        } else if is_apostrophe(c) {
        } else if c == '.' && word == 1 && joins(&mut chars) {
            word = 0;
        } else if c.is_ascii() || !push_transliterated(c, &mut out, &mut word) {
            word = 0;
            separate(&mut out);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn separate(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | 'ʻ' | 'ʿ' | 'ʾ')
}

/// After a single letter and a dot: does another single letter follow?
fn joins(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let mut ahead = chars.clone();
    let single = ahead.next().is_some_and(char::is_alphanumeric);
    single && !ahead.next().is_some_and(char::is_alphanumeric)
}

fn push_transliterated(c: char, out: &mut String, word: &mut usize) -> bool {
    if !c.is_alphanumeric() {
        // Combining marks belong to the letter before them.
        return matches!(c as u32, 0x300..=0x36f | 0x200b..=0x200d | 0x64b..=0x65f);
    }
    let Some(ascii) = deunicode_char(c) else { return false };
    let ideograph = matches!(c as u32, 0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff);
    for byte in ascii.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(byte.to_ascii_lowercase() as char);
            *word += 1;
        }
    }
    if ideograph {
        separate(out);
        *word = 0;
    }
    true
}

/// Folded words written together.
pub fn squash(folded: &str) -> String {
    folded.chars().filter(|c| *c != ' ').collect()
}

/// Undoes the German spelling of umlauts, so that `Mueller`, `Müller` and `Muller` meet.
pub fn plain_umlauts(folded: &str) -> String {
    if !["ae", "oe", "ue"].iter().any(|pair| folded.contains(pair)) {
        return folded.to_owned();
    }
    folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_scripts_marks_and_dots() {
        for (text, expected) in [
            ("  O'Brien,  Seán ", "obrien sean"),
            ("S.r.l.", "srl"),
            ("Sp. z o.o.", "sp z oo"),
            ("J.P. Morgan & Co.", "jp morgan co"),
            ("Göteborg", "goteborg"),
            ("Владимир Путин", "vladimir putin"),
            ("王伟", "wang wei"),
            ("e\u{301}milie", "emilie"),
            ("...", ""),
        ] {
            assert_eq!(fold(text), expected, "{text}");
        }
        assert_eq!(plain_umlauts(&fold("Mueller")), plain_umlauts(&fold("Müller")));
    }

    proptest::proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = fold(&text);
            proptest::prop_assert!(once.bytes().all(|b| b == b' ' || b.is_ascii_alphanumeric()));
            proptest::prop_assert_eq!(fold(&once), once);
        }
    }
}
