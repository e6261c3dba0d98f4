//! How much the names of two people have in common.

use crate::features::{FAMILY, Features, GIVEN, MIDDLE};
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
