//! How much two values of a further field have in common, kind by kind.

use crate::features::fields::{Detail, Field, FieldKind};
use crate::similarity::{edit_distance, jaro_winkler};

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
