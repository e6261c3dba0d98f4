//! How much two values have in common, kind by kind.

use crate::features::fields::{Detail, Field, FieldKind};
use crate::features::{COMPANY, DOMAIN, FAMILY, Features, GIVEN, LOCAL, MIDDLE, SLUG, STEM};
use crate::normal::nickname::share_class;
use crate::pool::MISSING;
use crate::similarity::{edit_distance, jaro_winkler};

use super::Found;

/// Whether the names agree only when one record's given and family name trade places.
pub(super) fn names_swapped(features: &Features, a: &[u32], b: &[u32]) -> bool {
    if a[GIVEN] == b[GIVEN] || a[FAMILY] == b[FAMILY] || a[GIVEN] == MISSING || b[GIVEN] == MISSING
    {
        return false;
    }
    let one = a[GIVEN] == b[FAMILY];
    let other = a[FAMILY] == b[GIVEN];
    if one && other {
        return true;
    }
    (one && close(features, a[FAMILY], b[GIVEN])) || (other && close(features, a[GIVEN], b[FAMILY]))
}

/// Whether this record's given name is more likely its family name, and the other way round.
fn reversed(features: &Features, row: &[u32]) -> bool {
    let bits = |given, family| features.rarity(GIVEN, given) + features.rarity(FAMILY, family);
    bits(row[FAMILY], row[GIVEN]) < bits(row[GIVEN], row[FAMILY])
}

fn close(features: &Features, left: u32, right: u32) -> bool {
    left != MISSING && right != MISSING && features.names.alike(left, right)
}

pub(super) fn given(features: &Features, a: &[u32], b: &[u32], swapped: bool) -> Found {
    let (left, right) = (a[GIVEN], b[GIVEN]);
    if swapped {
        // Strangers trade their names as often as anybody: the name itself must tell.
        let equal = if reversed(features, a) { right } else { left };
        let exact = left == b[FAMILY] && right == a[FAMILY];
        return (6, exact.then_some((GIVEN, equal)));
    }
    if left == MISSING || right == MISSING {
        return (0, None);
    }
    if left == right {
        let name = features.names.pool.get(left);
        return if name.len() == 1 { (3, None) } else { (1, Some((GIVEN, left))) };
    }
    let names = &features.names;
    let (a, b) = (names.shape(left), names.shape(right));
    let related = share_class(names.nicknames(left), names.nicknames(right));
    let strangers = a.edits_min(b) > 1 && a.likeness_max(b) < 0.9 && !a.same_consonants(b);
    let part = a.may_be_within(b) || b.may_be_within(a) || a.is_letter() || b.is_letter();
    if strangers && !related && !part {
        return (7, None);
    }
    let (one, two) = (names.pool.get(left), names.pool.get(right));
    if one.len() == 1 || two.len() == 1 {
        let same = one.as_bytes().first() == two.as_bytes().first();
        return (if same { 3 } else { 7 }, None);
    }
    if related || abbreviates(one, two) || abbreviates(two, one) {
        return (2, None);
    }
    let (shorter, longer) = if one.len() < two.len() { (one, two) } else { (two, one) };
    if shorter.len() >= 3 && longer.starts_with(shorter) {
        return (4, None);
    }
    let misspelt = if shorter.len() <= 3 {
        shorter.len() == 3 && longer.len() <= 4 && edit_distance(one, two) <= 1
    } else {
        let edits = edit_distance(one, two);
        let few = edits <= 2 || edits == 3 && shorter.len() >= 6;
        edits <= 1 || few && jaro_winkler(one, two) >= 0.9 || same_bones(one, two)
    };
    (if misspelt { 5 } else { 7 }, None)
}

/// A written-short name: its consonants alone, in order, as `Mhd` for Muhammad.
fn abbreviates(short: &str, long: &str) -> bool {
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
    if short.len() < 3 || long.len() <= short.len() || short.bytes().any(vowel) {
        return false;
    }
    let mut rest = long.bytes();
    short.as_bytes()[0] == long.as_bytes()[0] && short.bytes().all(|b| rest.any(|c| c == b))
}

/// The same consonants in the same order, at least two: what remains of a name that was written down
/// by ear or brought over from another script.
fn same_bones(one: &str, two: &str) -> bool {
    fn bones(name: &str) -> impl Iterator<Item = u8> {
        let mut last = 0;
        // The first letter stays, vowel or not.
        let first = name.bytes().take(1);
        first.chain(name.bytes().skip(1).filter(move |b| {
            let kept = !matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'h') && *b != last;
            last = *b;
            kept
        }))
    }
    bones(one).count() >= 2 && bones(one).eq(bones(two))
}

/// Two given names that cannot be spellings of one, and neither of which is the other's middle name.
///
/// Families like names that sound alike, so under one roof three letters are enough; so they are where
/// nothing but a birthday is shared.
pub(super) fn clearly_different(
    features: &Features,
    a: &[u32],
    b: &[u32],
    household: bool,
) -> bool {
    let names = &features.names;
    let (left, right) = (a[GIVEN], b[GIVEN]);
    let (shape, other) = (names.shape(left), names.shape(right));
    if shape.length() < 3 || other.length() < 3 {
        return false;
    }
    let texts = || (names.pool.get(left), names.pool.get(right));
    let unlike = |(one, two): (&str, &str)| {
        jaro_winkler(one, two) < 0.75 || household && edit_distance(one, two) >= 3
    };
    (shape.likeness_max(other) < 0.75 || unlike(texts()))
        && !begins_with_middle(features, a, right)
        && !begins_with_middle(features, b, left)
}

/// One of the record's middle names is this name or its beginning.
fn begins_with_middle(features: &Features, row: &[u32], name: u32) -> bool {
    let names = &features.names;
    row[MIDDLE] != MISSING && {
        let name = names.pool.get(name);
        let mut words = names.middles.get(row[MIDDLE]).split(' ');
        words.any(|word| !word.is_empty() && name.starts_with(word))
    }
}

pub(super) fn middle(features: &Features, left: u32, right: u32) -> u8 {
    if left == MISSING || right == MISSING {
        return 0;
    }
    if left == right {
        return 1;
    }
    let (one, two) = (features.names.middles.get(left), features.names.middles.get(right));
    let related = one.split(' ').any(|a| {
        two.split(' ').any(|b| {
            a.starts_with(b) || b.starts_with(a) || a.len() > 3 && edit_distance(a, b) <= 1
        })
    });
    if related { 2 } else { 3 }
}

pub(super) fn family(features: &Features, a_row: &[u32], b_row: &[u32], swapped: bool) -> Found {
    let other = if swapped && b_row[GIVEN] != MISSING { b_row[GIVEN] } else { b_row[FAMILY] };
    let (left, right) = (a_row[FAMILY], other);
    if left == MISSING || right == MISSING {
        return (0, None);
    }
    if left == right {
        let reversed = swapped && reversed(features, a_row);
        return (1, Some((FAMILY, if reversed { a_row[GIVEN] } else { left })));
    }
    let names = &features.names;
    let (a, b) = (names.shape(left), names.shape(right));
    let strangers = a.edits_min(b) > 2 && a.likeness_max(b) < 0.86;
    let middles = a_row[MIDDLE] != MISSING || b_row[MIDDLE] != MISSING;
    if strangers && !middles && !a.may_hold_words_of(b) {
        return (5, None);
    }
    let (one, two) = (names.pool.get(left), names.pool.get(right));
    let similarity = jaro_winkler(one, two);
    let edits = edit_distance(one, two);
    let shorter = one.len().min(two.len());
    if edits <= 1 && shorter >= 3 || similarity >= 0.93 {
        return (2, None);
    }
    if similarity >= 0.86 || edits == 2 && shorter >= 6 {
        return (3, None);
    }
    (if is_part(one, two) || was_middle(features, a_row, b_row) { 4 } else { 5 }, None)
}

/// One record's family name is among the other's middle names: `Susan Meyer Thomas`, `Susan Meyer`.
fn was_middle(features: &Features, a: &[u32], b: &[u32]) -> bool {
    let names = &features.names;
    let among = |row: &[u32], family: u32| {
        let family = names.pool.get(family);
        family.len() >= 3 && names.middles.get(row[MIDDLE]).split(' ').any(|word| word == family)
    };
    a[MIDDLE] != MISSING && among(a, b[FAMILY]) || b[MIDDLE] != MISSING && among(b, a[FAMILY])
}

/// One family name is a whole word or the beginning or end of the other, as after a marriage.
fn is_part(one: &str, two: &str) -> bool {
    let (shorter, longer) = if one.len() < two.len() { (one, two) } else { (two, one) };
    if shorter.len() < 4 {
        return shorter.len() == 1 && longer.starts_with(shorter);
    }
    longer.starts_with(shorter)
        || longer.ends_with(shorter)
        || one.contains(' ') && two.contains(' ') && {
            one.split(' ').any(|a| a.len() > 3 && two.split(' ').any(|b| a == b))
        }
}

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
    let texts = || (organisations.companies.get(left), organisations.companies.get(right));
    a.likeness_max(b) >= 0.93 && {
        let (one, two) = texts();
        jaro_winkler(one, two) >= 0.93
    }
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

/// Levels 3 to 5 of two telephone lines.
pub(super) fn phone(field: &Field, left: u32, right: u32) -> u8 {
    let (Detail::Line(one), Detail::Line(two)) = (field.detail(left), field.detail(right)) else {
        return 5;
    };
    let (one, two) = (one.as_slice(), two.as_slice());
    if one.len() >= 7 && one.len() == two.len() && one[..6] == two[..6] {
        return 4;
    }
    let nested = one.len().min(two.len()) >= 7 && (one.ends_with(two) || two.ends_with(one));
    if nested || one.len().abs_diff(two.len()) <= 1 && one_slip(one, two) { 3 } else { 5 }
}

/// One digit wrong, missing, extra or swapped with its neighbour.
fn one_slip(one: &[u8], two: &[u8]) -> bool {
    let head = one.iter().zip(two).take_while(|(a, b)| a == b).count();
    let (one, two) = (&one[head..], &two[head..]);
    let tail = one.iter().rev().zip(two.iter().rev()).take_while(|(a, b)| a == b).count();
    let (one, two) = (&one[..one.len() - tail], &two[..two.len() - tail]);
    match (one, two) {
        ([a, b], [c, d]) => a == d && b == c,
        _ => one.len() <= 1 && two.len() <= 1,
    }
}

/// Level, from 2, of two different values of a field in its plain context.
pub(super) fn field(field: &Field, left: u32, right: u32) -> u8 {
    let (one, two) = (field.pool.get(left), field.pool.get(right));
    match field.kind {
        FieldKind::Date => dates(field, left, right),
        FieldKind::Identifier => match edit_distance(one, two) {
            1 if one.len() >= 5 => 2,
            2 if one.len() >= 6 => 3,
            _ => 4,
        },
        FieldKind::Postcode => postcodes(one, two),
        FieldKind::City | FieldKind::Region => {
            let (a, b) = (field.shape(left), field.shape(right));
            let strangers = a.likeness_max(b) < 0.9 && !a.may_be_within(b) && !b.may_be_within(a);
            let alike = !strangers && (jaro_winkler(one, two) >= 0.9 || contains_word(one, two));
            if alike { 2 } else { 3 }
        }
        FieldKind::Country => 2,
        FieldKind::Category => {
            if one.len() > 3 && edit_distance(one, two) <= 1 {
                2
            } else {
                3
            }
        }
        FieldKind::Title => {
            if overlap(field, left, right) >= 0.5 {
                2
            } else {
                3
            }
        }
        FieldKind::Street => streets(field, left, right),
        FieldKind::List => match shared_items(field, left, right).0 {
            0 => 4,
            1 => 3,
            2 => 2,
            _ => 1,
        },
        FieldKind::Text => {
            let share = overlap(field, left, right);
            if share >= 0.6 {
                2
            } else if share >= 0.25 {
                3
            } else {
                4
            }
        }
        FieldKind::Point => points(field, left, right),
        FieldKind::Phone => phone(field, left, right),
    }
}

fn contains_word(one: &str, two: &str) -> bool {
    let (shorter, longer) = if one.len() < two.len() { (one, two) } else { (two, one) };
    shorter.len() >= 4 && (longer.starts_with(shorter) || longer.ends_with(shorter))
}

fn postcodes(one: &str, two: &str) -> u8 {
    if one.len() >= 4 && edit_distance(one, two) <= 1 {
        return 2;
    }
    let area = one.len().min(two.len()).saturating_sub(2).max(2);
    if one.get(..area).is_some_and(|head| two.starts_with(head)) { 3 } else { 4 }
}

fn dates(field: &Field, left: u32, right: u32) -> u8 {
    let (Detail::Date(a), Detail::Date(b)) = (field.detail(left), field.detail(right)) else {
        return 6;
    };
    if edit_distance(field.pool.get(left), field.pool.get(right)) <= 1
        || a.year == b.year && a.month == b.day && a.day == b.month
    {
        return 2;
    }
    let agree =
        u8::from(a.year == b.year) + u8::from(a.month == b.month) + u8::from(a.day == b.day);
    // The first of January stands for "some day of that year".
    let vague = |d: &crate::normal::date::DateParts| d.day <= 1 && d.month <= 1;
    if agree == 2 && !(vague(a) && vague(b)) {
        return 3;
    }
    if (a.days() - b.days()).abs() <= 400 {
        return 4;
    }
    if a.year == b.year { 5 } else { 6 }
}

fn streets(field: &Field, left: u32, right: u32) -> u8 {
    let (one, two) = (field.pool.get(left), field.pool.get(right));
    let (a, b) = (house_number(one), house_number(two));
    let share = overlap(field, left, right);
    let close = || edit_distance(one, two) <= 2 && one.len() >= 8 || jaro_winkler(one, two) >= 0.93;
    if a == b {
        return match share {
            s if s >= 0.75 || close() => 2,
            s if s >= 0.4 => {
                if a.is_some() {
                    3
                } else {
                    4
                }
            }
            _ => 5,
        };
    }
    let slip = a.zip(b).is_some_and(|(a, b)| edit_distance(a, b) <= 1 && a.len() > 2);
    match share {
        s if s >= 0.75 && slip => 3,
        s if s >= 0.5 => 4,
        _ if (a.is_none() || b.is_none()) && close() => 4,
        _ => 5,
    }
}

fn house_number(street: &str) -> Option<&str> {
    let head = street.split(' ').next().unwrap_or_default();
    head.starts_with(|c: char| c.is_ascii_digit()).then_some(head)
}

fn shared_items(field: &Field, left: u32, right: u32) -> (usize, usize) {
    let (Detail::Items(one), Detail::Items(two)) = (field.detail(left), field.detail(right)) else {
        return (0, 1);
    };
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < one.len() && j < two.len() {
        match one[i].cmp(&two[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                shared += 1;
                i += 1;
                j += 1;
            }
        }
    }
    (shared, one.len() + two.len())
}

/// Share of the words of both texts that they have in common (Dice), 0..=1.
fn overlap(field: &Field, left: u32, right: u32) -> f64 {
    let (shared, total) = shared_items(field, left, right);
    2.0 * shared as f64 / total.max(1) as f64
}

fn points(field: &Field, left: u32, right: u32) -> u8 {
    let (Detail::Point(n1, e1), Detail::Point(n2, e2)) = (field.detail(left), field.detail(right))
    else {
        return 3;
    };
    let north = f64::from(n1 - n2) * 111.2;
    let east = f64::from(e1 - e2) * 111.3 * f64::from(*n1).to_radians().cos();
    if north.hypot(east) <= 25.0 { 2 } else { 3 }
}
