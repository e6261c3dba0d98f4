//! Domains: who registered them, how a reader sees them, and which ones imitate another.

use idna::uts46::{AsciiDenyList, Hyphens, Uts46};
use serde::{Deserialize, Serialize};
use unicode_security::{MixedScript, skeleton as confusable_skeleton};

/// Shortest first label, in characters, for which one changed letter is called a look-alike;
/// shorter names differ by one letter all the time.
const NEAR_NAME_CHARACTERS_MIN: usize = 5;

/// Words that impostors add to a company's name.
const ADDED_WORDS: [&str; 12] = [
    "app", "corp", "global", "group", "hq", "inc", "llc", "ltd", "mail", "online", "secure", "team",
];

/// The registrable part of a domain in A-labels (Public Suffix List); the whole domain when it is
/// itself a public suffix.
#[must_use]
pub fn registrable(domain: &str) -> &str {
    psl::domain_str(domain).unwrap_or(domain)
}

/// The domain as a browser would show it (UTS 46 ToUnicode).
#[must_use]
pub fn unicode(domain: &str) -> String {
    let (shown, _) =
        Uts46::new().to_unicode(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow);
    shown.into_owned()
}

/// Whether one label holds letters of scripts that are not written together
/// (UTS 39 section 5.1, augmented script sets).
#[must_use]
pub fn mixes_scripts(unicode_domain: &str) -> bool {
    unicode_domain.split('.').any(|label| !label.is_single_script())
}

/// What a name looks like: every character replaced by the plainest one that a reader confuses
/// it with (UTS 39 section 4), in lower case.
#[must_use]
pub fn skeleton(text: &str) -> String {
    // Lower case first, so that I is not taken for l; again after, since 0 becomes O.
    let lower = text.to_lowercase();
    confusable_skeleton(&lower).flat_map(char::to_lowercase).collect()
}

/// How one domain imitates another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LookAlike {
    /// Different letters that read alike.
    SameSkeleton,
    /// One letter added, dropped, changed, or two swapped.
    OneLetter,
    /// The known name with a word added, such as `-inc`.
    AddedWord,
    /// The same name under another top-level domain.
    OtherSuffix,
}

/// Tells whether `domain` could be taken for `known`; both in A-labels. `None` when they belong
/// to the same registered domain or are simply different.
///
/// ```
/// use warmpath_core::contact::domain::{LookAlike, look_alike};
/// let found = look_alike("acme-c0rp.example", "acme-corp.example");
/// assert_eq!(found, Some(LookAlike::SameSkeleton));
/// ```
#[must_use]
pub fn look_alike(domain: &str, known: &str) -> Option<LookAlike> {
    let (domain, known) = (registrable(domain), registrable(known));
    if domain == known {
        return None;
    }
    let (shown, known_shown) = (unicode(domain), unicode(known));
    let (name, suffix) = shown.split_once('.')?;
    let (known_name, known_suffix) = known_shown.split_once('.')?;
    if name == known_name {
        return Some(LookAlike::OtherSuffix);
    }
    if skeleton(name) == skeleton(known_name) {
        return Some(LookAlike::SameSkeleton);
    }
    if adds_word(name, known_name) {
        return Some(LookAlike::AddedWord);
    }
    let near = suffix == known_suffix
        && known_name.chars().count() >= NEAR_NAME_CHARACTERS_MIN
        && within_one_edit(name, known_name);
    near.then_some(LookAlike::OneLetter)
}

fn adds_word(name: &str, known: &str) -> bool {
    let is_added = |rest: &str| ADDED_WORDS.contains(&rest.trim_matches('-'));
    name.strip_prefix(known).is_some_and(is_added) || name.strip_suffix(known).is_some_and(is_added)
}

/// Whether one insertion, deletion, substitution or swap of neighbours makes `a` into `b`
/// (restricted Damerau–Levenshtein distance of at most one).
fn within_one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let head = a.iter().zip(&b).take_while(|(left, right)| left == right).count();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(l, r)| l == r).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    match (a, b) {
        ([] | [_], [] | [_]) => true,
        ([first, second], [third, fourth]) => first == fourth && second == third,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imitations_are_told_apart_by_kind() {
        use LookAlike as L;
        for (domain, known, expected) in [
            ("acme-c0rp.example", "acme-corp.example", Some(L::SameSkeleton)),
            ("xn--cme-5cd.example", "acme.example", Some(L::SameSkeleton)),
            ("acrne.example", "acme.example", Some(L::SameSkeleton)),
            ("northmmere.example", "northmere.example", Some(L::OneLetter)),
            ("nortmhere.example", "northmere.example", Some(L::OneLetter)),
            ("northmere-inc.example", "northmere.example", Some(L::AddedWord)),
            ("securenorthmere.example", "northmere.example", Some(L::AddedWord)),
            ("northmere.co.uk", "northmere.example", Some(L::OtherSuffix)),
            ("mail.northmere.example", "northmere.example", None),
            ("southmere.example", "northmere.example", None),
            ("bcd.example", "abc.example", None),
            ("acne.example", "acme.example", None),
        ] {
            assert_eq!(look_alike(domain, known), expected, "{domain} {known}");
        }
    }

    #[test]
    fn scripts_that_belong_together_are_not_mixed() {
        assert!(!mixes_scripts("bücher.example"));
        assert!(!mixes_scripts("株式会社サンプル.example"));
        assert!(!mixes_scripts("пример.example"));
        assert!(mixes_scripts("prоspect.example"));
    }
}
