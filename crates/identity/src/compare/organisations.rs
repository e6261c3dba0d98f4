//! How much two companies and two addresses have in common.

use crate::features::{COMPANY, DOMAIN, Features, LOCAL, SLUG, STEM};
use crate::pool::MISSING;
use crate::similarity::{edit_distance, jaro_winkler};

/// Level of two companies that are not equal: 4 nearly equal, 5 overlap, 6 one word, 7 different.
pub(super) fn company(features: &Features, a: &[u32], b: &[u32]) -> u8 {
    let mut best = 7;
    if a[COMPANY] != MISSING && b[COMPANY] != MISSING {
        best = words_in_common(features, a[COMPANY], b[COMPANY]);
    }
    // A name against the other record's domain, where one of them is missing or tells nothing.
    for (name, stem) in [(a[SLUG], b[STEM]), (b[SLUG], a[STEM]), (a[STEM], b[STEM])] {
        if best > 5 && name != MISSING && stem != MISSING {
            best = best.min(one_word(features, name, stem));
        }
    }
    best
}

fn one_word(features: &Features, left: u32, right: u32) -> u8 {
    let organisations = &features.organisations;
    let (a, b) = (organisations.slug_shape(left), organisations.slug_shape(right));
    let shorter = a.length().min(b.length());
    let misspelt = shorter >= 6 && a.edits_min(b) <= 1;
    let begun = shorter >= 4 && (a.may_be_within(b) || b.may_be_within(a));
    if !a.same_start(b) || !misspelt && !begun {
        return 7;
    }
    let (one, two) = (organisations.slugs.get(left), organisations.slugs.get(right));
    if misspelt && edit_distance(one, two) <= 1 {
        return 4;
    }
    if begun && (one.starts_with(two) || two.starts_with(one)) { 5 } else { 7 }
}

fn words_in_common(features: &Features, left: u32, right: u32) -> u8 {
    let organisations = &features.organisations;
    if !organisations.may_share_heads(left, right) {
        return 7;
    }
    let (one, two) = (organisations.company_words(left), organisations.company_words(right));
    let weight_of = |word: u32| f64::from(organisations.word(word).weight);
    let weight = |words: &[u32]| words.iter().map(|word| weight_of(*word)).sum::<f64>();
    let mut shared = 0.0;
    let mut taken = 0u64;
    for word in one {
        let mut best = (0.0, 64);
        for (j, other) in two.iter().enumerate().take(63) {
            let likeness =
                if taken >> j & 1 == 1 { 0.0 } else { word_likeness(features, *word, *other) };
            if likeness > best.0 {
                best = (likeness, j);
            }
        }
        if best.1 < 64 {
            taken |= 1 << best.1;
            shared += best.0 * (weight_of(*word) + weight_of(two[best.1]));
        }
    }
    let (one_weight, two_weight) = (weight(one), weight(two));
    let share = shared / (one_weight + two_weight).max(0.1);
    let all_of_one = share_of_smaller(shared, one_weight.min(two_weight));
    match share {
        s if s >= 0.88 => 4,
        s if s >= 0.55 || all_of_one >= 0.95 && shared > 8.0 => 5,
        s if s >= 0.25 => 6,
        _ if same_first_letter(one, two, features) && nearly_one_text(features, left, right) => 5,
        _ => 7,
    }
}

fn same_first_letter(one: &[u32], two: &[u32], features: &Features) -> bool {
    let head = |word: &u32| features.organisations.word(*word).shape.first();
    one.first().zip(two.first()).is_some_and(|(a, b)| head(a) == head(b))
}

fn nearly_one_text(features: &Features, left: u32, right: u32) -> bool {
    let organisations = &features.organisations;
    let (a, b) = (organisations.company_shape(left), organisations.company_shape(right));
    let text = |company| organisations.companies.get(company);
    a.likeness_max(b) >= 0.93 && jaro_winkler(text(left), text(right)) >= 0.93
}

fn share_of_smaller(shared: f64, smaller: f64) -> f64 {
    shared / (2.0 * smaller).max(0.1)
}

fn word_likeness(features: &Features, left: u32, right: u32) -> f64 {
    if left == right {
        return 1.0;
    }
    let organisations = &features.organisations;
    let (a, b) = (organisations.word(left).shape, organisations.word(right).shape);
    let misspelt = a.length().min(b.length()) >= 5 && a.edits_min(b) <= 1;
    let begun = a.may_be_within(b) || b.may_be_within(a);
    if a.first() != b.first() || !misspelt && !begun {
        return 0.0;
    }
    let (one, two) = (organisations.words.get(left), organisations.words.get(right));
    let (shorter, longer) = if one.len() < two.len() { (one, two) } else { (two, one) };
    if misspelt && edit_distance(one, two) <= 1 {
        return 0.9;
    }
    if shorter.len() >= 3 && longer.starts_with(shorter) { 0.6 } else { 0.0 }
}

/// Two spellings of one mailbox at the same domain.
pub(super) fn near_locals(features: &Features, a: &[u32], b: &[u32]) -> bool {
    let locals = &features.organisations.locals;
    let (one, two) = (locals.get(a[LOCAL]), locals.get(b[LOCAL]));
    one.len().min(two.len()) >= 4 && !numbered(one, two) && edit_distance(one, two) <= 1
}

/// `smith` and `smith2` are two people, not a slip.
fn numbered(one: &str, two: &str) -> bool {
    let digits = |s: &str| s.bytes().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
    digits(one) != digits(two)
}

/// Two spellings of one domain.
pub(super) fn near_domains(features: &Features, a: &[u32], b: &[u32]) -> bool {
    let domains = &features.organisations.domains;
    edit_distance(domains.get(a[DOMAIN]), domains.get(b[DOMAIN])) <= 2
}

/// Whole addresses at most two slips apart.
pub(super) fn near_addresses(features: &Features, left: u32, right: u32) -> bool {
    let addresses = &features.organisations.addresses;
    let (one, two) = (addresses.get(left), addresses.get(right));
    let gap = one.len().abs_diff(two.len());
    gap <= 2 && one.len() >= 10 && !numbered(one, two) && edit_distance(one, two) <= 2
}
