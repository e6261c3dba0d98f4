//! Names of people and companies: kept as written, with a key for matching.

use serde::{Deserialize, Serialize};

use super::domain;
use crate::limits::NAME_CHARACTERS_MAX;
use crate::text::{Line, TextRefusal, fold};

/// Legal forms, folded, without dots and sorted. Only forms that are no words of a name by
/// themselves: "Group" and "Holding" tell companies apart and stay.
const LEGAL_FORMS: [&str; 66] = [
    "ab",
    "ag",
    "aktiengesellschaft",
    "aps",
    "as",
    "asa",
    "bhd",
    "bv",
    "bvba",
    "co",
    "company",
    "corp",
    "corporation",
    "cv",
    "doo",
    "dooel",
    "eg",
    "ek",
    "ev",
    "gbr",
    "gesmbh",
    "gmbh",
    "inc",
    "incorporated",
    "kft",
    "kg",
    "kgaa",
    "kk",
    "lda",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "mbh",
    "nv",
    "nyrt",
    "ohg",
    "ood",
    "ou",
    "oy",
    "oyj",
    "plc",
    "pllc",
    "private",
    "pt",
    "pte",
    "pty",
    "pvt",
    "sa",
    "sarl",
    "sas",
    "sasu",
    "sca",
    "scrl",
    "sdn",
    "se",
    "sl",
    "slu",
    "spa",
    "srl",
    "srlu",
    "sro",
    "ug",
    "zrt",
];

/// Legal forms written together with the name, as in Japanese, Korean and Chinese.
const ATTACHED_FORMS: [&str; 6] =
    ["株式会社", "有限会社", "合同会社", "주식회사", "股份有限公司", "有限公司"];

/// The name of a person, as written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonName(Line<NAME_CHARACTERS_MAX>);

/// The name of a company, as written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CompanyName(Line<NAME_CHARACTERS_MAX>);

impl PersonName {
    /// Takes a name as it stands.
    ///
    /// # Errors
    /// A [`TextRefusal`]; any script, one letter and digits are welcome.
    pub fn parse(text: &str) -> Result<Self, TextRefusal> {
        Line::parse(text).map(Self)
    }

    /// The name as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The match key: folded words with one space between. "Jr" and "Sr" stay, because they
    /// tell father from son.
    ///
    /// ```
    /// use warmpath_core::contact::PersonName;
    /// assert_eq!(PersonName::parse("María-José  O’Neil")?.normal(), "maria jose oneil");
    /// # Ok::<(), warmpath_core::text::TextRefusal>(())
    /// ```
    #[must_use]
    pub fn normal(&self) -> String {
        words(self.as_str()).join(" ")
    }

    /// What the name looks like; equal skeletons under different keys are a disguise.
    #[must_use]
    pub fn skeleton(&self) -> String {
        domain::skeleton(&self.normal())
    }
}

impl CompanyName {
    /// Takes a name as it stands.
    ///
    /// # Errors
    /// A [`TextRefusal`].
    pub fn parse(text: &str) -> Result<Self, TextRefusal> {
        Line::parse(text).map(Self)
    }

    /// The name as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The match key: folded words without legal forms. A name made of legal forms only keeps
    /// them all. Two companies of one group share the key, so it proposes and does not prove.
    ///
    /// ```
    /// use warmpath_core::contact::CompanyName;
    /// assert_eq!(CompanyName::parse("Ñandú GmbH & Co. KG")?.normal(), "nandu");
    /// # Ok::<(), warmpath_core::text::TextRefusal>(())
    /// ```
    #[must_use]
    pub fn normal(&self) -> String {
        let mut text = self.as_str().to_owned();
        for form in ATTACHED_FORMS {
            let without = text.replace(form, " ");
            if !without.trim().is_empty() {
                text = without;
            }
        }
        let all = words(&text);
        let mut kept = all.as_slice();
        while let Some((last, rest)) = kept.split_last() {
            let strips = LEGAL_FORMS.binary_search(&last.as_str()).is_ok()
                || (last == "and" && kept.len() < all.len());
            if !strips || rest.is_empty() {
                break;
            }
            kept = rest;
        }
        // What is left may still be forms only, as in "Limited Company".
        kept.join(" ")
    }

    /// What the name looks like; equal skeletons under different keys are a disguise.
    #[must_use]
    pub fn skeleton(&self) -> String {
        domain::skeleton(&self.normal())
    }
}

/// Folded words. Dots and apostrophes vanish (S.A. → sa), `&` and `+` become "and", anything
/// else that is neither letter, mark nor digit separates. A text of symbols only stays itself.
fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut spaced = String::with_capacity(folded.len());
    for character in folded.chars() {
        match character {
            '.' | '\'' => {}
            '&' | '+' => spaced.push_str(" and "),
            kept if kept.is_alphanumeric() || is_mark(kept) => spaced.push(kept),
            _ => spaced.push(' '),
        }
    }
    let words: Vec<String> = spaced.split_whitespace().map(str::to_owned).collect();
    if words.is_empty() { vec![folded.trim().to_owned()] } else { words }
}

fn is_mark(character: char) -> bool {
    unicode_normalization::char::is_combining_mark(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn company(text: &str) -> String {
        CompanyName::parse(text).unwrap().normal()
    }

    fn person(text: &str) -> String {
        PersonName::parse(text).unwrap().normal()
    }

    #[test]
    fn legal_forms_do_not_part_a_company_from_itself() {
        assert!(LEGAL_FORMS.is_sorted());
        for (written, key) in [
            ("Acme GmbH", "acme"),
            ("ACME, Inc.", "acme"),
            ("Acme S.A.", "acme"),
            ("Acme Pty. Ltd.", "acme"),
            ("Rindfleischetikettierungs GmbH & Co. KG", "rindfleischetikettierungs"),
            ("株式会社サンプル", "サンプル"),
            ("O'Brien & Sons", "obrien and sons"),
            ("O’Brien and Sons Ltd", "obrien and sons"),
            ("1&1 42", "1 and 1 42"),
            ("Mc & Co.", "mc"),
            ("X-Y-Z", "x y z"),
            ("=mc2 Labs", "mc2 labs"),
            ("Acme Group", "acme group"),
        ] {
            assert_eq!(company(written), key, "{written}");
        }
    }

    #[test]
    fn no_name_loses_everything() {
        for (written, key) in [("AS", "as"), ("Q", "q"), ("株式会社", "株式会社"), ("🚀", "🚀")]
        {
            assert_eq!(company(written), key);
        }
        assert_eq!(company("& Co."), "and");
        assert_eq!(company("Co & Co"), "co");
    }

    #[test]
    fn people_are_matched_across_accents_and_signs() {
        assert_eq!(person("Sinéad O'Brien"), person("SINEAD O’BRIEN"));
        assert_eq!(person("Anne-Marie d'Été"), "anne marie dete");
        assert_ne!(person("Robert Hale Jr"), person("Robert Hale Sr"));
        assert_eq!(person("अनन्या शर्मा"), "अनन्या शर्मा");
        assert_eq!(person("李 小龙"), "李 小龙");
    }

    #[test]
    fn a_disguise_has_the_same_skeleton_and_another_key() {
        let (plain, disguised) =
            (CompanyName::parse("Acme").unwrap(), CompanyName::parse("Аcme").unwrap());
        assert_ne!(plain.normal(), disguised.normal());
        assert_eq!(plain.skeleton(), disguised.skeleton());
    }
}
